"""Office documents by LibreOffice: text is there, what is lost is found, nothing is loaded, nothing runs on."""

from __future__ import annotations

import io
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from types import SimpleNamespace

import msgspec
import openpyxl
import pytest
from openpyxl.comments import Comment
from PIL import Image

from sma_plugin.formats import documents, office
from sma_plugin.formats.conversion import Converted, MissingToolError, NotConvertibleError, command, commands
from sma_plugin.formats.identify import identify
from sma_plugin.formats.limits import Limits
from sma_plugin.formats.office_text import held
from sma_plugin.formats.pdf_checks import text_of

pytest.importorskip("pikepdf", reason="documents as PDF/A need pip install 'sma-plugin[pages]'")
needs_office = pytest.mark.skipif(
    not (shutil.which("soffice") or shutil.which("libreoffice")),
    reason="no LibreOffice here: apt-get install libreoffice-writer libreoffice-calc libreoffice-impress",
)

WORDS = "De Stationsweg is dicht: café, cafe\u0301, \ufb01n, 1 &lt; 2 \u0645\u0631\u062d\u0628\u0627 \U0001f6b2"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MEDIA = "application/vnd.openxmlformats-officedocument.wordprocessingml"
COMMENTS = f'<Relationship Id="c1" Type="{OFFICE}/comments" Target="comments.xml"/>'


def docx(path: Path, body: str = f"<w:p><w:r><w:t>{WORDS}</w:t></w:r></w:p>", relations: str = "") -> Path:
    """A text as Word writes it (ISO/IEC 29500), written out by hand; ``body`` are its paragraphs."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
        f'ContentType="{MEDIA}.document.main+xml"/><Override PartName="/word/comments.xml" '
        f'ContentType="{MEDIA}.comments+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/'
        'officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>',
        "word/comments.xml": f'<w:comments xmlns:w="{W}"><w:comment w:id="0" w:author="A"><w:p><w:r><w:t>klopt dit?'
        "</w:t></w:r></w:p></w:comment></w:comments>",
        "word/document.xml": f'<w:document xmlns:w="{W}" xmlns:r="{OFFICE}"><w:body>{body}</w:body></w:document>',
    }
    with zipfile.ZipFile(path, "w") as whole:
        for name, text in parts.items():
            if name == "word/comments.xml" and relations != COMMENTS:
                continue
            whole.writestr(name, text)
    return path


COMMENTED = (
    '<w:p><w:commentRangeStart w:id="0"/><w:r><w:t>een zin</w:t></w:r><w:commentRangeEnd w:id="0"/>'
    '<w:r><w:commentReference w:id="0"/></w:r></w:p><w:p><w:del w:id="9" w:author="A"><w:r><w:delText>weg</w:delText>'
    "</w:r></w:del></w:p>"
)


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["naam", "aantal"], ["plein", 3], ["straat", 4.5]):
        sheet.append(row)
    sheet["B4"] = "=SUM(B2:B3)"
    sheet["A1"].comment = Comment("van wie?", "A")
    book.create_sheet("dicht").append(["geheim"])
    book["dicht"].sheet_state = "hidden"
    book.save(path)
    return path


def rtf(path: Path) -> Path:
    path.write_bytes(rb"{\rtf1\ansi\ansicpg1252 De weg is dicht: caf\'e9, \u1605?\u1585?.\par}")
    return path


def other(source: Path, form: str) -> Path:
    """The same document in another form, by LibreOffice itself: the old ones of which nobody else writes any."""
    made = office.written(source, office.kind_of(source), source.parent, form)
    return made.rename(source.with_suffix(f".{form}"))


@needs_office
@pytest.mark.parametrize(
    ("convert", "puid"),
    [(documents.to_pdfa_1a, "fmt/95"), (documents.to_pdfa_2b, "fmt/477"), (documents.to_odt, "fmt/291")],
)
def test_a_text_keeps_its_text(convert: Callable[[Path, Path], Converted], puid: str, tmp_path: Path) -> None:
    told = convert(docx(tmp_path / "brief.docx"), tmp_path / "uit")
    assert told.before == told.after
    assert told.before["words"] == 11
    assert told.version.count(".") >= 2
    assert identify(tmp_path / "uit").puid == puid
    assert sorted(path.name for path in tmp_path.iterdir()) == ["brief.docx", "uit"]


@needs_office
def test_what_paper_does_not_show_is_counted_as_lost_and_deleted_text_does_not_come_back(tmp_path: Path) -> None:
    source = docx(tmp_path / "brief.docx", COMMENTED, COMMENTS)
    paper, open_text = documents.to_pdfa_1a(source, tmp_path / "a"), documents.to_odt(source, tmp_path / "b")
    assert (paper.before["comments"], paper.after["comments"]) == (1, 0)
    assert (open_text.before["comments"], open_text.after["comments"]) == (1, 1)
    assert paper.before["words"] == paper.after["words"] == 2
    assert held(tmp_path / "b", "odt").text.split() == ["een", "zin"]


@needs_office
def test_a_spreadsheet_keeps_cells_and_comments_and_what_is_hidden_is_not_on_paper(tmp_path: Path) -> None:
    source = workbook(tmp_path / "lijst.xlsx")
    told = documents.to_ods(source, tmp_path / "a.ods")
    assert told.before == told.after
    assert (told.before["cells"], told.before["comments"]) == (8, 1)
    paper = documents.to_pdfa_2b(source, tmp_path / "a.pdf")
    assert (paper.before["words"], paper.after["words"]) == (5, 4)
    with pytest.raises(NotConvertibleError, match="no PDF/A"):  # LibreOffice gives pages of a sheet no structure
        documents.to_pdfa_1a(source, tmp_path / "b.pdf")
    assert not (tmp_path / "b.pdf").exists()


@needs_office
def test_old_forms_are_read_too(tmp_path: Path) -> None:
    told = documents.to_pdfa_1a(rtf(tmp_path / "brief.rtf"), tmp_path / "a")
    assert told.before == told.after
    assert told.before["words"] == 5
    old = other(docx(tmp_path / "brief.docx"), "doc")
    told = documents.to_odt(old, tmp_path / "b")
    assert told.before == told.after
    assert "as LibreOffice reads it" in told.checked
    old = other(workbook(tmp_path / "lijst.xlsx"), "xls")
    assert documents.to_ods(old, tmp_path / "c").after["cells"] == 8


@needs_office
def test_a_lost_line_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = docx(tmp_path / "brief.docx")
    less = docx(tmp_path / "minder.docx", "<w:p><w:r><w:t>De Stationsweg</w:t></w:r></w:p>")
    written = office.written
    monkeypatch.setattr(office, "written", lambda _source, *rest: written(less, *rest))
    told = documents.to_odt(source, tmp_path / "a")
    assert (told.before["words"], told.after["words"]) == (11, 2)


class Counting(BaseRequestHandler):
    """A server that nobody may ask anything."""

    asked: list[bytes]

    def handle(self) -> None:
        self.asked.append(self.request.recv(100))


SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{where}:1.0"'
    for name, where in {"office": "office", "text": "text", "draw": "drawing", "svg": "svg-compatible"}.items()
)
LISTED = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def odt(path: Path, body: str) -> Path:
    """A text as OpenDocument has it (ISO/IEC 26300), written out by hand."""
    with zipfile.ZipFile(path, "w") as whole:
        whole.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        whole.writestr("META-INF/manifest.xml", LISTED)
        content = f'<office:document-content {SPACES} xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2">'
        content += f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
        whole.writestr("content.xml", content)
    return path


def referring(folder: Path, address: str) -> Path:
    """A text that shows pictures and takes in texts: of a server, and of the machine that it is opened on."""
    folder.mkdir()
    Image.new("RGB", (40, 30), "red").save(folder / "geheim.png")
    odt(folder / "geheim.odt", "<text:p>wachtwoord</text:p>")
    shown, taken = (
        (f"{address}/a.png", f"{folder.as_uri()}/geheim.png"),
        (f"{address}/b.odt", f"{folder.as_uri()}/geheim.odt"),
    )
    size = 'text:anchor-type="as-char" svg:width="3cm" svg:height="3cm"'
    pictures = "".join(f'<draw:frame {size}><draw:image xlink:href="{one}"/></draw:frame>' for one in shown)
    texts = "".join(
        f'<text:section text:name="{one}"><text:section-source xlink:href="{one}"/><text:p>oud</text:p></text:section>'
        for one in taken
    )
    return odt(folder / "brief.odt", f"<text:p>beste{pictures}</text:p>{texts}")


@needs_office
def test_nothing_is_fetched_and_no_file_of_this_machine_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bytes] = []
    server = ThreadingTCPServer(("127.0.0.1", 0), type("Handler", (Counting,), {"asked": asked}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    source = referring(tmp_path / "in", f"http://127.0.0.1:{server.server_address[1]}")
    target = tmp_path / "a.pdf"
    documents.to_pdfa_2b(source, target)
    assert asked == []
    assert text_of(target) == "besteoudoud"
    assert b"/Subtype/Image" not in target.read_bytes()
    bare = msgspec.structs.replace(office._table(), setting=())
    monkeypatch.setattr(office, "_table", lambda: bare)
    monkeypatch.setattr(office, "_NOWHERE", "")
    documents.to_pdfa_2b(source, target)
    server.shutdown()
    server.server_close()
    assert asked, "without the settings it is fetched: the check above can fail"
    assert b"/Subtype/Image" in target.read_bytes()


def cut(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


def closed() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(480)


def encrypted() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as whole:
        whole.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        whole.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    return out.getvalue()


BROKEN: dict[str, Callable[[Path], bytes]] = {
    "empty": lambda _: b"",
    "noise": lambda _: bytes(range(256)) * 40,
    "page": lambda _: b"<html><body>een pagina</body></html>",
    "other-zip": lambda _: encrypted().replace(b"opendocument", b"opendoosment").replace(b"encryption", b"uncrypting"),
    "end-missing": lambda path: cut(docx(path).read_bytes()),
    "bytes-changed": lambda path: docx(path).read_bytes().replace(b"Stationsweg", b"Stationsweb", 1),
    "no-xml": lambda path: docx(path, "<w:p>").read_bytes(),
    "closed": lambda _: closed(),
    "encrypted": lambda _: encrypted(),
}


@pytest.mark.parametrize("name", BROKEN)
def test_of_a_broken_document_nothing_is_made(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "written", pytest.fail)
    source = tmp_path / "brief.docx"
    source.write_bytes(BROKEN[name](source))
    with pytest.raises(NotConvertibleError) as raised:
        documents.to_pdfa_1a(source, tmp_path / "uit")
    assert (raised.value.refusal.why == "closed") == (name in ("closed", "encrypted"))
    assert [path.name for path in tmp_path.iterdir()] == ["brief.docx"]


@needs_office
def test_an_old_document_whose_end_is_missing_gives_nothing(tmp_path: Path) -> None:
    old = other(docx(tmp_path / "brief.docx"), "doc")
    old.write_bytes(cut(old.read_bytes()))
    with pytest.raises(NotConvertibleError):
        documents.to_pdfa_1a(old, tmp_path / "uit")


def test_a_program_that_hangs_ends_with_all_that_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {tmp_path}/child\nwait\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(office, "limits", lambda: SimpleNamespace(office=Limits(0.5, 0, 8 << 30)))
    with pytest.raises(NotConvertibleError) as raised:
        documents.to_odt(docx(tmp_path / "brief.docx"), tmp_path / "uit")
    assert raised.value.refusal.why == "too-long"
    child = (tmp_path / "child").read_text().strip()
    state = subprocess.run(["ps", "-o", "stat=", "-p", child], capture_output=True, text=True, check=False).stdout  # noqa: S607
    assert state.strip()[:1] in ("", "Z")


def test_without_libreoffice_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingToolError) as raised:
        command("text-odt").convert(docx(tmp_path / "brief.docx"), tmp_path / "uit")
    assert "libreoffice-writer" in raised.value.remedy.nl
    assert [name for name, row in commands().items() if "libreoffice" in row.missing] == [
        "document-pdfa-1a",
        "document-pdfa-2b",
        "text-odt",
        "sheet-ods",
        "slides-odp",
    ]
