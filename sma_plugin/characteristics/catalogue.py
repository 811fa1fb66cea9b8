"""The characteristics there are and the profiles that say what is wanted: the software's data, and the archive's own.

An archive's file (``[paths] characteristics``) has the form of kenmerken.toml: its rows replace those of the same name
and add others, its profiles likewise. What it says is never of a delivery.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import Annotated

import msgspec

from sma_plugin.characteristics.records import ChosenProfile, Feature, Measured, Score
from sma_plugin.characteristics.scope import conditions
from sma_plugin.findings import Finding, Language, make
from sma_plugin.settings import Settings

Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]
NO_PROFILE = "niet-vastgesteld"
"""The profile that holds where none is chosen."""


class Kenmerk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One characteristic: category, labels, who lists it, the judgement per technique, and what is counted for it."""

    category: str
    name: str
    label: dict[str, str]
    source: str = "eigen"
    declared: dict[str, Score] = {}
    measure: str | None = None
    feature: Feature | None = None


class Want(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is wanted of a characteristic, in percent of what is expected; ``None`` is "niet vastgesteld"."""

    target: Percent | None = None
    minimum: Percent | None = None


class TargetProfile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A target profile: what is wanted, by name of the characteristic, and who established it."""

    name: str
    label: dict[str, str]
    source: str
    want: dict[str, Want] = {}

    @property
    def chosen(self) -> ChosenProfile | None:
        """As it is recorded; nothing where it establishes nothing."""
        return ChosenProfile(self.name, self.label, self.source) if self.want else None


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``kenmerken.toml``, or an archive's own file."""

    kenmerk: tuple[Kenmerk, ...] = ()
    profile: tuple[TargetProfile, ...] = ()
    categories: tuple[str, ...] = ()


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How something is counted (measures.toml)."""

    subject: str
    has: str
    of: str | None = None
    expected: str | None = None
    lacks: str | None = None
    decoded: str | None = None
    """Which of those that have it were decoded, where that makes a difference."""
    places: int = 5
    """So many places are pointed at; of more their number is told."""


class Wanted(msgspec.Struct, frozen=True):
    """What is measured, and against which profile."""

    categories: tuple[str, ...]
    kenmerken: tuple[Kenmerk, ...]
    profile: TargetProfile


@cache
def shipped() -> Catalogue:
    """The characteristics and profiles that come with the software."""
    return _decoded(files(__package__).joinpath("kenmerken.toml").read_text(encoding="utf-8"))


def kenmerk_label(measured: Measured, language: Language) -> str:
    """A characteristic as users read it: by the archive's own label, the software's, or else its name."""
    labels = measured.label or next((one.label for one in shipped().kenmerk if one.name == measured.name), {})
    return labels.get(language, measured.name)


@cache
def measures() -> dict[str, Measure]:
    """The ways of counting, by name, with what they ask of sightings filled in."""
    text = files(__package__).joinpath("measures.toml").read_text(encoding="utf-8")
    known = conditions()
    rows = {
        name: {key: value.format_map(known) if isinstance(value, str) else value for key, value in row.items()}
        for name, row in tomllib.loads(text).items()
    }
    return msgspec.convert(rows, dict[str, Measure])


@cache
def default() -> Wanted:
    """What is measured where nothing is configured."""
    return _wanted(shipped(), NO_PROFILE)


def wanted(settings: Settings) -> tuple[Wanted, list[Finding]]:
    """What is measured with a configuration, and what is wrong with the archive's own files."""
    found, findings = shipped(), []
    for name in settings.paths.characteristics:
        try:
            own = _decoded(settings.resolve(name).read_text(encoding="utf-8-sig"))
            _check(own, found)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            findings.append(make("SMA-K001", path=name, reason=reason or ""))
            continue
        found = _joined(found, own)
    chosen = settings.defaults.target_profile or NO_PROFILE
    if chosen not in {one.name for one in found.profile}:
        known = ", ".join(one.name for one in found.profile)
        findings.append(make("SMA-K002", profile=chosen, known=known))
        chosen = NO_PROFILE
    return _wanted(found, chosen), findings


def _wanted(found: Catalogue, chosen: str) -> Wanted:
    profile = next(one for one in found.profile if one.name == chosen)
    return Wanted(found.categories, found.kenmerk, profile)


def _joined(known: Catalogue, own: Catalogue) -> Catalogue:
    """Rows of the archive in place of those of the same name; what is new comes after."""
    return Catalogue(
        tuple({**{one.name: one for one in known.kenmerk}, **{one.name: one for one in own.kenmerk}}.values()),
        tuple({**{one.name: one for one in known.profile}, **{one.name: one for one in own.profile}}.values()),
        known.categories,
    )


def _check(own: Catalogue, known: Catalogue) -> None:
    """Raises ``ValueError`` for a name that means nothing."""
    names = {one.name for one in (*known.kenmerk, *own.kenmerk)}
    for kenmerk in own.kenmerk:
        _known("category", kenmerk.category, known.categories)
        if kenmerk.measure is not None:
            _known("measure", kenmerk.measure, measures())
    for profile in own.profile:
        for name in profile.want:
            _known("want", name, names)


def _known(field: str, value: str, choices: Collection[str]) -> None:
    if value not in choices:
        raise ValueError(f"{field} = {value!r}: {', '.join(choices)}")


def _decoded(text: str) -> Catalogue:
    return msgspec.convert(tomllib.loads(text), Catalogue)
