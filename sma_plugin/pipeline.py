"""The ordered steps and the loop that runs them. A step is a plain callable on a place (CONTRACTS.md, "Steps").

The local run and Archivematica run the very same callables: ``sma ingest`` and ``sma-step`` both come here.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from time import monotonic, sleep
from typing import IO, Any

import msgspec

from sma_plugin.package import Package, Place, WorkArea, place_at
from sma_plugin.package.files import read_json, read_json_lines, write_json
from sma_plugin.package.records import Composed, FileRecord
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.resume import finished, forget, key_of, mark
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
    "normalise": "sma_plugin.preferred.step:normalise",
    "protect": "sma_plugin.readable.step:protect",
    "describe": "sma_plugin.describe.step:describe",
    "validate": "sma_plugin.validate.step:validate",
}
"""Every step in order, where its callable is; loaded only when it runs."""
_LOOK_AGAIN = 0.2
"""Seconds between two looks at a place that is held."""
ON_WORK_AREA = ("receive", "read", "history", "assess", "select", "compose")


class StepError(UserError):
    """A step that does not exist, or that does not work on this place; wrong use."""


class _NothingReceivedError(Exception):
    """Receive recognised nothing: there is nothing to go on with."""


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
        if not place.resting:
            raise StepError("error_other_delivery", path=place.root)
        place.clear()
    place.root.mkdir(parents=True, exist_ok=True)
    place.rest(resting=False)
    write_json(place.record, record)


def run(
    names: Sequence[str],
    place: Place,
    settings: Settings,
    report: Reporter,
    *,
    resume: bool = False,
    verify: bool = False,
) -> Outcome:
    """Run steps in the given order while the place is held; those after compose run on every composed package.

    With ``resume``, steps of the working area that are done with the same inputs are passed over. With ``verify``,
    what was read and what earlier steps left is hashed again first. Raises :class:`StepError` for a step that does not
    fit the place, and when earlier outputs are not what they were.
    """
    with locked(place):
        return run_held(names, place, settings, report, resume=resume, verify=verify)


def run_held(
    names: Sequence[str],
    place: Place,
    settings: Settings,
    report: Reporter,
    *,
    resume: bool = False,
    verify: bool = False,
) -> Outcome:
    """As :func:`run`, for a caller that holds the place already."""
    steps = {name: load_step(name) for name in names}
    settings = msgspec.structs.replace(settings, subjects=load_register(settings).subjects)
    early = [name for name in names if name in ON_WORK_AREA]
    outcome = Outcome.OK
    if early:
        try:
            run_early = {name: steps[name] for name in early}
            outcome = _on_work_area(run_early, place, settings, report, resume=resume, verify=verify)
        except _NothingReceivedError:
            return Outcome.ERRORS
    later = [name for name in names if name not in ON_WORK_AREA]
    for package in _packages(place) if later else ():
        if verify:
            _refuse_changed_files(package)
        ended = [_run_one(name, steps[name], package, settings, report) for name in later]
        outcome = Outcome.worst(outcome, *ended, _told(package, *later))
    return outcome


def _on_work_area(
    steps: Mapping[str, Step], place: Place, settings: Settings, report: Reporter, *, resume: bool, verify: bool
) -> Outcome:
    """Run steps of a working area; nothing follows a delivery in which no capture was recognised."""
    first, outcome = next(iter(steps)), Outcome.OK
    if not isinstance(place, WorkArea):
        raise StepError("error_step_on_package", step=first, path=place.root)
    if verify and not resume:
        _refuse_changed_steps(place, first, settings)
    unchanged = not (verify and resume and any(_changed(place)))
    keys = _keys(place, settings)
    for name, step in steps.items():
        ended = finished(place, name, keys[name], verify=verify) if resume and unchanged else None
        if ended is None:
            forget(place, ON_WORK_AREA[ON_WORK_AREA.index(name) :])
            ended = _run_one(name, step, place, settings, report)
            if name != "compose" or ended is not Outcome.ERRORS:  # a full disk or a changed file can be mended
                mark(place, name, keys[name], ended, settings)
        outcome = Outcome.worst(outcome, ended, _told(place, name))
        if ended is Outcome.ERRORS and name == "receive":
            raise _NothingReceivedError
    return outcome


def _keys(place: WorkArea, settings: Settings) -> dict[str, str]:
    """The key of every step of a working area."""
    keys: dict[str, str] = {}
    before = ""
    for name in ON_WORK_AREA:
        before = keys[name] = key_of(name, before, _bundles(place), settings)
    return keys


def _refuse_changed_steps(place: WorkArea, first: str, settings: Settings) -> None:
    """Raises :class:`StepError` when a step before the first one is not done, or its inputs or outputs changed."""
    keys = _keys(place, settings)
    before = ON_WORK_AREA[: ON_WORK_AREA.index(first)]
    for path in _changed(place) if before else ():
        raise StepError("error_changed_delivery", path=path)
    for name in before:
        if finished(place, name, keys[name], verify=True) is None:
            raise StepError("error_changed_step", step=name, path=place.root)


def _changed(place: WorkArea) -> Iterator[Path]:
    from sma_plugin.bundle.unchanged import changed  # noqa: PLC0415 -- sma-step on a package needs none of it

    return changed(place)


def _refuse_changed_files(package: Package) -> None:
    """Raises :class:`StepError` when a kept file is not what compose put there."""
    for row in read_json_lines(package.files, FileRecord):
        path = package.path(row.path)
        with path.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != row.sha256:
                raise StepError("error_changed_file", path=path)


def _bundles(place: WorkArea) -> list[Path]:
    from sma_plugin.bundle.receive import WorkRecord  # noqa: PLC0415 -- sma-step on a package needs none of it

    return [Path(name) for name in read_json(place.record, WorkRecord).bundles]


def _packages(place: Place) -> Iterator[Package]:
    if isinstance(place, Package):
        yield place
    elif isinstance(place, WorkArea):
        yield from composed_packages(place)


def composed_packages(place: WorkArea) -> Iterator[Package]:
    """The packages of a working area that are whole and have not been moved to their place."""
    if place.composed.is_file():
        for name in sorted(read_json(place.composed, Composed).packages):
            if (place.packages / name).is_dir():
                yield Package(place.packages / name)


def _told(place: Place, *names: str) -> Outcome:
    """What the findings of steps come to: one error among them is an error of the run (PRODUCT.md, section 6)."""
    wrong = any(finding.severity == "error" for finding in place.findings(*names))
    return Outcome.ERRORS if wrong else Outcome.OK


def _run_one(name: str, step: Step, place: Place, settings: Settings, report: Reporter) -> Outcome:
    outcome = step(place, settings, report)
    report.end(name, outcome)
    return outcome


@contextmanager
def locked(place: Place, *, wait: float = 0) -> Iterator[None]:
    """Hold the place, so that two runs never write the same one.

    Raises :class:`StepError` when it is held, and is still held after ``wait`` seconds.
    """
    place.lock.parent.mkdir(parents=True, exist_ok=True)
    until = monotonic() + wait
    with place.lock.open("w") as stream:
        while not _took(stream):
            if monotonic() >= until:
                raise StepError("error_locked", path=place.root)
            sleep(_LOOK_AGAIN)
        yield


def _took(stream: IO[str]) -> bool:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def place_of(path: Path) -> Place:
    """The place at a path. Raises :class:`StepError`."""
    try:
        return place_at(path)
    except ValueError as error:
        raise StepError("error_no_place", path=path) from error
