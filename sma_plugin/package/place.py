"""A folder that steps work on: what each step leaves there, and what it has on record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sma_plugin.findings import Finding
from sma_plugin.model import Event
from sma_plugin.package.files import read_json_lines, write_json_lines
from sma_plugin.secrets.addresses import cleaned


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
