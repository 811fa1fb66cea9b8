"""Where what was measured is not what was declared or wanted: each difference a finding with its DUTO feature."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sma_plugin.characteristics.catalogue import Wanted
from sma_plugin.characteristics.emoji import library
from sma_plugin.characteristics.records import Assessment, Measured, Score
from sma_plugin.findings import Finding, make
from sma_plugin.notation import word_in_each
from sma_plugin.texts import LANGUAGES

_DIFFERS: dict[tuple[Score | None, Score], str] = {("+", "-"): "SMA-K010", ("-", "+"): "SMA-K011"}
"""By what is declared and what was measured."""
_SHORT = {"below minimum": "SMA-K012", "below target": "SMA-K013"}


def shortfalls(assessment: Assessment, wanted: Wanted) -> Iterator[Finding]:
    """Differences of each capture with what its technique is said to deliver, and of the whole with what is wanted."""
    labels = {one.name: one.label for one in wanted.kenmerken}
    for capture in assessment.captures:
        for one in capture.characteristics:
            yield from _declared(one, capture.capture, labels[one.name])
    for one in assessment.characteristics:
        if one.standing in _SHORT:
            yield _short(one, labels[one.name])
    if library() is None and any(one.measure == "emoji" for one in wanted.kenmerken):
        yield make("SMA-K003")


def _declared(one: Measured, capture: str, label: dict[str, str]) -> Iterator[Finding]:
    """What the guideline says of a technique against what the capture holds; none at all proves nothing."""
    code = _DIFFERS.get((one.declared, one.score))
    if code:
        count, expected = one.count or 0, one.expected or 0
        # A capture is called by its number: the rest of its id is no word for people.
        number = capture.partition("-")[0]
        yield make(code, capture=capture, number=number, count=count, expected=expected, **_named(one, label))


def _short(one: Measured, label: dict[str, str]) -> Finding:
    count, expected = one.count or 0, one.expected or 0
    wanted = one.minimum if one.standing == "below minimum" else one.target
    shares = {"share": f"{100 * count / expected:.1f}".removesuffix(".0"), "wanted": f"{wanted:g}"}
    written: dict[str, Any] = {f"{name}_nl": share.replace(".", ",") for name, share in shares.items()}
    written |= {f"{name}_en": share for name, share in shares.items()}
    return make(_SHORT[one.standing], count=count, expected=expected, **written, **_named(one, label))


def _named(one: Measured, label: dict[str, str]) -> dict[str, Any]:
    """The characteristic and its feature as parameters of a text."""
    named = {f"label_{language}": label[language] for language in LANGUAGES}
    return named | word_in_each("feature", "feature", one.feature or "niet-vastgesteld")
