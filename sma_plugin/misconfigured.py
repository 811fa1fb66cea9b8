"""A configuration that cannot be used, told in words: what is wrong, where in the file, what may have been meant."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from sma_plugin.texts import UserError

_AT = re.compile(r" - at `\$\.?(.*)`$")
_UNKNOWN = re.compile(r"unknown field `([^`]*)`")
_MISSING = re.compile(r"missing required field `([^`]*)`")
_WRONG_VALUE = re.compile(r"Invalid enum value (.*)")
_WRONG_TYPE = re.compile(r"Expected `([^`]*)`, got `([^`]*)`")


class SettingsError(UserError):
    """A configuration that cannot be used; the message says what is wrong, where, and what to do."""


def explained(message: str, path: Path, sections: type[msgspec.Struct], left_out: tuple[str, ...]) -> SettingsError:
    """The validation message in words; in the file may stand ``sections``, without the names that are ``left_out``."""
    at = _AT.search(message)
    place = at.group(1) if at else ""
    if found := _UNKNOWN.search(message):
        name = found.group(1)
        names = [one for one in _names(_kind_at(place, sections)) if one not in left_out]
        near = difflib.get_close_matches(name, names, 1)
        code = "config_unknown_near" if near else "config_unknown"
        return SettingsError(code, path=path, name=name, near="".join(near), known=", ".join(names), **_section(place))
    if found := _MISSING.search(message):
        return SettingsError("config_missing", path=path, name=found.group(1), **_section(place))
    section, _, name = place.rpartition(".")
    if found := _WRONG_VALUE.search(_AT.sub("", message)):
        known = ", ".join(str(value) for value in _values(_kind_at(place, sections)))
        return SettingsError("config_value", path=path, name=name, value=found.group(1), known=known)
    if found := _WRONG_TYPE.search(message):
        expected, got = (_type_names(kind) for kind in found.groups())
        words = {"expected_nl": expected[0], "expected_en": expected[1], "got_nl": got[0], "got_en": got[1]}
        return SettingsError("config_type", path=path, name=name or place, **words, **_section(section))
    return SettingsError("config_unusable", path=path, reason=message)


_TYPES = {
    "str": ("een tekst tussen aanhalingstekens", "a text in quotes"),
    "bool": ("true of false", "true or false"),
    "int": ("een getal", "a number"),
    "array": ("een lijst tussen vierkante haken", "a list in square brackets"),
    "object": ("een sectie", "a section"),
}


def _type_names(kind: str) -> tuple[str, str]:
    return _TYPES.get(kind.partition(" | ")[0], (kind, kind))


def _section(place: str) -> dict[str, str]:
    """Where in the file, as the file itself writes it."""
    return {
        "section_nl": f" in sectie [{place}]" if place else "",
        "section_en": f" in section [{place}]" if place else "",
    }


def _kind_at(place: str, sections: type[msgspec.Struct]) -> Any:
    """The type that stands at a place such as ``defaults.language`` or ``roles[...]``."""
    kind: Any = sections
    for name in re.findall(r"[A-Za-z_]+|\[\.\.\.\]", place):
        if name == "[...]":
            kind = get_args(kind)[1] if get_args(kind) else kind
        else:
            kind = get_type_hints(kind).get(name, sections) if isinstance(kind, type) else sections
    return kind


def _names(kind: Any) -> list[str]:
    fields = msgspec.structs.fields(kind) if isinstance(kind, type) and issubclass(kind, msgspec.Struct) else ()
    return [field.name for field in fields]


def _values(kind: Any) -> list[Any]:
    return [value for one in (kind, *get_args(kind)) if get_origin(one) is Literal for value in get_args(one)]
