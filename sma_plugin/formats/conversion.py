"""Conversions: what one gives, how it fails, and the rows of ``fpr_rules/commands.toml`` that name them.

A conversion is ``convert(source, target) -> Converted``. It reads the source as it is, writes ``target`` and nothing
else (a folder of files where its row says ``several``), decodes what it wrote and compares it with the source. A
module with conversions imports its libraries inside its functions, so that this table can be read without them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from sma_plugin import __version__
from sma_plugin.facts import facts
from sma_plugin.formats.refusals import Refusal
from sma_plugin.settings import InWords
from sma_plugin.texts import UserError

ANY = "any"
"""Stands in ``from`` for every format: the policy then has to name the command."""


class Converted(NamedTuple):
    """What a conversion did: tool and version, how (for the event), what was measured of both, what was compared.

    ``before`` and ``after`` have the same names in the same units: pixels, frames, seconds, records, characters.
    A difference between them that loses something becomes a finding. ``checked`` says in one English clause how the
    result was verified ("all pixels equal after decoding").
    """

    tool: str
    version: str
    how: str
    before: Mapping[str, str | int | float]
    after: Mapping[str, str | int | float]
    checked: str


Convert = Callable[[Path, Path], Converted]


class NotConvertibleError(Exception):
    """The file cannot be decoded, or what came of it is not equal to it: it is kept, not normalised, and reported.

    ``why`` is a name of ``refusals.toml``; ``detail`` what the tool says of it, in its own words, without paths.
    """

    def __init__(self, why: str, detail: str = "") -> None:
        self.refusal = Refusal(why, detail)
        super().__init__(str(self.refusal))

    def __reduce__(self) -> tuple[type[NotConvertibleError], tuple[str, str]]:
        """As it was raised: it may come from another process."""
        return NotConvertibleError, (self.refusal.why, self.refusal.detail)


class Tool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A library or program that conversions need: any one of its modules or programs will do.

    ``install`` says what to do on a machine that has none of them. ``asked`` is a function (module:function) that gives
    the version of a program; a library's stands in what was installed under the tool's name.
    """

    install: InWords
    asked: str = ""
    modules: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()

    @property
    def here(self) -> bool:
        """Whether this machine has it."""
        return any(find_spec(name) for name in self.modules) or any(shutil.which(name) for name in self.programs)

    def version(self, name: str) -> str:
        """Which version of it, called ``name`` in the table, this machine has."""
        if not self.asked:
            from importlib import metadata  # noqa: PLC0415 -- slow, and only versions need it

            return metadata.version(name)
        return str(_function(self.asked)())


class MissingToolError(Exception):
    """A tool that a conversion needs is not on this machine; ``remedy`` says in both languages what to install."""

    def __init__(self, tool: str) -> None:
        self.tool, self.remedy = tool, tools()[tool].install
        self.refusal = Refusal("no-tool", tool)
        super().__init__(f"{tool} is missing: {self.remedy.en}")

    def __reduce__(self) -> tuple[type[MissingToolError], tuple[str]]:
        """By its tool: it may come from another process."""
        return MissingToolError, (self.tool,)


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"source": "from"}):
    """A row of ``commands.toml``: a conversion, what it takes (PUIDs, or ``any``) and what comes of it.

    ``growth`` is how many bytes come of one byte, ``start`` how many seconds any file takes, ``speed`` how many bytes
    one core takes in a second after that: measured, and told as estimates. ``several`` says that a folder of files
    comes of it. ``gives`` are the PUIDs that what comes of it may have; which of them, is told by identifying it.
    ``use`` is what that is for.
    """

    name: str
    kind: Literal["image", "audio", "video", "page", "web-archive", "mail", "document"]
    source: tuple[str, ...]
    extension: str
    call: str
    text: InWords
    gives: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    use: Literal["preservation", "thumbnail"] = "preservation"
    lossless: bool = False
    several: bool = False
    growth: float = 1.0
    start: float = 0.0
    speed: float = 10_000_000.0

    def takes(self, puid: str) -> bool:
        """Whether it was made for files of this format."""
        return puid in self.source or ANY in self.source

    @property
    def missing(self) -> tuple[str, ...]:
        """The tools that it needs and this machine lacks."""
        return tuple(name for name in self.tools if not tools()[name].here)

    def convert(self, source: Path, target: Path) -> Converted:
        """Do it; what fails leaves no target.

        Raises :class:`NotConvertibleError`, :class:`MissingToolError`, and :class:`UserError` where the target is the
        source, which would be lost.
        """
        self._require_tools()
        function: Convert = _function(self.call)
        there = target.exists()
        if there and target.samefile(source):
            raise UserError("formats_onto_itself", path=source)
        try:
            return function(source, target)
        except Exception:
            if not there:
                _remove(target)
            raise

    def programs(self) -> Iterator[tuple[str, str]]:
        """Names and versions of the software that does it. Raises :class:`MissingToolError`."""
        self._require_tools()
        yield "sma-plugin", __version__
        yield from ((name, tools()[name].version(name)) for name in self.tools)

    def _require_tools(self) -> None:
        if self.missing:
            raise MissingToolError(self.missing[0])


def _remove(target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    target.unlink(missing_ok=True)


def _function(named: str) -> Any:
    """The function that a row names as module:function."""
    module, _, name = named.partition(":")
    return getattr(import_module(module), name)


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    command: tuple[Command, ...] = ()
    tools: dict[str, Tool] = {}


@cache
def _table() -> _Table:
    return facts("sma_plugin.fpr_rules", "commands.toml", _Table)


def commands() -> Mapping[str, Command]:
    """All conversions by name."""
    return {row.name: row for row in _table().command}


def for_preservation() -> Mapping[str, Command]:
    """The conversions that a policy may name."""
    return {name: row for name, row in commands().items() if row.use == "preservation"}


def tools() -> Mapping[str, Tool]:
    """The tools that conversions need, by name."""
    return _table().tools


def command(name: str) -> Command:
    """The conversion of this name. Raises :class:`UserError` where there is none."""
    found = commands().get(name)
    if found is None:
        raise UserError("formats_no_command", name=name, known=", ".join(sorted(commands())))
    return found
