"""Telling a machine what steps do: one JSON object per line, with a ``text`` where there is something to read.

Inside Archivematica the texts are what an operator reads of a job.
"""

from __future__ import annotations

import sys
from time import monotonic

import msgspec

from sma_plugin.findings import Finding, Language, remedy
from sma_plugin.findings import text as finding_text
from sma_plugin.notation import number, size, word
from sma_plugin.reporting import Outcome
from sma_plugin.texts import text

_TICK_BYTES, _TICK_SECONDS = 64 << 20, 60
_SHOWN_PLACES = 3


class JsonLines:
    """A reporter that writes one JSON object per line to standard output."""

    def __init__(self, language: Language = "en") -> None:
        self.language = language
        self._step: str | None = None
        self._bytes = self._posts = self._told = 0
        self._last = monotonic()

    def subject(self, name: str, number: int, count: int) -> None:
        """The next steps work on this package."""
        self._write({"event": "package", "name": name, "number": number, "of": count})

    def start(self, step: str, total_bytes: int | None = None) -> None:
        """A step begins."""
        self._step, self._bytes, self._posts, self._told = step, 0, 0, 0
        self._write({"event": "start", "step": step, "total_bytes": total_bytes})

    def progress(self, read_bytes: int = 0, posts: int = 0) -> None:
        """Told every so many bytes, and every minute: who hears nothing for long gives it up."""
        self._bytes += read_bytes
        self._posts += posts
        if self._bytes - self._told >= _TICK_BYTES or monotonic() - self._last >= _TICK_SECONDS:
            self._told = self._bytes
            self._write({"event": "progress", "step": self._step, "bytes": self._bytes, "posts": self._posts})

    def finding(self, finding: Finding) -> None:
        """A finding, as in ``findings.json``, and in words."""
        self._write({"event": "finding", "finding": finding, "text": in_words(finding, self.language)})

    def end(self, step: str, outcome: Outcome) -> None:
        """The step is over."""
        row = {"step": step, "outcome": outcome.name.lower(), "bytes": self._bytes, "posts": self._posts}
        self._write({"event": "outcome", **row, "text": self._done(step)})

    def say(self, name: str, /, **params: object) -> None:
        """A text of ours (``texts*.toml``)."""
        self._write({"event": "text", "text": text(name, self.language, **params)})

    def over(self, code: int) -> None:
        """The last line: nothing was lost on the way to who reads this."""
        self._write({"event": "over", "code": code})

    def _done(self, step: str) -> str:
        done = [size(self._bytes, self.language)] if self._bytes else []
        if self._posts:
            what = text("post" if self._posts == 1 else "posts", self.language)
            done.append(f"{number(self._posts, self.language)} {what}")
        return ": ".join(part for part in (text(f"step_{step}", self.language), ", ".join(done)) if part)

    def _write(self, row: dict[str, object]) -> None:
        self._last = monotonic()
        sys.stdout.write(msgspec.json.encode(row).decode() + "\n")
        sys.stdout.flush()


def in_words(finding: Finding, language: Language) -> str:
    """A finding with where it was found and what to do, on lines of their own."""
    times = f" ({text('times', language, count=number(finding.count, language))})" if finding.count > 1 else ""
    said = finding_text(finding, language)
    lines = [f"{word('severity', finding.severity, language)} {finding.code}{times}: {said}"]
    for place in finding.places[:_SHOWN_PLACES]:
        shown = ": ".join(part for part in (place.path, place.item) if part)
        if shown and shown not in said:
            lines.append(f"  - {shown}")
    if finding.count > _SHOWN_PLACES:
        lines.append(f"  - {text('and_more', language)}")
    if finding.severity != "info":
        lines.append(f"  → {remedy(finding, language)}")
    return "\n".join("".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in line) for line in lines)
