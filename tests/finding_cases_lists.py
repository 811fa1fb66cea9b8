"""Cases of findings about selection lists, hotspots, legal holds and scenarios."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
import openpyxl

from finding_cases import LISTED, REST, Bench, Case, Run, selected
from finding_cases_package import SOUND
from making import ACTOR
from sma_plugin.findings import Finding
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Paths, Role
from sma_plugin.show import show_delivery
from test_lists import PAGES, RESULTS, TYPES, written
from test_mastodon_api import account, status

ROWS = [line.split(",") for line in LISTED.splitlines()]


def workbook(bench: Bench, change: Callable[[Any], object]) -> Path:
    """The sound list as a workbook that was changed."""
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    change(book.active)
    path = bench.home / "lijst.xlsx"
    book.save(path)
    return path


def changed(change: Callable[[Any], object]) -> Run:
    """``sma show`` with that workbook."""
    return lambda bench: with_list(bench, workbook(bench, change).name)


def with_list(bench: Bench, *names: str) -> Iterable[Finding]:
    """``sma show`` with these selection lists."""
    settings = bench.settings(paths=Paths(selection_lists=names))
    return show_delivery(bench.deliver(SOUND), settings, Quiet()).findings


def merge(sheet: Any) -> None:
    """A second row whose list is merged with the first one's; the row itself is sound but for that."""
    sheet.append(["Voorbeeldlijst", "2024", "1.2", "B"])
    sheet["F1"], sheet["F2"], sheet["E1"] = "description", "", "place"
    sheet.merge_cells("E2:E3")


def formula(sheet: Any) -> None:
    sheet["E1"], sheet["E2"] = "place", '="Staats" & "blad"'


def calculated(bench: Bench) -> Iterable[Finding]:
    """The workbook as a spreadsheet program saves it: the formula with its result."""
    path = workbook(bench, formula)
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as source, zipfile.ZipFile(path, "w") as out:
        for name in source.namelist():
            data = re.sub(rb"</f><v\s*/?>(?:</v>)?", b"</f><v>Staatsblad</v>", source.read(name))
            out.writestr(name, data.replace(b'<c r="E2">', b'<c r="E2" t="str">'))
    return with_list(bench, path.name)


def listed(rows: str) -> Run:
    """``sma show`` with the sound list and more rows."""
    return lambda bench: show_delivery(bench.deliver(SOUND), bench.settings(listed=LISTED + rows), Quiet()).findings


def answered(*documents: object) -> Run:
    """``sma show`` with the sound list, and answers of VNG's API beside it."""

    def go(bench: Bench) -> Iterable[Finding]:
        folder = bench.home / "vng"
        written(folder, **{f"antwoord{number}": one for number, one in enumerate(documents)})
        return with_list(bench, "selection-list.csv", "vng")

    return go


def tabled(kind: str, rows: str, **roles: Role) -> Run:
    """``sma show`` with a table of hotspots or legal holds."""

    def go(bench: Bench) -> Iterable[Finding]:
        (bench.home / "tabel.csv").write_text(rows, encoding="utf-8")
        settings = msgspec.structs.replace(bench.settings(paths=Paths(**{kind: ("tabel.csv",)})), roles=roles)
        return show_delivery(bench.deliver(SOUND), settings, Quiet()).findings

    return go


def no_date(bench: Bench) -> Iterable[Finding]:
    """A decision on when a term starts that is no date."""
    folder = bench.home / "besluiten"
    folder.mkdir()
    row = f"term/mastodon/{ACTOR}/1.1,einde van de mast,archivaris,2026-01-02,Besluit 1"
    (folder / "a.csv").write_text(f"question,decided,role,date,ground\n{row}\n", encoding="utf-8")
    listed = "list,version,category,value,term,trigger\nVoorbeeldlijst,2024,1.1,V,P5Y,bestaansduur procesobject\n"
    settings = bench.settings(listed=listed, paths=Paths(decisions="besluiten"))
    settings = msgspec.structs.replace(settings, roles={"archivaris": Role(("term",))})
    return show_delivery(bench.deliver(SOUND), settings, Quiet()).findings


def answered_by_others() -> dict[str, bytes]:
    """A page of statuses in which somebody answers the account."""
    asks = status("101", in_reply_to_id="100", content="<p>Waarom?</p>", account=account("inwoner", "9"))
    return {
        "antwoorden.json": json.dumps(
            [status("100"), asks | {"uri": f"{HOST_URL}/users/inwoner/statuses/101"}]
        ).encode()
    }


HOST_URL = REST.partition("/users/")[0]
ONE_WAY = f"platform,native_id,handle,kind,category,replies_possible\nmastodon,{REST},,corporate,1.1,nee\n"
SPOT = "name,list,keywords,hashtags,accounts,from,until\n"
HELD = "name,ground,from,role,date\nOnderzoek,Wet,2025-01-01,{},2025-01-02\n"
TWO_WAY = f"platform,native_id,handle,kind,replies_possible\nmastodon,{ACTOR},,corporate,ja\n"
BY_FUNCTION = "list,version,category,value,basis\nVoorbeeldlijst,2024,1.1,B,sleutelfuncties\n"

CASES = [
    Case("SMA-S060", changed(merge)),
    Case("SMA-S061", calculated),
    Case("SMA-S062", changed(formula)),
    Case("SMA-S063", listed("Voorbeeldlijst,,2.1,B\n")),
    Case("SMA-S064", answered(TYPES, PAGES[0])),
    Case("SMA-S065", answered(RESULTS[0])),
    Case("SMA-S066", answered(TYPES, RESULTS[0] | {"waardering": ""})),
    Case("SMA-S067", listed("Voorbeeldlijst,2024,1.1,B\n")),
    Case("SMA-S068", listed("Voorbeeldlijst,2024,2.1,B\nVoorbeeldlijst,2024,2.1,N\n")),
    Case("SMA-S069", listed("Voorbeeldlijst,2017,1.1,N\n"), "SMA-S021", "SMA-S069"),
    Case("SMA-S070", selected(SOUND, register=TWO_WAY), "SMA-S005", "SMA-S070", "SMA-S079"),
    Case("SMA-S071", selected(SOUND, listed=BY_FUNCTION)),
    Case("SMA-S072", no_date, "SMA-S021", "SMA-S072"),
    Case("SMA-S074", tabled("holds", HELD.format("stagiair"), archivaris=Role(("hold",)))),
    Case("SMA-S075", tabled("hotspots", SPOT + "Hoogwater,Lijst,,,,,\n")),
    Case("SMA-S076", tabled("hotspots", SPOT + "Hoogwater,Lijst,dijk,,,,\nHoogwater,Lijst,water,,,,\n")),
    Case("SMA-S078", selected(answered_by_others(), register=ONE_WAY)),
    Case(
        "SMA-S079",
        selected(SOUND, register=f"{TWO_WAY.splitlines()[0]},category\nmastodon,{ACTOR},,corporate,ja,1.1\n"),
    ),
    Case("SMA-S077", tabled("hotspots", SPOT + "Hoogwater,Lijst,dijk,,x:iemand,,\n")),
]
