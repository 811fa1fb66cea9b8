"""A package whose MDTO says other than was decided is found, matter by matter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

import describe_cases as cases
import describe_records as known
from describe_records import CATEGORY, PRIVACY
from sma_plugin.package.files import read_json, write_json
from sma_plugin.selection.records import Hold, Hotspot, LegalPosition, PackageDecisions, Term
from sma_plugin.validate.mdto_checks import check_mdto

FULL = msgspec.structs.replace(
    known.decisions("V", CATEGORY, (PRIVACY,)),
    hotspots=(Hotspot("Hoogwater", "Hotspotlijst", "2026"),),
    holds=(Hold("Rechtszaak", "brief 12", "2026-01-05"),),
    legal_position=LegalPosition("outplaced", "Archiefwet 1995", "2026-01-01"),
)


@pytest.mark.parametrize(
    ("matter", "changes"),
    [
        ("", {}),
        ("category", {"category": msgspec.structs.replace(CATEGORY, code="20.1")}),
        ("term", {"term": Term("P10Y", "Sluiting dossier", "2024-05-02", "2034-05-02")}),
        ("hotspots", {"hotspots": ()}),
        ("restrictions", {"restrictions": ()}),
        ("restrictions", {"restrictions": (msgspec.structs.replace(PRIVACY, until="2050"),)}),
        ("events", {"holds": ()}),
        ("events", {"legal_position": LegalPosition("transferred", "Archiefwet 1995", "2026-01-01")}),
    ],
)
def test_a_record_that_says_something_else_is_found(tmp_path: Path, matter: str, changes: dict[str, Any]) -> None:
    package, _ = cases.described(tmp_path, decided=FULL)
    decided = read_json(package.decisions, PackageDecisions)
    write_json(package.decisions, msgspec.structs.replace(decided, **changes))
    found = list(check_mdto(package))
    assert {(one.code, one.places[0].item) for one in found} == ({("SMA-D007", matter)} if matter else set())
    assert len(found) == (2 if matter else 0)
