"""The fictional world as it stands in ``source/``: people, posts, and what follows from them (ids, times, links)."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent / "source"
OWN = "vbstad"
"""The account whose captures these are."""
_X_EPOCH_MS = 1288834974657


def number(key: str, low: int, high: int) -> int:
    """A whole number from ``low`` to ``high`` that belongs to ``key`` and never changes."""
    return low + int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % (high - low + 1)


def letters(key: str, length: int) -> str:
    """Letters and digits that belong to ``key``."""
    alphabet = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "".join(alphabet[number(f"{key}/{place}", 0, len(alphabet) - 1)] for place in range(length))


def moment(text: str) -> datetime:
    """An ISO 8601 text as a moment in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def iso(at: datetime, suffix: str = "Z") -> str:
    """A moment as ISO 8601 in UTC, to the second, ending in ``suffix``."""
    return at.strftime("%Y-%m-%dT%H:%M:%S") + suffix


def classic(at: datetime) -> str:
    """A moment as X wrote it first: ``Thu Mar 02 08:00:05 +0000 2023``."""
    days, months = "Mon Tue Wed Thu Fri Sat Sun", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
    return f"{days.split()[at.weekday()]} {months.split()[at.month - 1]} {at:%d %H:%M:%S} +0000 {at:%Y}"


def snowflake(at: datetime, key: str) -> str:
    """The number that X gives to something made at that moment."""
    return str((int(at.timestamp() * 1000) - _X_EPOCH_MS) << 22 | number(key, 0, (1 << 22) - 1))


@dataclass(frozen=True)
class Person:
    """An account on X."""

    id: str
    handle: str
    name: str
    bio: str
    location: str
    created: datetime
    verified: str
    followers: int
    url: str | None = None


@dataclass(frozen=True)
class Medium:
    """A file with a post: its name says what it is (png, jpg, mp4)."""

    name: str
    id: str

    @property
    def kind(self) -> str:
        """``photo`` or ``video``."""
        return "video" if self.name.endswith(".mp4") else "photo"

    @property
    def url(self) -> str:
        """Where X shows the picture (of a film: its first frame)."""
        stem = letters(f"media/{self.name}", 15)
        if self.kind == "video":
            return f"https://pbs.twimg.com/ext_tw_video_thumb/{self.id}/pu/img/{stem}.jpg"
        return f"https://pbs.twimg.com/media/{stem}.{self.name.rpartition('.')[2]}"

    @property
    def film(self) -> str:
        """Where X plays the film."""
        return f"https://video.twimg.com/ext_tw_video/{self.id}/pu/vid/80x48/{letters(self.name, 16)}.mp4?tag=12"


@dataclass(frozen=True)
class Tweet:
    """One revision of one post on X."""

    key: str
    id: str
    by: Person
    at: datetime
    text: str
    captures: str
    reply: str | None
    quote: str | None
    repost: str | None
    revision_of: str | None
    media: tuple[Medium, ...]
    poll: tuple[str, ...]
    note: bool
    audience: str
    deleted: datetime | None
    place: str | None


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((SOURCE / name).read_text(encoding="utf-8"))


@cache
def organisation() -> dict[str, Any]:
    """``source/organisation.toml``."""
    return _load("organisation.toml")


@cache
def declarations() -> dict[str, dict[str, Any]]:
    """What each ``capture.toml`` says, by its path below ``captures/``."""
    found: dict[str, dict[str, Any]] = _load("captures.toml")["file"]
    return found


@cache
def toots() -> list[dict[str, Any]]:
    """``source/mastodon.toml``: the activities of the Mastodon account, oldest first."""
    found: list[dict[str, Any]] = _load("mastodon.toml")["post"]
    return found


@cache
def people() -> dict[str, Person]:
    """Every account on X, by handle."""
    rows = organisation()["people"].items()
    return {handle: Person(**{**row, "handle": handle, "created": moment(row["created"])}) for handle, row in rows}


def _tweet(row: dict[str, Any]) -> Tweet:
    key, at = row["key"], moment(row["at"])
    media = tuple(Medium(name, snowflake(at, f"media/{name}")) for name in row.get("media", ()))
    return Tweet(
        key=key,
        id=snowflake(at, key),
        by=people()[row.get("by", OWN)],
        at=at,
        text=row["text"],
        captures=row["in"],
        reply=row.get("reply"),
        quote=row.get("quote"),
        repost=row.get("repost"),
        revision_of=row.get("revision_of"),
        media=media,
        poll=tuple(row.get("poll", ())),
        note=row.get("note", False),
        audience=row.get("audience", "public"),
        deleted=moment(row["deleted"]) if "deleted" in row else None,
        place=row.get("place"),
    )


@cache
def tweets() -> dict[str, Tweet]:
    """Every post on X by key, in order of time."""
    found = (_tweet(row) for row in _load("x.toml")["post"])
    return {tweet.key: tweet for tweet in sorted(found, key=lambda tweet: (tweet.at, tweet.id))}


def captured(letter: str) -> list[Tweet]:
    """The posts that a capture holds, newest first: A archive, P API pages, W WARC, Z web page."""
    return [tweet for tweet in reversed(tweets().values()) if letter in tweet.captures]


def revisions(tweet: Tweet) -> list[str]:
    """The ids of every revision of a post, first to last."""
    first = tweet.revision_of or tweet.key
    return [other.id for other in tweets().values() if first in (other.key, other.revision_of)]


def thread(tweet: Tweet) -> str:
    """The id of the post that a chain of replies starts with."""
    while tweet.reply:
        tweet = tweets()[tweet.reply]
    return tweet.id


def count(tweet: Tweet, name: str, seen: datetime) -> int:
    """How often an action button was used, as seen at a moment: it grows with the days."""
    days = max(0, min(60, (seen - tweet.at).days))
    full = number(f"{tweet.key}/{name}", 0, 240 if name == "like" else 40)
    return full * (days + 20) // 80
