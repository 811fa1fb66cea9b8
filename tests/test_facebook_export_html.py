"""Facebook's own export in HTML: pages of every era, dates in the account's language and time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from making import zipped
from meta_exports import JPEG, PAGE, SECOND, codes, items_of, meta, posts, texts
from sma_plugin.model import AccountRef, Evidence, Link, Moment, Relation
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.facebook import export
from sma_plugin.readers.meta.dates import read_date
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from sma_plugin.show import show_delivery
from sma_plugin.testing import listing

READER = "facebook-export"
POSTS = "your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.html"
COMMENTS = "your_facebook_activity/comments_and_reactions/comments.html"
ZONE = PAGE.format(
    '<main><section class="_a6-g"><table><tr><td class="_a6_q">Tijdzone</td>'
    '<td class="_2piu _a6_r">Europe/Amsterdam</td></tr></table></section></main>'
).encode()
WINTER = 1_608_935_400 * SECOND
"""25 December 2020, 23:30 by the clock of Amsterdam."""


def section(heading: str, body: str, date: str, tag: str = "section") -> str:
    """A card as it has been since 2024."""
    return (
        f'<{tag} class="_a6-g" aria-labelledby="u_0_1"><h2 class="_2ph_ _a6-h _a6-i" id="u_0_1">{heading}</h2>'
        f'<div class="_2ph_ _a6-p">{body}</div><footer class="_3-94 _a6-o">'
        f'<a href="https://www.facebook.com/dyi/l/?l=AbC"><div class="_a72d">{date}</div></a></footer></{tag}>'
    )


def said(text: str) -> str:
    return f'<div class="_2pin"><div>{text}</div></div>'


def since_2018(heading: str, body: str, date: str) -> str:
    return (
        f'<div class="pam _3-95 _2pi0 _2lej uiBoxWhite noborder"><div class="_3-96 _2pio _2lek _2lel">{heading}</div>'
        f'<div class="_3-96 _2let">{body}</div><div class="_3-94 _2lem">{date}</div></div>'
    )


def unknown_era(heading: str, body: str, date: str) -> str:
    return f'<article class="zz1"><h3>{heading}</h3><div class="zz2">{body}</div><p class="zz3">{date}</p></article>'


def page(*cards: str) -> bytes:
    return PAGE.format(f'<div class="_a705"><main class="_a706" role="main">{"".join(cards)}</main></div>').encode()


def read(contents: dict[str, bytes]) -> list[object]:
    return list(items_of({"logged_information/location/timezone.html": ZONE} | contents, READER))


@pytest.mark.parametrize("card", [section, since_2018, unknown_era, lambda *given: section(*given, tag="div")])
@pytest.mark.parametrize(
    "date",
    [
        "Dec 25, 2020 11:30:00 pm",
        "dec. 25, 2020 11:30:00 p.m.",
        "25 december 2020 23:30",
        "Dez 25, 2020 23:30:00",
        "déc. 25, 2020 23:30:00",
    ],
)
def test_every_card_of_every_era_is_a_post_in_the_language_of_the_account(
    card: Callable[[str, str, str], str], date: str
) -> None:
    found = read(
        {
            POSTS: page(
                card("Gemeente heeft een update geplaatst.", said("Eén &amp; ander<br />nieuw"), date),
                card("Gemeente deelde iets", said("Twee"), date),
            )
        }
    )
    first, second = posts(found)
    assert first.state.text == "Eén & ander\nnieuw"
    assert first.created == Moment(WINTER, date)
    assert first.state.raw == {"title": "Gemeente heeft een update geplaatst."}
    assert second.state.text == "Twee"
    assert codes(found) == ["SMA-R100"]


def test_the_page_is_the_evidence_and_the_selector_says_which_card() -> None:
    first, second = posts(
        read(
            {
                POSTS: page(
                    section("a", said("een"), "Dec 25, 2020 11:30:00 pm"),
                    section("b", said("twee"), "Dec 26, 2020 11:30:00 pm"),
                )
            }
        )
    )
    assert first.evidence == (Evidence(POSTS, "file", locator="section._a6-g[1]"),)
    assert second.evidence == (Evidence(POSTS, "file", locator="section._a6-g[2]"),)


def test_a_card_with_photos_says_its_caption_once_and_no_more_than_that() -> None:
    exif = '<table><tr><td class="_a6_q">Upload-IP-adres</td><td class="_2piu _a6_r">203.0.113.5</td></tr></table>'
    uri = "your_facebook_activity/posts/media/Markt_1/{}.jpg"
    photo = '<a target="_blank" href="{0}"><img src="{0}" class="_a6_o _3-96" /></a>'
    shown = "".join(
        f'<div class="_2pin"><div><div>{photo.format(uri.format(name))}</div>'
        f'<div class="_3-95">De markt is open</div>{exif}</div></div>'
        for name in "ab"
    )
    contents = {
        POSTS: page(
            section(
                "Gemeente heeft 2 foto's toegevoegd.",
                shown + said("De markt is open") + said("Updated May 02, 2021 8:12:17 am"),
                "Dec 25, 2020 11:30:00 pm",
            )
        )
    }
    contents |= {uri.format(name): JPEG for name in "ab"}
    (one,) = posts(read(contents))
    assert one.state.text == "De markt is open"
    assert [medium.path for medium in one.state.media or ()] == [uri.format("a"), uri.format("b")]
    assert one.edited is not None
    assert one.edited.raw == "Updated May 02, 2021 8:12:17 am"
    assert b"203.0.113.5" not in repr(one).encode()


def test_a_link_by_itself_is_a_link_and_mentions_are_names() -> None:
    body = '<div class="_2pin"><a href="https://voorbeeldstad.example/a">Het bericht</a></div>' + said(
        "Zie &#064;[100:2048:Wijkraad Oost]"
    )
    (one,) = posts(read({POSTS: page(section("a", body, "Dec 25, 2020 11:30:00 pm"))}))
    assert one.state.links == (Link("https://voorbeeldstad.example/a", title="Het bericht"),)
    assert one.state.text == "Zie Wijkraad Oost"
    assert one.state.mentions == (AccountRef("100", name="Wijkraad Oost"),)


def test_comments_are_own_posts_that_answer() -> None:
    (one,) = posts(
        read(
            {
                COMMENTS: page(
                    section("Gemeente replied to Jan Voorbeeld's comment.", said("Bedankt"), "Dec 25, 2020 11:30:00 pm")
                )
            }
        )
    )
    assert one.state.text == "Bedankt"
    assert one.relations == (Relation("reply", target_account=AccountRef(name="Jan Voorbeeld")),)


def test_an_album_shows_only_what_no_post_shows() -> None:
    uri = "your_facebook_activity/posts/media/Markt_1/{}.jpg"
    photo = '<a href="{0}"><img src="{0}" /></a>'
    contents = {
        POSTS: page(section("a", said("post") + photo.format(uri.format("a")), "Dec 25, 2020 11:30:00 pm")),
        "your_facebook_activity/posts/album/0.html": page(
            *(section("", photo.format(uri.format(name)), "Dec 26, 2020 11:30:00 pm") for name in "ab")
        ),
        uri.format("a"): JPEG,
        uri.format("b"): JPEG,
    }
    assert [[medium.path for medium in one.state.media or ()] for one in posts(read(contents))] == [
        [uri.format("a")],
        [uri.format("b")],
    ]


def test_without_the_file_of_the_zone_times_are_utc_and_that_is_told_once() -> None:
    contents = {
        POSTS: page(section("a", said("een"), "Dec 25, 2020 11:30:00 pm")),
        COMMENTS: page(section("a", said("b"), "Dec 25, 2020 11:30:00 pm")),
    }
    found = items_of(contents, READER)
    assert {one.created for one in posts(found)} == {
        Moment(1_608_939_000 * SECOND, "Dec 25, 2020 11:30:00 pm", "zone:UTC")
    }
    assert codes(found) == ["SMA-R100", "SMA-R104"]


def test_a_page_without_dates_is_refused_with_what_to_ask_for() -> None:
    found = read({POSTS: page(section("a", said("een"), "lang geleden"), section("b", said("twee"), "ooit"))})
    assert texts(found) == []
    assert codes(found) == ["SMA-R100", "SMA-R102"]


def test_a_card_without_a_date_among_others_is_kept_and_told() -> None:
    found = read(
        {POSTS: page(section("a", said("een"), "ooit"), section("b", said("twee"), "Dec 25, 2020 11:30:00 pm"))}
    )
    assert len(posts(found)) == 2
    assert codes(found) == ["SMA-R005", "SMA-R100"]


def test_a_text_that_is_a_date_is_a_text() -> None:
    (one,) = posts(read({POSTS: page(section("a", said("25 december 2020"), "Dec 25, 2020 11:30:00 pm"))}))
    assert one.state.text == "25 december 2020"


@pytest.mark.parametrize("cut", [40, 200, 900])
def test_a_page_that_breaks_off_gives_what_stands_before(cut: int) -> None:
    whole = page(
        *(section(f"kop {number}", said(f"bericht {number}"), "Dec 25, 2020 11:30:00 pm") for number in range(20))
    )
    found = posts(read({POSTS: whole[:-cut]}))
    assert len(found) >= 17
    assert found[0].state.text == "bericht 0"


@pytest.mark.parametrize(
    "text",
    [
        "De markt van 25 december 2020 om 23:30",
        "12:30",
        "december 2020",
        "1 2 3 2020",
        "31 februari 2021 12:00",
        "25:99",
        "",
        "2020-13-45",
    ],
)
def test_what_is_no_date_is_not_read_as_one(text: str) -> None:
    assert read_date(text) is None


def test_an_ordinary_page_is_not_taken_for_an_export() -> None:
    ordinary = {
        "posts/index.html": page(section("a", said("b"), "Dec 25, 2020")),
        "site/berichten.html": b"<html><body>Hallo</body></html>",
    }
    assert export.recognise_all(listing(ordinary)) == []


def test_whose_export_it_is_stands_on_the_page_of_the_profile_which_stays_out() -> None:
    rows = '<table><tr><td class="_a6_q">Naam</td><td class="_a6_r">Gemeente Voorbeeldstad</td></tr></table>'
    path = "personal_information/profile_information/profile_information.html"
    contents = {
        POSTS: page(section("a", said("een"), "Dec 25, 2020 11:30:00 pm")),
        path: page(f'<div class="_a6-g">{rows}</div>'),
    }
    found = read(contents)
    assert posts(found)[0].author.name == "Gemeente Voorbeeldstad"
    assert codes(found) == []
    assert rule_for(READER, path) == "facebook-export.account-security"


@pytest.mark.parametrize("path", ["site/posts/archive.html", "site/comments/comments.html", "posts/timeline.html"])
def test_the_pages_of_a_website_are_no_export(path: str) -> None:
    site = b"<!doctype html><html><head><title>facebook</title></head><body><article>Hallo</article></body></html>"
    assert export.recognise_all(listing({path: site})) == []


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("facebook-voorbeeldstad-2026-09-15-AbCd.zip", "voorbeeldstad"),
        ("facebook-voorbeeldstad-15-09-2026-AbCd (1).zip", "voorbeeldstad"),
        ("facebook.zip", None),
    ],
)
def test_without_a_profile_the_name_of_the_archive_tells_whose_it_is(
    tmp_path: Path, name: str, handle: str | None
) -> None:
    one = page(section("Voorbeeldstad heeft een bericht geplaatst.", said("een"), "25 december 2020 23:30"))
    bundle = zipped(tmp_path / name, {"your_facebook_activity/posts/your_posts_1.html": one})
    found = show_delivery(bundle, Settings(undecided=True), Quiet())
    assert {"SMA-R100"} & {finding.code for finding in found.findings} == (set() if handle else {"SMA-R100"})
    assert found.accounts == (f"Facebook @{handle}" if handle else "Facebook (?)",)


@pytest.mark.parametrize("root", ["", "facebook-anders-2026-09-15-AbCd/"])
def test_a_profile_goes_before_the_names_of_folders_and_archives(tmp_path: Path, root: str) -> None:
    profile = {
        "profile_v2": {"name": {"full_name": "Gemeente"}, "profile_uri": "https://www.facebook.com/voorbeeldstad"}
    }
    contents = {
        root + "personal_information/profile_information/profile_information.json": meta(profile),
        root + "your_facebook_activity/posts/your_posts_1.json": meta([{"timestamp": 1, "data": [{"post": "een"}]}]),
    }
    bundle = zipped(tmp_path / "facebook-anders-2026-09-15-AbCd.zip", contents)
    assert show_delivery(bundle, Settings(undecided=True), Quiet()).accounts == ("Facebook @voorbeeldstad",)
