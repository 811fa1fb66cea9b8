"""``sma describe``: where drafts and forms go; an existing file is never overwritten."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from sma_plugin.bundle.declared import EXPECTED
from sma_plugin.bundle.draft import as_toml, file_name
from sma_plugin.bundle.form import Described, write_form
from sma_plugin.findings import Language
from sma_plugin.package.files import publish, write_bytes
from sma_plugin.pipeline import StepError


def write_drafts(found: list[Described], out: Path | None, language: Language) -> Iterator[Path]:
    """Write a draft per capture, or one form for all; gives each file written. Without ``out`` to the screen.

    Raises :class:`StepError` for a file that is there already, and for several captures in one ``.toml``.
    """
    if out is None:
        sys.stdout.write("\n".join(as_toml(one.capture, language, one.subject) for one in found))
    elif out.suffix.lower() == ".xlsx":
        yield _form(found, out, language)
    elif out.suffix.lower() == ".toml":
        if len(found) > 1:
            raise StepError("draft_several", count=len(found))
        yield _draft(found[0], out, language)
    elif out.suffix and not out.is_dir():
        raise StepError("draft_ending", path=out)
    else:
        for one in found:
            yield _draft(one, out / file_name(one.subject), language)


def _form(found: list[Described], out: Path, language: Language) -> Path:
    _must_be_free(out)
    part = out.with_name(f"{out.name}.part.xlsx")
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        write_form(part, found, out.name, language, EXPECTED)
    except ImportError as error:
        raise StepError("no_spreadsheets") from error
    publish(part, out)
    return out


def _draft(one: Described, out: Path, language: Language) -> Path:
    _must_be_free(out)
    write_bytes(out, as_toml(one.capture, language, one.subject).encode())
    return out


def _must_be_free(out: Path) -> None:
    if out.exists():
        raise StepError("exists", path=out)
