"""The working area and the package on disk: their paths, their logs, their records. Nothing else knows the layout.

A *place* is where a step works: the working area up to and including compose, a package after it
(CONTRACTS.md, "Steps"). Both keep what a step leaves for later steps under ``steps/<name>/``; a package keeps that
beside itself (``<name>.steps``), because a package that leaves the house holds nothing of our workshop.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from sma_plugin.findings import Finding
from sma_plugin.model import Event
from sma_plugin.package.files import read_json_lines, write_json_lines
from sma_plugin.secrets.addresses import cleaned

PACKAGE_STEPS = ("compose", "normalise", "protect", "describe", "validate")
"""Steps that leave something beside a package, in order."""


class NotAPlaceError(ValueError):
    """A path that is neither a working area nor a package."""


class Place:
    """A folder that steps work on. ``root`` is the folder itself, ``steps_root`` where steps leave their outputs."""

    def __init__(self, root: Path, steps_root: Path) -> None:
        self.root, self.steps_root = root, steps_root

    @property
    def lock(self) -> Path:
        """The file by which a run holds the place."""
        return self.steps_root.with_name(self.steps_root.name + ".lock")

    def step(self, name: str) -> Path:
        """The folder of one step's outputs; made when it is not there."""
        folder = self.steps_root / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def log(self, step: str, events: list[Event], findings: list[Finding]) -> None:
        """Replace what a step has on record; keys and signatures in addresses do not enter it."""
        write_json_lines(self.step(step) / "events.jsonl", map(cleaned, events))
        write_json_lines(self.step(step) / "findings.jsonl", map(cleaned, findings))

    def events(self, *steps: str) -> Iterator[Event]:
        """Events of these steps, in the order of the steps."""
        for step in steps:
            yield from read_json_lines(self.steps_root / step / "events.jsonl", Event)

    def findings(self, *steps: str) -> Iterator[Finding]:
        """Findings of these steps, in the order of the steps."""
        for step in steps:
            yield from read_json_lines(self.steps_root / step / "findings.jsonl", Finding)


class WorkArea(Place):
    """Where a delivery is worked on before there is a package."""

    MARKER = "place.json"
    RESTING = "resting"

    def __init__(self, root: Path) -> None:
        super().__init__(root, root / "steps")

    @property
    def record(self) -> Path:
        """What is being worked on: bundles, schema version."""
        return self.root / self.MARKER

    def rest(self, *, resting: bool) -> None:
        """Note whether only questions are open here that nothing waits for: other work may take its place."""
        mark = self.root / self.RESTING
        if resting:
            mark.touch()
        else:
            mark.unlink(missing_ok=True)

    @property
    def resting(self) -> bool:
        """Whether other work may take the place of what is here."""
        return (self.root / self.RESTING).is_file()

    def clear(self) -> None:
        """Take away everything but the lock."""
        for path in self.root.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path != self.lock:
                path.unlink()

    @property
    def delivery(self) -> Path:
        """What receive found: delivered files, members, captures."""
        return self.step("receive") / "delivery.json"

    @property
    def items(self) -> Path:
        """What the readers yielded, as length-prefixed MessagePack."""
        return self.step("read") / "items.msgpack"

    @property
    def members(self) -> Path:
        """Size and SHA-256 of every member, as read."""
        return self.step("read") / "members.jsonl"

    @property
    def history(self) -> Path:
        """The history store."""
        return self.step("history") / "history.sqlite"

    @property
    def assessment(self) -> Path:
        """What was measured, per capture and account."""
        return self.step("assess") / "assessment.json"

    @property
    def beside_earlier(self) -> Path:
        """The folder with one history of the delivery and of the packages that it is related to."""
        return self.step("assess")

    @property
    def decisions(self) -> Path:
        """Proposals and decisions, per account."""
        return self.step("select") / "decisions.json"

    @property
    def chosen(self) -> Path:
        """Which posts go into which package, where not all of an account's go into one."""
        return self.step("select") / "chosen.sqlite"

    @property
    def questions(self) -> Path:
        """What select put to the roles that decide, with the answers that there are."""
        return self.step("select") / "questions.json"

    @property
    def asked_by_compose(self) -> Path:
        """What compose put to them."""
        return self.step("compose") / "questions.json"

    @property
    def asked_of_packages(self) -> list[Path]:
        """What later steps put to them, package by package."""
        return sorted(self.packages.glob("*.steps/*/questions.json"))

    @property
    def packages(self) -> Path:
        """The folder where packages are composed."""
        return self.root / "packages"

    @property
    def composed(self) -> Path:
        """Which packages are whole (:class:`~sma_plugin.package.records.Composed`)."""
        return self.step("compose") / "composed.json"

    @property
    def delivered(self) -> Path:
        """Which packages were moved to their place: name and key of what was delivered."""
        return self.root / "delivered.json"

    @property
    def replaced(self) -> Path:
        """Where a package stands that is being replaced by a new one, until that is in its place."""
        return self.root / "replaced"


class Package(Place):
    """One information package: one account, one period, one appraisal value and end date.

    ``metadata`` is the folder of that name, unless the package lies in an AIP; then others may have added files, and
    it is not ``alone``.
    """

    def __init__(self, root: Path, steps_root: Path | None = None, metadata: Path | None = None) -> None:
        super().__init__(root, steps_root or root.with_name(root.name + ".steps"))
        self.objects = root / "objects"
        self.captures = self.objects / "captures"
        self.derived = self.objects / "derived"
        self.metadata = metadata or root / "metadata"
        self.alone = metadata is None
        self.mdto = self.metadata / "mdto"
        self.sma = self.metadata / "sma"

    @property
    def normalised(self) -> Path:
        """The folder of normalised posts."""
        return self.derived / "normalised"

    @property
    def posts(self) -> Path:
        """The account history, one ActivityStreams object per line."""
        return self.normalised / "posts.jsonl"

    @property
    def posts_meta(self) -> Path:
        """Schema version and counts of ``posts.jsonl``."""
        return self.normalised / "posts.meta.json"

    @property
    def access(self) -> Path:
        """The folder of the access copy."""
        return self.derived / "access"

    @property
    def access_posts(self) -> Path:
        """The account history with third parties under pseudonyms, one ActivityStreams object per line."""
        return self.access / "posts.jsonl"

    @property
    def record(self) -> Path:
        """Package, delivery and captures (:class:`~sma_plugin.package.records.PackageRecord`)."""
        return self.sma / "captures.toml"

    @property
    def decisions(self) -> Path:
        """Decisions taken (:class:`~sma_plugin.selection.records.PackageDecisions`)."""
        return self.sma / "decisions.json"

    @property
    def characteristics(self) -> Path:
        """Measured characteristics (:class:`~sma_plugin.characteristics.records.Assessment`)."""
        return self.sma / "characteristics.json"

    @property
    def previous(self) -> Path:
        """How it relates to earlier packages (:class:`~sma_plugin.stored.records.Related`); absent when it was not."""
        return self.sma / "previous.json"

    @property
    def plan(self) -> Path:
        """The improvement plan as it stood when it was made (:class:`~sma_plugin.package.improvement.Plan`)."""
        return self.sma / "plan.json"

    @property
    def carried_plan(self) -> Path:
        """The points of earlier packages' plans, left beside the package by compose."""
        return self.step("compose") / "plan.json"

    @property
    def access_record(self) -> Path:
        """The access copy as an archival item (:class:`~sma_plugin.selection.records.AccessCopy`), where it is one."""
        return self.sma / "access.json"

    @property
    def masked(self) -> Path:
        """The folder of copies of web archives without keys and cookies."""
        return self.derived / "masked"

    @property
    def masked_record(self) -> Path:
        """Those copies as an archival item (:class:`~sma_plugin.selection.records.MaskedCopy`), where there are any."""
        return self.sma / "masked.json"

    @property
    def excluded(self) -> Path:
        """What was left out: classes, counts, bytes, reasons, one hash."""
        return self.sma / "excluded.json"

    @property
    def all_events(self) -> Path:
        """The events of every step, merged by describe."""
        return self.sma / "events.jsonl"

    @property
    def all_findings(self) -> Path:
        """The findings of every step, merged by describe."""
        return self.sma / "findings.json"

    @property
    def mets(self) -> Path:
        """The package's own METS with the full description."""
        return self.sma / "mets.xml"

    @property
    def files(self) -> Path:
        """Every kept file (:class:`~sma_plugin.package.records.FileRecord`), left beside the package by compose."""
        return self.step("compose") / "files.jsonl"

    @property
    def history(self) -> Path:
        """This package's slice of the history store, left beside the package by compose."""
        return self.step("compose") / "history.sqlite"

    def path(self, name: str) -> Path:
        """The file at a package path (``objects/…``)."""
        return self.root / name


def packages_at(path: Path) -> list[Package]:
    """The package in a folder, or those in an unpacked AIP, which has a transfer's metadata among its objects."""
    if (path / "metadata" / "sma").is_dir():
        return [Package(path)]
    data = path / "data"
    found = sorted(data.glob("objects/metadata/transfers/*/sma"))
    return [Package(data, metadata=sma.parent) for sma in found if sma.is_dir()]


def place_at(path: Path) -> Place:
    """The place at ``path``. Raises :class:`NotAPlaceError`."""
    if (path / WorkArea.MARKER).is_file():
        return WorkArea(path)
    if (path / "metadata" / "sma").is_dir():
        return Package(path)
    raise NotAPlaceError(f"{path} is neither a working area nor a package")
