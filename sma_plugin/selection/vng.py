"""The selection list of municipalities in the form of VNG's API, and in that of the data behind it.

Process types and results come together, in files of their own, or as pages of answers; names of fields are in camel or
snake case. A result names its process type by address (API) or by number within the same file (a dump of the data).
The number of a result is process type, generic result, specific result: ``20.1.2``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from sma_plugin.facts import facts
from sma_plugin.findings import Finding, make
from sma_plugin.notation import meant
from sma_plugin.selection.tables import Row

_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BLANKS = re.compile(r"\s+")
Fields = dict[str, Any]


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    list: str
    place: str
    value: dict[str, str]


class _Object(NamedTuple):
    """A process type or a result: where it stands, what names it, and its fields in snake case."""

    path: Path
    number: int
    names: tuple[object, ...]
    fields: Fields


class Vng:
    """What was found in all files together: they are joined when every file was read."""

    def __init__(self) -> None:
        self._types: dict[object, _Object] = {}
        self._results: list[_Object] = []
        self._stated = 0
        self._last: Path | None = None

    def take(self, path: Path, document: object) -> bool:
        """Take in a file; false when nothing in it is a process type or a result."""
        before = len(self._types) + len(self._results)
        for number, one in enumerate(self._objects(document), 1):
            known = one.get("fields")
            told = _snake(known if isinstance(known, dict) else one)
            names = (told.get("url"), told.get("uuid"), (path, one.get("pk")) if "pk" in one else None)
            found = _Object(path, number, tuple(name for name in names if name), told)
            if _is_result(told):
                self._results.append(found)
                self._last = path
            elif "procesobject" in told and "nummer" in told:
                self._types.update(dict.fromkeys(found.names, found))
        return len(self._types) + len(self._results) > before

    def _objects(self, document: object) -> Iterator[Fields]:
        """Every object of a list, a page, or a document with several lists."""
        if isinstance(document, list):
            for one in document:
                yield from self._objects(one)
        elif isinstance(document, dict):
            lists = [value for value in document.values() if isinstance(value, list)]
            if isinstance(document.get("count"), int) and lists:
                self._stated = max(self._stated, document["count"])
            yield from (one for value in lists for one in self._objects(value)) if lists else (document,)

    def rows(self, findings: list[Finding]) -> Iterator[tuple[Path, int, Row]]:
        """Each result as a row of the neutral form: its file, its number there, its cells by column."""
        results = {one.names or (one.path, one.number): one for one in self._results}
        numbers = {name: str(one.fields["nummer"]) for one in self._results for name in one.names}
        if len(results) < self._stated:
            findings.append(make("SMA-S064", path=str(self._last), count=len(results), stated=self._stated))
        for one in results.values():
            kind = self._types.get(_target(one, "proces_type"))
            code = one.fields.get("volledig_nummer") or (kind and _number(one, kind, numbers))
            where: dict[str, Any] = {"path": str(one.path), "item": str(one.number)}
            if kind is None or not code:
                findings.append(make("SMA-S065", **where, row=one.number))
            elif not one.fields.get("waardering"):
                findings.append(make("SMA-S066", **where, row=one.number, category=code))
            else:
                yield one.path, one.number, _row(one.fields, kind.fields, str(code))


def _is_result(told: Fields) -> bool:
    return "waardering" in told and ("proces_type" in told or "volledig_nummer" in told)


def _target(one: _Object, name: str) -> object:
    """What a reference points at: an address, or a number within the same file."""
    told = one.fields.get(name)
    return (one.path, told) if isinstance(told, int) else told


def _number(one: _Object, kind: _Object, numbers: dict[object, str]) -> str | None:
    """The number of a result that does not say it in full; ``None`` where its generic result is not there."""
    own = f"{one.fields['nummer']}"
    if one.fields.get("generiek_resultaat") is None:
        return None if one.fields.get("specifiek") else f"{kind.fields['nummer']}.{own}"
    generic = numbers.get(_target(one, "generiek_resultaat"))
    return f"{kind.fields['nummer']}.{generic}.{own}" if generic else None


def _row(told: Fields, kind: Fields, code: str) -> Row:
    words = _words()
    process, name = _text(kind["naam"]), _text(told.get("naam"))
    trigger = _text(told.get("procestermijn")).replace("_", " ")
    remark, explained = _text(told.get("procestermijn_opmerking")), _text(told.get("toelichting"))
    return {
        "list": words.list,
        "version": _text(kind.get("jaar")),
        "place": words.place,
        "category": code,
        "process": process,
        "result": _text(told.get("omschrijving")) or f"{process}: {name.lower()}",
        "description": "; ".join(part for part in (explained, remark) if part),
        "value": words.value.get(_text(told["waardering"]), _text(told["waardering"])),
        "term": _text(told.get("bewaartermijn")),
        "trigger": meant("trigger", trigger) or trigger,
        "ground": _text(told.get("herkomst")),
        "process_object": _text(kind["procesobject"]),
    }


def _snake(fields: Fields) -> Fields:
    return {_CAPITAL.sub("_", name).lower(): value for name, value in fields.items()}


def _text(value: object) -> str:
    """A value on one line."""
    return "" if value is None else _BLANKS.sub(" ", str(value)).strip()


@cache
def _words() -> _Words:
    return facts(__package__, "vng.toml", _Words)
