"""What a package holds of each characteristic, held against the profile: what the plan goes on from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sma_plugin.characteristics.catalogue import kenmerk_label
from sma_plugin.characteristics.records import Assessment, Measured
from sma_plugin.improvement.measures import CONVERSION
from sma_plugin.notation import word_in_each
from sma_plugin.package.improvement import Kept, Level
from sma_plugin.texts import LANGUAGES, text


class Held(NamedTuple):
    """One characteristic of a package: how far below its profile it is or that it meets it, and how many there are.

    It does neither where nothing could be counted. Where no profile says what is wanted, all that is expected is.

    ``posts`` are the native ids of own posts, where all that lack it are known by name; none where they are not.
    """

    id: str
    label: dict[str, str]
    level: Level | None
    met: bool
    counted: int | None = None
    of: int | None = None
    duto: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()


def held(assessment: Assessment) -> Iterator[Held]:
    """Every characteristic that was measured over the whole package, in the order in which it was."""
    for one in assessment.characteristics:
        name = f"{one.category}:{one.name}"
        label: dict[str, str] = {language: kenmerk_label(one, language) for language in LANGUAGES}
        duto = (one.feature,) if one.feature else ()
        yield Held(name, label, _level(one), _met(one), one.count, one.expected, duto, _lacking(one))


def held_by_conversions(kept: Iterable[Kept]) -> Iterator[Held]:
    """What conversions kept and lost of files, each kind of loss by each command a point of its own."""
    for one in kept:
        told = word_in_each("unit", "measure", one.measure)
        label: dict[str, str] = {
            name: text("plan_conversion", name, unit=told[f"unit_{name}"], command=one.command) for name in LANGUAGES
        }
        level: Level | None = "lost in conversion" if one.same < one.files else None
        point = f"{CONVERSION}:{one.command} {one.measure}"
        yield Held(point, label, level, level is None, one.same, one.files, (one.feature,))


def _level(one: Measured) -> Level | None:
    if one.standing == "below minimum" or one.standing == "below target":  # noqa: PLR1714 -- tells mypy which they are
        return one.standing
    return "not established" if one.standing == "not established" and one.score == "-" else None


def _met(one: Measured) -> bool:
    return one.standing == "met" or (one.standing == "not established" and one.score == "+")


def _lacking(one: Measured) -> tuple[str, ...]:
    """The own posts that are short, when the few that are told of are all of them."""
    posts = tuple(dict.fromkeys(pointer.post for pointer in one.missing if pointer.post))
    short = (one.expected or 0) - (one.count or 0)
    return posts if posts and len(one.missing) >= short and all(pointer.post for pointer in one.missing) else ()
