"""HTML pages as PDF/A: nothing is fetched, all text is there, what PDF/A asks is there, and what is lost is found."""

from __future__ import annotations

import html
import shutil
import subprocess
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

pikepdf = pytest.importorskip("pikepdf", reason="pages as PDF/A need pip install 'sma-plugin[pages]'")
pytest.importorskip("weasyprint", reason="pages as PDF/A need pip install 'sma-plugin[pages]'")

from PIL import Image  # noqa: E402

from sma_plugin.formats.conversion import Converted, NotConvertibleError, command  # noqa: E402
from sma_plugin.formats.identify import identify  # noqa: E402
from sma_plugin.formats.page_rendering import held  # noqa: E402
from sma_plugin.formats.pages import to_pdfa_2a, to_pdfa_2u  # noqa: E402
from sma_plugin.formats.pdf_checks import faults, text_of  # noqa: E402
from sma_plugin.formats.printed_text import plain  # noqa: E402

LATIN = "De Stationsweg is dicht &amp; blijft dicht: caf\u00e9, cafe\u0301, affiche, \ufb01n, 1 &lt; 2"
LEFTWARD = "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd"
EMOJI = "\U0001f6b2 \U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f1f3\U0001f1f1"
PAGE = "<!doctype html><html lang=nl><head><meta charset=utf-8><title>Bericht</title></head><body>%s</body></html>"

Convert = Callable[[Path, Path], Converted]


def converted(body: str, folder: Path, convert: Convert = to_pdfa_2u) -> tuple[Path, Converted]:
    folder.mkdir(parents=True, exist_ok=True)
    source, target = folder / "bericht.html", folder / "bericht.pdf"
    source.write_text(PAGE % body, encoding="utf-8")
    return target, convert(source, target)


def drawable(text: str) -> bool:
    """Whether the machine has a font for the first character."""
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(["fc-list", f":charset={ord(text[0]):x}"], capture_output=True, check=False)  # noqa: S607
    return bool(listed.stdout)


def by_poppler(path: Path) -> str:
    """The text that another program reads."""
    if not shutil.which("pdftotext"):
        pytest.skip("no pdftotext here: apt-get install poppler-utils")
    return subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True, text=True).stdout  # noqa: S607


@pytest.mark.parametrize(("convert", "level"), [(to_pdfa_2u, "U"), (to_pdfa_2a, "A")])
def test_all_text_is_there_and_what_pdfa_asks(convert: Convert, level: str, tmp_path: Path) -> None:
    target, told = converted(f"<h1>Draad</h1><p>{LATIN}</p><ul><li>een<li>twee</ul>", tmp_path, convert)
    assert told.before == told.after
    assert faults(target, 2, level) == []
    assert identify(target).puid == {"U": "fmt/478", "A": "fmt/476"}[level]
    words = html.unescape(LATIN).split()
    drawn = plain(by_poppler(target))
    assert [word for word in words if plain(word) not in drawn] == []


@pytest.mark.parametrize("text", [LEFTWARD, EMOJI], ids=["right to left", "emoji"])
def test_characters_of_other_scripts_are_there_or_the_page_is_kept_as_it_is(text: str, tmp_path: Path) -> None:
    if not drawable(text):
        pytest.skip("no font with these characters here: apt-get install fonts-noto-core fonts-noto-color-emoji")
    target, told = converted(f"<p>{text}</p>", tmp_path)
    assert told.before == told.after
    assert sorted(plain(by_poppler(target)).translate(dict.fromkeys((0x202A, 0x202B, 0x202C)))) == sorted(plain(text))


def test_characters_without_a_font_are_not_drawn_as_boxes(tmp_path: Path) -> None:
    with pytest.raises(NotConvertibleError, match="characters without a font"):
        converted("<p>teken \U0010fffd</p>", tmp_path)


def test_the_same_page_gives_the_same_bytes(tmp_path: Path) -> None:
    first, _ = converted(f"<p>{LATIN}</p>", tmp_path / "a")
    second, _ = converted(f"<p>{LATIN}</p>", tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()
    assert str(tmp_path).encode() not in first.read_bytes()


class Counting(BaseHTTPRequestHandler):
    """A server that nobody may ask anything."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_error(404)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        del format, args


def test_nothing_is_fetched_and_nothing_read_that_is_not_held(tmp_path: Path) -> None:
    asked: list[str] = []
    server = HTTPServer(("127.0.0.1", 0), type("Handler", (Counting,), {"asked": asked}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    secret = tmp_path / "geheim.png"
    Image.new("RGB", (4, 4), "red").save(secret)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link.png").symlink_to(secret)
    address = f"http://127.0.0.1:{server.server_port}"
    _, told = converted(
        f"<link rel=stylesheet href='{address}/a.css'><style>@import url('{address}/b.css'); "
        f"p {{ background: url('{address}/c.png') }}</style><p>tekst</p><img src='{address}/d.png'>"
        f"<img src='../geheim.png'><img src='file://{secret}'><img src='link.png'><img src='/etc/hostname'>"
        f"<iframe src='{address}/e'></iframe><object data='{address}/f.svg'></object>"
        f"<svg><image href='{address}/g.png'/></svg>",
        tmp_path / "in",
    )
    server.shutdown()
    server.server_close()
    assert asked == []
    assert told.after["files"] == 0
    assert int(told.before["files"]) >= 8
    assert told.before["characters"] == told.after["characters"] == 5


def test_pictures_of_the_package_are_shown(tmp_path: Path) -> None:
    folder = tmp_path / "objects" / "representations" / "web"
    folder.mkdir(parents=True)
    Image.new("RGBA", (30, 20), (0, 80, 160, 120)).save(folder / "foto één.png")
    (tmp_path / "objects" / "stijl.css").write_text("p { color: navy }")
    target, told = converted(
        "<link rel=stylesheet href='/stijl.css'><p>foto</p><img alt='een foto' src='foto%20één.png'>",
        folder,
        to_pdfa_2a,
    )
    assert (told.before["files"], told.after["files"]) == (2, 2)
    with pikepdf.open(target) as pdf:
        assert [one.Width for one in pdf.pages[0].Resources.XObject.values() if one.Subtype == "/Image"] == [30]
    assert held(folder / "x.html") == tmp_path / "objects"


def test_a_link_tells_nothing_of_the_machine(tmp_path: Path) -> None:
    target, _ = converted("<a href='ander.html'>ander</a> <a href='https://voorbeeldstad.example/'>site</a>", tmp_path)
    with pikepdf.open(target) as pdf:
        links = [str(one.A.URI) for one in pdf.pages[0].Annots]
    assert links == ["file:///ander.html", "https://voorbeeldstad.example/"]


def test_text_that_paper_does_not_show_is_counted_as_lost(tmp_path: Path) -> None:
    _, told = converted("<p>open</p><p style='display:none'>dicht</p>", tmp_path)
    assert told.before == {"characters": 9, "words": 2, "files": 0}
    assert told.after == {"characters": 4, "words": 1, "files": 0}


@pytest.mark.parametrize("data", [b"", b"<div>" * 4_000 + b"diep"], ids=["empty", "deep"])
def test_of_a_page_that_cannot_be_laid_out_nothing_is_made(data: bytes, tmp_path: Path) -> None:
    source = tmp_path / "a.html"
    source.write_bytes(data)
    with pytest.raises(NotConvertibleError):
        to_pdfa_2u(source, tmp_path / "a.pdf")


def spoiled(path: Path, change: Callable[[Any], None], **saving: Any) -> list[str]:
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        change(pdf)
        pdf.save(path, **saving)
    return faults(path, 2, "A")


def without_font(pdf: Any) -> None:
    font = next(iter(pdf.pages[0].Resources.Font.values()))
    del font.DescendantFonts[0].FontDescriptor["/FontFile2"]
    del font["/ToUnicode"]


def with_script(pdf: Any) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def with_file(pdf: Any) -> None:
    pdf.attachments["a.txt"] = b"bijlage"


def restated(pdf: Any) -> None:
    pdf.Root.Metadata.write(pdf.Root.Metadata.read_bytes().replace(b'conformance="A"', b'conformance="B"'))


LOSSES = {
    "no output intent": lambda pdf: pdf.Root.__delitem__("/OutputIntents"),
    "no structure": lambda pdf: pdf.Root.__delitem__("/StructTreeRoot"),
    "no statement of PDF/A": restated,
    "scripts": with_script,
    "embedded files": with_file,
    "fonts that are not embedded": without_font,
    "characters without a meaning": without_font,
}


@pytest.mark.parametrize("name", LOSSES)
def test_what_pdfa_asks_and_is_not_there_is_found(name: str, tmp_path: Path) -> None:
    target, _ = converted("<p>tekst</p>", tmp_path, to_pdfa_2a)
    assert name in spoiled(target, LOSSES[name])


def test_part_1_allows_no_transparent_parts_and_no_later_version(tmp_path: Path) -> None:
    plain_page, _ = converted("<p>tekst</p>", tmp_path / "a", to_pdfa_2a)
    see_through, _ = converted("<p style='opacity: 0.5'>tekst</p>", tmp_path / "b", to_pdfa_2a)
    for path, transparent in ((plain_page, False), (see_through, True)):
        found = faults(path, 1, "A")
        assert "a version after 1.4" in found
        assert ("transparent parts" in found) == transparent
        assert faults(path, 2, "A") == []


def test_an_encrypted_file_is_no_pdfa(tmp_path: Path) -> None:
    target, _ = converted("<p>tekst</p>", tmp_path, to_pdfa_2a)
    assert spoiled(target, lambda _: None, encryption=pikepdf.Encryption(owner="a", user="")) == ["encryption"]


def test_a_lost_line_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sma_plugin.formats.printed_text.text_of", lambda path: text_of(path).replace("dicht", ""))
    _, told = converted("<p>De weg is dicht</p>", tmp_path)
    assert (told.before["characters"], told.after["characters"]) == (12, 7)
    assert (told.before["words"], told.after["words"]) == (4, 3)


def test_real_pages_keep_all_their_text(samples: Path, tmp_path: Path) -> None:
    pages = sorted(samples.rglob("facebook.*.html"))
    assert pages
    for page in pages:
        told = to_pdfa_2u(page, tmp_path / "a.pdf")
        assert told.before["characters"] == told.after["characters"]
        assert told.before["words"] == told.after["words"]


def test_the_command_calls_it(tmp_path: Path) -> None:
    target, _ = converted("<p>tekst</p>", tmp_path, command("page-to-pdfa-2a").convert)
    assert target.read_bytes().startswith(b"%PDF-1.7")
