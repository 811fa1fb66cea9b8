"""Findings of one kind as one, worst first; and under each what follows from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from sma_plugin.findings.finding import SEVERITIES, Finding, Place, Severity, code

MAX_PLACES = 10
_LANGUAGE = re.compile("_(?:nl|en)$")
_NAMES_A_KIND = frozenset(
    (
        "algorithm",
        "cause",
        "column",
        "command",
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
