"""Deliveries of archiving suppliers and other tools, read as a mapping file describes them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from importlib.resources import files

from sma_plugin.model import Exclusion, Item, Problem
from sma_plugin.readers.contract import DAMAGE, CaptureView, Listing, Match, Member
from sma_plugin.readers.csv_form import plain
from sma_plugin.readers.remarks import nothing_read
from sma_plugin.readers.suppliers.mapping import Mapping, mappings
from sma_plugin.readers.suppliers.posts import Reading
from sma_plugin.readers.suppliers.records import records
from sma_plugin.readers.values import MEDIA_FILE

NAME = "supplier"
PEOPLE, CELLS = "supplier.people", "supplier.cells"
_CONFIDENCE = 20
_ENDINGS = {
    "csv": (".csv", ".tsv", ".txt"),
    "json": (".json", ".jsonl", ".ndjson", ".js"),
    "xml": (".xml",),
    "html": (".html", ".htm"),
    "eml": (".eml",),
}


def recognise(listing: Listing) -> Match | None:
    """The first delivery that a mapping describes; ``recognise_all`` gives every one."""
    return next(iter(recognise_all(listing)), None)


def recognise_all(listing: Listing) -> list[Match]:
    """One match per mapping that describes files of the listing, with the media beside them."""
    found = []
    taken: set[str] = set()
    for mapping in mappings():
        own = [one.path for one in listing.members if one.path not in taken and _fits(one, mapping)]
        if own:
            taken.update(own)
            folders = tuple({path[: path.rfind("/") + 1] for path in own})
            media = [one.path for one in listing.members if _is_media(one) and one.path.startswith(folders)]
            found.append(_match(mapping, (*own, *media)))
    return found


def _match(mapping: Mapping, paths: tuple[str, ...]) -> Match:
    """A match whose tool names the mapping, by which it is found again when the capture is read."""
    tool = f"{mapping.supplier} ({mapping.name})"
    return Match(
        NAME,
        mapping.platform,
        mapping.technique,
        paths,
        confidence=_CONFIDENCE,
        tool=tool,
        beside=True,
        keeps_rest=True,
    )


def _is_media(member: Member) -> bool:
    return re.fullmatch(MEDIA_FILE, member.path, re.IGNORECASE) is not None


def _fits(member: Member, mapping: Mapping) -> bool:
    if not member.path.lower().endswith(_ENDINGS[mapping.form]):
        return False
    if not re.fullmatch(mapping.recognise.files, member.path, re.IGNORECASE):
        return False
    head = member.head.decode("utf-8", "replace")
    if mapping.form == "csv":
        headings = plain(" ".join(head.splitlines()[:20]))
        return all(plain(name) in headings for name in mapping.recognise.names)
    return all(name in head for name in mapping.recognise.names)


def read(capture: CaptureView) -> Iterator[Item]:
    """The posts of every file that the mapping describes."""
    members = [capture.listing.by_path[path] for path in capture.match.paths]
    chosen = [one for one in mappings() if any(_fits(member, one) for member in members)]
    media = [member.path for member in members if _is_media(member)]
    names = {path.rpartition("/")[2].casefold(): path for path in media} | {path.casefold(): path for path in media}
    for member in members:
        mapping = next((one for one in chosen if _fits(member, one)), None)
        if mapping is not None:
            yield from _of_file(capture, member.path, mapping, Reading(mapping, names, platforms()))


def _of_file(capture: CaptureView, path: str, mapping: Mapping, reading: Reading) -> Iterator[Item]:
    kept = 0
    try:
        source = capture.open(path)
        with closing(source.stream):
            for record in records(source, mapping):
                if isinstance(record, Problem):
                    yield record
                    continue
                for people in mapping.people:
                    cuts = list(record.cuts(people)) if source.exact else []
                    rule = CELLS if mapping.form == "csv" else PEOPLE
                    yield from (Exclusion(rule, path, *cut) for cut in cuts)
                    kept += not cuts and bool(record.values(people))
                yield from reading.items(record)
    except DAMAGE as error:
        yield nothing_read(path, error)
    if kept:
        yield Problem("SMA-R232", path, params={"number": kept})
    for value, count in sorted(reading.unknown.items()):
        yield Problem("SMA-R230", path, params={"value": value[:60], "number": count})


@cache
def platforms() -> frozenset[str]:
    """The platforms there are."""
    return frozenset(tomllib.loads(files("sma_plugin.readers").joinpath("platforms.toml").read_text(encoding="utf-8")))
