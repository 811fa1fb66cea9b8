"""The archive as it was until 2018 (Grailbird): its account file, and tweets.csv where the JSON files are missing."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from typing import BinaryIO

import msgspec

from sma_plugin.model import Evidence, Problem
from sma_plugin.readers.contract import CaptureView, Source
from sma_plugin.readers.json_items import Piece
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.x.archive_files import DAMAGE, document
from sma_plugin.readers.x.archive_layout import Part
from sma_plugin.readers.x.archive_owner import Description, Owner, Profile
from sma_plugin.readers.x.archive_tweet import Id, Original, Tweet, User
from sma_plugin.readers.x.common import native
from sma_plugin.readers.x.common_parts import Entities, Url

MAX_ROW = 1 << 20
"""A row longer than this has lost a quote; it ends at its first line."""
_LINE_END = b"\r\n"


class UserDetails(msgspec.Struct, frozen=True):
    """``data/js/user_details.js``."""

    id: Id = None
    screen_name: str | None = None
    full_name: str | None = None
    bio: str | None = None
    location: str | None = None
    url: str | None = None
    created_at: str | None = None


_DETAILS = Ladder(UserDetails)


def read_details(capture: CaptureView, part: Part, profile: Profile) -> Iterator[Problem]:
    """Take the account and profile of ``user_details.js`` into ``profile``."""
    found = document(capture, part.path, _DETAILS)
    if isinstance(found, Problem):
        yield found
        return
    said = found.value
    profile.take(
        "account",
        Owner(
            account_id=native(said.id),
            username=said.screen_name,
            account_display_name=said.full_name,
            created_at=said.created_at,
        ),
        found.evidence,
    )
    profile.take("profile", Owner(description=Description(said.bio, said.url, said.location)), found.evidence)


def rows(stream: BinaryIO) -> Iterator[Piece]:
    """The rows of a CSV file as delivered, without their line ends; a byte order mark and quoted line ends count.

    A row with an odd number of quotes goes on on the next line. Where that never ends (or not within ``MAX_ROW``
    bytes), the line it began on is given as not whole, and reading goes on behind that line.
    """
    offset, size, odd = 0, 0, False
    held: list[bytes] = []
    again: deque[bytes] = deque()
    while True:
        line = again.popleft() if again else stream.readline(MAX_ROW)
        if offset == 0 and not held and line.startswith(codecs.BOM_UTF8):
            offset, line = len(codecs.BOM_UTF8), line[len(codecs.BOM_UTF8) :]
        if not line and not held:
            return
        if line:
            held.append(line)
            size += len(line)
            odd ^= bool(line.count(b'"') & 1)
        if odd and (not line or size > MAX_ROW):
            again.extendleft(reversed(held[1:]))
            yield Piece(offset, held[0].rstrip(_LINE_END), whole=False)
            offset += len(held[0])
        elif not odd or not line:
            data = b"".join(held)
            if data.strip():
                yield Piece(offset, data.rstrip(_LINE_END))
            offset += len(data)
        else:
            continue
        held, size, odd = [], 0, False


def csv_posts(capture: CaptureView, path: str) -> Iterator[tuple[Tweet, Evidence] | Problem]:
    """The posts of tweets.csv, by the names of its columns, each with the bytes of its row."""
    try:
        source = capture.open(path)
        with closing(source.stream):
            yield from _posts(source, path)
    except (KeyError, *DAMAGE) as error:
        yield Problem("SMA-R006", path, params={"reason": str(error)[:200] or type(error).__name__})


def _posts(source: Source, path: str) -> Iterator[tuple[Tweet, Evidence] | Problem]:
    columns: list[str] = []
    for piece in rows(source.stream):
        values = _values(piece) if piece.whole else None
        if values is None:
            reason = "a quote that is not closed" if not piece.whole else "no CSV row"
            yield Problem("SMA-R001", path, piece.offset, len(piece.data), {"reason": reason})
        elif not columns:
            columns = [value.strip().lower() for value in values]
        else:
            named = dict(zip(columns, values, strict=False))
            if len(values) == len(columns) and named.get("tweet_id"):
                yield _tweet(named), source.evidence(piece.offset, len(piece.data))
            else:
                reason = f"{len(values)} values for {len(columns)} columns"
                yield Problem("SMA-R001", path, piece.offset, len(piece.data), {"reason": reason})


def _values(piece: Piece) -> list[str] | None:
    try:
        return next(csv.reader(io.StringIO(piece.data.decode("utf-8", "replace"), newline="")), None)
    except csv.Error:
        return None


def _tweet(row: dict[str, str]) -> Tweet:
    """A row as a post of the same shape as the JSON files."""
    original = native(row.get("retweeted_status_id"))
    author = User(id_str=native(row.get("retweeted_status_user_id")))
    # A comma can be part of an address, so only a comma before the next address separates.
    found = re.split(r",(?=https?://)", row.get("expanded_urls") or "")
    urls = [Url(expanded_url=url) for url in dict.fromkeys(found) if url]
    return Tweet(
        id_str=row.get("tweet_id"),
        created_at=row.get("timestamp") or None,
        text=row.get("text"),
        source=row.get("source") or None,
        in_reply_to_status_id_str=row.get("in_reply_to_status_id"),
        in_reply_to_user_id_str=row.get("in_reply_to_user_id"),
        retweeted_status=Original(original, author) if original else None,
        entities=Entities(urls=urls),
    )
