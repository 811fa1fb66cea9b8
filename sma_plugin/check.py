"""What ``sma validate`` does: a package, a METS or a delivery is checked for what it is, told by its structure."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from sma_plugin.findings import Finding, Language, gather
from sma_plugin.package.files import write_bytes
from sma_plugin.reporting import Reporter
from sma_plugin.selection.lists import load_lists
from sma_plugin.settings import Settings
from sma_plugin.show import looked_into
from sma_plugin.validate.ours import is_ours

_STEPS = ("receive", "read")
"""The steps that check a delivery: containers, fixity, formats, and whether everything can be read."""


def check(path: Path, settings: Settings, report: Reporter) -> list[Finding]:
    """Everything that is wrong with a package, a METS or a delivery; nothing is written there."""
    if is_ours(path):
        from sma_plugin.validate.step import validate_path  # noqa: PLC0415 -- a delivery needs no schemas

        return gather(validate_path(path, load_lists(settings).categories))
    with looked_into([path], replace(settings, fixity=False), report, _STEPS) as place:
        return gather(place.findings(*_STEPS))


def write_page(target: Path, path: Path, found: list[Finding], settings: Settings, language: Language) -> None:
    """Write what was found as a page that loads nothing from outside."""
    from sma_plugin.describe.report import render_findings  # noqa: PLC0415 -- only a page needs it

    page = render_findings(path.resolve().name, found, settings.stamps.now("time/validate"), language)
    write_bytes(target, page.encode())
