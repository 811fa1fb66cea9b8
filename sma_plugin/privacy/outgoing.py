"""What of a package goes out of the house, as texts: records, descriptions, reports, copies for access."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from sma_plugin.formats.activitystreams.wire import AS2_TERMS
from sma_plugin.package import Package
from sma_plugin.sheets import separator_of

_WITH_NAMES = ("captures.toml",)
"""Records of ``metadata/sma`` that hold delivered names, and never go into an access copy."""
_TEXTS = (".xml", ".json", ".jsonl", ".csv", ".html", ".txt", ".sha256")
_LONGEST_CELL = 1 << 30
"""A cell holds a whole text, which may be longer than Python expects."""
_RUNS = {
    re.compile(rb"(?:[\x20-\x7e]|[\xc2-\xf4][\x80-\xbf]{1,3}){8,}"): "utf-8",
    re.compile(rb"(?:[\x20-\x7e\xa0-\xff]\0){8,}"): "utf-16-le",
    re.compile(rb"(?:\0[\x20-\x7e\xa0-\xff]){8,}"): "utf-16-be",
}
"""What counts as text in a file that is none: so many letters in a row do not stand there by chance."""
_BLOCK, _OVERLAP = 1 << 20, 1 << 10
_VOCABULARY = frozenset(
    {"@context", "type", "mediaType"}
    | {f"sma:{name}" for name in ("record", "class", "kind", "platform", "audience", "role", "language", "empty")}
)
"""Terms of normalised posts whose values are words of the format."""


class Said(NamedTuple):
    """A text: in which file (package path), which line or part of it, and in which line of an access copy."""

    path: str
    item: str | None
    text: str
    line: str = ""


def files_of(package: Package, copy: Path | None) -> Iterator[tuple[Path, Path]]:
    """Everything with the folder that its name is told from: what goes out is read, of the rest the name is."""
    for folder in (package.objects, package.metadata):
        yield from ((path, package.root) for path in sorted(folder.rglob("*")) if path.is_file())
    if copy is not None and copy.is_dir():
        yield from ((path, copy.parent) for path in sorted(copy.rglob("*")) if path.is_file())


def texts_of(package: Package, path: Path, name: str, copy: Path | None) -> Iterator[Said]:
    """Every text in a file that goes out."""
    of_copy = path.is_relative_to(package.access) or (copy is not None and path.is_relative_to(copy))
    given = path.is_relative_to(package.metadata / "submissionDocumentation")
    if not (of_copy or path.is_relative_to(package.metadata)) or given:
        return
    if path.name in _WITH_NAMES:
        return
    if path.suffix not in _TEXTS:
        if of_copy:
            yield from (Said(name, None, run) for run in _runs(path))
        return
    if path.suffix == ".jsonl":
        with path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                told = line.decode("utf-8", "replace") if of_copy else ""
                yield from (Said(name, str(number), text, told) for text in _strings(_json(line)))
    elif path.suffix == ".json":
        yield from (Said(name, None, text) for text in _strings(_json(path.read_bytes())))
    elif path.suffix in (".xml", ".html"):
        yield from _marked_up(path, name)
    else:
        with path.open(encoding="utf-8", errors="replace", newline="") as stream:
            csv.field_size_limit(_LONGEST_CELL)
            separator = separator_of(stream.readline())
            stream.seek(0)
            for number, row in enumerate(csv.reader(stream, delimiter=separator), 1):
                yield from (Said(name, str(number), cell) for cell in row)


def _runs(path: Path) -> Iterator[str]:
    """What can be read in a file that is no text: letters in a row, also those with a byte of zero between."""
    with path.open("rb") as stream:
        kept = b""
        while block := stream.read(_BLOCK):
            data = kept + block
            for pattern, encoding in _RUNS.items():
                yield from (run.group().decode(encoding, "replace") for run in pattern.finditer(data))
            kept = data[-_OVERLAP:]


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return data.decode("utf-8", "replace")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            if key not in _VOCABULARY:
                yield from _strings(one)
            if ":" not in key and key not in AS2_TERMS:
                yield key
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def _marked_up(path: Path, name: str) -> Iterator[Said]:
    """Texts and attributes, element by element, in bounded memory."""
    options: dict[str, Any] = (
        {"html": True} if path.suffix == ".html" else {"resolve_entities": False, "no_network": True}
    )
    try:
        for _, node in etree.iterparse(str(path), events=("end",), huge_tree=True, **options):
            place = f"{node.sourceline}" if node.sourceline else None
            for text in (node.text, node.tail, *map(str, node.attrib.values())):
                if text and text.strip():
                    yield Said(name, place, text)
            node.clear(keep_tail=True)
    except etree.XMLSyntaxError:
        yield Said(name, None, path.read_bytes().decode("utf-8", "replace"))
