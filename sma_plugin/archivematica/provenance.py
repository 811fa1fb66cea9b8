"""What Archivematica's database is to know of a package's files: a table that the link inside writes there.

One JSON object per line, each with ``row``; files, agents and events have a ``number`` that later rows name them by.

========== ========================================================================================================
``file``    ``path`` in the SIP, ``sha256``, ``use`` in Archivematica's words; of a derived file ``source`` (the number
            of the one file that it was made of) and ``event`` (the number of the event that made it)
``agent``   ``type`` and ``value`` of its identifier, ``name``, ``kind``
``event``   ``id``, ``type``, ``at``, ``detail``, ``outcome``, ``note``, ``agents``, ``files``
``access``  ``file``: one that belongs into a DIP; nothing else of the package does
========== ========================================================================================================

Events are those of ``metadata/premis.xml``, which Archivematica imports too: the link inside writes an event only where
the file does not have it, so that an import that was dropped is made good and none is doubled.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from sma_plugin.archivematica.package_files import OwnFile, files_of
from sma_plugin.bundle.names import ascii_path, printable
from sma_plugin.describe.xml import xml_text
from sma_plugin.package import Package
from sma_plugin.package.records import PackageRecord
from sma_plugin.provenance import SOFTWARE, Stamps
from sma_plugin.validate.mets_document import PREMIS
from sma_plugin.validate.xml_stream import elements

TABLE = "sma-provenance.jsonl"
"""The table in the root of a SIP, where nothing is stored from; the link removes it."""
USES = {"original": "original", "preservation": "preservation", "access": "access", "masked": "derivative"}
"""Archivematica's file group for each of our uses. Of a copy without keys ("masked") it has no word of its own."""
_MADE_BY = {"preservation": ("normalization", "migration"), "access": ("redaction",), "masked": ("redaction",)}
_RENAMED = "filename change"


class _Told(NamedTuple):
    """An event as ``premis.xml`` has it; files and agents by their identifiers there."""

    id: str
    type: str
    at: str
    detail: str
    outcome: str
    note: str
    agents: tuple[str, ...]
    files: tuple[str, ...]


def rows(package: Package, record: PackageRecord) -> Iterator[dict[str, Any]]:
    """The table of one package. Raises ``OSError`` and :class:`~sma_plugin.validate.xml_stream.XmlError`."""
    files = files_of(package.mets)
    numbers = {file.path: number for number, file in enumerate(files, 1)}
    paths, agents, events = _imported(package.metadata / "premis.xml")
    software = _software(record)
    events += _renamed(record, numbers, software["value"])
    agents.setdefault(software["value"], software)
    of_agents = {value: number for number, value in enumerate(agents, 1)}
    yield from ({"row": "agent", "number": of_agents[value], **agent} for value, agent in agents.items())
    made: dict[str, int] = {}
    size: dict[int, int] = {}
    for number, event in enumerate(events, 1):
        about = [path for name in event.files if (path := paths.get(name, name)) in numbers]
        size[number] = len(about)
        yield _event(number, event, of_agents, [numbers[path] for path in about])
        for path in about:
            if event.type in _MADE_BY.get(files[numbers[path] - 1].use, ()):
                made[path] = min(made.get(path, number), number, key=lambda one: size[one])
    for file in files:
        yield _file(file, numbers, made)
    yield from ({"row": "access", "file": numbers[file.path]} for file in files if file.use == "access")


def _file(file: OwnFile, numbers: dict[str, int], made: dict[str, int]) -> dict[str, Any]:
    row = {"row": "file", "number": numbers[file.path], "path": file.path, "sha256": file.sha256}
    row["use"] = USES.get(file.use, "original") if file.source else "original"
    if file.source:
        row |= {"source": numbers[file.source], "event": made.get(file.path)}
    return row


def _event(number: int, event: _Told, agents: dict[str, int], files: list[int]) -> dict[str, Any]:
    told = event._asdict() | {"agents": [agents[one] for one in event.agents if one in agents], "files": files}
    return {"row": "event", "number": number, **told}


# --- what Archivematica imports ----------------------------------------------------------------------------------


def _imported(path: Path) -> tuple[dict[str, str], dict[str, dict[str, str]], list[_Told]]:
    """Package paths by object, agents by identifier, and events, of the import file; nothing where there is none."""
    paths: dict[str, str] = {}
    agents: dict[str, dict[str, str]] = {}
    events: list[_Told] = []
    kinds = tuple(PREMIS + name for name in ("object", "event", "agent"))
    for _, element in elements(path, tags=kinds) if path.is_file() else ():
        name = element.tag.removeprefix(PREMIS)
        value = element.findtext(f"{PREMIS}{name}Identifier/{PREMIS}{name}IdentifierValue", "")
        if name == "object":
            paths[value] = element.findtext(f"{PREMIS}originalName", "")
        elif name == "agent":
            agents[value] = _agent(value, element)
        else:
            events.append(_told(value, element))
        element.clear()
    return paths, agents, events


def _agent(value: str, element: etree._Element) -> dict[str, str]:
    kind = element.findtext(f"{PREMIS}agentType", "")
    return {"type": "UUID", "value": value, "name": element.findtext(f"{PREMIS}agentName", ""), "kind": kind}


def _told(value: str, element: etree._Element) -> _Told:
    def text(name: str) -> str:
        return element.findtext(f".//{PREMIS}{name}", "")

    def linked(kind: str) -> tuple[str, ...]:
        found = element.iterfind(f"{PREMIS}linking{kind}Identifier/{PREMIS}linking{kind}IdentifierValue")
        return tuple(dict.fromkeys(one.text or "" for one in found))

    names = ("eventType", "eventDateTime", "eventDetail", "eventOutcome", "eventOutcomeDetailNote")
    kind, at, detail, outcome, note = map(text, names)
    return _Told(value, kind, at, detail, outcome, note, linked("Agent"), linked("Object"))


# --- delivered names ---------------------------------------------------------------------------------------------


def _software(record: PackageRecord) -> dict[str, str]:
    value = Stamps(record.package.id).identifier(f"agent/{SOFTWARE.kind}/{SOFTWARE.name}/{SOFTWARE.version}")
    return {"type": "UUID", "value": value, "name": SOFTWARE.name, "kind": SOFTWARE.kind}


def _renamed(record: PackageRecord, numbers: dict[str, int], software: str) -> list[_Told]:
    """An event for each file whose delivered name is not the one that it has.

    A name that gave way to a number tells of somebody, and this stands in METS, which reaches the DIP: it is then told
    where it is on record. So it is of one in another script, of which the kept name lacks the letters. Any other
    differs by characters alone.
    """
    ids = Stamps(record.package.id)
    at = record.package.created or ""
    found = []
    for delivered in record.delivered:
        for member in delivered.members:
            kept = member.kept or ""
            name = kept.split("/", 3)[-1]
            if kept not in numbers or name == member.path:
                continue
            plain = ascii_path(member.path) == name
            shown = xml_text(printable(member.path)) if plain and not _loses_letters(member.path) else None
            original = f'Original name="{shown}"' if shown else "Original name: see metadata/sma/captures.toml"
            detail = "characters replaced" if plain else "a name that tells of somebody replaced by a number"
            note = f'{original}; New name="{name}"'
            uuid = ids.identifier(f"{_RENAMED}/{kept}")
            found.append(_Told(uuid, _RENAMED, at, detail, "success", note, (software,), (kept,)))
    return found


def _loses_letters(name: str) -> bool:
    """Whether a name in ASCII lacks letters of this one: accents can go, but what has no ASCII at its base is lost."""
    return any(one.isalnum() and not one.isascii() for one in unicodedata.normalize("NFKD", name))
