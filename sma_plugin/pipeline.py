"""The ordered steps and the loop that runs them. A step is a plain callable on a place (CONTRACTS.md, "Steps").

The local run and Archivematica run the very same callables: ``sma ingest`` and ``sma-step`` both come here.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from sma_plugin.package import Package, Place, WorkArea, place_at
from sma_plugin.package.files import read_json, write_json
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.resume import finished, key_of, mark
from sma_plugin.selection.register import load_register
from sma_plugin.settings import Settings
from sma_plugin.texts import UserError

Step = Callable[[Any, Settings, Reporter], Outcome]

STEPS: dict[str, str] = {
    "receive": "sma_plugin.bundle.receive:receive",
    "read": "sma_plugin.bundle.read:read",
    "history": "sma_plugin.history.build:history",
    "assess": "sma_plugin.characteristics.step:assess_step",
    "select": "sma_plugin.selection.step:select",
    "compose": "sma_plugin.compose.step:compose",
    "normalise": "sma_plugin.history.normalise:normalise",
    "describe": "sma_plugin.describe.step:describe",
    "validate": "sma_plugin.validate.step:validate",
}
"""Every step in order, where its callable is; loaded only when it runs."""
ON_WORK_AREA = ("receive", "read", "history", "assess", "select", "compose")


class StepError(UserError):
    """A step that does not exist, or that does not work on this place; wrong use."""


def load_step(name: str) -> Step:
    """The callable of a step. Raises :class:`StepError`."""
    if name not in STEPS:
        raise StepError("error_no_step", step=name, steps=", ".join(STEPS))
    module, _, function = STEPS[name].partition(":")
    step: Step = getattr(import_module(module), function)
    return step


def prepare(place: WorkArea, bundles: Sequence[Path]) -> None:
    """Make a working area for these bundles, or take up the one that is there for the same ones."""
    from sma_plugin.bundle.receive import WorkRecord  # noqa: PLC0415 -- sma-step on a package needs none of it

    record = WorkRecord(tuple(str(bundle.resolve()) for bundle in bundles))
    if place.record.is_file() and read_json(place.record, WorkRecord) != record:
        raise StepError("error_other_delivery", path=place.root)
    place.root.mkdir(parents=True, exist_ok=True)
    write_json(place.record, record)


def run(names: Sequence[str], place: Place, settings: Settings, report: Reporter, *, resume: bool = False) -> Outcome:
    """Run steps in the given order; those after compose run on every package that was composed.

    With ``resume``, steps of the working area that are done with the same inputs are passed over. Raises
    :class:`StepError` for a step that does not fit the place.
    """
    steps = {name: load_step(name) for name in names}
    settings = msgspec.structs.replace(settings, subjects=load_register(settings).subjects)
    outcome = Outcome.OK
    key = ""
    with locked(place):
        for name in [name for name in names if name in ON_WORK_AREA]:
            if not isinstance(place, WorkArea):
                raise StepError("error_step_on_package", step=name, path=place.root)
            key = key_of(name, key, _bundles(place), settings)
            ended = finished(place, name, key) if resume else None
            if ended is None:
                ended = _run_one(name, steps[name], place, settings, report)
                mark(place, name, key, ended)
            outcome = Outcome.worst(outcome, ended)
            if outcome is Outcome.ERRORS and name == "receive":
                return outcome
        later = [name for name in names if name not in ON_WORK_AREA]
        for package in _packages(place) if later else ():
            for name in later:
                outcome = Outcome.worst(outcome, _run_one(name, steps[name], package, settings, report))
    return outcome


def _bundles(place: WorkArea) -> list[Path]:
    from sma_plugin.bundle.receive import WorkRecord  # noqa: PLC0415 -- sma-step on a package needs none of it

    return [Path(name) for name in read_json(place.record, WorkRecord).bundles]


def _packages(place: Place) -> Iterator[Place]:
    if not isinstance(place, WorkArea):
        yield place
        return
    for root in sorted(place.packages.glob("*/metadata/sma")) if place.packages.is_dir() else ():
        yield Package(root.parent.parent)


def _run_one(name: str, step: Step, place: Place, settings: Settings, report: Reporter) -> Outcome:
    outcome = step(place, settings, report)
    report.end(name, outcome)
    return outcome


@contextmanager
def locked(place: Place) -> Iterator[None]:
    """Hold the place, so that two runs never write the same one. Raises :class:`StepError` when it is held."""
    lock = place.steps_root.with_name(place.steps_root.name + ".lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StepError("error_locked", path=place.root) from error
        yield


def place_of(path: Path) -> Place:
    """The place at a path. Raises :class:`StepError`."""
    try:
        return place_at(path)
    except ValueError as error:
        raise StepError("error_no_place", path=path) from error
