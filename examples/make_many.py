"""Fictional posts in any number, for the benchmarks: lines of version 2 of the X API, and a WARC of such responses.

Nothing of this is committed. A post with its author, entities and context takes 2 to 3 KB, as in real captures.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from make_source import OWN, Person, iso, letters, moment, number, people, snowflake
from make_warc import Exchange, warcinfo
from make_x_modern import TWARC, author

_START = moment("2019-01-01T06:00:00Z")
_SEEN = moment("2024-02-12T09:00:00Z")
_STEP = timedelta(minutes=37)
_PAGE = 100
_VOCABULARY = """
    vandaag gemeente werk straat plein raad vergadering bewoners brug fietspad afval park school zwembad storm
    wijk water verkeer bomen markt vraag antwoord plan besluit inspraak subsidie vergunning 🌳 🚲 ⚠️ één coördinatie
"""
_WORDS = _VOCABULARY.split()
_CONTEXT = [
    {
        "domain": {"id": "46", "name": "Fictional category", "description": "A category of a fictional classification"},
        "entity": {"id": "1557697333571112960", "name": "Local government"},
    },
    {
        "domain": {"id": "30", "name": "Fictional entity", "description": "Entities of a fictional classification"},
        "entity": {"id": "781974596148793345", "name": "Municipal services", "description": "Services of a town"},
    },
    {
        "domain": {"id": "131", "name": "Unified fiction", "description": "A ground on which nothing is built"},
        "entity": {"id": "848920371311001600", "name": "Weather in a town that does not exist"},
    },
]


def _citizen(place: int) -> Person:
    """One of a thousand fictional people."""
    rank = place % 1000
    handle = f"fictief_{rank:04d}"
    created = _START - timedelta(days=number(handle, 10, 3000))
    bio = "Bestaat niet. " + " ".join(_words(handle, 12))
    name = f"Fictieve Inwoner {rank}"
    return Person(str(9100000000 + rank), handle, name, bio, "Voorbeeldstad", created, "none", rank, None)


def _words(key: str, length: int) -> list[str]:
    seed = number(key, 0, 10**9)
    return [_WORDS[(seed // (place + 3) + 7 * place) % len(_WORDS)] for place in range(length)]


def _link(key: str, start: int) -> dict[str, Any]:
    url, path = f"https://t.co/{letters(key, 10)}", f"www.voorbeeldstad.example/nieuws/{number(key, 1000, 9999)}"
    return {
        "start": start,
        "end": start + len(url),
        "url": url,
        "expanded_url": f"https://{path}",
        "display_url": path[:26] + "…",
        "status": 200,
        "title": "Nieuws van de gemeente Voorbeeldstad",
        "description": "Een verzonnen pagina van een gemeente die niet bestaat, met verzonnen nieuws.",
        "unwound_url": f"https://{path}",
    }


def _post(place: int, before: str | None) -> tuple[Person, dict[str, Any]]:
    """The post at a place in the series: two in three by the municipality, one in three a citizen's reply."""
    by = _citizen(place) if place % 3 == 2 else people()[OWN]
    key, at = f"many/{place}", _START + _STEP * place
    own_id = snowflake(at, key)
    words = [f"@{OWN}"] * (place % 3 == 2) + _words(key, 18)
    text = " ".join(words)
    link, tag = _link(key, len(text) + 1), "#Voorbeeldstad"
    start = link["end"] + 1
    text = f"{text} {link['url']} {tag}"
    likes = number(key, 0, 300)
    entities: dict[str, Any] = {
        "urls": [link],
        "hashtags": [{"start": start, "end": start + len(tag), "tag": tag[1:]}],
        "annotations": [
            {
                "start": start + 1,
                "end": start + 13,
                "probability": 0.83,
                "type": "Place",
                "normalized_text": "Voorbeeldstad",
            }
        ],
    }
    found: dict[str, Any] = {
        "id": own_id,
        "author_id": by.id,
        "conversation_id": own_id,
        "created_at": iso(at, ".000Z"),
        "text": text,
        "lang": "nl",
        "public_metrics": {
            "retweet_count": likes // 7,
            "reply_count": likes // 11,
            "like_count": likes,
            "quote_count": likes // 40,
            "impression_count": likes * 31,
        },
        "possibly_sensitive": False,
        "reply_settings": "everyone",
        "edit_history_tweet_ids": [own_id],
        "edit_controls": {"edits_remaining": 5, "is_edit_eligible": True, "editable_until": iso(at + _STEP, ".000Z")},
        "context_annotations": _CONTEXT[: 1 + place % 3],
        "entities": entities,
    }
    if before and place % 3 == 2:
        entities["mentions"] = [{"start": 0, "end": len(OWN) + 1, "username": OWN, "id": people()[OWN].id}]
        found["conversation_id"] = before
        found["in_reply_to_user_id"] = people()[OWN].id
        found["referenced_tweets"] = [{"type": "replied_to", "id": before}]
    return by, found


def _posts(total: int) -> Iterator[tuple[Person, dict[str, Any]]]:
    before = None
    for place in range(total):
        by, found = _post(place, before)
        yield by, found
        before = found["id"]


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def many_tweets(total: int) -> Iterator[bytes]:
    """``total`` lines of JSON, each a post with its author inside, as ``twarc2 flatten`` writes them."""
    url = f"https://api.twitter.com/2/users/{people()[OWN].id}/tweets?expansions=author_id&max_results={_PAGE}"
    tool = {"url": url, "version": TWARC, "retrieved_at": iso(_SEEN, "+00:00")}
    for by, found in _posts(total):
        yield _line(found | {"author": author(by, _SEEN), "__twarc": tool})


def _pages(total: int) -> Iterator[dict[str, Any]]:
    """Responses of ``_PAGE`` posts each, every one but the last naming the next."""
    posts = _posts(total)
    for start in range(0, total, _PAGE):
        batch = list(islice(posts, _PAGE))
        users = {by.id: author(by, _SEEN) for by, _ in batch}
        meta: dict[str, Any] = {
            "result_count": len(batch),
            "newest_id": batch[-1][1]["id"],
            "oldest_id": batch[0][1]["id"],
        }
        meta |= {"next_token": letters(f"many/{start + _PAGE}", 24)} if start + _PAGE < total else {}
        yield {"data": [found for _, found in batch], "includes": {"users": list(users.values())}, "meta": meta}


def _exchanges(total: int) -> Iterator[Exchange]:
    token = ""
    for place, page in enumerate(_pages(total)):
        at: datetime = _SEEN + timedelta(seconds=place)
        url = f"https://api.twitter.com/2/users/{people()[OWN].id}/tweets?max_results={_PAGE}{token}"
        body = json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode()
        yield Exchange(url, iso(at), body, "application/json; charset=utf-8", encode=_packed)
        token = f"&pagination_token={page['meta'].get('next_token', '')}"


def _packed(data: bytes) -> bytes:
    """Compressed by the machine's own zlib: nobody compares these bytes, and the benchmarks want them soon."""
    return gzip.compress(data, 6, mtime=0)


def write_api_warc(path: Path, total: int) -> None:
    """Write a WARC with ``total`` posts in API responses, with their requests, each record a gzip member."""
    with path.open("wb") as out:
        out.write(_packed(warcinfo(path.name, iso(_SEEN), (("software", "make_many.py"),)).data()))
        for exchange in _exchanges(total):
            for record in exchange.records():
                out.write(_packed(record.data()))
