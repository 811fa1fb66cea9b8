"""The layout of the working area."""

from __future__ import annotations

import shutil
from pathlib import Path

from sma_plugin.package.place import Place


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
