"""Findings of essential characteristics: what was declared, measured and wanted."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import msgspec

from finding_cases import DECLARED, Bench, Case, Contents, Run
from finding_cases_privacy import BOTH
from making import mastodon, note
from sma_plugin.characteristics import emoji
from sma_plugin.findings import Finding
from sma_plugin.formats import ffmpeg
from sma_plugin.formats.conversion import MissingToolError
from sma_plugin.ingest import ingest
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Defaults, Paths
from sma_plugin.show import show_delivery
from test_media_check import FILM, png

ONE = mastodon([note(1, "De brug is dicht 🚧")])
API = DECLARED + 'technique = "api"\n'
OWN = """
[[profile]]
name = "streekarchief"
label = { nl = "Streekarchief", en = "Regional archive" }
source = "besluit 2026/1"
"""


def measured(contents: Contents, own: str | None = None, chosen: str | None = None, about: str = DECLARED) -> Run:
    """``sma show``, with a file of characteristics of the archive's own and a profile that was chosen."""

    def go(bench: Bench) -> Iterable[Finding]:
        paths = Paths()
        if own is not None:
            (bench.home / "kenmerken.toml").write_text(own, encoding="utf-8")
            paths = Paths(characteristics=("kenmerken.toml",))
        settings = msgspec.structs.replace(bench.settings(paths=paths), defaults=Defaults(target_profile=chosen))
        return show_delivery(bench.deliver(contents, about=about), settings, Quiet()).findings

    return go


def without_library(bench: Bench) -> Iterable[Finding]:
    bench.patch.setitem(sys.modules, "emoji", None)
    emoji.library.cache_clear()
    try:
        return list(measured(ONE)(bench))
    finally:
        emoji.library.cache_clear()


def want(name: str, values: str) -> str:
    return f'{OWN}[profile.want]\n"{name}" = {{ {values} }}\n'


def with_medium(name: str, mime: str, data: bytes, tool: str | None = None) -> Run:
    """A run over a delivery with a medium, on a machine that may lack the tool to play it."""

    def missing() -> str:
        raise MissingToolError(tool or "")

    def go(bench: Bench) -> Iterable[Finding]:
        if tool:
            bench.patch.setattr(ffmpeg, "program", missing)
        attached = {"type": "Document", "mediaType": mime, "url": f"media_attachments/{name}", "name": "brug"}
        members = mastodon([note(1, "Dag", attachment=[attached])]) | {f"media_attachments/{name}": data}
        members.pop("likes.json", None)
        result = ingest([bench.deliver(members)], bench.home / "out", bench.settings(register=BOTH), Quiet())
        return [one for package in result.packages for one in package.findings]

    return go


HALF = png(rows=b"\0\x15\x42")
"""A PNG that is whole by its parts, with fewer pixels than it says."""
CASES = [
    Case("SMA-K001", measured(ONE, own="kenmerk = 3\n")),
    Case("SMA-K001", measured(ONE, own=want("geur", "target = 100"))),
    Case("SMA-K002", measured(ONE, chosen="streefprofiel")),
    Case("SMA-K002", measured(ONE, own="kenmerk = 3\n", chosen="streekarchief"), "SMA-K001 > SMA-K002"),
    Case("SMA-K003", without_library),
    Case("SMA-K010", measured(ONE), "SMA-K010"),
    Case("SMA-K011", measured(ONE, about=API), "SMA-K010", "SMA-K011"),
    Case("SMA-K020", with_medium("brug.png", "image/png", HALF), "SMA-K010", "SMA-K010", "SMA-K020"),
    Case("SMA-K021", with_medium("brug.mp4", "video/mp4", FILM, "ffmpeg"), "SMA-K010", "SMA-K021"),
    Case("SMA-K012", measured(ONE, own=want("lay-out", "minimum = 50"), chosen="streekarchief")),
    Case("SMA-K013", measured(ONE, own=want("lay-out", "target = 50"), chosen="streekarchief")),
]
