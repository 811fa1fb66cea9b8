"""One web archive by itself: what its bytes say of it, without a capture, an account or a reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from sma_plugin.bundle.names import printable
from sma_plugin.bundle.response_record import Told
from sma_plugin.bundle.responses import ResponseWalk, Seen, unresolved, wacz_sources
from sma_plugin.findings import Finding, gather, make
from sma_plugin.model import Problem
from sma_plugin.readers.contract import Source

_PIECE = 1 << 18
_ITS_OWN = "WZ"
"""The letters of the findings on WARC, ARC and WACZ as such."""


def findings_of(path: Path) -> list[Finding]:
    """What is wrong with a WARC, ARC or WACZ, as ``sma validate`` says it. Raises ``OSError``."""
    problems: list[Told] = []
    seen = Seen()
    with path.open("rb") as stream:
        found: Iterator[Source]
        if stream.peek(2)[:2] == b"PK" or path.suffix.lower() == ".wacz":
            found = wacz_sources(stream, path.name, problems, seen)
        else:
            found = ResponseWalk(stream, path.name, seen=seen, problems=problems, size=path.stat().st_size)
        for source in found:
            while source.stream.read(_PIECE):
                continue
    problems += unresolved(seen)
    return gather(_finding(one) for one in problems if isinstance(one, Problem) and one.code[4] in _ITS_OWN)


def _finding(problem: Problem) -> Finding:
    params = {name: printable(value) if isinstance(value, str) else value for name, value in problem.params.items()}
    path = printable(problem.path) if problem.path else None
    return replace(make(problem.code, path=path, offset=problem.offset), params=params)
