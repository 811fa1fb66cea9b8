"""Cases of SMA-R100 to R119: the exports that Facebook, Instagram and Threads give of an account."""

from __future__ import annotations

from finding_cases import DECLARED, Case, Run, shown
from meta_exports import JPEG, PAGE, labelled, medium, meta, post
from test_facebook_export_html import page, said, section

FACEBOOK = DECLARED + 'platform = "facebook"\naccount = { native_id = "109999000000001", handle = "voorbeeldstad" }\n'
INSTAGRAM = DECLARED + 'platform = "instagram"\naccount = { handle = "voorbeeldstad" }\n'
THREADS = DECLARED + 'platform = "threads"\naccount = { handle = "voorbeeldstad" }\n'
OURS = "your_facebook_activity/"
ACTIVITY = "your_instagram_activity/"
STRANGE = labelled(Sharh={"value": "Rahmat"}, Egasi={"value": "wijkraad"}, Vaqt={"timestamp": 1_700_000_000})
EDIT = {"timestamp": 1_700_000_000, "label_values": [{"label": "Tekst", "value": "eerst"}], "fbid": "12345"}
PAGES = OURS + "posts/your_posts_1.html"


def facebook(**files: bytes) -> Run:
    return shown({OURS + "posts/your_posts_1.json": meta([post()])} | files, about=FACEBOOK)


CASES = [
    Case("SMA-R100", shown({"posts/your_posts_1.json": meta([post()])}), "SMA-H003", "SMA-R100", "SMA-S001"),
    Case(
        "SMA-R101",
        shown({ACTIVITY + "comments/post_comments_1.json": meta([STRANGE])}, about=INSTAGRAM),
        "SMA-H006",
        "SMA-R101",
    ),
    Case("SMA-R102", facebook(**{OURS + "posts/your_posts_2.html": page(section("a", said("een"), "ooit"))})),
    Case("SMA-R103", facebook(**{OURS + "posts/edits_you_made_to_posts.json": meta([EDIT])})),
    Case("SMA-R104", facebook(**{PAGES: page(section("a", said("een"), "Dec 25, 2020 11:30:00 pm"))})),
    Case(
        "SMA-R105",
        shown(
            {
                ACTIVITY + "media/other_content.json": meta({"ig_other_media": [{"media": [medium("media/o/a.jpg")]}]}),
                "media/o/a.jpg": JPEG,
            },
            about=INSTAGRAM,
        ),
    ),
    Case(
        "SMA-R106",
        shown({ACTIVITY + "threads/threads_and_replies.html": PAGE.format("berichten").encode()}, about=THREADS),
        "SMA-H001",
        "SMA-R106",
    ),
]
