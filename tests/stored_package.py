"""A small package made by the real steps, and the SIP that Archivematica makes of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from bench.archivematica import UNIT, sip_of
from making import mastodon, zipped
from sma_plugin.package import WorkArea
from sma_plugin.pipeline import prepare, run
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings

STEPS = ("receive", "read", "history", "assess", "select", "compose", "normalise", "protect", "describe", "validate")
__all__ = ["UNIT", "made", "sip"]


@cache
def made() -> Path:
    """The package; nobody may change it."""
    root = Path(mkdtemp(prefix="sma-test-"))
    bundle = zipped(root / "in" / "archief.zip", mastodon())
    area = WorkArea(root / "work")
    prepare(area, [bundle])
    run(STEPS, area, Settings(undecided=True), Quiet())
    (package,) = (sma.parents[1] for sma in area.packages.glob("*/metadata/sma"))
    return package


def sip(folder: Path) -> Path:
    """The SIP of that package, of its own, with its METS."""
    return sip_of(made(), folder)
