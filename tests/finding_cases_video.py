"""Cases of SMA-R160 to R189: videos and their comments."""

from __future__ import annotations

import json

from finding_cases import CHANNEL, DECLARED, Case, shown
from test_youtube_api import page, thread, video

NAMED = DECLARED + f'platform = "youtube"\naccount = {{ native_id = "{CHANNEL}" }}\n'
NO_MEDIA = "SMA-H005"
"""The API gives no media."""
PARTIAL = [page("video", video()), page("commentThread", thread(total=3))]

CASES = [
    Case("SMA-R160", shown(json.dumps(PARTIAL).encode(), about=NAMED), NO_MEDIA, "SMA-R160"),
]
