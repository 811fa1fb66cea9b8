"""Mapping files: what the values of a supplier's delivery mean, in a few lines of TOML.

The ones that ship are beside this module (``mappings/*.toml``); an archive names its own in its configuration
(``paths.mappings``), never in a delivery. ``docs/suppliers.md`` says how to write one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import msgspec

from sma_plugin.model import PostKind, Technique

Form = Literal["csv", "json", "xml", "html", "eml"]
Reading = Literal["text", "html", "time", "epoch", "epoch-ms", "number", "list"]
_FIELDS = """
id url platform author_id author_handle author_name created edited deleted text html title kind language audience
reply_to repost_of quote_of placed_on media alt hashtags tool"""
FIELDS = frozenset(_FIELDS.split())


class MappingError(ValueError):
    """A mapping file that cannot be used; the message says where and why."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"source": "from", "reading": "as"}):
    """Where one value of a post stands: the first of ``source`` that has any, else ``fixed``.

    ``template`` puts several values together (``{page}_{post}``); it gives nothing unless all of them are there.

    ``reading`` says how it is written; ``format`` is a form of time (``strptime``) and ``zone`` its zone in hours from
    UTC; ``values`` names a list of words and what they mean; ``pattern`` takes its first group; ``separator`` parts a
    list.
    """

    source: tuple[str, ...] = ()
    template: str | None = None
    reading: Reading = "text"
    fixed: str | None = None
    format: str | None = None
    zone: float | None = None
    values: str | None = None
    pattern: str | None = None
    separator: str | None = None


class Recognise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By what a delivery is known: a pattern for file names, and names that its first bytes all hold."""

    files: str = ".*"
    names: tuple[str, ...] = ()


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One mapping. ``items`` leads to each post (docs/suppliers.md); ``people`` are values that name third parties.

    ``opening`` is a pattern that ends where the JSON begins, for files that hold more. ``placeholders`` are texts that
    stand for an address: their pattern, the object in the item that says which, under what name the address stands in
    it, and under what name the placeholder may stand at the end of a text, where it is not the object's own name.
    """

    supplier: str
    form: Form
    fields: dict[str, Field]
    recognise: Recognise = Recognise()
    items: str = ""
    opening: str | None = None
    platform: str | None = None
    technique: Technique = "unknown"
    counts: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    people: tuple[str, ...] = ()
    placeholders: tuple[str, str, str, str] | None = None
    name: str = ""

    @property
    def places(self) -> set[str]:
        """Every place that the mapping names."""
        fields = self.fields.values()
        within = (name for one in fields if one.template for name in re.findall(r"\{([^{}]+)\}", one.template))
        named = (place for one in fields for place in one.source)
        return {*named, *within, *self.counts.values(), *self.people, *self.recognise.names}


_KINDS: tuple[PostKind, ...] = ("note", "repost", "question", "article", "event", "video", "image", "page", "story")


def decoded(text: str, path: str) -> Mapping:
    """The mapping that a file holds. Raises :class:`MappingError` with what is wrong in it."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(path, str(error)) from error
    given = values.get("fields")
    if isinstance(given, dict):
        values["fields"] = {name: _field(value) for name, value in given.items()}
        unknown = sorted(set(given) - FIELDS)
        if unknown:
            near = get_close_matches(unknown[0], FIELDS, 1)
            raise MappingError(path, f"fields.{unknown[0]}" + (f" (→ fields.{near[0]}?)" if near else ""))
    try:
        mapping = msgspec.convert(values, Mapping)
    except msgspec.ValidationError as error:
        raise MappingError(path, str(error)) from error
    _check(mapping, path)
    return msgspec.structs.replace(mapping, name=mapping.name or Path(path).stem)


def _field(value: Any) -> Any:
    """A field in its short forms: one source, or several to try in order."""
    if isinstance(value, str):
        return {"from": [value]}
    if isinstance(value, list):
        return {"from": value}
    if isinstance(value, dict) and isinstance(value.get("from"), str):
        return {**value, "from": [value["from"]]}
    return value


def _check(mapping: Mapping, path: str) -> None:
    patterns = [mapping.recognise.files, mapping.opening, *(one.pattern for one in mapping.fields.values())]
    for pattern in filter(None, (*patterns, mapping.placeholders and mapping.placeholders[0])):
        try:
            re.compile(pattern)
        except re.error as error:
            raise MappingError(path, f"{pattern}: {error}") from error
    for name, field in mapping.fields.items():
        if field.values and field.values not in mapping.values:
            raise MappingError(path, f"fields.{name}.values: {field.values}")
    kinds = mapping.values.get(mapping.fields["kind"].values or "", {}) if "kind" in mapping.fields else {}
    wrong = sorted(set(kinds.values()) - set(_KINDS))
    if wrong:
        raise MappingError(path, f"kind: {wrong[0]} ({', '.join(_KINDS)})")
    if not {"id", "url", "text", "html"} & mapping.fields.keys():
        raise MappingError(path, "fields: id, url, text, html")


@cache
def shipped() -> tuple[Mapping, ...]:
    """The mappings that come with the software."""
    folder = files(__package__).joinpath("mappings")
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name)
    return tuple(decoded(one.read_text(encoding="utf-8"), one.name) for one in found)


_own: list[Mapping] = []


def use(texts: Iterable[tuple[str, str]]) -> None:
    """Take these mapping files (name, text) before the ones that ship. Raises :class:`MappingError`."""
    _own[:] = [decoded(text, name) for name, text in texts]


def mappings() -> tuple[Mapping, ...]:
    """All mappings, an archive's own first."""
    return (*_own, *shipped())
