"""Cases of SMA-R160 to R189: videos and their comments."""

from __future__ import annotations

import json
from typing import Any

from finding_cases import CHANNEL, DECLARED, Case, Run, shown
from test_snapchat_export import PROFILE, mydata
from test_tiktok_export import TEXT, new, post
from test_youtube_api import page, thread, video
from test_youtube_info import MODERN

NAMED = DECLARED + f'platform = "youtube"\naccount = {{ native_id = "{CHANNEL}" }}\n'
OWNER = DECLARED + 'platform = "tiktok"\naccount = { handle = "voorbeeldstad" }\n'
SNAPCHAT = DECLARED + 'platform = "snapchat"\naccount = { native_id = "voorbeeldstad" }\n'
NO_MEDIA = "SMA-H005"
"""The API gives no media."""
LITTLE = ("SMA-H041", "SMA-H044")
"""Stories can be seen for a day only, and what was answered to them is not in the export."""
PARTIAL = [page("video", video()), page("commentThread", thread(total=3))]


def tiktok(posts: list[Any], **more: Any) -> Run:
    """An export of the account, as its owner got it."""
    return shown(json.dumps(new(posts) | more).encode(), about=DECLARED)


HOURS = {"Your Story Views": [{"Story Date": "2024-03-01 10:00:00 UTC", "Story Views": 3}]}
CASES = [
    Case("SMA-R160", shown(json.dumps(PARTIAL).encode(), about=NAMED), NO_MEDIA, "SMA-R160 > SMA-H044"),
    Case("SMA-R161", shown(TEXT, "user_data.txt", OWNER), "SMA-R161 > SMA-H001"),
    Case("SMA-R162", tiktok([post()], Nieuw={"Lijst": [1]}), NO_MEDIA, "SMA-R162"),
    Case(
        "SMA-R164",
        shown(json.dumps([MODERN, MODERN | {"extractor": "vimeo"}]).encode(), "a.info.json", NAMED),
        NO_MEDIA,
        "SMA-R164",
    ),
    Case("SMA-R163", tiktok([post(Date="2024-01-01 00:00:00")]), NO_MEDIA, "SMA-R163"),
    Case(
        "SMA-R165",
        shown(mydata(snap_pro=PROFILE | {"Spotlights": [{"a": 1}]}), about=SNAPCHAT),
        *LITTLE,
        NO_MEDIA,
        "SMA-R165",
    ),
    Case("SMA-R280", shown(mydata(story_history=HOURS), about=SNAPCHAT), "SMA-H001", LITTLE[0], "SMA-R280"),
    Case("SMA-R166", shown({"html/account.html": b"<html></html>"}, about=SNAPCHAT), LITTLE[0], "SMA-R166 > SMA-H001"),
]
