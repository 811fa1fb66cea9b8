"""What the policies say of the files of packages or folders, and what converting them would cost."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from sma_plugin.findings import Language
from sma_plugin.formats.conversion import Command, Tool, for_preservation, tools
from sma_plugin.formats.identify import identify
from sma_plugin.notation import size
from sma_plugin.package import packages_at
from sma_plugin.preferred.converting import KEPT, place_of
from sma_plugin.preferred.planning import Cost
from sma_plugin.preferred.policy import Policies
from sma_plugin.settings import InWords
from sma_plugin.texts import UserError, text

Verdict = Literal["preferred", "acceptable", "convert", "unknown"]
VERDICTS: tuple[Verdict, ...] = ("preferred", "acceptable", "convert", "unknown")
"""What the policies say; ``unknown`` is neither: they do not say anything."""


class FormatCount(msgspec.Struct, frozen=True, omit_defaults=True):
    """The files of one format: how many, their bytes, what the policies say, and what converting them would cost.

    ``more_bytes`` and ``seconds`` (with all cores) are estimates from measurements on examples, without the files that
    stand ``converted`` in their package already. ``kindred``: where the
    policies say nothing, the formats of the same name of which they do, mostly other versions.
    """

    verdict: Verdict
    files: int
    bytes: int
    puid: str | None = None
    name: str | None = None
    policy: str | None = None
    why: str | InWords = ""
    command: str | None = None
    asks: bool = False
    missing_tools: tuple[str, ...] = ()
    more_bytes: int = 0
    seconds: float = 0.0
    example: str = ""
    kindred: tuple[str, ...] = ()
    converted: int = 0


class Checked(msgspec.Struct, frozen=True):
    """Everything that was looked at, by what the policies say and then by size."""

    policies: tuple[str, ...]
    formats: tuple[FormatCount, ...]
    converting: Cost
    estimates: bool = True
    """The costs are estimates."""


def files_at(path: Path) -> Iterator[tuple[Path, str]]:
    """The kept files of a package or AIP, or of all in a folder, else every file of it, with the path they are told by.

    Raises :class:`UserError` where nothing is.
    """
    if not path.exists():
        raise UserError("nothing_there", path=path)
    if path.is_file():
        yield path, path.name
        return
    beside = (one for inner in sorted(path.iterdir()) if inner.is_dir() for one in packages_at(inner))
    packages = packages_at(path) or list(beside)
    roots = [package.captures for package in packages] or [path]
    for root in roots:
        for folder, inner, names in os.walk(root):
            inner.sort()
            for name in sorted(names):
                found = Path(folder, name)
                if found.is_file() and not found.is_symlink():
                    yield found, found.relative_to(path).as_posix()


def check_formats(path: Path, policies: Policies, tick: Callable[[int], None], given: Path | None = None) -> Checked:
    """What the policies say of every file at a path; ``tick`` takes the bytes that were looked at.

    ``given`` is a file of signatures, see :func:`~sma_plugin.formats.identify.signature_file`.
    """
    counted: dict[tuple[str | None, str | None, str | None], FormatCount] = {}
    converting = Cost()
    known = for_preservation()
    for file, shown in files_at(path):
        found, length = identify(file, given), file.stat().st_size
        ruled = policies.about(found.puid, file.name)
        rule = ruled.rule if ruled else None
        command = known.get(rule.command or "") if rule and rule.status == "convert" else None
        key = (found.puid, found.name or found.mime, command.name if command else None)
        before = counted.get(key)
        cost = _cost_of(before) if before else Cost()
        done = bool(command and _stands_converted(file, command))
        if command and not done:
            cost, converting = (one.plus(length, command, found.puid) for one in (cost, converting))
        else:
            cost = cost._replace(files=cost.files + 1, size=cost.size + length)
        counted[key] = FormatCount(
            rule.status if rule else "unknown",
            cost.files,
            cost.size,
            found.puid,
            found.name or found.mime,
            ruled.policy.name.en if ruled else None,
            rule.why if rule else "",
            command.name if command else None,
            bool(rule and rule.ask),
            command.missing if command else (),
            cost.after,
            cost.seconds,
            before.example if before else shown,
            () if rule or not found.name else policies.kindred(found.name),
            done + (before.converted if before else 0),
        )
        tick(length)
    rows = sorted(counted.values(), key=lambda one: (VERDICTS.index(one.verdict), -one.bytes, one.puid or ""))
    timed = tuple(msgspec.structs.replace(one, seconds=_elapsed(_cost_of(one))) for one in rows)
    return Checked(policies.names, timed, converting._replace(seconds=_elapsed(converting)))


def _stands_converted(file: Path, command: Command) -> bool:
    """Whether what a command makes of a kept file is in its package."""
    root, kept, within = file.as_posix().rpartition(f"/{KEPT}")
    return bool(kept) and Path(root, place_of(within, command)).exists()


def _cost_of(one: FormatCount) -> Cost:
    return Cost(one.files, one.bytes, one.more_bytes, one.seconds)


def _elapsed(cost: Cost) -> float:
    return round(cost.elapsed(), 1)


# --- words -----------------------------------------------------------------------------------------------------------


def time_in_words(seconds: float, language: Language) -> str:
    """A stretch of time as people say it, rounded up.

    >>> time_in_words(0.3, "en"), time_in_words(90, "nl"), time_in_words(9000, "en")
    ('1 second', '2 minuten', '3 hours')
    """
    for unit, length in (("hour", 3600), ("minute", 60), ("second", 1)):
        if seconds > length or unit == "second":
            count = max(1, -int(-seconds // length))
            return text(f"formats_{unit}" if count == 1 else f"formats_{unit}s", language, count=count)
    raise AssertionError


def lines_of(checked: Checked, language: Language) -> Iterator[tuple[str, int]]:
    """The result in lines for people, with their indent."""
    if not checked.formats:
        yield text("formats_nothing", language), 0
        return
    for verdict in VERDICTS:
        rows = [one for one in checked.formats if one.verdict == verdict]
        if not rows:
            continue
        files, length = sum(one.files for one in rows), size(sum(one.bytes for one in rows), language)
        yield text(f"formats_{verdict}", language, count=files, size=length), 0
        for one in rows:
            yield _line_of(one, language), 2
    cost = checked.converting
    if cost.files:
        told = {"count": cost.files, "more": size(cost.after, language), "time": time_in_words(cost.seconds, language)}
        yield text("formats_cost", language, size=size(cost.size, language), **told), 0


def lacking_for(checked: Iterable[Checked]) -> dict[str, Tool]:
    """The tools that what is to be converted needs and this machine lacks, by name."""
    missing = {name for one in checked for row in one.formats for name in row.missing_tools}
    return {name: tool for name, tool in tools().items() if name in missing}


def _line_of(one: FormatCount, language: Language) -> str:
    shown = text(
        "formats_row",
        language,
        puid=one.puid or "-",
        name=one.name or "-",
        count=one.files,
        size=size(one.bytes, language),
    )
    waiting = one.files > one.converted
    if one.command and waiting:
        more, time = size(one.more_bytes, language), time_in_words(one.seconds, language)
        shown += text("formats_row_convert", language, command=one.command, more=more, time=time)
    if one.converted:
        shown += text("formats_row_converted", language, command=one.command, count=one.converted)
    if one.puid is None:
        shown += text("formats_row_example", language, path=one.example)
    if one.kindred:
        shown += text("formats_row_kindred", language, puids=", ".join(one.kindred))
    if one.asks and waiting:
        shown += text("formats_row_asks", language)
    if one.missing_tools:
        shown += text("formats_row_missing", language, tools=", ".join(one.missing_tools))
    why = getattr(one.why, language) if isinstance(one.why, InWords) else one.why
    return f"{shown} {why}" if why else shown
