"""Which picture is of what: rows of an index (CSV, or a workbook), and what file names say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

import msgspec

from sma_plugin.facts import facts
from sma_plugin.model import AccountRef, Evidence, Moment, Problem
from sma_plugin.readers.contract import DAMAGE, CaptureView, Member
from sma_plugin.readers.csv_tables import Cells, Records, Table, kinds_in
from sma_plugin.readers.permalinks import Permalink, permalink
from sma_plugin.readers.remarks import nothing_read
from sma_plugin.readers.values import iso_moment
from sma_plugin.readers.workbooks import cell_text, rows_of, sheets_of

_STAMP = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)"
    r"(?:[T _-]+(?:at |om )?([0-2]\d)[-_.:h]?([0-5]\d)(?:[-_.:m]?([0-5]\d))?)?(?!\d)"
)
_DAY_FIRST = re.compile(
    r"([0-3]?\d)-([01]?\d)-((?:19|20)\d\d)(?:[ T,]+(?:om )?([0-2]?\d)[:.]([0-5]\d)(?:[:.]([0-5]\d))?(?: uur)?)?"
)
_SEPARATORS = re.compile(r"\s*[;|\n]\s*")


class Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A form of file name that says which post a picture is of."""

    pattern: str
    url: str


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``pictures.toml``."""

    pictures: str
    companions: str
    workbooks: str
    screens: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    name: tuple[Name, ...]


class Told(NamedTuple):
    """What an index or a file name says of a picture. ``link`` is there when it is one of a known kind of post."""

    url: str | None = None
    captured: Moment | None = None
    link: Permalink | None = None
    posted: Moment | None = None
    handle: str | None = None
    text: str | None = None
    title: str | None = None
    row: Evidence | None = None


@cache
def rules() -> Rules:
    """What tells pictures, indexes and names apart."""
    return facts(__package__, "pictures.toml", Rules)


@cache
def tables() -> dict[str, Table]:
    """The forms of an index: it names files, and says of each what it is of by an address or by the id of a post."""
    return {name: Table(rules().columns, ("file", name)) for name in ("url", "post")}


def is_picture(path: str) -> bool:
    """Whether a file is a picture or a document, by its name."""
    return re.fullmatch(rules().pictures, path, re.IGNORECASE) is not None


def is_index(member: Member) -> bool:
    """Whether a member is a table with a column of files and one that says what they are of."""
    if not member.path.lower().endswith((".csv", ".tsv", ".txt")):
        return False
    return table_of(member.head) is not None


def is_workbook(member: Member) -> bool:
    """Whether a member is a workbook; whether that is an index shows when it is read."""
    return re.fullmatch(r".*\.(?:xlsx?|xlsm|ods)", member.path, re.IGNORECASE) is not None


def table_of(head: bytes) -> Table | None:
    """The form of index that a file with these first bytes is."""
    return next((tables()[name] for name in kinds_in(head, tables())), None)


def by_name(path: str) -> Told:
    """What the name of a file says."""
    name = path.rpartition("/")[2]
    found = _STAMP.search(name)
    captured = _stamp(found) if found else None
    for one in rules().name:
        if matched := re.match(one.pattern, name, re.IGNORECASE):
            filled = {group: value or "i" for group, value in matched.groupdict().items()}
            link = permalink(one.url.format(**filled))
            if link:
                return Told(link.url, captured, link)
    return Told(captured=captured)


def _stamp(found: re.Match[str]) -> Moment | None:
    year, month, day, hour, minute, second = found.groups()
    clock = f"T{hour}:{minute}:{second or '00'}" if hour else ""
    moment = iso_moment(f"{year}-{month}-{day}{clock}")
    return Moment(moment.us, found.group(), moment.assumed) if moment and moment.us is not None else None


class Index:
    """The rows of the indexes of one capture, by the files that they name."""

    def __init__(self, pictures: Iterable[str]) -> None:
        self._paths: dict[str, list[str]] = {}
        for path in pictures:
            for name in {path, path.rpartition("/")[2]}:
                self._paths.setdefault(_plain(name), []).append(path)
        self.told: dict[str, list[Told]] = {}

    def read(self, capture: CaptureView, path: str) -> Iterator[Problem]:
        """Take in one index; a problem for each row that cannot be read, and for each file that is not there."""
        table = table_of(capture.listing.by_path[path].head)
        if table is None:
            return
        records = Records(table, path)
        for record in records.of(capture):
            yield from [record] if isinstance(record, Problem) else self._take(record, path)
        if unnamed := [name for name in records.names if name not in table.columns]:
            yield Problem("SMA-R277", path, params={"number": len(unnamed), "names": ", ".join(unnamed)[:300]})

    def read_workbook(self, capture: CaptureView, path: str) -> Iterator[Problem]:
        """Take in the rows of every sheet that is an index. That there is none is told of a workbook named as one."""
        try:
            sheets = sheets_of(capture.open(path))
        except ImportError:
            yield Problem("SMA-R142", path)
            return
        except (KeyError, ValueError, *DAMAGE) as error:
            yield nothing_read(path, error)
            return
        found = [cells for name, rows in sheets for cells in _cells(name, rows, path)]
        for cells in found:
            yield from self._take(cells, path)
        if not found and re.fullmatch(rules().workbooks, path, re.IGNORECASE):
            yield Problem("SMA-R257", path)

    def _take(self, row: Cells, path: str) -> Iterator[Problem]:
        """What a row says of the files that it names."""
        told = _of_row(row)
        for name in filter(None, _SEPARATORS.split(row.get("file"))):
            found = self._find(name)
            if found is None:
                place = row.evidence
                yield Problem("SMA-R250", path, place.offset, place.length, {"value": name[:200]})
            else:
                self.told.setdefault(found, []).append(told)

    def _find(self, name: str) -> str | None:
        """The delivered file that an index means: its path, or its name when only one file has it."""
        plain = _plain(name.replace("\\", "/"))
        for wanted in (plain, plain.rpartition("/")[2]):
            found = self._paths.get(wanted, [])
            if len(found) == 1:
                return found[0]
        return None


def _plain(name: str) -> str:
    return name.strip().removeprefix("./").casefold()


def _cells(sheet: str, rows: list[list[Any]], path: str) -> Iterator[Cells]:
    """The rows of a sheet that is an index; their evidence is the workbook, with sheet and row."""
    for table in tables().values():
        names, below = rows_of(rows, table)
        for at, row in below:
            values = dict(zip(names, map(cell_text, row), strict=False))
            if any(values.values()):
                yield Cells(values, Evidence(path, "file", locator=f"{sheet}!{at}:{at}"))
        if names:
            return


def _of_row(record: Cells) -> Told:
    url = record.given("url")
    return Told(
        url,
        _moment(record.given("captured")),
        (permalink(url) if url else None) or _by_id(record),
        _moment(record.given("posted")),
        (record.get("handle")).lstrip("@") or None,
        record.given("text"),
        record.given("title"),
        record.evidence,
    )


def _moment(text: str | None) -> Moment | None:
    """A moment in a list; with hyphens between a day, a month and a year it is written as in Dutch: the day first."""
    found = _DAY_FIRST.fullmatch(text or "")
    if not found:
        return iso_moment(text)
    day, month, year, hour, minute, second = found.groups()
    clock = f"T{int(hour):02d}:{minute}:{second or '00'}" if hour else ""
    moment = iso_moment(f"{year}-{int(month):02d}-{int(day):02d}{clock}")
    return Moment(moment.us, text, moment.assumed) if moment else Moment(None, text)


def _by_id(record: Cells) -> Permalink | None:
    """The post that platform, account and id name together."""
    platform, post = record.get("platform").casefold(), record.get("post")
    handle = record.get("handle").lstrip("@")
    for one in rules().name if post and platform else ():
        if platform.split()[0] in one.url:
            return permalink(one.url.format(handle=handle or "i", post=post, kind="activity"))
    if post and platform in ("x", "twitter", "x (twitter)"):
        return permalink(f"https://x.com/{handle or 'i'}/status/{post}")
    return None


def author_of(told: Told, link: Permalink) -> AccountRef:
    """Whose the post is, by its address; an index may name the account where the address does not."""
    author = link.author
    if author.native_id or author.handle or not told.handle:
        return author
    return msgspec.structs.replace(author, handle=told.handle)
