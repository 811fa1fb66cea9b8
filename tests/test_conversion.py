"""The table of conversions: every row can be called, and what a machine lacks is said."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from sma_plugin.formats.conversion import Command, MissingToolError, Tool, command, commands, tools
from sma_plugin.settings import InWords
from sma_plugin.texts import UserError


@pytest.mark.parametrize("row", commands().values(), ids=commands())
def test_every_row_names_a_conversion_and_tools_that_are_there(row: Command) -> None:
    module, _, name = row.call.partition(":")
    assert callable(getattr(import_module(module), name))
    assert set(row.tools) <= set(tools())
    assert row.several or row.extension.startswith(".")


def test_a_conversion_that_is_not_there_is_said_with_those_that_are() -> None:
    with pytest.raises(UserError, match="no command 'gold'"):
        command("gold")


def test_a_missing_tool_is_said_with_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", "")
    row = Command("x", "document", ("any",), ".pdf", "no:thing", InWords("", ""), tools=("libreoffice",))
    assert row.missing == ("libreoffice",)
    with pytest.raises(MissingToolError, match="apt-get install libreoffice"):
        row.convert(tmp_path / "a.odt", tmp_path / "a.pdf")


@pytest.mark.parametrize("name", ["image-png", "video-remux"])
def test_no_file_is_converted_onto_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(Command, "missing", ())
    source, other = tmp_path / "a.png", tmp_path / "again.png"
    source.write_bytes(b"kept")
    other.hardlink_to(source)
    for target in (source, other, tmp_path / "." / "a.png"):
        with pytest.raises(UserError, match="would be lost"):
            command(name).convert(source, target)
    assert source.read_bytes() == b"kept"


def test_any_module_or_program_of_a_tool_will_do() -> None:
    assert Tool(InWords("", ""), modules=("no_such_module", "json")).here
    assert not Tool(InWords("", ""), modules=("no_such_module",), programs=("no-such-program",)).here
