"""Drafts of what people have to say of a capture: ``capture.toml``, with what recognition can tell filled in."""

from __future__ import annotations

import os.path
from pathlib import PurePosixPath

import tomli_w

from sma_plugin.bundle.declared import NAME
from sma_plugin.bundle.delivery import CaptureRecord, DeliveryRecord
from sma_plugin.bundle.form import Described
from sma_plugin.bundle.questions import answers_of, questions
from sma_plugin.findings import Language
from sma_plugin.model import Capture
from sma_plugin.notation import words
from sma_plugin.texts import text


def described(delivery: DeliveryRecord) -> list[Described]:
    """Every capture of a delivery with what was delivered of it."""
    return [Described(record.capture, _subject(record, delivery)) for record in delivery.captures]


def _subject(record: CaptureRecord, delivery: DeliveryRecord) -> str:
    """What a capture's declaration is about: an archive or file by its name, a folder with a slash at its end.

    Relative to the delivered folder; of a delivered file or archive its own name; empty for all of the folder.
    """
    claimed = set(record.paths)
    own = {member.unit for member in delivery.members if member.path in claimed}
    units = [delivery.units[number] for number in sorted(own)]
    if not units:
        return ""
    if units[0].form != "folder":
        base = next((unit.path for unit in delivery.units if unit.form == "folder"), None)
        return os.path.relpath(units[0].path, base) if base else units[0].name
    if len(record.paths) == 1:
        return record.paths[0]
    common = os.path.commonpath([str(PurePosixPath(path).parent) for path in record.paths])
    return f"{common}/" if common not in ("", ".") else ""


def file_name(subject: str) -> str:
    """Where the declaration of a subject belongs, beside the delivered file or in the delivered folder.

    >>> file_name("x-archive.zip"), file_name("x-api/"), file_name("")
    ('x-archive.zip.capture.toml', 'x-api/capture.toml', 'capture.toml')
    """
    return f"{subject}{NAME}" if not subject or subject.endswith("/") else f"{subject}.{NAME}"


def as_toml(capture: Capture, language: Language, subject: str = "") -> str:
    """The draft as TOML: known values filled in, unknown ones as comments with an example."""
    values = answers_of(capture)
    lines = [f"# {text('draft_title', language, subject=subject or capture.id, name=file_name(subject))}"]
    for question in questions():
        lines.append(f"\n# {question.ask[language]}")
        if question.kind in words():
            lines.append(f"# {text('draft_choose', language)}: {', '.join(words()[question.kind])}")
        value = values.get(question.field)
        if value is None:
            lines.append(f"# {question.field} = {_quoted(question.example)}")
        else:
            lines.append(f"{question.field} = {_quoted(value)}")
    return "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    return tomli_w.dumps({"x": value}).partition(" = ")[2].strip()
