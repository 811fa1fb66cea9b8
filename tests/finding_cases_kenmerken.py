"""Findings of essential characteristics: what was declared, measured and wanted."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import msgspec

from finding_cases import DECLARED, Bench, Case, Contents, Run
from making import mastodon, note
from sma_plugin.characteristics import emoji
from sma_plugin.findings import Finding
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Defaults, Paths
from sma_plugin.show import show_delivery

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


CASES = [
    Case("SMA-K001", measured(ONE, own="kenmerk = 3\n")),
    Case("SMA-K001", measured(ONE, own=want("geur", "target = 100"))),
    Case("SMA-K002", measured(ONE, chosen="streefprofiel")),
    Case("SMA-K002", measured(ONE, own="kenmerk = 3\n", chosen="streekarchief"), "SMA-K001 > SMA-K002"),
    Case("SMA-K003", without_library),
    Case("SMA-K010", measured(ONE), "SMA-K010"),
    Case("SMA-K011", measured(ONE, about=API), "SMA-K010", "SMA-K011"),
    Case("SMA-K012", measured(ONE, own=want("lay-out", "minimum = 50"), chosen="streekarchief")),
    Case("SMA-K013", measured(ONE, own=want("lay-out", "target = 50"), chosen="streekarchief")),
]
