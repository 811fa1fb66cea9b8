"""Threads as PDF/A: pages of posts, and what a supplier delivers in the step normalise, with every character."""

from __future__ import annotations

import html
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("pikepdf", reason="threads as PDF/A need pip install 'sma-plugin[pages]'")
pytest.importorskip("weasyprint", reason="threads as PDF/A need pip install 'sma-plugin[pages]'")

from history_values import simple
from sma_plugin.formats.activitystreams import encode
from sma_plugin.formats.pages import to_pdfa_2a
from sma_plugin.formats.pdf_checks import faults, text_of
from sma_plugin.formats.printed_text import plain
from sma_plugin.ingest import ingest
from sma_plugin.model import Event, Moment, PostHistory, PostState
from sma_plugin.package import Package
from sma_plugin.package.files import read_json_lines, write_bytes
from sma_plugin.readable.source import Source
from sma_plugin.readable.writing import write_readable
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Paths, Settings
from test_pages import drawable
from test_suppliers import EML, HTML, MAIL, delivered

OPENING = "De weg is dicht: caf\u00e9, cafe\u0301, \ufb01n, a\u0308, nul\u200bbreedte, 1 < 2 & 3 > 2, &amp; &eacute;"
ANSWERS = (
    "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd\u200f, en dan weer Nederlands",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f1f3\U0001f1f1 \U0001f44d\U0001f3fd \u2764\ufe0f",
    "<script>alert('geen programma')</script> \"ja\" zei hij's morgens",
)
TEXTS = (OPENING, *ANSWERS)


@pytest.fixture(autouse=True)
def _fonts() -> None:
    """Skip where the machine cannot draw these scripts: the page would rightly be kept as it is."""
    for one in ("0645", "05e9", "1f469", "1f44d"):
        if not drawable(chr(int(one, 16))):
            pytest.skip("no font with these characters here: apt-get install fonts-noto-core fonts-noto-color-emoji")


def thread() -> list[PostHistory]:
    """An opening post, with answers that answer each other."""
    posts = [simple(native_id="0", state=PostState(text=OPENING), created=Moment(1_709_287_200_000_000))]
    for depth, text in enumerate(ANSWERS, 1):
        answer = {"depth": depth, "parent": str(depth - 1), "thread": "0", "created": posts[0].created}
        posts.append(simple(native_id=str(depth), state=PostState(text=text), **answer))
    return posts


def missing(texts: tuple[str, ...], drawn: str) -> Counter[str]:
    """The characters of texts that are not all drawn."""
    return Counter(plain("".join(texts))) - Counter(plain(drawn))


def test_a_thread_of_posts_stands_on_paper_with_every_character(tmp_path: Path) -> None:
    place = tmp_path / "pakket"
    write_bytes(place / "posts.jsonl", b"".join(map(encode, thread())))
    write_readable(Source(place / "posts.jsonl", place, protected=False), tmp_path / "uit", "nl", lambda _: None)
    target = tmp_path / "draad.pdf"
    told = to_pdfa_2a(tmp_path / "uit" / "2024.html", target)
    assert told.before == told.after
    assert faults(target, 2, "A") == []
    drawn = text_of(target)
    assert not missing(TEXTS, drawn)
    for words in (OPENING, "en dan weer Nederlands", ANSWERS[2]):
        assert plain(words) in plain(drawn)
    at = [plain(drawn).index(plain(words)) for words in (OPENING, "en dan weer Nederlands", ANSWERS[2])]
    assert at == sorted(at)


def test_another_program_reads_the_same_thread(tmp_path: Path) -> None:
    if not shutil.which("pdftotext"):
        pytest.skip("no pdftotext here: apt-get install poppler-utils")
    test_a_thread_of_posts_stands_on_paper_with_every_character(tmp_path)
    told = subprocess.run(["pdftotext", tmp_path / "draad.pdf", "-"], capture_output=True, check=True, text=True)  # noqa: S607
    assert not missing(TEXTS, told.stdout)


POLICY = """
[name]
nl = "Proefbeleid"
en = "Test policy"
[[format]]
status = "convert"
puids = ["fmt/96", "fmt/97", "fmt/98", "fmt/99", "fmt/100", "fmt/471", "fmt/102", "fmt/103"]
command = "page-to-pdfa-2u"
[[format]]
status = "convert"
puids = ["fmt/278", "fmt/950"]
command = "mail-pdfa-2u"
[[format]]
status = "convert"
extensions = [".eml"]
command = "mail-pdfa-2u"
"""


@pytest.mark.parametrize("form", ["html", "eml"])
def test_the_step_puts_a_suppliers_thread_on_paper_when_the_policy_asks(form: str, tmp_path: Path) -> None:
    (tmp_path / "beleid.toml").write_text(POLICY)
    (tmp_path / "voorbeeld.toml").write_text(HTML if form == "html" else EML, encoding="utf-8")
    posts = "".join(f"<div class=post data-id={at}><p>{html.escape(text)}</p></div>" for at, text in enumerate(TEXTS))
    page = f"<!doctype html><html><head><meta charset=utf-8><title>Draad</title></head><body>{posts}</body></html>"
    mail = MAIL % (1, b"Fri, 01 Mar 2024 10:00:00 +0000", "\r\n".join(TEXTS).encode())
    contents = {"draad.html": page.encode()} if form == "html" else {"1.eml": mail}
    contents["capture.toml"] = b'platform = "x"\naccount = { native_id = "7" }\n'
    paths = Paths(mappings=("voorbeeld.toml",), format_policy="beleid.toml")
    settings = Settings(base=str(tmp_path), paths=paths, undecided=True)
    (made,) = ingest([delivered(tmp_path, contents)], tmp_path / "out", settings, Quiet()).packages
    assert not [one for one in made.findings if one.code in ("SMA-F026", "SMA-F027", "SMA-F028", "SMA-F031")]
    package = Package(made.path)
    (pdf,) = package.normalised.rglob("*.pdf")
    assert not missing(TEXTS, text_of(pdf))
    events = read_json_lines(package.all_events, Event)
    (event,) = [one for one in events if one.detail.startswith(("page-to", "mail-"))]
    assert event.outcome == "success"
    assert pdf.relative_to(package.root).as_posix() in event.objects
    assert "met in the PDF" in (event.note or "")
