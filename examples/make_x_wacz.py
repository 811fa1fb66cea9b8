"""``captures/x-page.wacz``: the profile page as a browser met it, with screenshot, index and page list.

Deliberate gaps: one image was not there (404), the page with replies was a login wall, the timeline holds a tombstone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from make_media import jpeg, png
from make_packing import Entry, gzip_member, zip_file
from make_source import OWN, captured, declarations, iso, letters, moment, people, tweets
from make_warc import Exchange, Placed, Record, digest, revisit, warc_gz, warcinfo
from make_x_classic import legacy, picture, user

PAGE = f"https://x.com/{OWN}"
_WALL = f"https://x.com/i/flow/login?redirect_after_login=%2F{OWN}%2Fwith_replies"
_ARCHIVE = "archive/data.warc.gz"
_TITLES = {PAGE: "Gemeente Voorbeeldstad (@vbstad) / X", _WALL: "Log in to X / X"}
_HTML = """<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><title>{title}</title></head>
<body><main>{body}</main></body></html>
"""
_LOGIN = "<h1>Sign in to X</h1><form><input name='text' autocomplete='username'><button>Next</button></form>"
_VERSION = "1.1"


def _start() -> datetime:
    return moment(declarations()["x-page.capture.toml"]["captured"])


def _profile() -> str:
    own = people()[OWN]
    return f"<h1>{own.name}</h1><p>@{own.handle}</p><p>{own.bio}</p><img src='{picture(own)}' alt=''>"


def _person(handle: str) -> dict[str, Any]:
    found = user(people()[handle], _start())
    rest_id = found.pop("id_str")
    del found["id"]
    return {"result": {"__typename": "User", "rest_id": rest_id, "is_blue_verified": False, "legacy": found}}


def _result(key: str) -> dict[str, Any]:
    tweet = tweets()[key]
    found = {
        "__typename": "Tweet",
        "rest_id": tweet.id,
        "core": {"user_results": _person(tweet.by.handle)},
        "views": {"count": str(len(tweet.text) * 40), "state": "EnabledWithCount"},
        "edit_control": {"edit_tweet_ids": [tweet.id], "edits_remaining": "5", "is_edit_eligible": True},
        "legacy": legacy(tweet, _start()),
    }
    if tweet.quote:
        found["quoted_status_result"] = {"result": _result(tweet.quote)}
    if tweet.note:
        note = {"id": letters(tweet.key, 20), "text": tweet.text}
        found["note_tweet"] = {"is_expandable": True, "note_tweet_results": {"result": note}}
    return found


def _entry(name: str, result: dict[str, Any]) -> dict[str, Any]:
    item = {"itemType": "TimelineTweet", "__typename": "TimelineTweet", "tweet_results": {"result": result}}
    content = {"entryType": "TimelineTimelineItem", "__typename": "TimelineTimelineItem", "itemContent": item}
    return {"entryId": name, "sortIndex": name.rpartition("-")[2], "content": content}


def _timeline() -> bytes:
    """What the page asked for in the background: the newest posts, one of them gone."""
    shown = [_entry(f"tweet-{tweet.id}", _result(tweet.key)) for tweet in captured("Z")]
    gone = {"__typename": "TweetTombstone", "tombstone": {"text": {"text": "This Post is unavailable."}}}
    cursor = {"entryType": "TimelineTimelineCursor", "cursorType": "Bottom", "value": letters("cursor", 20)}
    entries = [*shown, _entry("tweet-1750000000000000000", gone), {"entryId": "cursor-bottom-0", "content": cursor}]
    instructions = [{"type": "TimelineClearCache"}, {"type": "TimelineAddEntries", "entries": entries}]
    own = {
        "__typename": "User",
        "rest_id": people()[OWN].id,
        "timeline_v2": {"timeline": {"instructions": instructions}},
    }
    return json.dumps({"data": {"user": {"result": own}}}, ensure_ascii=False).encode()


def _get(uri: str, second: int, body: bytes, kind: str, status: int = 200, *, packed: bool = False) -> Exchange:
    agent = ("User-Agent", "Mozilla/5.0 (fictitious) Chrome/121.0")
    cookie = ("Cookie", "auth_token=fictitious; ct0=fictitious")
    return Exchange(
        uri=uri,
        at=iso(_start() + timedelta(seconds=second)),
        body=body,
        content_type=kind,
        status=status,
        encode=gzip_member if packed else None,
        sent=(agent, cookie) if "/graphql/" in uri else (agent,),
        version=_VERSION,
    )


def _resource(uri: str, second: int, block: bytes, kind: str) -> Record:
    at = iso(_start() + timedelta(seconds=second))
    return Record("resource", block, at, kind, f"{uri}/{at}", uri, block, version=_VERSION)


def _html(title: str, body: str) -> bytes:
    return _HTML.format(title=title, body=body).encode()


def _records() -> Iterator[Record]:
    start = iso(_start())
    facts = (("software", "Browsertrix-Crawler 1.0.0 (fictitious run)"), ("format", "WARC File Format 1.1"))
    yield warcinfo("data.warc.gz", start, facts, _VERSION)
    images = {item.name: item for tweet in captured("Z") for item in tweet.media}
    avatar = _get(picture(people()[OWN]), 2, png("avatar"), "image/png")
    variables = f"?variables=%7B%22userId%22%3A%22{people()[OWN].id}%22%2C%22count%22%3A20%7D"
    exchanges = (
        _get(PAGE, 0, _html(_TITLES[PAGE], _profile()), "text/html; charset=utf-8", packed=True),
        _get(
            f"https://x.com/i/api/graphql/FICTITIOUS/UserTweets{variables}",
            1,
            _timeline(),
            "application/json",
            packed=True,
        ),
        avatar,
        _get(images["speelplein.png"].url, 3, png("speelplein"), "image/png"),
        _get(images["kade.jpg"].url, 4, b"", "text/plain", 404),
        _get(_WALL, 20, _html(_TITLES[_WALL], _LOGIN), "text/html; charset=utf-8", packed=True),
    )
    for exchange in exchanges:
        yield from exchange.records()
    yield revisit(avatar, iso(_start() + timedelta(seconds=21)))
    yield _resource(f"urn:screenshot:{PAGE}", 10, png("schermafbeelding"), "image/png")
    yield _resource(f"urn:thumbnail:{PAGE}", 11, jpeg("schermafbeelding"), "image/jpeg")
    info = {"pageid": letters(PAGE, 12), "urls": {PAGE: {"status": 200, "mime": "text/html", "type": "document"}}}
    yield _resource(f"urn:pageinfo:{PAGE}", 12, json.dumps(info).encode(), "application/json")


def _surt(uri: str) -> str:
    """The form of an address that indexes are sorted by: host reversed, lower case."""
    if uri.startswith("urn:"):
        return uri
    host, _, path = uri.partition("//")[2].partition("/")
    return f"{','.join(reversed(host.split('.')))})/{path}".lower()


def _index(placed: list[Placed]) -> bytes:
    """The CDXJ index: one line per response, revisit and resource."""
    lines = []
    for item in placed:
        record = item.record
        if record.kind not in ("response", "revisit", "resource") or record.uri is None:
            continue
        head = record.block.partition(b"\r\n")[0].decode("ascii", "replace")
        facts = {
            "url": record.uri,
            "mime": _mime(record),
            "status": head.split(" ")[1] if record.kind == "response" else "200",
            "digest": dict(record.fields).get("WARC-Payload-Digest") or digest(record.payload or b""),
            "length": str(item.length),
            "offset": str(item.offset),
            "filename": "data.warc.gz",
        }
        stamp = "".join(character for character in record.at if character.isdigit())
        lines.append(f"{_surt(record.uri)} {stamp} {json.dumps(facts)}\n")
    return "".join(sorted(lines)).encode()


def _mime(record: Record) -> str:
    if record.kind == "revisit":
        return "warc/revisit"
    if record.kind == "resource":
        return record.content_type
    return record.block.partition(b"content-type: ")[2].partition(b"\r\n")[0].partition(b";")[0].decode()


def _pages() -> bytes:
    rows: list[dict[str, Any]] = [{"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}]
    for second, (url, title) in zip((0, 20), _TITLES.items(), strict=True):
        at = iso(_start() + timedelta(seconds=second))
        row = {"id": letters(url, 12), "url": url, "ts": at, "title": title, "status": 200, "mime": "text/html"}
        rows.append(row | {"seed": url == PAGE, "depth": int(url != PAGE)})
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def _sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def wacz() -> bytes:
    """The file: the WARC stored, so that byte offsets in it are byte offsets in the WACZ; the rest compressed."""
    data, placed = warc_gz(_records())
    files = {_ARCHIVE: data, "indexes/index.cdxj": _index(placed), "pages/pages.jsonl": _pages()}
    resources = [
        {"name": path.rpartition("/")[2], "path": path, "hash": _sha256(body), "bytes": len(body)}
        for path, body in files.items()
    ]
    package = {
        "profile": "data-package",
        "title": "Profielpagina van de gemeente Voorbeeldstad op X",
        "wacz_version": "1.1.1",
        "software": "Browsertrix-Crawler 1.0.0 (fictitious run)",
        "created": iso(_start() + timedelta(seconds=30)),
        "mainPageUrl": PAGE,
        "resources": resources,
    }
    described = json.dumps(package, indent=2).encode()
    seal = json.dumps({"path": "datapackage.json", "hash": _sha256(described)}, indent=2).encode()
    entries = [Entry(path, body, stored=path == _ARCHIVE) for path, body in files.items()]
    entries += [Entry("datapackage.json", described), Entry("datapackage-digest.json", seal)]
    at = _start()
    return zip_file(entries, (at.year, at.month, at.day, at.hour, at.minute, at.second))
