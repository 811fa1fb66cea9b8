"""Cases of SMA-A090 and on: what is found of a transfer inside Archivematica."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from am_transfers import LACKING, SOUND, Transfer, configuration, transfer
from finding_cases import Bench, Case, Run
from making import mastodon, note
from sma_plugin.findings import Finding
from sma_plugin.settings import Archivematica, Defaults

YEARS = mastodon([note(1, "oud jaar", published="2024-12-30T10:00:00Z"), note(2, "nieuw jaar")])


def of_transfer(
    job: str,
    contents: Any = SOUND,
    prepare: Callable[[Transfer], None] = lambda _: None,
    chosen: str = "",
    **changes: Any,
) -> Run:
    """A job on a transfer with this delivery."""

    def run(bench: Bench) -> list[Finding]:
        made = transfer(bench.home, contents, **changes)
        prepare(made)
        made.run(job, chosen)
        return made.told.findings

    return run


def with_settings_of_its_own(made: Transfer) -> None:
    (made.root / "processingMCP.xml").write_text(configuration("accept"), encoding="utf-8")


def with_an_empty_folder(made: Transfer) -> None:
    (made.root / "delivery" / "leeg").mkdir()


def by_nobody(role: str | None) -> Archivematica:
    return Archivematica(returned="returned", operator_role=role)


CASES = [
    Case("SMA-A090", of_transfer("receive", prepare=with_settings_of_its_own)),
    Case("SMA-A091", of_transfer("receive", YEARS, defaults=Defaults(period_cut="year"))),
    Case("SMA-A092", of_transfer("compose", LACKING, chosen="accept", archivematica=by_nobody(None))),
    Case("SMA-A092", of_transfer("compose", LACKING, chosen="accept", archivematica=by_nobody("bezoeker"))),
    Case("SMA-A093", of_transfer("compose", LACKING, with_settings_of_its_own, chosen="accept")),
    Case("SMA-A095", of_transfer("receive", {}, with_an_empty_folder)),
    Case("SMA-A094", of_transfer("compose", LACKING, chosen="accept-incomplete:anders")),
]
