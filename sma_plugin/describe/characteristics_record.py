"""The characteristics record in XML: what is wanted, what was measured of each capture and of all, and the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from lxml import etree

from sma_plugin.characteristics.records import Measured
from sma_plugin.describe.xml import element, optional
from sma_plugin.namespaces import CHARACTERISTICS
from sma_plugin.package.improvement import Lack, Plan, Point
from sma_plugin.texts import LANGUAGES

if TYPE_CHECKING:  # what sma-format tells of one file needs none of it
    from sma_plugin.describe.context import Subject

PREFIX = "smac"
_CHARACTERISTIC = (
    "category",
    "name",
    "score",
    "declared",
    "count",
    "expected",
    "target",
    "minimum",
    "standing",
    "feature",
    "note",
)
"""Attributes of a characteristic, in order; each is the field of that name."""
_LACK = {
    "package": "package",
    "name": "name",
    "level": "level",
    "since": "from",
    "until": "until",
    "made_good": "madeGoodBy",
    "on": "madeGoodOn",
    "count": "count",
    "of": "of",
}
"""Attributes of a lack, in order, by the field that each is."""
_POINT = ("id", "status", "found", "due", "closed", "owner", "role", "date")


def characteristics_record(subject: Subject) -> etree._Element:
    """The characteristics record (``OTHERMDTYPE="SMA-CHARACTERISTICS"``): what is wanted and measured, and the plan."""
    measured = subject.assessment
    root = etree.Element(etree.QName(CHARACTERISTICS, "characteristics"), nsmap={PREFIX: CHARACTERISTICS})
    target = element(root, "target")
    for category in measured.target:
        element(target, "category", category)
    if measured.profile:
        chosen = element(root, "profile", name=measured.profile.name, source=measured.profile.source)
        _in_words(chosen, "label", measured.profile.label)
    counts_of(root, measured.counts)
    _characteristics(root, measured.characteristics)
    for capture in measured.captures:
        node = element(root, "capture", id=capture.capture, first=capture.first, last=capture.last)
        counts_of(node, capture.counts)
        _characteristics(node, capture.characteristics)
    if measured.months:
        _months(root, measured.months)
    if subject.plan:
        _plan(root, subject.plan)
    return root


def values_of(measured: Measured) -> dict[str, str]:
    """A characteristic as attributes; what was not established or could not be counted is left out."""
    told = {name: getattr(measured, name) for name in _CHARACTERISTIC}
    return {
        name: f"{value:g}" if isinstance(value, float) else str(value)
        for name, value in told.items()
        if value is not None
    }


def counts_of(parent: etree._Element, counts: Mapping[str, int]) -> None:
    """Numbers by unit."""
    node = element(parent, "counts")
    for unit, count in sorted(counts.items()):
        element(node, "count", str(count), unit=unit)


def _characteristics(parent: etree._Element, measured: Iterable[Measured]) -> None:
    for one in measured:
        element(parent, "characteristic", **values_of(one))


def _months(root: etree._Element, months: Mapping[str, Mapping[str, int]]) -> None:
    node = element(root, "months")
    for name, counts in sorted(months.items()):
        month = element(node, "month", month=name)
        for unit, count in sorted(counts.items()):
            element(month, "count", str(count), unit=unit)


def _plan(root: etree._Element, plan: Plan) -> None:
    node = element(root, "plan")
    for point in plan.points:
        _point(node, point)


def _point(parent: etree._Element, point: Point) -> None:
    node = element(parent, "point", **{name: getattr(point, name) for name in _POINT})
    _in_words(node, "label", point.label)
    for lack in point.lacks:
        _lack(node, lack)
    for feature in point.duto:
        element(node, "feature", feature)
    for technique in point.supplied_by:
        element(node, "suppliedBy", technique)
    _in_words(node, "proposal", point.proposal)
    optional(node, "measure", point.measure)
    optional(node, "ground", point.ground)


def _lack(parent: etree._Element, lack: Lack) -> None:
    element(parent, "lack", **{name: getattr(lack, field) for field, name in _LACK.items()})


def _in_words(parent: etree._Element, name: str, words: Mapping[str, str]) -> None:
    """A text in each language that it is there in."""
    for language in LANGUAGES:
        if language in words:
            element(parent, name, words[language], language=language)
