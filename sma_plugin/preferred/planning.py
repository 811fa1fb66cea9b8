"""What the policies say of files: status, command, and what converting would cost. Costs are estimates, and said so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

import msgspec

from sma_plugin.facts import facts
from sma_plugin.formats.conversion import Command, for_preservation
from sma_plugin.package.records import FileRecord
from sma_plugin.preferred.policy import Policies, Rule
from sma_plugin.processes import processes


class ToConvert(NamedTuple):
    """A file and the command that the policies convert it with, by which rule."""

    record: FileRecord
    command: Command
    rule: Rule


class Rate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a command costs with files of some formats (``costs.toml``): measured, and told as an estimate.

    ``growth`` is how many bytes come of one byte, ``speed`` how many bytes one core takes in a second, ``start`` how
    many seconds a file takes whatever its size.
    """

    command: str
    of: tuple[str, ...]
    growth: float
    speed: float
    start: float = 0.0


@cache
def _rates() -> dict[tuple[str, str], Rate]:
    rows = facts("sma_plugin.fpr_rules", "costs.toml", dict[str, tuple[Rate, ...]])["cost"]
    return {(row.command, puid): row for row in rows for puid in row.of}


def rate_of(command: Command, puid: str | None) -> Rate:
    """What a command costs with files of a format, else what it costs in general."""
    known = _rates().get((command.name, puid or ""))
    return known or Rate(command.name, (), command.growth, command.speed, command.start)


class Cost(NamedTuple):
    """What converting comes to, by estimate: files, bytes that there are, bytes that come, seconds of one core."""

    files: int = 0
    size: int = 0
    after: int = 0
    seconds: float = 0.0

    def plus(self, size: int, command: Command, puid: str | None) -> Cost:
        """With one more file of a format."""
        rate = rate_of(command, puid)
        after, seconds = round(size * rate.growth), rate.start + size / rate.speed
        return Cost(self.files + 1, self.size + size, self.after + after, self.seconds + seconds)

    def elapsed(self, cores: int | None = None) -> float:
        """Seconds that it takes with all cores; files are not cut, so that few files do not use all."""
        return self.seconds / max(1, min(self.files, cores or processes()))


def to_convert(records: Iterable[FileRecord], policies: Policies) -> Iterator[ToConvert]:
    """The originals that the policies convert."""
    known = for_preservation()
    for record in records:
        if record.use != "original":
            continue
        ruled = policies.about(record.puid, record.path)
        command = known.get(ruled.rule.command or "") if ruled and ruled.rule.status == "convert" else None
        if ruled and command:
            yield ToConvert(record, command, ruled.rule)


def by_command(planned: Iterable[ToConvert]) -> dict[str, list[ToConvert]]:
    """Planned conversions by the name of their command."""
    found: dict[str, list[ToConvert]] = {}
    for one in planned:
        found.setdefault(one.command.name, []).append(one)
    return found


def cost_of(planned: Iterable[ToConvert]) -> Cost:
    """What converting these comes to."""
    cost = Cost()
    for one in planned:
        cost = cost.plus(one.record.size, one.command, one.record.puid)
    return cost
