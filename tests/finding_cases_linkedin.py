"""Cases of SMA-R140 to R149: LinkedIn's export and captured pages."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from finding_cases import DECLARED, Bench, Case, shown
from sma_plugin.findings import Finding
from test_linkedin_export import ARTICLE, HEADER, PROFILE, ROW, archive
from test_linkedin_workbook import NAME, POSTS, book

NAMED = DECLARED + 'platform = "linkedin"\naccount = { native_id = "urn:li:member:17529409" }\n'
UNSAID = ARTICLE.replace(b'"created"', b'"x"').replace(b'"published"', b'"x"')
HELD = "SMA-S001"


def without_the_library(bench: Bench) -> Iterable[Finding]:
    bench.patch.setitem(sys.modules, "python_calamine", None)
    return shown(POSTS, NAME, about=NAMED)(bench)


CASES = [
    Case("SMA-R140", shown(archive(Shares=HEADER + ROW)), "SMA-R140", HELD),
    Case(
        "SMA-R141",
        shown({"Shares.csv": HEADER + ROW, "Profile.csv": PROFILE, "Articles/kade.html": UNSAID}, about=NAMED),
        "SMA-R141",
        "SMA-H005",
        HELD,
    ),
    Case("SMA-R142", without_the_library, "SMA-H001", "SMA-R142", HELD),
    Case("SMA-R143", shown(book(Followers=[["Date"]]), NAME, about=NAMED), "SMA-H001", "SMA-R143", HELD),
]
