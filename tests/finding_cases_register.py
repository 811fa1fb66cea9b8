"""Cases of findings about the register of accounts (SMA-S040 and on)."""

from __future__ import annotations

import shutil
from collections.abc import Iterable

import msgspec
import openpyxl

from finding_cases import Bench, Case, Run
from finding_cases_package import SOUND
from making import ACTOR
from sma_plugin.findings import Finding
from sma_plugin.register import checks
from sma_plugin.register.looking import seen_at
from sma_plugin.reporting import Quiet
from sma_plugin.selection.lists import load_lists
from sma_plugin.selection.register import load_register
from sma_plugin.settings import Paths, Settings
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


def against(head: str, row: str, *, damage: bool = False) -> Run:
    """``sma register check --against`` the sound package, with one row: what captures say, not what the row lacks."""

    def go(bench: Bench) -> Iterable[Finding]:
        (bench.home / "register.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
        settings = Settings(base=str(bench.home), paths=Paths(selection_lists=()))
        register = load_register(settings)
        kept = shutil.copytree(bench.package, bench.home / "pakket")
        if damage:
            (kept / "metadata" / "sma" / "captures.toml").write_text("geen pakket")
        findings: list[Finding] = []
        seen = seen_at([kept], settings, Quiet(), findings)
        if "handle2" in row:
            seen.append(msgspec.structs.replace(seen[0], native_id="https://elders.example/users/ander"))
        return [*findings, *checks.against(register, seen, "2025-04-10")]

    return go


def lacking(bench: Bench) -> Iterable[Finding]:
    (bench.home / "register.csv").write_text("platform,handle\nx,vbstad\n", encoding="utf-8")
    register = load_register(Settings(base=str(bench.home)))
    return checks.checked(register, load_lists(Settings(base=str(bench.home))))


HANDLE = "gemeente@social.voorbeeldstad.example"
SAID = "platform,native_id,handle,status,interval,official_account,no_formal_correspondence,privacy_notice"
CASES += [
    Case("SMA-S042", against(SAID, f"mastodon,{ACTOR},{HANDLE},closed,,,,", damage=True), "SMA-S042", "SMA-S057"),
    Case("SMA-S049", lacking),
    Case("SMA-S050", against(SAID, "x,4242,vbstad,unused,,,,"), "SMA-S050", "SMA-S051", "SMA-S057"),
    Case("SMA-S051", against(SAID, "bluesky,did:plc:vb,vb.example,,,,,"), "SMA-S050", "SMA-S051"),
    Case("SMA-S052", against(SAID, f"mastodon,{ACTOR},{HANDLE},in use,P1W,,,"), "SMA-S052", "SMA-S056"),
    Case("SMA-S053", against(SAID, f"mastodon,{ACTOR},andere@sociaal.example,,,,,"), "SMA-S053", "SMA-S056"),
    Case("SMA-S054", against(SAID + ",remark", f"mastodon,,{HANDLE},,,,,,handle2"), "SMA-S054", "SMA-S056"),
    Case("SMA-S055", against(SAID, f"mastodon,{ACTOR},{HANDLE},,,ja,ja,ja")),
    Case("SMA-S056", against(SAID, f"mastodon,{ACTOR},{HANDLE},,,,,")),
    Case(
        "SMA-S057",
        against(SAID + ",status_since", f"mastodon,{ACTOR},{HANDLE},closed,,,,,2025-04-05"),
        "SMA-S056",
        "SMA-S057",
    ),
]
