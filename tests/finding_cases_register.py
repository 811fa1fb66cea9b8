"""Cases of findings about the register of accounts (SMA-S040 and on)."""

from __future__ import annotations

from collections.abc import Iterable

import openpyxl

from finding_cases import Bench, Case, Run
from finding_cases_package import SOUND
from making import ACTOR
from sma_plugin.findings import Finding
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Paths
from sma_plugin.show import show_delivery

HEAD = "platform,native_id,handle,kind,category,from,until,custodian,administrator"
OURS = f"mastodon,{ACTOR},,corporate,1.1,,,,"


def registered(*rows: str, head: str = HEAD) -> Run:
    """``sma show`` on a sound delivery of an account that is registered, with these rows besides."""
    return in_file("\n".join([head, OURS, *rows]) + "\n")


def in_file(text: str, name: str = "register.csv") -> Run:
    """``sma show`` on a sound delivery with this register."""

    def go(bench: Bench) -> Iterable[Finding]:
        settings = bench.settings(paths=Paths(registers=(name,)))
        (bench.home / name).write_text(text, encoding="utf-8")
        return show_delivery(bench.deliver(SOUND), settings, Quiet()).findings

    return go


def workbook(*cells: object) -> Run:
    """``sma show`` with a workbook whose second account has these cells: number, handle, category."""

    def go(bench: Bench) -> Iterable[Finding]:
        book = openpyxl.Workbook()
        for row in (["platform", "native_id", "handle", "category"], ["mastodon", ACTOR, "", "1.1"], ["x", *cells]):
            book.active.append(row)
        book.save(bench.home / "register.xlsx")
        settings = bench.settings(paths=Paths(registers=("register.xlsx",)))
        return show_delivery(bench.deliver(SOUND), settings, Quiet()).findings

    return go


X = "x,4242,vbstad,corporate,1.1,"
CASES = [
    Case("SMA-S040", registered(X + "2020-01-01,,Gemeente A,", X + "2024-01-01,,Gemeente B,")),
    Case("SMA-S041", registered(X + "2020-01-01,,,", "x,4243,VBstad,corporate,1.1,2024-01-01,,,")),
    Case("SMA-S043", workbook("#N/A", "vbstad", "1.1")),
    Case("SMA-S045", workbook(17840000000000001, "vbstad", "1.1")),
    Case("SMA-S046", registered(X + ",,,mevr. A. Voorbeeld")),
    Case("SMA-S047", registered("hyves,,vbstad,corporate,1.1,,,,")),
    Case(
        "SMA-S048",
        registered(
            X + "2020-01-01,2021-01-01,,", "x,4243,vbstad,corporate,1.1,2022-01-01,,,", "x,,vbstad,corporate,1.1,,,,"
        ),
    ),
    Case("SMA-S058", registered(head=HEAD.replace("custodian", "custodain"))),
    Case("SMA-S059", registered(head=HEAD.replace("custodian", "handle"))),
]
