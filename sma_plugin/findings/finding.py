"""The codes of findings, as data: ``data/<room>.toml``, one table per code; and the finding that is made of one."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

Severity = Literal["info", "warning", "error", "decision"]
Language = Literal["nl", "en"]
SEVERITIES: tuple[Severity, ...] = ("error", "decision", "warning", "info")


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a code means. ``text`` and ``remedy`` are per language, with parameters as ``{name}``.

    ``source`` cites a specification, or names a rule of our own in ``sources.toml``. ``implied_by`` are the codes whose
    consequence this one may be.
    """

    severity: Severity
    text: dict[Language, str]
    remedy: dict[Language, str]
    source: str
    implied_by: tuple[str, ...] = ()


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where something was found: a path in the bundle or package, a byte offset, a record or item within it."""

    path: str | None = None
    offset: int | None = None
    item: str | None = None


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One finding, or many of a kind: ``count`` of them, with the first ten places."""

    code: str
    severity: Severity
    params: dict[str, str | int] = {}
    places: tuple[Place, ...] = ()
    count: int = 1
    account: str | None = None
    capture: str | None = None
    step: str | None = None


class UnknownCodeError(LookupError):
    """A code that no data file describes."""


@cache
def codes() -> dict[str, Code]:
    """Every code with its meaning, in order."""
    found: dict[str, Code] = {}
    for resource in sorted(files(__package__).joinpath("data").iterdir(), key=lambda entry: entry.name):
        for name, row in tomllib.loads(resource.read_text(encoding="utf-8")).items():
            if name in found:
                raise ValueError(f"{name} stands in two data files; {resource.name} is the second")
            found[name] = msgspec.convert(row, Code)
    return dict(sorted(found.items()))


def code(name: str) -> Code:
    """The meaning of one code. Raises :class:`UnknownCodeError`."""
    try:
        return codes()[name]
    except KeyError:
        raise UnknownCodeError(name) from None


def make(
    code_name: str,
    /,
    *,
    path: str | None = None,
    offset: int | None = None,
    item: str | None = None,
    account: str | None = None,
    capture: str | None = None,
    **params: str | int,
) -> Finding:
    """A finding with the severity that its code has. Raises :class:`UnknownCodeError`."""
    place = (Place(path, offset, item),) if path is not None or item is not None else ()
    return Finding(code_name, code(code_name).severity, params, place, 1, account, capture)


def source(name: str, language: Language) -> str:
    """The rule that a code rests on, as it is cited. Raises :class:`UnknownCodeError`."""
    stated = code(name).source
    return sayings("sources").get(stated, {}).get(language, stated)


@cache
def sayings(name: str) -> dict[str, dict[Language, str]]:
    """What our own short names stand for: ``reasons`` given in texts, ``sources`` of rules."""
    data = files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(data), dict[str, dict[Language, str]])
