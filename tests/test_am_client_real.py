"""End to end, where a whole Archivematica is at hand: example packages are submitted, stored and compared.

``SMA_AM_URL`` and ``SMA_SS_URL`` name it, ``SMA_AM_USER`` says whose keys ``SMA_AM_KEY`` and ``SMA_SS_KEY`` are,
``SMA_AM_SOURCE`` is the folder of its transfer source on this machine, ``SMA_AM_PROCESSING`` the configuration.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from conftest import ROOT
from sma_plugin.archivematica import stored_aips
from sma_plugin.archivematica.dashboard import OURS
from sma_plugin.archivematica.many import packages_in, submit_all
from sma_plugin.archivematica.pausing import Clock
from sma_plugin.archivematica.services import services
from sma_plugin.archivematica.submitting import Asked
from sma_plugin.findings import worst
from sma_plugin.ingest import ingest
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Archivematica, Settings, load

NEEDED = ("SMA_AM_URL", "SMA_SS_URL", "SMA_AM_USER", "SMA_AM_KEY", "SMA_SS_KEY", "SMA_AM_SOURCE")
ABSENT = [name for name in NEEDED if not os.environ.get(name)]


def _configured(tmp_path: Path) -> Settings:
    known = os.environ
    configured = Archivematica(
        dashboard=known["SMA_AM_URL"],
        storage_service=known["SMA_SS_URL"],
        user=known["SMA_AM_USER"],
        transfer_source_path=known["SMA_AM_SOURCE"],
        processing=known.get("SMA_AM_PROCESSING", "social_media"),
        receipts=str(tmp_path / "receipts"),
    )
    return replace(load(ROOT / "examples" / "sma.toml"), archivematica=configured)


@pytest.mark.skipif(bool(ABSENT), reason=f"no Archivematica at hand: set {', '.join(ABSENT)}")
def test_example_packages_are_stored_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SMA_SEED", raising=False)
    settings = _configured(tmp_path)
    made = replace(settings, paths=replace(settings.paths, working_area=None, key_file=None))
    ingest([ROOT / "examples" / "captures"], tmp_path / "packages", made, Quiet())
    asked = Asked(accession="2026.014")
    ended = list(submit_all(packages_in(tmp_path / "packages"), settings, asked, lambda _: lambda *_, **__: None, 2))
    assert [one.end for one in ended] == ["stored"] * len(ended)
    assert ended
    for one in ended:
        assert one.receipt is not None
        assert one.receipt.reconciled is not None
        assert one.receipt.reconciled.files.is_whole
        assert one.receipt.reconciled.events.is_whole
        given = services(settings, lambda *_, **__: None, Clock())
        shown = stored_aips.show(given.storage, one.receipt.aip, settings)
        assert (shown.status, shown.package) == ("UPLOADED", one.path.name)
        whole = stored_aips.validate(given.storage, one.receipt.aip, settings, lambda _: None, whole=True)
        assert worst([finding for finding in whole if finding.code != "SMA-V002"]) in (None, "info", "warning")
        if one.receipt.type == OURS:  # the plugin is installed there: its links describe the package in the AIP's METS
            assert one.receipt.is_whole
            assert worst(one.findings) != "error"
