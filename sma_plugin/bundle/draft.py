"""A draft of ``capture.toml`` for a delivery: what recognition can tell, and a place for what only people know."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec
import tomli_w

from sma_plugin.findings import Language
from sma_plugin.model import Capture


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field of the form: its name in ``capture.toml`` and in words, what is asked, an example."""

    field: str
    name: dict[Language, str]
    ask: dict[Language, str]
    example: str = ""


@cache
def questions() -> tuple[Question, ...]:
    """The form, as data (``capture_form.toml``)."""
    text = files(__package__).joinpath("capture_form.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text)["question"], tuple[Question, ...])


def named(fields: list[str], language: Language) -> str:
    """Fields of ``capture.toml`` in words."""
    words = {question.field: question.name[language] for question in questions()}
    return ", ".join(words[field] for field in fields)


def as_toml(capture: Capture, language: Language) -> str:
    """The draft as TOML: known values filled in, unknown ones as comments with an example."""
    values = msgspec.to_builtins(capture)
    lines = []
    tables = []
    for question in questions():
        lines.append(f"# {question.ask[language]}")
        value = values.get(question.field)
        if isinstance(value, dict):
            tables.append(f"\n# {question.ask[language]}\n[{question.field}]\n{tomli_w.dumps(_plain(value))}")
            lines.pop()
        elif value is None or value == "unknown":
            lines.append(f"# {question.field} = {_quoted(question.example)}")
        else:
            lines.append(tomli_w.dumps({question.field: value}).rstrip())
    return "\n".join(lines) + "\n" + "".join(tables)


def _plain(value: dict[str, object]) -> dict[str, object]:
    return {name: item for name, item in value.items() if isinstance(item, str)}


def _quoted(text: str) -> str:
    return tomli_w.dumps({"x": text}).partition(" = ")[2].strip()


def rows(capture: Capture, language: Language) -> Iterator[tuple[str, str, str, str]]:
    """The form as rows: field, question, value, example."""
    values = msgspec.to_builtins(capture)
    for question in questions():
        value = values.get(question.field)
        shown = "" if value in (None, "unknown") or isinstance(value, dict) else str(value)
        if isinstance(value, dict):
            shown = str(value.get("handle") or value.get("native_id") or "")
        yield question.field, question.ask[language], shown, question.example


def write_form(path: Path, captures: list[Capture], language: Language) -> None:
    """The form as a spreadsheet, one sheet per capture. Raises ``ImportError`` without openpyxl."""
    import openpyxl  # noqa: PLC0415 -- an extra
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    book = openpyxl.Workbook(write_only=True)
    heading = ("field", "?", "=", "v.b." if language == "nl" else "e.g.")
    for capture in captures:
        sheet = book.create_sheet(capture.id[:31])
        for column, width in zip("ABCD", (20, 70, 40, 40), strict=True):
            sheet.column_dimensions[column].width = width
        for row in (heading, *rows(capture, language)):
            cells = [WriteOnlyCell(sheet, value) for value in row]
            for cell in cells:
                cell.data_type = "s"  # a text that begins with an equals sign is no formula
            sheet.append(cells)
    book.save(path)
