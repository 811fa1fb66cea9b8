"""The layout of an information package."""

from __future__ import annotations

from pathlib import Path

from sma_plugin.package.place import Place

PACKAGE_STEPS = ("compose", "normalise", "protect", "describe", "validate")
"""Steps that leave something beside a package, in order."""
READABLE = "readable"
"""The folder in a copy for access with its posts as a table and as pages."""


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
    def readable(self) -> Path:
        """The folder with the posts of the access copy as a table and as pages."""
        return self.access / READABLE

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
    def kept_in_converting(self) -> Path:
        """What conversions kept and lost, left beside the package by normalise."""
        return self.step("normalise") / "kept.json"

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

    @property
    def checksum_file(self) -> Path:
        """The SHA-256 of every file in ``objects``, as Archivematica takes it in."""
        return self.metadata / "checksum.sha256"

    def checksums(self) -> dict[str, str]:
        """What the checksum file says, by package path; no file, no rows."""
        path = self.checksum_file
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else ()
        return {name.removeprefix("../"): digest for digest, _, name in (line.partition("  ") for line in lines)}

    def path(self, name: str) -> Path:
        """The file at a package path (``objects/…``)."""
        return self.root / name
