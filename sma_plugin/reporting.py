"""What a step tells while it works, and how it ends (CONTRACTS.md, "Steps")."""

from __future__ import annotations

from enum import IntEnum
from typing import Protocol

from sma_plugin.findings import Finding


class Outcome(IntEnum):
    """How a step ends; the numbers are the exit codes of ``sma`` and ``sma-step``. 2 is wrong use."""

    OK = 0
    ERRORS = 1
    NEEDS_DECISION = 3

    @staticmethod
    def worst(*outcomes: Outcome) -> Outcome:
        """Errors outweigh an open decision, which outweighs success."""
        order = (Outcome.ERRORS, Outcome.NEEDS_DECISION, Outcome.OK)
        return next(outcome for outcome in order if outcome in (*outcomes, Outcome.OK))


class Reporter(Protocol):
    """Where a step's progress and findings go: a terminal, JSON lines for a machine, or a list in tests."""

    def subject(self, name: str, number: int, count: int) -> None:
        """The next steps work on this package, one of so many."""

    def start(self, step: str, total_bytes: int | None = None) -> None:
        """A step begins; ``total_bytes`` is what it has to read, when known."""

    def progress(self, read_bytes: int = 0, posts: int = 0) -> None:
        """So many more bytes and posts are done."""

    def finding(self, finding: Finding) -> None:
        """Something was found."""

    def end(self, step: str, outcome: Outcome) -> None:
        """The step is over."""


class Quiet:
    """A reporter that keeps the findings and says nothing."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.posts = 0
        self.read_bytes = 0

    def subject(self, name: str, number: int, count: int) -> None:
        """Nothing to say."""

    def start(self, step: str, total_bytes: int | None = None) -> None:
        """Nothing to say."""

    def progress(self, read_bytes: int = 0, posts: int = 0) -> None:
        """Count."""
        self.read_bytes += read_bytes
        self.posts += posts

    def finding(self, finding: Finding) -> None:
        """Keep."""
        self.findings.append(finding)

    def end(self, step: str, outcome: Outcome) -> None:
        """Nothing to say."""
