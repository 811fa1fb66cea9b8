"""What conversions of a package kept and lost: the records that findings and the improvement plan go on from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from sma_plugin.characteristics.conversions import feature_of
from sma_plugin.findings import Finding, make
from sma_plugin.notation import word_in_each
from sma_plugin.package.improvement import Kept
from sma_plugin.preferred.converting import Made


def lost(made: Made) -> Iterator[Finding]:
    """A finding for each thing that was measured of a file and is not the same after it was converted."""
    for name, before, after in made.differences:
        told: dict[str, Any] = word_in_each("unit", "measure", name)
        told |= word_in_each("feature", "feature", feature_of(name))
        yield make("SMA-F028", path=made.source, command=made.command, before=str(before), after=str(after), **told)


def kept(converted: Iterable[Made]) -> list[Kept]:
    """Of each command and each thing that was measured: of how many files, and in how many it is the same."""
    files: Counter[tuple[str, str]] = Counter()
    changed: Counter[tuple[str, str]] = Counter()
    for made in converted:
        if made.refusal is None:
            files.update((made.command, name) for name in made.measured)
            changed.update((made.command, name) for name, _, _ in made.differences)
    return [
        Kept(command, name, feature_of(name), count, count - changed[command, name])
        for (command, name), count in sorted(files.items())
    ]
