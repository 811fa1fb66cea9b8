"""Findings: one observation each, with a code, a severity, a place and a remedy (CONTRACTS.md, "Findings").

The codes are data: ``data/<room>.toml``, one table per code. This room knows no other.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

Severity = Literal["info", "warning", "error", "decision"]
Language = Literal["nl", "en"]
SEVERITIES: tuple[Severity, ...] = ("error", "decision", "warning", "info")
MAX_PLACES = 10


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


_CHOSEN = re.compile(r"\{(\w+):[^}|]*\|([^}]*)\}")


def pattern(template: str) -> str:
    """A text as lists of findings show it: parameters in braces, words in the plural.

    >>> pattern("{count:post|posts} of {account}")
    '{count} posts of {account}'
    """
    return _CHOSEN.sub(r"{\1} \2", template)


def text(finding: Finding, language: Language) -> str:
    """The finding's sentence; parameters that are missing show as ``?`` rather than raise."""
    return _fill(code(finding.code).text[language], finding, language)


def remedy(finding: Finding, language: Language) -> str:
    """What to do about the finding."""
    return _fill(code(finding.code).remedy[language], finding, language)


class _Lenient(dict[str, str | int]):
    def __missing__(self, key: str) -> _Unknown:
        return _Unknown("?")


class _Unknown(str):
    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return f"? {spec.split('|', 1)[1]}" if "|" in spec else "?"


class _Count(int):
    """A number as the reader writes it; ``{count:item|items}`` is the number with the form of the word it needs."""

    language: Language = "en"

    def __format__(self, spec: str) -> str:
        shown = f"{int(self):,}".replace(",", "." if self.language == "nl" else ",")
        if "|" not in spec:
            return shown
        one, many = spec.split("|", 1)
        return f"{shown} {one if self == 1 else many}"


class _DutchCount(_Count):
    language = "nl"


def _fill(template: str, finding: Finding, language: Language) -> str:
    """A template filled in; a parameter ``name_nl`` stands for ``{name}`` in Dutch, ``name_en`` in English."""
    return template.format_map(_Lenient(parameters(finding, language)))


def parameters(finding: Finding, language: Language) -> dict[str, str | int]:
    """What a finding's texts are filled with; a reason of ours is put in the reader's language."""
    first = finding.places[0] if finding.places else Place()
    known: dict[str, str | int | None] = {
        "path": first.path,
        "count": finding.count,
        "account": finding.account,
        "capture": finding.capture,
        **finding.params,
        **{name[:-3]: value for name, value in finding.params.items() if name.endswith(f"_{language}")},
    }
    if "reason" in known:
        reason = str(known["reason"])
        ours = _sayings("reasons").get(reason)
        known["reason"] = ours[language] if ours else reason.rstrip(" .")
    number = _DutchCount if language == "nl" else _Count
    return {name: number(value) if type(value) is int else value for name, value in known.items() if value is not None}


def source(name: str, language: Language) -> str:
    """The rule that a code rests on, as it is cited. Raises :class:`UnknownCodeError`."""
    stated = code(name).source
    return _sayings("sources").get(stated, {}).get(language, stated)


@cache
def _sayings(name: str) -> dict[str, dict[Language, str]]:
    """What our own short names stand for: ``reasons`` given in texts, ``sources`` of rules."""
    data = files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(data), dict[str, dict[Language, str]])


_LANGUAGE = re.compile("_(?:nl|en)$")
_NAMES_A_KIND = frozenset(
    (
        "algorithm",
        "cause",
        "column",
        "field",
        "finding",
        "kind",
        "label",
        "manifest",
        "reader",
        "rule",
        "said",
        "status",
        "type",
        "unit",
    )
)
"""Parameters that name a class of thing. The others (a value, a size, a name) tell one case from the next, and however
many cases there are, they are one finding."""


def gather(found: Iterable[Finding]) -> list[Finding]:
    """Join findings of one kind (same code, account, capture, class of thing), worst first, in a stable order.

    The text of a joined finding is that of its first case.
    """
    kinds: dict[bytes, Finding] = {}
    for finding in found:
        key = msgspec.json.encode((finding.code, finding.severity, finding.account, finding.capture, _kind(finding)))
        known = kinds.get(key)
        kinds[key] = (
            finding
            if known is None
            else msgspec.structs.replace(
                known,
                count=known.count + finding.count,
                places=(known.places + finding.places)[:MAX_PLACES],
            )
        )
    return sorted(kinds.values(), key=lambda item: (SEVERITIES.index(item.severity), item.code))


def _kind(finding: Finding) -> list[tuple[str, str | int]]:
    return sorted(pair for pair in finding.params.items() if _LANGUAGE.sub("", pair[0]) in _NAMES_A_KIND)


def consequences(found: Iterable[Finding]) -> Iterator[tuple[Finding, list[Finding]]]:
    """Each cause with all that follows from it: findings of an implied code at a place they share, and theirs in turn.

    Every finding is told exactly once, as a cause or under one.
    """
    everything = list(found)
    cause_of = [_cause(number, everything) for number in range(len(everything))]
    folded: dict[int, list[Finding]] = {number: [] for number, cause in enumerate(cause_of) if cause is None}
    for number, cause in enumerate(cause_of):
        first = cause
        while first is not None and first not in folded:
            first = cause_of[first]
        if first is not None:
            folded[first].append(everything[number])
    for number, effects in folded.items():
        yield everything[number], effects


def _cause(number: int, found: list[Finding]) -> int | None:
    """Which finding explains this one, if any; one without a place follows from its cause anywhere."""
    finding = found[number]
    causes = [other for other, one in enumerate(found) if one.code in code(finding.code).implied_by]
    if not causes or not finding.places:
        return causes[0] if causes else None
    explaining = [
        [other for other in causes if any(_same_place(place, where) for where in found[other].places)]
        for place in finding.places
    ]
    told = finding.count <= max(len(finding.places), sum(found[other].count for other in causes))
    whole = all(any(where.offset is None for where in found[other].places) for other in causes)
    return explaining[0][0] if all(explaining) and (told or whole) else None


def _same_place(one: Place, other: Place) -> bool:
    """Whether two places can be the same: a place without an offset or item is all of its file."""
    if one.path != other.path:
        return False
    if one.offset is not None and other.offset is not None:
        return one.offset == other.offset
    return one.item is None or other.item is None or one.item == other.item


def worst(found: Iterable[Finding]) -> Severity | None:
    """The gravest severity present."""
    present = {finding.severity for finding in found}
    return next((severity for severity in SEVERITIES if severity in present), None)
