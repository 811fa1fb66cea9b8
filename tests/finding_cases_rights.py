"""Cases of SMA-S090 and on: restrictions, lists of codes, legal position, platform terms, place of storage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from finding_cases import Bench, Case, Contents, ingested, of_packages
from finding_cases_privacy import BOTH, SOUND, conversation, with_codes
from sma_plugin.findings import Finding
from sma_plugin.ingest import ingest
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Archive, Paths, Role

LEVENSSFEER = "Openbaarheid/AW1995/BeperktOpenbaar-Levenssfeer/1.0"
CODES = f"begripCode;begripLabel;definitie\r\n{LEVENSSFEER};levenssfeer;x\r\nTriggers/Creatie/1.0;Creatie;x\r\n"
DECIDED = {"number": "2026/7", "date": "1-2-2026", "role": "archivaris"}
ENDS = {"until": "2030-01-01"}
ROLES = {"archivaris": Role(("restriction", "platform-terms")), "stagiair": Role(())}
PLACED = {"position": "uitgeplaatst", "date": "1-3-2026"}


def restricted(
    restriction: dict[str, str] | None, accession: dict[str, str] | None = None, contents: Contents = SOUND, **more: Any
) -> Callable[[Bench], list[Finding]]:
    """A run with one row in the table of restrictions, and one in that of accessions."""

    def go(bench: Bench) -> list[Finding]:
        (bench.home / "codes.csv").write_text(CODES, encoding="utf-8")
        tables = {"restrictions": restriction, "accessions": accession}
        for name, row in tables.items():
            if row:
                (bench.home / f"{name}.csv").write_text(f"{';'.join(row)}\n{';'.join(row.values())}\n")
        named: dict[str, Any] = {name: (f"{name}.csv",) for name, row in tables.items() if row}
        paths = Paths(restriction_codes=("codes.csv",), **named)
        settings = msgspec.structs.replace(bench.settings(register=BOTH, paths=paths), roles=ROLES, **more)
        result = ingest([bench.deliver(contents)], bench.home / "out", settings, Quiet())
        return of_packages(result)

    return go


def row(code: str = LEVENSSFEER, **values: str) -> dict[str, str]:
    return {"code": code, **DECIDED, **values}


def stored(location: str) -> Callable[[Bench], list[Finding]]:
    return lambda bench: list(ingested(SOUND, register=BOTH, archive=Archive(storage_location=location))(bench))


CASES = [
    Case("SMA-S090", restricted(row("Openbaarheid/AW1995/BeperktOpenbaar-Levensfeer/1.0"))),
    Case("SMA-S090", restricted(row(**ENDS, trigger="Creatieve"))),
    Case("SMA-S090", restricted(None, PLACED | {"statute": "Archiefwet 1962"})),
    Case("SMA-S091", restricted({"code": LEVENSSFEER, **ENDS})),
    Case("SMA-S092", with_codes("AW/Een/1.0;categorieën;x")),
    Case("SMA-S093", with_codes("AW/Een/1.0;een;x", "AW/Twee/1.0;twee;x", "AW/Drie;drie;x")),
    Case("SMA-S094", restricted(row(**ENDS, platform="mastodon", account="gemeentte"))),
    Case("SMA-S095", restricted(row(until="2150-01-01"))),
    Case("SMA-S096", restricted(row())),
    Case("SMA-S097", restricted(row(**ENDS), archive=Archive(statute="Archiefwet 2021"))),
    Case("SMA-S098", restricted(row(**ENDS), PLACED)),
    Case("SMA-S099", restricted(None, PLACED | {"statute": "Archiefwet 2021"})),
    Case("SMA-S101", restricted(None, contents=conversation("Dag"), policies={})),
    Case("SMA-S102", stored("Ashburn, Verenigde Staten")),
]
