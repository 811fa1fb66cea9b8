"""Cases of SMA-R140 to R149: LinkedIn's export and captured pages."""

from __future__ import annotations

from finding_cases import DECLARED, Case, shown
from test_linkedin_export import ARTICLE, HEADER, PROFILE, ROW, archive

NAMED = DECLARED + 'platform = "linkedin"\naccount = { native_id = "urn:li:member:17529409" }\n'
UNSAID = ARTICLE.replace(b'"created"', b'"x"').replace(b'"published"', b'"x"')
HELD = "SMA-S001"

CASES = [
    Case("SMA-R140", shown(archive(Shares=HEADER + ROW)), "SMA-R140", HELD),
    Case(
        "SMA-R141",
        shown({"Shares.csv": HEADER + ROW, "Profile.csv": PROFILE, "Articles/kade.html": UNSAID}, about=NAMED),
        "SMA-R141",
        "SMA-H005",
        HELD,
    ),
]
