"""What the policies say of files: status, command, and what converting would cost. Costs are estimates, and said so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sma_plugin.formats.conversion import Command, for_preservation
from sma_plugin.package.records import FileRecord
from sma_plugin.preferred.policy import Policies, Rule
from sma_plugin.processes import processes


class ToConvert(NamedTuple):
    """A file and the command that the policies convert it with, by which rule of which policy."""

    record: FileRecord
    command: Command
    rule: Rule
    policy: str


class Cost(NamedTuple):
    """What converting comes to, by estimate: files, bytes that there are, bytes that come, seconds of one core."""

    files: int = 0
    size: int = 0
    after: int = 0
    seconds: float = 0.0

    def plus(self, size: int, command: Command) -> Cost:
        """With one more file."""
        after, seconds = round(size * command.growth), size / command.speed
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
            name = f"{ruled.policy.name.en}{f', {ruled.policy.edition}' if ruled.policy.edition else ''}"
            yield ToConvert(record, command, ruled.rule, name)


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
        cost = cost.plus(one.record.size, one.command)
    return cost
