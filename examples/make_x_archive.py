"""``captures/x-archive.zip``: the archive that X gives to the owner of an account, as it was from late 2022 on.

Deliberate gaps: the middle revision of an edited post is absent, and so is one image.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from make_media import drawn
from make_packing import Entry, zip_file
from make_source import OWN, Tweet, captured, declarations, iso, moment, people
from make_x_classic import archived
from make_x_private import account, private_files, profile
from make_x_text import delivered, hashtags, links

MISSING_MEDIUM = "bomen.jpg"
_FIRST_PART = 18
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Your archive</title><script src="data/manifest.js"></script></head>
<body><p>This page of the fictional archive shows nothing.</p></body></html>
"""


def generated() -> datetime:
    """When the archive was made."""
    return moment(declarations()["x-archive.capture.toml"]["captured"])


@cache
def posts_by_file() -> dict[str, list[Tweet]]:
    """Which posts stand in which file; files are named without ``.js``."""
    found = captured("A")
    public = [tweet for tweet in found if tweet.audience == "public" and not tweet.deleted]
    return {
        "tweets": public[:_FIRST_PART],
        "tweets-part1": public[_FIRST_PART:],
        "deleted-tweets": [tweet for tweet in found if tweet.deleted],
        "twitter-circle-tweet": [tweet for tweet in found if tweet.audience == "circle"],
        "community-tweet": [tweet for tweet in found if tweet.audience == "community"],
    }


def _post(tweet: Tweet) -> dict[str, Any]:
    found = archived(tweet, generated())
    if tweet.deleted:
        found["deleted_at"] = iso(tweet.deleted, ".000Z")
    return {"tweet": found}


def _heads(tweets: list[Tweet]) -> list[dict[str, Any]]:
    """Ids and times only, as the files with headers hold them."""
    rows = []
    for tweet in tweets:
        row = {"tweet_id": tweet.id, "user_id": tweet.by.id, "created_at": archived(tweet, generated())["created_at"]}
        rows.append({"tweet": row | ({"deleted_at": iso(tweet.deleted, ".000Z")} if tweet.deleted else {})})
    return rows


def _note(tweet: Tweet) -> dict[str, Any]:
    """The whole text of a long post. Its id is not that of the post: they share a second and a beginning."""
    text = delivered(tweet, whole=True)
    tags = [
        {"tag": tag.value, "text": tag.value, "fromIndex": str(tag.start), "toIndex": str(tag.end)}
        for tag in hashtags(text)
    ]
    urls = [
        {"expandedUrl": link.leads_to, "shortUrl": link.value, "fromIndex": str(link.start), "toIndex": str(link.end)}
        for link in links(tweet, text)
    ]
    return {
        "noteTweet": {
            "noteTweetId": str(int(tweet.id) - 41943),
            "updatedAt": iso(tweet.at, ".000Z"),
            "lifecycle": {"value": "0", "name": "NotDeleted", "originalName": "NotDeleted", "annotations": {}},
            "createdAt": iso(tweet.at, ".000Z"),
            "core": {"styletags": [], "urls": urls, "text": text, "mentions": [], "cashtags": [], "hashtags": tags},
        }
    }


def _data_files() -> dict[str, list[dict[str, Any]]]:
    """Every data file without ``.js``, with its rows."""
    by_file = posts_by_file()
    handle = {"changedAt": "2016-01-20T09:00:00.000Z", "changedFrom": "gem_vbstad", "changedTo": OWN}
    own = people()[OWN].id
    return {
        "account": account(),
        "profile": profile(),
        "screen-name-change": [{"screenNameChange": {"accountId": own, "screenNameChange": handle}}],
        "verified": [{"verified": {"accountId": own, "verified": True}}],
        "note-tweet": [_note(tweet) for tweet in captured("A") if tweet.note],
        "deleted-tweet-headers": _heads(by_file["deleted-tweets"]),
        "tweet-headers": _heads([*by_file["tweets"], *by_file["tweets-part1"]]),
        "deleted-note-tweet": [],
        **{name: [_post(tweet) for tweet in tweets] for name, tweets in by_file.items()},
        **private_files(),
    }


def _global_name(name: str) -> str:
    """The variable that a data file sets: ``YTD.tweets.part1`` for ``tweets-part1``."""
    stem, _, part = name.partition("-part")
    return f"YTD.{stem.replace('-', '_')}.part{part or 0}"


def _script(variable: str, value: object) -> bytes:
    return f"window.{variable} = {json.dumps(value, indent=2, ensure_ascii=False)}".encode()


def _manifest(rows: dict[str, list[dict[str, Any]]]) -> bytes:
    types: dict[str, dict[str, Any]] = {}
    for name, values in rows.items():
        words = name.partition("-part")[0].split("-")
        kind = types.setdefault(words[0] + "".join(word.title() for word in words[1:]), {"files": []})
        kind["files"].append(
            {"fileName": f"data/{name}.js", "globalName": _global_name(name), "count": str(len(values))}
        )
    types["tweets"]["mediaDirectory"] = "data/tweets_media"
    own = people()[OWN]
    value = {
        "userInfo": {"accountId": own.id, "userName": own.handle, "displayName": own.name},
        "archiveInfo": {
            "sizeBytes": str(sum(len(_script(_global_name(name), value)) for name, value in rows.items())),
            "generationDate": iso(generated(), ".000Z"),
            "isPartialArchive": False,
            "maxPartSizeBytes": "53687091200",
        },
        "readmeInfo": {"fileName": "data/README.txt", "directory": "data/", "name": "README.txt"},
        "dataTypes": types,
    }
    return _script("__THAR_CONFIG", value)


def _media() -> Iterator[Entry]:
    for tweet in captured("A"):
        for item in tweet.media:
            if item.name != MISSING_MEDIUM:
                address = item.film if item.kind == "video" else item.url
                name = address.rpartition("/")[2].partition("?")[0]
                yield Entry(f"data/tweets_media/{tweet.id}-{name}", drawn(item.name), stored=True)


def archive() -> bytes:
    """The zip."""
    rows = _data_files()
    own = people()[OWN].id
    at = generated()
    entries = [
        Entry("Your archive.html", _PAGE.encode()),
        Entry("assets/js/main.js", b"// nothing\n"),
        Entry("data/README.txt", b"A fictional archive of a fictional account.\n"),
        Entry("data/manifest.js", _manifest(rows)),
        *(Entry(f"data/{name}.js", _script(_global_name(name), value)) for name, value in rows.items()),
        *_media(),
        Entry(f"data/profile_media/{own}-avatar.png", drawn("avatar.png"), stored=True),
        Entry(f"data/profile_media/{own}-1672531200.jpg", drawn("header.jpg"), stored=True),
        Entry("data/direct_messages_media/1650000000000000001-fictief.png", drawn("bericht.png"), stored=True),
    ]
    return zip_file(entries, (at.year, at.month, at.day, at.hour, at.minute, at.second))
