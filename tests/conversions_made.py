"""Conversions for tests: one that works, and one for each way in which others fail."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from sma_plugin.formats import conversion
from sma_plugin.formats.conversion import Command, Converted, NotConvertibleError, Tool
from sma_plugin.settings import InWords

PNG_PUIDS = ("fmt/11", "fmt/12", "fmt/13")
TEXT = InWords("proef", "test")
TOOLS = {"shears": Tool(InWords("pip install scharen", "pip install shears"), programs=("no-such-shears",))}


def copied(source: Path, target: Path) -> Converted:
    target.write_bytes(source.read_bytes())
    return Converted("cat", "9.1", "copied", {"pixels": 1}, {"pixels": 1}, "all pixels equal")


def shrunk(source: Path, target: Path) -> Converted:
    return copied(source, target)._replace(after={"pixels": 0})


def unpacked(source: Path, target: Path) -> Converted:
    for name in ("a/one", "two"):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(source.read_bytes())
    return copied(source, target / "three")


def refused(_source: Path, target: Path) -> Converted:
    target.write_bytes(b"half of ")
    raise NotConvertibleError("end-missing", "of the test")


def faulty(source: Path, _target: Path) -> Converted:
    raise ValueError(f"a fault of a library with {source.name}")


def deadly(source: Path, target: Path) -> Converted:
    os.kill(os.getpid(), signal.SIGKILL)
    return copied(source, target)


def command(name: str, *tools: str, several: bool = False) -> Command:
    return Command(
        name, "image", PNG_PUIDS, ".copy", f"conversions_made:{name}", TEXT, (), tools, several=several, growth=2.0
    )


COMMANDS = (
    command("copied"),
    command("shrunk"),
    command("unpacked", several=True),
    command("refused"),
    command("faulty"),
    command("deadly"),
    Command("cut", "image", PNG_PUIDS, ".copy", "conversions_made:copied", TEXT, tools=("shears",)),
    Command("renamed", "image", PNG_PUIDS, ".copy", "conversions_made:copied", TEXT, gives=("fmt/353",)),
    Command("vast", "image", PNG_PUIDS, ".copy", "conversions_made:copied", TEXT, growth=1e15),
)


def use(patch: pytest.MonkeyPatch) -> None:
    """Have these conversions and no others."""
    patch.setattr(conversion, "_table", lambda: conversion._Table(COMMANDS, TOOLS))


def policy(*commands: str, ask: bool = False, puids: tuple[str, ...] = PNG_PUIDS) -> str:
    """A policy that converts pictures with these commands."""
    rules = "".join(
        f'[[format]]\nstatus = "convert"\nputs\ncommand = "{name}"\nask = {str(ask).lower()}\n' for name in commands
    )
    named = ", ".join(f'"{puid}"' for puid in puids)
    return '[name]\nnl = "Proefbeleid"\nen = "Test policy"\n' + rules.replace("puts", f"puids = [{named}]")
