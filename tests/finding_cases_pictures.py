"""Cases of SMA-R250 to R269: screenshots and documents."""

from __future__ import annotations

from collections.abc import Iterable

import signed_pdf
from finding_cases import DECLARED, Bench, Case, Run, shown
from making import PNG
from sma_plugin.findings import Finding
from sma_plugin.readers.pictures import pdf
from test_linkedin_workbook import book

NAMED = DECLARED + 'platform = "x"\naccount = { native_id = "7" }\n'
INDEX = b"bestand,url\r\neen.png,https://x.com/vbs\r\nweg.png,https://x.com/vbs\r\n"
NO_POSTS = "SMA-H001"


def document(data: bytes) -> Run:
    return shown({"pagina.pdf": data}, about=NAMED)


def unavailable(bench: Bench) -> Iterable[Finding]:
    bench.patch.setattr(pdf, "available", lambda: False)
    return document(signed_pdf.signed())(bench)


OTHER = book(Blad=[["Wie"], ["b"]])
SIGNED = signed_pdf.signed()
CASES = [
    Case("SMA-R250", shown({"een.png": PNG, "index.csv": INDEX}, about=NAMED), "SMA-R250", NO_POSTS),
    Case("SMA-R251", document(SIGNED), "SMA-R251", NO_POSTS),
    Case("SMA-R252", document(SIGNED.replace(b"200 200", b"200 201", 1)), "SMA-R252", NO_POSTS),
    Case("SMA-R253", document(signed_pdf.added_to(SIGNED)), "SMA-R253", NO_POSTS),
    Case("SMA-R254", document(b"%PDF-1.7\n/ByteRange"), "SMA-R254", NO_POSTS),
    Case("SMA-R255", unavailable, "SMA-R255", NO_POSTS),
    Case("SMA-R256", document(signed_pdf.stamped()), "SMA-R256", NO_POSTS),
    Case(
        "SMA-R257",
        shown({"een.png": PNG, "overzicht.xlsx": book(Blad=[["Wie"], ["b"]])}, about=NAMED),
        "SMA-R257",
        NO_POSTS,
    ),
]
