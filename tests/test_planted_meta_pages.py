"""Exports of a Facebook Page: what tells of its administrators is in no package, in JSON and in HTML alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from meta_exports import JPEG, NOW, PAGE, meta, post, shows
from planting import PUBLIC, SECRET, made_of, placed, words

ADDRESS, SIXTH = "203.0.113.77", "2001:db8:85a3::8a2e:370:7334"
MARKS = (SECRET, ADDRESS, SIXTH)
ROOT = "this_profile's_activity_across_facebook/"
PHOTO = f"{ROOT}posts/media/markt.jpg"
ABOUT_ADMINISTRATORS = words(
    f"""
{ROOT}pages/admin_activity.json {ROOT}pages/your_pages.json {ROOT}pages/page_roles.json
{ROOT}pages/page_admins.json {ROOT}other_activity/support_correspondences.json
{ROOT}posts/scheduled_posts.json {ROOT}messages/inbox/jan/message_1.json
profile_information/profile_information/page_roles.json profile_information/page_access.json
personal_information/people_with_access.json security_and_login_information/logins_and_logouts.json
security_and_login_information/account_activity.json security_and_login_information/ip_address_activity.json
security_and_login_information/your_devices.json ads_information/ads_interests.json
ads_information/ad_account_roles.json ads_information/your_ad_accounts.json
payment_history/payment_history.json page_management/page_management_history.json
preferences/notification_settings.json logged_information/search/your_search_history.json
nieuw/beheerders.json
"""
)
NEW_ITEM = {"name": SECRET, "role": "Admin", "ip_address": ADDRESS}


def labels(*pairs: tuple[str, str], **more: str) -> list[dict[str, str]]:
    return [{"label": label, **more, "value": value} for label, value in pairs]


def traced() -> dict[str, Any]:
    """A post with all that has been met, or could be, of who placed it."""
    exif = {
        "upload_ip": ADDRESS,
        "taken_timestamp": NOW,
        "device_id": SECRET,
        "camera_make": "Merk",
        "ip_address": SIXTH,
    }
    photo = shows(PHOTO, media_metadata={"photo_metadata": {"exif_data": [exif]}})
    who = {
        "admin_creator": {"id": "7", "name": SECRET},
        "published_by": SECRET,
        "admins": [SECRET, SECRET],
        "user_agent": f'Mozilla "{SECRET}"',
    }
    return post(f"{PUBLIC}-1", **photo) | who


def labelled() -> dict[str, Any]:
    """A post in the form of 2025, with facts under labels."""
    facts = labels(("Beheerder", SECRET), ("Gepubliceerd door", SECRET), ("IP-adres", ADDRESS), ("Gerät-ID", SECRET))
    found = facts + labels(("Upload IP address", SIXTH), ("Admin", SECRET), ent_field_name="Creator")
    return post(f"{PUBLIC}-2", NOW + 1, label_values=[*found, *labels(("Tekst", f"{PUBLIC}-2"))])


def in_json() -> dict[str, bytes]:
    """The export of a Page in JSON."""
    updates = [
        {"timestamp": NOW, "title": f"Phone number changed to {SECRET}"},
        {"timestamp": NOW, "title": "x", "data": [{"name": SECRET}]},
        {"timestamp": NOW, "title": "Updated its profile picture.", **shows(PHOTO)},
    ]
    comment = {"comment": {"timestamp": NOW, "comment": f"{PUBLIC}-3", "author": "Gemeente Voorbeeldstad"}}
    answer = {"timestamp": NOW, "title": "Antwoord", "data": [comment], "admin_name": SECRET}
    hidden = {"timestamp": NOW, "fbid": "1", "media": [], "label_values": labels(("Naam", SECRET), ("IP", ADDRESS))}
    return {path: meta([hidden | NEW_ITEM]) for path in ABOUT_ADMINISTRATORS} | {
        f"{ROOT}posts/profile_posts_1.json": meta([traced(), labelled()]),
        f"{ROOT}comments_and_reactions/comments.json": meta({"comments_v2": [answer]}, indent=None),
        "profile_information/profile_information/profile_update_history.json": meta({"profile_updates_v2": updates}),
        "ads_information/your_ads.json": meta([post(f"{PUBLIC}-4", NOW + 4, **shows(PHOTO, upload_ip=ADDRESS))]),
        PHOTO: JPEG,
    }


def card(text: str, *rows: tuple[str, str]) -> str:
    """A post on a page, with facts in rows."""
    cell = '<tr><td class="_a6_q">{}</td><td class="_2piu _a6_r">{}</td></tr>'
    told = "".join(cell.format(*one) for one in rows)
    nested = "".join(f'<tr><td class="_a6_q">{label}<div><div>{said}</div></div></td></tr>' for label, said in rows)
    return (
        '<section class="_a6-g"><h2 class="_2ph_ _a6-h _a6-i">Gemeente</h2><div class="_2ph_ _a6-p">'
        f"<div class='_2pin'><div>{text}</div></div><table>{told}{nested}</table></div>"
        f'<footer class="_a6-o"><div class="_a72d">Dec 25, 2020 11:30:00 pm</div></footer></section>'
    )


def in_html() -> dict[str, bytes]:
    """The export of a Page in HTML."""
    facts = (
        ("Upload IP address", ADDRESS),
        ("IP-adres van upload", f"{ADDRESS}, {SIXTH}"),
        ("Adresse IP", SIXTH),
        ("Device ID", SECRET),
        ("Toestel-ID", SECRET),
        ("Ger&#xe4;te-ID", SECRET),
        ("Beheerder", SECRET),
        ("Posted by", SECRET),
        ("Gepubliceerd door:", SECRET),
    )
    shown = card(f"{PUBLIC}-1", *facts) + card(f"Beheerder<br />{PUBLIC}-2<br />Admin: iedereen")
    pages = {
        f"{ROOT}posts/profile_posts_1.html": shown,
        f"{ROOT}comments_and_reactions/comments.html": card(f"{PUBLIC}-3"),
    }
    private = {path.replace(".json", ".html"): card(SECRET, *facts) for path in ABOUT_ADMINISTRATORS}
    private["profile_information/profile_information/profile_update_history.html"] = card(SECRET)
    return {path: PAGE.format(body).encode() for path, body in (private | pages).items()}


@pytest.mark.parametrize("wrapper", ["", "facebook-voorbeeldstad-2026-3-6-AbCd/"])
@pytest.mark.parametrize("members", [in_json(), in_html()], ids=["json", "html"])
def test_what_tells_of_administrators_is_in_no_package(members: dict[str, bytes], wrapper: str, tmp_path: Path) -> None:
    made = made_of(placed(tmp_path / "in", members, 1, wrapper), tmp_path / "out")
    assert [made.marked(mark) for mark in MARKS] == [[], [], []]
    assert made.unread([f"{PUBLIC}-{number}" for number in (1, 2, 3)]) == []
    assert made.errors() == []
    if "ads_information/your_ads.json" in members:
        assert made.unread([f"{PUBLIC}-4"]) == []
    assert {"account-security", "direct-messages", "history"} <= made.kinds
