"""Converting files on all cores, so that a run that is killed goes on where it was, and one bad file stops no other.

Every process takes the next file, largest first, and notes in a journal of its own what came of it. A file takes its
place in the package when it is whole and was compared with its source.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from multiprocessing import Value
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from sma_plugin.formats.conversion import Command, Converted, MissingToolError, NotConvertibleError
from sma_plugin.formats.refusals import Refusal
from sma_plugin.notation import word
from sma_plugin.package import Package
from sma_plugin.package.files import publish, read_json_lines
from sma_plugin.preferred.planning import ToConvert
from sma_plugin.processes import Tick, Work, processes, shared_out
from sma_plugin.provenance import Stamps

_JOURNALS = "converted-*.jsonl"
KEPT = "objects/captures/"
_DIED = Refusal("ended")
Measured = dict[str, str | int | float]


class MadeFile(msgspec.Struct, frozen=True):
    """A file that came of a conversion: package path, size in bytes, SHA-256."""

    path: str
    size: int
    sha256: str


class Made(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of converting one file: the files with how they were made, or the ``refusal`` why there are none."""

    source: str
    sha256: str
    command: str
    at: str
    files: tuple[MadeFile, ...] = ()
    tool: str = ""
    version: str = ""
    how: str = ""
    before: Measured = {}
    after: Measured = {}
    checked: str = ""
    refusal: Refusal | None = None

    @property
    def differs(self) -> bool:
        """Whether something that was measured is not the same before and after."""
        return self.before != self.after

    @property
    def measured(self) -> tuple[str, ...]:
        """The names of what was measured before and after; what was measured of one alone counts too."""
        return tuple(dict.fromkeys((*self.before, *self.after)))

    @property
    def differences(self) -> list[tuple[str, str | int | float, str | int | float]]:
        """What is not the same: its name, before and after."""
        pairs = [(name, self.before.get(name, "-"), self.after.get(name, "-")) for name in self.measured]
        return [one for one in pairs if one[1] != one[2]]

    def changes(self) -> str:
        """What is not the same before and after, in English words, for events."""
        return ", ".join(f"{word('measure', name, 'en')} {value} → {other}" for name, value, other in self.differences)


def target_of(one: ToConvert) -> str:
    """Where in the package a converted file stands: under its capture, by its whole name and the new ending.

    The old ending stays in the name, so that two files which differ in it alone do not meet.
    """
    return place_of(one.record.path.removeprefix(KEPT), one.command)


def place_of(within: str, command: Command) -> str:
    """The same by the path of the original under ``objects/captures``."""
    return f"objects/derived/normalised/{within}{'.files' if command.several else command.extension}"


class Converting:
    """Converts files of one package; ``step`` is the folder beside it where journals and unfinished files are."""

    def __init__(self, package: Package, step: Path, stamps: Stamps) -> None:
        self._package, self._stamps = package, stamps
        self._step, self._work = step, step / "converting"

    def convert(self, planned: Sequence[ToConvert], tick: Tick) -> list[Made]:
        """Convert what is not done yet; gives what came of each file, in the order of the plan."""
        shutil.rmtree(self._work, ignore_errors=True)
        self._work.mkdir(parents=True)
        # What failed before is tried again: a tool may be newer.
        known = {name: made for name, made in self._known(planned).items() if not made.refusal}
        self._write_journal(known)
        tick(sum(one.record.size for one in planned if one.record.path in known))
        left = sorted((one for one in planned if one.record.path not in known), key=lambda one: -one.record.size)
        if left and shared_out(self._works(left), tick) is None:
            self._one_by_one(left, tick)
        done = self._known(planned)
        self._write_journal(done)
        shutil.rmtree(self._work, ignore_errors=True)
        self._remove_others(done)
        return [done[one.record.path] for one in planned]

    def _works(self, left: Sequence[ToConvert]) -> list[Work[int]]:
        following: Any = Value("q", 0)
        return [
            _Worker(self, left, number, following, os.getpid()).work for number in range(min(processes(), len(left)))
        ]

    def _one_by_one(self, left: Sequence[ToConvert], tick: Tick) -> None:
        """Each file that is still to be done in a process of its own: who ends it is told, others go on."""
        known = self._known(left)
        for number, one in enumerate(left):
            if one.record.path in known:
                continue
            if shared_out(self._works([one]), tick) is None:
                self.note(self.made(one, refusal=_DIED), number)

    # --- journals ----------------------------------------------------------------------------------------------------

    def _known(self, planned: Sequence[ToConvert]) -> dict[str, Made]:
        """What is on record of these files, as far as it still holds and its files are there."""
        wanted = {one.record.path: one for one in planned}
        found: dict[str, Made] = {}
        for path in sorted(self._step.glob(_JOURNALS)):
            for made in _readable(path):
                one = wanted.get(made.source)
                if one and (made.sha256, made.command) == (one.record.sha256, one.command.name) and self._holds(made):
                    found[made.source] = made
        return found

    def _holds(self, made: Made) -> bool:
        paths = [(self._package.path(one.path), one.size) for one in made.files]
        return all(path.is_file() and path.stat().st_size == size for path, size in paths)

    def _write_journal(self, known: dict[str, Made]) -> None:
        """One journal with what is known, instead of those of the processes."""
        whole = self._step / "converted.part"
        encode = msgspec.json.Encoder().encode
        whole.write_bytes(b"".join(encode(known[name]) + b"\n" for name in sorted(known)))
        publish(whole, self._step / "converted-0.jsonl")
        for path in self._step.glob(_JOURNALS):
            if path.name != "converted-0.jsonl":
                path.unlink()

    def note(self, made: Made, number: int) -> None:
        """Put on record what came of a file."""
        with (self._step / f"converted-{number + 1}.jsonl").open("ab") as stream:
            stream.write(msgspec.json.encode(made) + b"\n")

    def made(self, one: ToConvert, **more: Any) -> Made:
        """The record of one file."""
        at = self._stamps.now(f"converted/{one.record.path}")
        return Made(one.record.path, one.record.sha256, one.command.name, at, **more)

    # --- one file ----------------------------------------------------------------------------------------------------

    def one(self, one: ToConvert, number: int) -> Made:
        """Convert one file and put what comes of it in its place."""
        folder = self._work / str(number)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        name = target_of(one)
        part = folder / Path(name).name
        try:
            result = one.command.convert(self._package.path(one.record.path), part)
            return self._placed(one, part, name, result)
        except (NotConvertibleError, MissingToolError) as error:
            return self.made(one, refusal=error.refusal)
        except Exception as error:  # noqa: BLE001 -- libraries raise whatever their parsers raise; it is told with the file
            return self.made(one, refusal=Refusal("stumbled", f"{type(error).__name__}: {error}"[:300]))

    def _placed(self, one: ToConvert, part: Path, name: str, result: Converted) -> Made:
        target = self._package.path(name)
        if target.is_dir():
            shutil.rmtree(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        publish(part, target)
        made = [target] if target.is_file() else sorted(path for path in target.rglob("*") if path.is_file())
        return self.made(
            one,
            files=tuple(_fixed(path, path.relative_to(self._package.root).as_posix()) for path in made),
            tool=result.tool,
            version=result.version,
            how=result.how,
            before=dict(result.before),
            after=dict(result.after),
            checked=result.checked,
        )

    def _remove_others(self, done: dict[str, Made]) -> None:
        """Take away what an earlier run converted and this one does not."""
        kept = {self._package.path(one.path) for made in done.values() for one in made.files}
        of_captures = (self._package.normalised / one.name for one in self._package.captures.glob("*"))
        for folder in (path for path in of_captures if path.is_dir()):
            for path in sorted(folder.rglob("*"), reverse=True):
                if path.is_dir() and not any(path.iterdir()):
                    path.rmdir()
                elif path.is_file() and path not in kept:
                    path.unlink()
            if not any(folder.iterdir()):
                folder.rmdir()


class _Worker(NamedTuple):
    """One process: takes the next file until none is left."""

    converting: Converting
    left: Sequence[ToConvert]
    number: int
    following: Any
    parent: int

    def work(self, tick: Tick) -> int:
        """Convert; gives how many files this process did."""
        done = 0
        for one in self._mine():
            self.converting.note(self.converting.one(one, self.number), self.number)
            tick(one.record.size)
            done += 1
        return done

    def _mine(self) -> Iterator[ToConvert]:
        """The next file each time, as long as the run that wants it is there: it may have been killed."""
        while os.getppid() == self.parent:
            with self.following.get_lock():
                at, self.following.value = self.following.value, self.following.value + 1
            if at >= len(self.left):
                return
            yield self.left[at]


def _fixed(path: Path, name: str) -> MadeFile:
    with path.open("rb") as stream:
        return MadeFile(name, path.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest())


def _readable(path: Path) -> Iterator[Made]:
    """The rows of a journal; the last one may have been cut off when a run was killed."""
    try:
        yield from read_json_lines(path, Made)
    except msgspec.DecodeError:
        return
