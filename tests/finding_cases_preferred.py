"""Cases of SMA-F020 to F031: policies of preferred formats, and converting by them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec
import openpyxl

import conversions_made
from finding_cases import Bench, Case
from finding_cases_privacy import BOTH, SOUND
from sma_plugin.findings import Finding
from sma_plugin.ingest import ingest
from sma_plugin.preferred.importing import import_policy
from sma_plugin.preferred.policy import policies_named
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Paths, Settings

KEEPING = '[[format]]\nstatus = "preferred"\npuids = ["fmt/13"]\n'


def imported(row: str) -> Callable[[Bench], Iterable[Finding]]:
    """What is told of a table with one row."""

    def go(bench: Bench) -> Iterable[Finding]:
        table = bench.home / "norm.csv"
        table.write_text(f"Extensie;Status;PUID;Omzetten met;Vragen\n{row};;\n", encoding="utf-8")
        return import_policy(table, "Norm").findings

    return go


def filtered(bench: Bench) -> Iterable[Finding]:
    """What is told of a workbook of which a filter hides a row."""
    book = openpyxl.Workbook()
    for row in (("Status", "PUID"), ("Voorkeur", "fmt/13"), ("Acceptabel", "fmt/44")):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.save(bench.home / "norm.xlsx")
    return import_policy(bench.home / "norm.xlsx", "Norm").findings


def loaded(text: str) -> Callable[[Bench], Iterable[Finding]]:
    """What is told of a policy by itself."""

    def go(bench: Bench) -> Iterable[Finding]:
        conversions_made.use(bench.patch)
        (bench.home / "p.toml").write_text(text, encoding="utf-8")
        found = policies_named(Settings(base=str(bench.home)), ("p.toml",)).findings
        return [msgspec.structs.replace(one, places=()) for one in found]

    return go


def converted(text: str) -> Callable[[Bench], Iterable[Finding]]:
    """A run with a policy over a delivery with one picture."""

    def go(bench: Bench) -> Iterable[Finding]:
        conversions_made.use(bench.patch)
        (bench.home / "p.toml").write_text(text, encoding="utf-8")
        settings = bench.settings(register=BOTH, paths=Paths(format_policy="p.toml"))
        result = ingest([bench.deliver(SOUND)], bench.home / "out", settings, Quiet())
        return [one for package in result.packages for one in package.findings] or result.findings

    return go


policy = conversions_made.policy
CASES = [
    Case("SMA-F020", imported(".png;Voorkeur;circa fmt/13")),
    Case("SMA-F020", imported(".png;Voorkeur;fmt/36-21, fmt/1")),
    Case("SMA-F020", imported("(zie bijlage);Acceptabel;TSS-fmt/9")),
    Case("SMA-F021", imported(".png;Misschien;fmt/13")),
    Case("SMA-F022", loaded(policy("copied") + KEEPING)),
    Case("SMA-F023", loaded(policy("painted"))),
    Case("SMA-F024", loaded(policy("copied", puids=("fmt/44",)))),
    Case("SMA-F025", imported(";Voorkeur;Geen")),
    Case("SMA-F026", converted(policy("cut"))),
    Case("SMA-F027", converted(policy("refused"))),
    Case("SMA-F027", converted(policy("faulty"))),
    Case("SMA-F027", converted(policy("deadly"))),
    Case("SMA-F028", converted(policy("shrunk"))),
    Case("SMA-F029", converted(policy("copied", ask=True))),
    Case("SMA-F030", converted(policy("vast"))),
    Case("SMA-F031", converted(policy("renamed"))),
    Case("SMA-F032", filtered),
    Case("SMA-F033", imported(".png;Acceptabel;fmt/13;schilderen")),
    Case("SMA-F034", imported(".png;Acceptabel;fmt/13;image-tiff;misschien")),
]
