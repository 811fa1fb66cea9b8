"""Screenshots and PDF documents: evidence of the posts that an index or a file name says, and of nothing else."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path

import pytest

import signed_pdf
from making import PNG, mastodon, note
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.ingest import ingest
from sma_plugin.model import PostHistory, Problem, Resource
from sma_plugin.package import Package
from sma_plugin.readers.contract import Listing, Member
from sma_plugin.readers.permalinks import permalink
from sma_plugin.readers.pictures.index import by_name
from sma_plugin.readers.pictures.pdf import signatures
from sma_plugin.readers.registry import recognise
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from sma_plugin.show import Shown, show_delivery
from test_linkedin_workbook import book
from test_x_api import flat, lines
from test_x_archive import archive, ytd
from test_x_archive import tweet as own

INDEX = (
    b"Bestand;URL;Datum vastlegging;Geplaatst;Tekst\r\n"
    b"een.png;https://x.com/voorbeeldstad/status/1750000000000000999;2024-03-01T10:00:00Z;;De markt is open\r\n"
    b"map/twee.png;https://twitter.com/voorbeeldstad/status/1750000000000000998?s=20;;2024-01-24T06:00:00Z;\r\n"
    b"een.png;https://x.com/voorbeeldstad;2024-03-01;;\r\n"
)
X = 'platform = "x"\naccount = { handle = "voorbeeldstad" }\n'


def delivered(folder: Path, contents: dict[str, bytes]) -> Path:
    for name, data in contents.items():
        path = folder / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder / "in"


def shown(folder: Path, contents: dict[str, bytes]) -> Shown:
    return show_delivery(delivered(folder, contents), Settings(undecided=True), Quiet())


def package_of(folder: Path, contents: dict[str, bytes]) -> Package:
    (made,) = ingest([delivered(folder, contents)], folder / "out", Settings(undecided=True), Quiet()).packages
    return Package(made.path)


def test_a_picture_is_evidence_of_the_post_that_the_index_names(tmp_path: Path) -> None:
    contents = {"index.csv": INDEX, "een.png": PNG, "map/twee.png": PNG, "capture.toml": X.encode()}
    package = package_of(tmp_path, contents)
    items = [line.item for line in read_lines(package.posts)]
    first, second = sorted((one for one in items if isinstance(one, PostHistory)), key=lambda one: one.native_id)
    assert (first.native_id, second.native_id) == ("1750000000000000998", "1750000000000000999")
    assert second.latest.text == "De markt is open"
    assert first.latest.text is None
    assert first.created.raw == "2024-01-24T06:00:00Z"
    assert (second.created.us, second.created.assumed) == (1706067488084000, "from id 1750000000000000999")
    picture, row = second.versions[0].evidence
    assert (picture.kind, picture.path.rpartition("/")[2]) == ("file", "een.png")
    kept = package.path(row.path).read_bytes()
    assert row.offset is not None
    assert row.length is not None
    assert kept[row.offset : row.offset + row.length] == INDEX.split(b"\r\n")[1]
    pictures = [one for one in items if isinstance(one, Resource)]
    assert [one.role for one in pictures] == ["screenshot", "screenshot"]
    assert pictures[0].at is not None
    assert pictures[0].at.raw == "2024-03-01T10:00:00Z"


def test_an_index_in_a_workbook_is_read_as_one_in_csv_and_its_row_is_evidence(tmp_path: Path) -> None:
    when = dt.datetime(2024, 3, 1, 10, 0)  # noqa: DTZ001 -- cells have no zone
    head = ["Bestand", "URL", "Datum vastlegging", "Tekst"]
    row = ["een.png", "https://x.com/voorbeeldstad/status/1750000000000000999", when, "De markt is open"]
    data = book(
        Toelichting=[["Vastgelegd door team Communicatie"]], Lijst=[["Schermafbeeldingen"], [], head, row, [None]]
    )
    contents = {"inhoud.xlsx": data, "een.png": PNG, "capture.toml": X.encode()}
    package = package_of(tmp_path, contents)
    items = [line.item for line in read_lines(package.posts)]
    (post,) = [one for one in items if isinstance(one, PostHistory)]
    assert (post.native_id, post.latest.text) == ("1750000000000000999", "De markt is open")
    picture, place = post.versions[0].evidence
    assert (place.kind, place.locator) == ("file", "Lijst!4:4")
    assert package.path(place.path).read_bytes() == data
    (shot,) = [one for one in items if isinstance(one, Resource)]
    assert shot.at is not None
    assert shot.at.raw == "2024-03-01T10:00:00"
    assert picture.path.endswith("een.png")


@pytest.mark.parametrize(
    ("said", "us"),
    [
        ("01-03-2024", 1_709_251_200_000_000),
        ("1-3-2024 9:05", 1_709_283_900_000_000),
        ("01-03-2024 om 09.05 uur", 1_709_283_900_000_000),
        ("2024-03-01T09:05:00Z", 1_709_283_900_000_000),
        ("31-02-2024", None),
        ("gisteren", None),
    ],
)
def test_dates_in_a_list_are_read_as_they_are_written_in_dutch(tmp_path: Path, said: str, us: int | None) -> None:
    index = (
        f"Bestand;URL;Datum vastlegging\r\neen.png;https://x.com/voorbeeldstad/status/1750000000000000999;{said}\r\n"
    )
    package = package_of(tmp_path, {"index.csv": index.encode(), "een.png": PNG, "capture.toml": X.encode()})
    (shot,) = [line.item for line in read_lines(package.posts) if isinstance(line.item, Resource)]
    assert shot.at is not None
    assert (shot.at.us, shot.at.raw) == (us, said)


def test_a_workbook_that_is_no_index_is_told_when_it_is_named_as_one(tmp_path: Path) -> None:
    other = book(Blad=[["Wie", "Wat"], ["a", "b"]])
    assert "SMA-R257" in {one.code for one in shown(tmp_path / "a", {"een.png": PNG, "index.xlsx": other}).findings}
    assert "SMA-R257" not in {
        one.code for one in shown(tmp_path / "b", {"een.png": PNG, "begroting.xlsx": other}).findings
    }


def test_a_picture_and_the_api_tell_of_one_post(tmp_path: Path) -> None:
    post = flat(1750000000000000999, author_id="7", author={"id": "7", "username": "voorbeeldstad", "name": "V"})
    contents = {"api/tweets.jsonl": lines(post), "scherm/index.csv": INDEX, "scherm/een.png": PNG}
    contents["scherm/map/twee.png"] = PNG
    package = package_of(tmp_path, contents)
    posts = {one.item.native_id: one.item for one in read_lines(package.posts) if isinstance(one.item, PostHistory)}
    both = posts["1750000000000000999"]
    assert {one.capture for version in both.versions for one in version.evidence} == {
        "01-x-api",
        "02-web-screen-capture",
    }


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("x_voorbeeldstad_1750000000000000123.png", "https://x.com/voorbeeldstad/status/1750000000000000123"),
        ("twitter.com-voorbeeldstad-status-123456789012345.png", "https://x.com/voorbeeldstad/status/123456789012345"),
        ("https___x.com_vbs_status_1750000000000000123.jpg", "https://x.com/vbs/status/1750000000000000123"),
        ("tiktok_@vbs_7400000000000000148.png", "https://www.tiktok.com/@vbs/video/7400000000000000148"),
        ("instagram_p_CRyZpmrjYC4.png", "https://www.instagram.com/p/CRyZpmrjYC4/"),
        ("facebook_vbs_posts_1234567890.pdf", "https://www.facebook.com/vbs/posts/1234567890"),
        (
            "urn_li_activity_7123456789012345678.pdf",
            "https://www.linkedin.com/feed/update/urn:li:activity:7123456789012345678",
        ),
        ("Markt [AbCdEfGhIjK].png", "https://www.youtube.com/watch?v=AbCdEfGhIjK"),
    ],
)
def test_a_file_name_can_say_which_post_it_is(name: str, url: str) -> None:
    assert by_name(f"map/{name}").url == url


@pytest.mark.parametrize(
    "name",
    [
        "IMG_20240305_142210.jpg",
        "1750000000000000123.png",
        "notulen-2024.pdf",
        "box_1234567890123456.png",
        "[kort].png",
    ],
)
def test_other_names_say_nothing(name: str) -> None:
    assert by_name(name).link is None


def test_the_moment_of_a_screenshot_is_taken_from_its_name(tmp_path: Path) -> None:
    for name in ("Schermafbeelding 2024-02-05 om 14.22.10.png", "Screenshot_20240205-142210.png"):
        captured = by_name(name).captured
        assert captured is not None
        assert (captured.us, captured.assumed) == (1707142930000000, "zone:UTC")
    assert by_name("a 2024-99-05.png").captured is None
    found = shown(tmp_path, {"Schermafbeelding 2024-02-05 om 14.22.10.png": PNG})
    assert (found.counts["screenshots"], found.counts["posts"]) == (1, 0)


def test_pictures_that_a_personal_export_leaves_are_not_screenshots() -> None:
    contents = archive(tweets=ytd("tweets", [own()])) | {
        "data/direct_messages_media/1-scherm.png": PNG,
        "screenshot.png": PNG,
    }
    listing = Listing(tuple(Member(path, len(data), data[:4096]) for path, data in contents.items()))
    assert [match.reader for match in recognise(listing)] == ["x-archive"]
    media = {name: data for name, data in mastodon([note(1, "a")]).items() if name.endswith(".png")}
    pictures = Listing(tuple(Member(path, len(data), data) for path, data in media.items()))
    assert [match.reader for match in recognise(pictures)] == ["pictures"]


@pytest.mark.parametrize(
    "url",
    [
        "https://x.com/a/status/1750000000000000000/photo/1",
        "https://www.facebook.com/permalink.php?story_fbid=456&id=212038",
        "https://www.threads.net/@g/post/CRyZpmrjYC4",
        "https://nl.linkedin.com/posts/gem_x-activity-7123456789012345678-AbCd",
        "https://youtu.be/AbCdEfGhIjK?t=3",
        "https://bsky.app/profile/did:plc:abc/post/3kabc",
        "https://social.example/users/gem/statuses/110000000000001",
    ],
)
def test_an_address_names_a_post_of_its_platform(url: str) -> None:
    found = permalink(url)
    assert found is not None
    assert found.native_id


@pytest.mark.parametrize("url", ["", "x", "https://x.com/gem", "https://facebook.com/gem", "http://[", "mailto:a@b"])
def test_other_addresses_name_no_post(url: str) -> None:
    assert permalink(url) is None


def verdict(data: bytes, trusted: tuple[str, ...] = ()) -> tuple[str, object]:
    (found,) = signatures(io.BytesIO(data), "a.pdf", trusted)
    assert isinstance(found, Problem)
    return found.code, found.params.get("trust_en")


def test_a_right_signature_is_told_with_whom_it_leads_to() -> None:
    code, trust = verdict(signed_pdf.signed())
    assert (code, "not checked" in str(trust)) == ("SMA-R251", True)
    assert verdict(signed_pdf.signed(), (signed_pdf.pem(),)) == (
        "SMA-R251",
        "the certificate leads to a trusted one",
    )


def test_a_timestamp_is_told_with_its_moment() -> None:
    (found,) = signatures(io.BytesIO(signed_pdf.stamped()), "a.pdf")
    assert (found.code, found.params["moment"]) == ("SMA-R256", "2024-03-01 00:00 UTC")


def test_every_altered_byte_that_is_signed_shows() -> None:
    data = signed_pdf.signed()
    for at in (data.index(b"200 200"), data.index(b"/Count 1") + 7):
        altered = data[:at] + b"7" + data[at + 1 :]
        assert verdict(altered)[0] == "SMA-R252"


def test_what_was_added_after_signing_is_told() -> None:
    assert verdict(signed_pdf.added_to(signed_pdf.signed()))[0] == "SMA-R253"


def test_a_damaged_document_is_no_disaster() -> None:
    data = signed_pdf.signed()
    for cut in range(0, len(data), 97):
        for found in signatures(io.BytesIO(data[:cut]), "a.pdf"):
            assert found.code in ("SMA-R251", "SMA-R252", "SMA-R253", "SMA-R254")
    assert json.dumps(verdict(b"%PDF-1.7\n/ByteRange"))
