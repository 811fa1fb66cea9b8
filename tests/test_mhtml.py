"""Pages saved with their parts in one file (MHTML): the page is read as any page, its pictures as captured media."""

from __future__ import annotations

import base64
import quopri
from pathlib import Path

import pytest

from making import PNG
from sma_plugin.ingest import ingest
from sma_plugin.model import Evidence, Item, Moment, Problem, Resource, Tally
from sma_plugin.package import Package
from sma_plugin.package.records import read_record
from sma_plugin.readers.web import harvest
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from sma_plugin.testing import capture, listing

PAGE = "https://www.voorbeeldstad.example/nieuws"
PICTURE = "https://www.voorbeeldstad.example/beeld.png"
BROWSER = (
    f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {PAGE}\r\nSubject: =?utf-8?Q?Nieuws=20=E2=80=93=20raad?=\r\n"
    "Date: Sun, 1 Mar 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
    '\ttype="text/html";\r\n\tboundary="----grens----"\r\n\r\n\r\n'
)
HTML = "<!DOCTYPE html><title>Nieuws – raad</title><p>é</p>".encode()


def part(kind: str, address: str, body: bytes, encoding: str = "quoted-printable") -> bytes:
    coded = {"quoted-printable": quopri.encodestring, "base64": base64.encodebytes}.get(encoding, bytes)(body)
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\nContent-Location: {address}\r\n\r\n"
    return b"------grens----\r\n" + head.encode() + coded + b"\r\n"


def saved(*parts: bytes, head: str = BROWSER, end: bytes = b"------grens------\r\n") -> bytes:
    return head.encode() + b"".join(parts) + end


WHOLE = saved(
    part("text/html", PAGE, HTML),
    part("text/html", "cid:frame-1@mhtml.blink", b"<title>lijst</title>"),
    part("text/css", "https://www.voorbeeldstad.example/stijl.css", b"p {}"),
    part("image/png", PICTURE, PNG, "base64"),
)


def read(data: bytes, name: str = "nieuws.mhtml") -> list[Item]:
    return list(harvest.read(capture({name: data}, harvest)))


def test_a_page_and_its_pictures_have_the_address_and_time_that_the_file_states() -> None:
    match = harvest.recognise(listing({"map/pagina.bin": WHOLE}))
    assert match is not None
    assert (match.paths, match.technique, match.tool) == (("map/pagina.bin",), "web-harvest", "Blink")
    at = Moment(1_772_355_600_000_000, "Sun, 1 Mar 2026 10:00:00 +0100")
    assert match.captured == Moment(at.us, "2026-03-01T09:00:00Z")
    page, picture = (one for one in read(WHOLE) if isinstance(one, Resource))
    assert (page.role, page.url, page.at, page.title, page.length) == ("page", PAGE, at, "Nieuws – raad", len(HTML))
    assert page.evidence == (Evidence("nieuws.mhtml", "file", locator="part 0"),)
    assert (picture.role, picture.url, picture.length) == ("medium", PICTURE, len(PNG))
    assert [one.counted for one in read(WHOLE) if isinstance(one, Tally)] == [3]


@pytest.mark.parametrize(
    ("head", "address"),
    [
        (BROWSER, "cid:frame-0@mhtml.blink"),
        (BROWSER.replace("Snapshot-Content-Location", "X-Other").replace("Blink", "Internet Explorer 11"), PAGE),
        (BROWSER.replace("\r\n", "\n"), PAGE),
    ],
    ids=["address of the whole", "older browsers", "Unix line ends"],
)
def test_other_browsers_state_the_address_elsewhere(head: str, address: str) -> None:
    (page,) = [one for one in read(saved(part("text/html", address, HTML), head=head)) if isinstance(one, Resource)]
    assert (page.role, page.url) == ("page", PAGE)


@pytest.mark.parametrize("size", [len(WHOLE) // 2, len(WHOLE) - 8])
def test_a_file_that_is_cut_off_gives_what_is_there_and_says_so(size: int) -> None:
    items = read(WHOLE[:size])
    assert [one.code for one in items if isinstance(one, Problem)] == ["SMA-R003"]
    assert PAGE in [one.url for one in items if isinstance(one, Resource)]


@pytest.mark.parametrize(
    "data",
    [
        WHOLE.replace(b"Subject:", b"To: raad@voorbeeldstad.example\r\nSubject:"),
        b"Subject: vergadering\r\nContent-Type: text/plain\r\n\r\nTot dan",
        b"platform,handle\r\nx,voorbeeldstad\r\n",
        b'{"a": 1}',
    ],
    ids=["a message to somebody", "plain mail", "a table", "JSON"],
)
def test_mail_and_other_files_are_no_saved_pages(data: bytes) -> None:
    assert harvest.recognise(listing({"a.eml": data})) is None


def test_the_file_is_kept_byte_for_byte_and_its_page_is_told(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "nieuws.mhtml").write_bytes(WHOLE)
    (tmp_path / "in" / "capture.toml").write_text(
        'platform = "facebook"\naccount.handle = "voorbeeldstad"\n', encoding="utf-8"
    )
    result = ingest([tmp_path / "in"], tmp_path / "out", Settings(undecided=True), Quiet())
    (package,) = result.packages
    (kept,) = (path for path in (package.path / "objects" / "captures").rglob("*.mhtml"))
    assert kept.read_bytes() == WHOLE
    assert "SMA-H010" in {one.code for one in package.findings}
    assert [one.code for one in package.findings if one.severity == "error"] == []
    (told,) = read_record(Package(package.path).record).capture
    assert told.captured == "2026-03-01T09:00:00Z"
