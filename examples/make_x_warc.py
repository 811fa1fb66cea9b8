"""``captures/x-api.warc.gz``: responses of the X API in WARC, as Social Feed Manager writes them through warcprox.

Deliberate gaps: a search broke off with status 429, and the request headers hold a (fictitious) secret.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from make_packing import gzip_member
from make_source import OWN, Tweet, captured, declarations, iso, moment, people
from make_warc import Exchange, Record, warc_gz, warcinfo
from make_x_classic import status
from make_x_modern import Request, page

NAME = "0123456789abcdef0123456789abcdef-20230420060000000-00000-voorbeeld.warc.gz"
_SECRET = "Bearer FICTITIOUS-TOKEN-THAT-OPENS-NOTHING"  # noqa: S105 - fictitious on purpose: it must never leave the WARC
_PAGE = 5
_JSON = "application/json; charset=utf-8"


def _start() -> datetime:
    return moment(declarations()["x-api.capture.toml"]["captured"])


def _exchange(address: str, body: object, place: int, code: int = 200, *, pieces: bool = False) -> Exchange:
    received = [
        ("date", "Thu, 20 Apr 2023 06:00:00 GMT"),
        ("server", "tsa_o"),
        ("set-cookie", "guest_id=fictitious; Path=/"),
    ]
    return Exchange(
        uri=f"https://api.twitter.com/{address}",
        at=iso(_start() + timedelta(seconds=2 * place)),
        body=json.dumps(body, ensure_ascii=False).encode(),
        content_type=_JSON,
        status=code,
        encode=gzip_member,
        pieces=pieces,
        sent=(("User-Agent", "python-requests/2.28.2"), ("Authorization", _SECRET)),
        received=received,
    )


def _timeline(own: list[Tweet]) -> Iterator[Exchange]:
    """Pages of version 1.1 until an empty one."""
    address = f"1.1/statuses/user_timeline.json?count={_PAGE}&tweet_mode=extended&user_id={people()[OWN].id}"
    for place, start in enumerate(range(0, len(own) + _PAGE, _PAGE)):
        before = f"&max_id={int(own[:start][-1].id) - 1}" if start else ""
        yield _exchange(address + before, [status(tweet, _start()) for tweet in own[start : start + _PAGE]], place)


def _search(found: list[Tweet]) -> Iterator[Exchange]:
    """A page of version 1.1 that names a next one, and what came instead of that."""
    query = f"?q=%40{OWN}&count=100&tweet_mode=extended"
    following = f"?max_id={int(found[-1].id) - 1}&q=%40{OWN}&count=100&include_entities=1"
    metadata = {"max_id_str": found[0].id, "next_results": following, "query": f"%40{OWN}", "count": 100}
    body = {"statuses": [status(tweet, _start()) for tweet in found], "search_metadata": metadata}
    yield _exchange(f"1.1/search/tweets.json{query}", body, 10, pieces=True)
    refused = {"errors": [{"message": "Rate limit exceeded", "code": 88}]}
    yield _exchange(f"1.1/search/tweets.json{following}", refused, 11, 429)


def _modern(own: list[Tweet]) -> Exchange:
    """A search of version 2."""
    address = f"2/tweets/search/recent?query=from%3A{OWN}&expansions=author_id%2Creferenced_tweets.id"
    request = Request(url="", at=_start(), tool=False)
    return _exchange(address, page(own[:3], request), 20)


def _records() -> Iterator[Record]:
    yield warcinfo(
        NAME,
        iso(_start()),
        (
            ("software", "warcprox 2.4b4"),
            ("hostname", "sfm.example"),
            ("ip", "192.0.2.40"),
            ("format", "WARC File Format 1.0"),
        ),
    )
    own = [tweet for tweet in captured("W") if tweet.by.handle == OWN]
    others = [tweet for tweet in captured("W") if tweet.by.handle != OWN]
    for exchange in (*_timeline(own), *_search(others), _modern(own)):
        yield from exchange.records()


def warc() -> bytes:
    """The file."""
    return warc_gz(_records())[0]
