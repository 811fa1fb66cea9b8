"""Cases of SMA-R120 to R139: answers of Meta's interfaces and captured pages."""

from __future__ import annotations

import json

from finding_cases import DECLARED, Case, shown
from test_facebook_graph import PAGE_ID, feed, post

NAMED = DECLARED + f'platform = "facebook"\naccount = {{ native_id = "{PAGE_ID}" }}\n'
NAMELESS = {name: value for name, value in post(1).items() if name != "from"}

CASES = [
    Case("SMA-R120", shown(json.dumps(feed(NAMELESS)).encode(), about=NAMED), "SMA-H041", "SMA-R120"),
]
