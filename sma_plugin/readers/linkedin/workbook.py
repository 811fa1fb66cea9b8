"""The workbook that LinkedIn gives who manages a page of its posts and numbers ("Content", formerly "Updates").

The sheet with the posts is known by its columns: the text of each post, its address, the numbers it had. Pages have no
other export of their own. Workbooks about followers or visitors hold no posts and are said to. Columns: as public
programs that read these workbooks name them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sma_plugin.model import AccountRef, Alias, Counts, Evidence, Item, Moment, Post, PostState, Problem, Tally
from sma_plugin.readers.contract import DAMAGE, CaptureView, Listing, Match, Member, Source
from sma_plugin.readers.csv_tables import Table
from sma_plugin.readers.linkedin.common import PLATFORM, aliases, moment_in, urns_in
from sma_plugin.readers.linkedin.export_posts import moment
from sma_plugin.readers.linkedin.web_parts import hashtags
from sma_plugin.readers.remarks import nothing_read
from sma_plugin.readers.values import epoch_moment, number
from sma_plugin.readers.workbooks import WORKBOOKS, cell_text, rows_of, sheets_of

NAME = "linkedin-workbook"
_FILE = re.compile(
    r"(?:.*/)?([^/]*?)[_-]?(content|updates?|posts|followers|visitors|competitors?|competitive[^/]*?)[_-](\d{13})"
    r"(?: ?\(\d+\))?\.xlsx?",
    re.IGNORECASE,
)
_POSTS = Table(
    columns={
        "text": ("Post title", "Update title", "Titel van bijdrage", "Titel bijdrage", "Bijdragetitel", "Titel update"),
        "link": ("Post link", "Update link", "Link naar bijdrage", "Bijdragelink", "Link bijdrage", "Link naar update"),
        "created": ("Created date", "Aanmaakdatum", "Datum gemaakt", "Gemaakt op"),
        "kind": ("Post type", "Update type"),
        "content": ("Content Type",),
        "impressions": ("Impressions", "Weergaven"),
        "views": ("Views", "Views (Excluding offsite video views)", "Video views"),
        "clicks": ("Clicks", "Klikken"),
        "reactions": ("Likes", "Reactions", "Interessant", "Reacties"),
        "replies": ("Comments", "Commentaren", "Opmerkingen"),
        "reposts": ("Reposts", "Shares", "Gedeeld"),
        "follows": ("Follows",),
    },
    needed=("text", "link"),
)
_COUNTS = ("impressions", "views", "clicks", "reactions", "replies", "reposts", "follows")


def recognise(listing: Listing) -> Match | None:
    """The first workbook in the bundle; ``recognise_all`` gives every one."""
    return next(iter(recognise_all(listing)), None)


def recognise_all(listing: Listing) -> list[Match]:
    """One match per workbook: each is of a page and a period of its own.

    Its first bytes say that it is a workbook and no more; its name ends in the moment it was made, in milliseconds.
    """
    found = ((member, _FILE.fullmatch(member.path)) for member in listing.members if _is_workbook(member))
    return [
        Match(
            NAME,
            PLATFORM,
            "platform-export",
            (member.path,),
            confidence=55,
            account=_page(named.group(1)),
            captured=epoch_moment(named.group(3), 1000),
            tool="LinkedIn page analytics",
        )
        for member, named in found
        if named
    ]


def _is_workbook(member: Member) -> bool:
    return member.head.startswith(WORKBOOKS)


def _page(name: str) -> AccountRef | None:
    """The page by the name in the file's name, which tells pages apart and is no id."""
    return AccountRef(name=name, aliases=(Alias("name", name, derived=True),)) if name else None


def read(capture: CaptureView) -> Iterator[Item]:
    """The posts of the workbook."""
    for path in capture.match.paths:
        try:
            source = capture.open(path)
            sheets = sheets_of(source)
        except ImportError:
            yield Problem("SMA-R142", path)
        except (KeyError, ValueError, *DAMAGE) as error:
            yield nothing_read(path, error)
        else:
            yield from _Workbook(capture, source).items(sheets)


class _Workbook:
    """One workbook while it is read."""

    def __init__(self, capture: CaptureView, source: Source) -> None:
        self._source, self._match = source, capture.match
        self._author = capture.match.account or AccountRef()

    def items(self, sheets: list[tuple[str, list[list[Any]]]]) -> Iterator[Item]:
        """Every row of every sheet with posts; that there is none is told."""
        counted = None
        for name, rows in sheets:
            names, below = rows_of(rows, _POSTS)
            if not names:
                continue
            counted = counted or 0
            for at, row in below:
                cells = dict(zip(names, row, strict=False))
                if cell_text(cells.get("text")) or cell_text(cells.get("link")):
                    counted += 1
                    yield from self._post(cells, f"{name}!{at}:{at}")
        if counted is None:
            yield Problem("SMA-R143", self._source.path)
        else:
            yield Tally("posts", None, counted, self._source.path)

    def _post(self, cells: dict[str, Any], place: str) -> Iterator[Post | Problem]:
        text, link, day = (cell_text(cells.get(name)) for name in ("text", "link", "created"))
        urns = urns_in(link)
        numbers = {name: value for name in _COUNTS if (value := _number(cells.get(name))) is not None}
        post = Post(
            PLATFORM,
            self._author,
            urns[0] if urns else None,
            _made(urns[0] if urns else None, day),
            PostState(text=text, hashtags=hashtags(text), raw=_raw(cells)),
            url=link or None,
            aliases=aliases(*urns) or ((Alias("permalink", link),) if link else ()),
            counts=Counts(numbers, self._match.captured) if numbers else None,
            evidence=(Evidence(self._source.base.path, "file", locator=place),),
        )
        if post.created.us is None and day:
            yield Problem("SMA-R005", self._source.path, params={"value": day[:40]})
        yield post


def _made(urn: str | None, day: str) -> Moment:
    """The day is told; the number of the post holds the moment."""
    exact = moment_in(urn)
    return Moment(exact.us, day or None, exact.assumed) if exact else moment(day, None)


def _number(value: Any) -> int | None:
    return number(cell_text(value).replace(",", "")) if value not in (None, "") else None


def _raw(cells: dict[str, Any]) -> dict[str, str] | None:
    found = {"Post type": cell_text(cells.get("kind", "")), "Content Type": cell_text(cells.get("content", ""))}
    return {name: value for name, value in found.items() if value} or None
