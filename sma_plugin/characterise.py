"""The essential characteristics of one file, as XML: what ``sma-format characterise`` prints for Archivematica.

Numbers, dates and terms only: what is printed goes into a METS that outsiders get, so no name, address or text is in
it.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from lxml import etree

from sma_plugin import __version__
from sma_plugin.formats.conversion import MissingToolError
from sma_plugin.formats.identify import identify
from sma_plugin.formats.magic import by_ends
from sma_plugin.namespaces import CHARACTERISTICS

_VERSION, _DAY = re.compile(r"(?:WARC|ARC)/\d\.\d+"), re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
"""A field may hold anything: only what it should say is told."""


class UntoldError(Exception):
    """Nothing is told of a file by itself: of its format never, or no account was found in it."""


class OfFile(NamedTuple):
    """What was established of a file: properties by name, numbers by unit, characteristics (their attributes)."""

    properties: Mapping[str, str | int | float]
    counts: Mapping[str, int] = {}
    characteristics: tuple[Mapping[str, str], ...] = ()


@cache
def kinds() -> dict[str, dict[str, Any]]:
    """The rows of ``characterisation.toml``, by PUID."""
    text = files("sma_plugin.fpr_rules").joinpath("characterisation.toml").read_text(encoding="utf-8")
    return {puid: row for row in tomllib.loads(text)["characterise"] for puid in row["formats"]}


def characterised(path: Path) -> bytes:
    """The XML of a file.

    Raises :class:`UntoldError` and :class:`MissingToolError`.
    """
    known = by_ends(path)
    puid = (known.id if known else identify(path).puid) or ""
    row = kinds().get(puid)
    if row is None:
        raise UntoldError("nothing is told of files of this format by themselves")
    module, _, name = row["call"].partition(":")
    measure: Callable[[Path], OfFile] = getattr(import_module(module), name)
    told = {"kind": row["kind"], "format": puid, "tool": "sma-plugin", "version": __version__}
    return etree.tostring(_element(measure(path), told), xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _element(found: OfFile, told: dict[str, str]) -> etree._Element:
    def name(tag: str) -> str:
        return f"{{{CHARACTERISTICS}}}{tag}"

    root = etree.Element(name("file"), told, nsmap={"smac": CHARACTERISTICS})
    for key, value in found.properties.items():
        etree.SubElement(root, name("property"), {"name": key}).text = str(value)
    if found.counts:
        counts = etree.SubElement(root, name("counts"))
        for unit, count in sorted(found.counts.items()):
            etree.SubElement(counts, name("count"), {"unit": unit}).text = str(count)
    for one in found.characteristics:
        etree.SubElement(root, name("characteristic"), dict(one))
    return root


# --- kinds of file ---------------------------------------------------------------------------------------------------


def json_lines(path: Path) -> OfFile:
    """JSON Lines: what normalised posts hold; of other lines how many there are."""
    from sma_plugin.characteristics.of_posts import of_posts  # noqa: PLC0415
    from sma_plugin.describe.characteristics_record import values_of  # noqa: PLC0415
    from sma_plugin.formats.activitystreams import MalformedLineError, read_lines  # noqa: PLC0415
    from sma_plugin.formats.activitystreams.values import iso  # noqa: PLC0415

    try:
        found = of_posts(line.item for line in read_lines(path))
    except MalformedLineError:
        with path.open("rb") as stream:
            return OfFile({}, {"lines": sum(1 for line in stream if line.strip())})
    ends = {"first post": found.first, "last post": found.last}
    moments = {name: told for name, us in ends.items() if us is not None and (told := iso(us))}
    properties = {"form": "normalised posts", **moments}
    return OfFile(properties, found.counts, tuple(values_of(one) for one in found.characteristics))


def export(path: Path) -> OfFile:
    """A whole account as a platform gives it: measured as a delivery is."""
    from sma_plugin.characteristics.records import Assessment  # noqa: PLC0415
    from sma_plugin.describe.characteristics_record import values_of  # noqa: PLC0415
    from sma_plugin.package.files import read_json  # noqa: PLC0415
    from sma_plugin.reporting import Quiet  # noqa: PLC0415
    from sma_plugin.settings import Settings  # noqa: PLC0415
    from sma_plugin.show import looked_into  # noqa: PLC0415

    with looked_into([path], Settings(fixity=False), Quiet(), ("receive", "read", "history", "assess")) as place:
        if not place.assessment.is_file():
            raise UntoldError("no account was found in it")
        found = read_json(place.assessment, Assessment)
    return OfFile({}, found.counts, tuple(values_of(one) for one in found.characteristics))


def web_archive(path: Path) -> OfFile:
    """A WARC or ARC: records by type, form, period, and how many state a digest."""
    numbers, told = Counter[str](), defaultdict[str, set[str]](set)
    with path.open("rb") as stream:
        _records(stream, numbers, told)
    return _archive(numbers, told)


def wacz(path: Path) -> OfFile:
    """A WACZ: the records of all its web archives together, and its pages."""
    from sma_plugin.bundle.wacz import WaczFile  # noqa: PLC0415

    numbers, told = Counter[str](), defaultdict[str, set[str]](set)
    with path.open("rb") as stream:
        found = WaczFile(stream, path.name)
        for member in found.warcs:
            with found.open(member.name) as data:
                _records(data, numbers, told)
        numbers["pages"] = sum(1 for _ in found.pages())
        numbers["web archives"] = len(found.warcs)
        numbers["faults of the file"] += len(found.problems)
    return _archive(numbers, told)


def _records(stream: BinaryIO, numbers: Counter[str], told: dict[str, set[str]]) -> None:
    """Walk over every record. Raises :class:`MissingToolError` for Zstandard without its library."""
    from sma_plugin.bundle.warc import WarcWalk  # noqa: PLC0415
    from sma_plugin.bundle.warc_checks import TYPES  # noqa: PLC0415

    walk = WarcWalk(stream)
    if any(one.code == "SMA-W002" and one.params.get("form") == "zstandard" for one in walk.faults):
        raise MissingToolError("zstandard")
    for record in walk:
        record.close()
        numbers["records"] += 1
        numbers[f"{record.type if record.type in TYPES else 'other'} records"] += 1
        numbers["bytes in blocks"] += 0 if record.truncated else record.content_length or 0
        numbers["truncated records"] += record.truncated
        for field in ("block", "payload"):
            numbers[f"{field} digests"] += bool(record.get(f"warc-{field}-digest"))
        if _VERSION.fullmatch(record.version or ""):
            told["versions"].add(record.version or "")
        if day := _DAY.match(record.date or ""):
            told["days"].add("-".join(day.groups()))
    numbers["faults of the file"] += len(walk.faults)


def _archive(numbers: Counter[str], told: dict[str, set[str]]) -> OfFile:
    days = sorted(told["days"])
    period = {"first day": days[0], "last day": days[-1]} if days else {}
    versions = {"versions": ", ".join(sorted(told["versions"]))} if told["versions"] else {}
    return OfFile({**versions, **period}, numbers)


def medium(path: Path) -> OfFile:
    """An image, video or sound: whether all of it decodes, its size in pixels, frames, and seconds."""
    from sma_plugin.formats.playing import plays  # noqa: PLC0415

    found = plays(path)
    told: dict[str, str | int | float] = {
        "kind": found.kind,
        "plays": {True: "yes", False: "no", None: "not established"}[found.plays],
        "width": found.width,
        "height": found.height,
        "frames": found.frames,
        "seconds": found.seconds,
    }
    return OfFile({name: value for name, value in told.items() if value})
