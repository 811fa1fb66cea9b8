"""The archive as it was until 2018 (Grailbird): its account file, and tweets.csv where the JSON files are missing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from sma_plugin.model import Evidence, Exclusion, Problem
from sma_plugin.readers.allowed import kept_out
from sma_plugin.readers.contract import CaptureView
from sma_plugin.readers.csv_tables import Records, Table
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.x.archive_files import document
from sma_plugin.readers.x.archive_layout import Part
from sma_plugin.readers.x.archive_owner import RULE, Description, Owner, Profile
from sma_plugin.readers.x.archive_tweet import Id, Original, Tweet, User
from sma_plugin.readers.x.common import native
from sma_plugin.readers.x.common_parts import Entities, Url

_TWEETS = Table(columns={"tweet_id": ("tweet_id",)}, needed=("tweet_id",))


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


def read_details(capture: CaptureView, part: Part, profile: Profile) -> Iterator[Problem | Exclusion]:
    """Take the account and profile of ``user_details.js`` into ``profile``."""
    found = document(capture, part.path, _DETAILS)
    if isinstance(found, Problem):
        yield found
        yield Exclusion(RULE, part.path)
        return
    for one in kept_out(found.piece, RULE, "user_details"):
        yield Exclusion(RULE, part.path, one.offset, len(one.data))
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


def csv_posts(capture: CaptureView, path: str) -> Iterator[tuple[Tweet, Evidence] | Problem]:
    """The posts of tweets.csv, by the names of its columns, each with the bytes of its row."""
    for row in Records(_TWEETS, path).of(capture):
        yield row if isinstance(row, Problem) else (_tweet(row.values), row.evidence)


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
