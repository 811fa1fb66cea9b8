"""Cases of SMA-R150 to R159: YouTube in a Google Takeout."""

from __future__ import annotations

from finding_cases import CHANNEL, DECLARED, Case, shown
from test_youtube_takeout import EN, table, video, videos

NAMED = DECLARED + f'platform = "youtube"\naccount = {{ native_id = "{CHANNEL}" }}\n'
OTHERS = {f"{EN}playlists/playlists.csv": table("Playlist ID,Playlist Title (Original),Playlist Visibility")}
FILM = bytes.fromhex("0000001866747970" + "6d703432000000006d70343269736f6d") + b"\0\0\0\x08moov"

CASES = [
    Case("SMA-R150", shown(OTHERS), "SMA-R150", "SMA-H001", "SMA-H008"),
    Case(
        "SMA-R151",
        shown(videos(video(channel=CHANNEL)) | {f"{EN}videos/Iets anders.mp4": FILM}, about=NAMED),
        "SMA-R151",
        "SMA-H005",
    ),
]
