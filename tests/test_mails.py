"""E-mail: text and attachments are there, what cannot be shown is counted, what is broken is kept as it is."""

from __future__ import annotations

import base64
import mailbox
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

pytest.importorskip("pikepdf", reason="e-mail as PDF/A needs pip install 'sma-plugin[pages]'")
pytest.importorskip("weasyprint", reason="e-mail as PDF/A needs pip install 'sma-plugin[pages]'")

from making import PNG
from sma_plugin.formats import mail_boxes, mail_cleaning, mail_reading
from sma_plugin.formats.conversion import NotConvertibleError, command
from sma_plugin.formats.identify import identify
from sma_plugin.formats.mails import to_eml, to_pdfa
from sma_plugin.formats.pdf_checks import faults, text_of
from sma_plugin.formats.printed_text import plain

WORDS = "De Stationsweg is dicht: caf\u00e9, cafe\u0301, affiche, \ufb01n, 1 < 2 & 3"


def mail(*, subject: str = "Wegwerk \u00e9\u00e9n", html: str = "", more: str = WORDS) -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Gemeente Voorbeeldstad <post@voorbeeldstad.example>"
    made["To"] = "Bewoner \u00c9\u00e9n <een@bewoner.example>"
    made["Date"] = "Fri, 01 Mar 2024 10:00:00 +0100"
    made["Subject"] = subject
    made["Message-ID"] = "<1@voorbeeldstad.example>"
    made.set_content(more)
    if html:
        made.add_alternative(html, subtype="html")
    return made


def written(folder: Path, data: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "bericht.eml"
    path.write_bytes(data)
    return path


def drawn(folder: Path) -> str:
    return plain(text_of(folder / "message.pdf"))


def test_head_text_and_attachments_are_kept(tmp_path: Path) -> None:
    made = mail()
    made.add_attachment(PNG, "image", "png", filename="../../foto van Piet.PNG")
    made.add_attachment(mail(subject="binnenin"))
    target = tmp_path / "uit"
    told = to_pdfa(written(tmp_path, made.as_bytes()), target)
    assert told.before == told.after
    assert (told.after["messages"], told.after["attachments"]) == (1, 2)
    names = [path.name for path in sorted(target.iterdir())]
    assert names == ["attachment-01.png", "attachment-02.eml", "message.pdf"]
    assert (target / "attachment-01.png").read_bytes() == PNG
    assert b"Subject: binnenin" in (target / "attachment-02.eml").read_bytes()
    assert faults(target / "message.pdf", 2, "U") == []
    for words in (WORDS, "Wegwerk \u00e9\u00e9n", "Bewoner \u00c9\u00e9n", "10:00:00 +0100", "foto van Piet"):
        assert plain(words) in drawn(target)


def test_of_html_all_text_is_shown_and_only_its_own_pictures(tmp_path: Path) -> None:
    html = (
        "<html><head><title>t</title><style>p{display:none}</style></head><body><p style='display:none'>verborgen</p>"
        "<script>alert(1)</script><img src='cid:a@b'><img src='https://volger.example/pixel.gif'>"
        "<a href='https://voorbeeldstad.example/'>de &amp; site</a></body></html>"
    )
    made = mail(html=html)
    made.get_payload()[1].add_related(PNG, "image", "png", cid="<a@b>")  # type: ignore[union-attr, index]
    target = tmp_path / "uit"
    told = to_pdfa(written(tmp_path, made.as_bytes()), target)
    assert (told.before["images"], told.after["images"]) == (2, 1)
    assert {name: value for name, value in told.before.items() if name != "images"} == {
        name: value for name, value in told.after.items() if name != "images"
    }
    assert plain("verborgende & site") in drawn(target)
    assert "alert" not in drawn(target)
    assert plain("De Stationsweg") not in drawn(target)


@pytest.mark.parametrize(
    "head",
    [
        "Subject: =?utf-8?q?Weg_=C3=A9=C3=A9n?= =?utf-8?b?IGRpY2h0?=",
        "Subject: Weg \u00e9\u00e9n\n dicht",
        "Subject: =?iso-8859-1?q?Weg_=E9=E9n?=\n dicht",
        "Subject: Weg =?utf-8*nl?q?=C3=A9?=\n =?utf-8?q?=C3=A9n?= dicht ",
    ],
)
def test_fields_are_read_as_people_wrote_them(head: str) -> None:
    assert mail_reading.read(f"{head}\n\ntekst".encode()).fields == [("Subject", "Weg \u00e9\u00e9n dicht")]


def test_words_that_are_encoded_leave_those_beside_them_alone() -> None:
    found = mail_reading.read("Subject: \u20ac 5 \\u20ac =?utf-8?q?=C3=A9?=\n\ntekst".encode())
    assert found.fields == [("Subject", "\u20ac 5 \\u20ac \u00e9")]


def test_old_character_sets_are_read(tmp_path: Path) -> None:
    data = b"From: a@b.example\r\nContent-Type: text/plain; charset=windows-1252\r\n\r\nprijs \x80 5 caf\xe9\r\n"
    to_pdfa(written(tmp_path, data), tmp_path / "uit")
    assert plain("prijs \u20ac 5 caf\u00e9") in drawn(tmp_path / "uit")


PARTS = "From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\ntekst\n"


def test_what_was_said_of_a_delivery_is_an_attachment(tmp_path: Path) -> None:
    report = (
        "From: post@b.example\nMIME-Version: 1.0\nContent-Type: multipart/report; boundary=x\n\n--x\n\nniet bezorgd\n"
    )
    report += "--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; b.example\n\nAction: failed\n\n--x--\n"
    told = to_pdfa(written(tmp_path, report.encode()), tmp_path / "uit")
    assert told.after["attachments"] == 1
    kept = (tmp_path / "uit" / "attachment-01.txt").read_text()
    assert "Reporting-MTA: dns; b.example" in kept
    assert "Action: failed" in kept


def parts(*rows: bytes, kind: bytes = b"mixed") -> bytes:
    """A message of these parts."""
    body = b"".join(b"--x\r\n" + row + b"\r\n" for row in rows)
    return b"From: a@b.example\r\nContent-Type: multipart/%b; boundary=x\r\n\r\n%b--x--\r\n" % (kind, body)


def test_a_message_within_a_message_stays_as_it_is_byte_for_byte() -> None:
    inner = b"From: c@d.example\r\nSubject: %b\r\n\r\ntekst  \r\n\r\nFrom hier caf\xe9\r\n" % (b"lang " * 40)
    (one,) = mail_reading.read(parts(b"Content-Type: message/rfc822\r\n\r\n" + inner)).attachments
    assert (one.type, one.data) == ("message/rfc822", inner)
    packed = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64 \r\n\r\n" + base64.encodebytes(inner)
    assert mail_reading.read(parts(packed)).attachments[0].data == inner


def test_forms_of_a_text_that_are_not_shown_go_beside_it() -> None:
    plain_text = b"Content-Type: text/plain\r\n\r\nplat"
    within = b"Content-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\nplat\r\n--y\r\n"
    within += b"Content-Type: application/pdf; name=a.pdf\r\n\r\nPDF\r\n--y--"
    html = b"Content-Type: text/html\r\n\r\n<p>rijk"
    invitation = b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR"
    found = mail_reading.read(parts(within, html, invitation, kind=b"alternative"))
    assert found.texts == [(True, "<p>rijk")]
    assert [one.data for one in found.attachments] == [b"plat", b"PDF", b"BEGIN:VCALENDAR"]
    found = mail_reading.read(parts(plain_text, b"Content-Type: text/enriched\r\n\r\nrijk", kind=b"alternative"))
    assert (found.texts, [one.data for one in found.attachments]) == ([(False, "plat")], [b"rijk"])


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (b"filename*=utf-8''caf%C3%A9.txt", "caf\u00e9.txt"),
        (b"filename*0*=utf-8''caf%C3; filename*1*=%A9; filename*2=.txt", "caf\u00e9.txt"),
        (b'filename="=?utf-8?q?caf=C3=A9.txt?="', "caf\u00e9.txt"),
        (b'filename="caf\xc3\xa9.txt"', "caf\u00e9.txt"),
        (b'filename="caf\xe9.txt"', None),
        (b"filename*=klingon''caf%C3%A9.txt", None),
        (b"filename*=utf-8''caf%E9.txt", None),
        (b'filename="a\0b.txt"', None),
    ],
)
def test_names_of_attachments_are_read_and_not_guessed(said: bytes, name: str | None) -> None:
    data = parts(b"Content-Type: text/plain\r\nContent-Disposition: attachment; " + said + b"\r\n\r\nx")
    if name is None:
        with pytest.raises(NotConvertibleError) as raised:
            mail_reading.read(data)
        assert raised.value.refusal.why == "undecodable"
    else:
        assert mail_reading.read(data).attachments[0].name == name


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        ("iso-8859-1", b"\x80 caf\xe9", "\u20ac caf\u00e9"),
        ("klingon", "caf\u00e9".encode(), "caf\u00e9"),
        ("unicode_escape", b"a\\ud800", "a\\ud800"),
        ("a\0b", b"x", "x"),
        ("us-ascii", b"caf\xe9", None),
        ("utf-8", b"a\x1bb", None),
        ("undefined", b"\xff", None),
    ],
)
def test_a_text_is_what_its_character_set_says(charset: str, data: bytes, text: str | None) -> None:
    whole = b'From: a@b.example\nContent-Type: text/plain; charset="%b"\n\n%b' % (charset.encode(), data)
    if text is None:
        with pytest.raises(NotConvertibleError) as raised:
            mail_reading.read(whole)
        assert raised.value.refusal.why == "undecodable"
    else:
        assert mail_reading.read(whole).texts == [(False, text)]


BROKEN = {
    "empty": b"",
    "no-head": b"Dit is geen e-mail.\n\nEcht niet.",
    "noise": bytes(range(256)) * 9,
    "end-missing": PARTS.encode(),
    "no-boundary": PARTS.replace("--x\n", "").encode(),
    "damaged": f"{PARTS}--x\nContent-Transfer-Encoding: base64\nContent-Type: image/png\n\nAAA\n--x--\n".encode(),
    "characters": b"From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\ncaf\xe9\n",
    "field": b"From: a@b.example\nSubject: caf\xe9\n\ntekst\n",
    "nested": b"From: a@b.example\n"
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number) for number in range(3000)),
    "encoding": b"From: a@b.example\nContent-Transfer-Encoding: klingon\n\ntekst\n",
    "encrypted": b"From: a@b.example\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nAAAA\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_of_a_broken_message_nothing_is_made(name: str, tmp_path: Path) -> None:
    with pytest.raises(NotConvertibleError) as raised:
        to_pdfa(written(tmp_path, BROKEN[name]), tmp_path / "uit")
    expected = {"empty": "empty", "end-missing": "end-missing", "damaged": "damaged", "encrypted": "closed"}
    expected |= {"nested": "damaged", "encoding": "undecodable"}
    assert raised.value.refusal.why == expected.get(name, raised.value.refusal.why)
    assert not list((tmp_path / "uit").rglob("*.pdf"))


def box(path: Path) -> Path:
    """An MBOX as Python's own library writes it."""
    made = mailbox.mbox(path)
    made.add(mail(more="Eerste.\n\nFrom hier af is de weg dicht.\n"))
    made.add(mail(subject="Tweede"))
    made.close()
    return path


def test_the_messages_of_an_mbox_come_out_byte_for_byte(tmp_path: Path) -> None:
    path = box(tmp_path / "post.mbox")
    told = to_eml(path, tmp_path / "uit")
    assert told.before == told.after
    *found, marks = sorted((tmp_path / "uit").iterdir())
    assert [one.name for one in found] == ["message-00001.eml", "message-00002.eml"]
    lines = [line.split(b"\t", 1) for line in marks.read_bytes().splitlines(keepends=True)]
    assert [name.decode() for name, _ in lines] == [one.name for one in found]
    pairs = zip(lines, found, strict=True)
    assert b"".join(mark + one.read_bytes() for (_, mark), one in pairs) == path.read_bytes()
    assert {identify(one).puid for one in (*found, marks)} <= set(command("mbox-eml").gives)
    assert b">From hier af" in found[0].read_bytes()
    assert all(one.read_bytes() in path.read_bytes() for one in found)
    assert [mail_reading.read(one.read_bytes()).fields[-2][1] for one in found] == ["Wegwerk \u00e9\u00e9n", "Tweede"]


def test_a_line_that_looks_like_a_postmark_parts_no_message(tmp_path: Path) -> None:
    path = tmp_path / "post.mbox"
    mark = b"From a@b.example Fri Mar  1 10:00:00 2024\n"
    path.write_bytes(
        mark + b"Subject: een\n\ntekst\n\n" + mark + b"is hoe het begint\n\n" + mark + b"Subject: twee\n\nx\n"
    )
    assert [len(data.splitlines()) for _, data in mail_boxes.messages(path)] == [7, 3]
    told = to_eml(path, tmp_path / "uit")
    assert told.after["messages"] == 2


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("From - Fri Mar 01 10:00:00 2024", 2),
        ("From 1790@xxx Fri Mar 01 10:00:00 +0000 2024", 2),
        ("From a at b.example Fri, 1 Mar 2024 10:00:00 +0100", 2),
        ("From vandaag 10:00 is de weg dicht", 1),
        (">From a@b.example Fri Mar  1 10:00:00 2024", 1),
    ],
)
def test_a_postmark_is_known_by_its_date_with_or_without_a_blank_line_before_it(
    line: str, count: int, tmp_path: Path
) -> None:
    path = tmp_path / "post.mbox"
    path.write_text(f"From a@b.example Fri Mar  1 10:00:00 2024\nSubject: een\n\ntekst\n{line}\nSubject: twee\n\nx\n")
    assert len(list(mail_boxes.messages(path))) == count


def test_each_message_of_an_mbox_becomes_a_pdf(tmp_path: Path) -> None:
    told = to_pdfa(box(tmp_path / "post.mbox"), tmp_path / "uit")
    assert told.before == told.after
    assert told.after["messages"] == 2
    assert plain("From hier af is de weg dicht.") in drawn(tmp_path / "uit" / "message-00001")


@pytest.mark.parametrize("data", [b"", b"Van alles", b"From zomaar een zin\n"], ids=["empty", "text", "sentence"])
def test_what_is_no_mbox_gives_nothing(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "post.mbox").write_bytes(data)
    with pytest.raises(NotConvertibleError):
        to_eml(tmp_path / "post.mbox", tmp_path / "uit")
    assert list((tmp_path / "uit").iterdir()) == []


def test_a_message_of_an_mbox_that_cannot_be_laid_out_is_kept_as_it_is(tmp_path: Path) -> None:
    path = box(tmp_path / "post.mbox")
    path.write_bytes(path.read_bytes() + b"From a@b.example Fri Mar  1 10:00:00 2024\n" + BROKEN["encrypted"])
    told = to_pdfa(path, tmp_path / "uit")
    assert (told.before["messages"], told.after["messages"]) == (3, 2)
    assert "message 3: the file is closed" in told.how
    assert (tmp_path / "uit" / "message-00003" / "message.eml").read_bytes() == BROKEN["encrypted"]


def test_of_an_mbox_without_a_message_that_can_be_laid_out_nothing_is_made(tmp_path: Path) -> None:
    path = tmp_path / "post.mbox"
    path.write_bytes(b"From a@b.example Fri Mar  1 10:00:00 2024\n" + BROKEN["encrypted"])
    with pytest.raises(NotConvertibleError, match=r"none of the e-mails .*message 1: the file is closed"):
        command("mail-pdfa-2u").convert(path, tmp_path / "uit")
    assert not (tmp_path / "uit").exists()


def test_an_mbox_of_more_messages_than_its_names_have_digits_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "post.mbox"
    path.write_bytes(b"From a@b.example Fri Mar  1 10:00:00 2024\nSubject: x\n\n" * 100_001)
    told = to_eml(path, tmp_path / "uit")
    assert told.before == told.after
    assert told.after["messages"] == 100_001


PICTURED = base64.b64encode(PNG).decode()


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("cid:a@b", 1),
        ("cid:a@b'><img src='CID:a%40b", 1),
        (f"data:image/png;base64,{PICTURED}", 1),
        ("data:image/png;base64,AAAA", 0),
        ("data:niets", 0),
        ("cid:broken", 0),
        ("cid:elders", 0),
        ("file:///etc/hostname", 0),
        ("../message.pdf", 0),
        ("https://volger.example/pixel.gif", 0),
    ],
    ids=range(10),
)
def test_pictures_count_as_shown_when_the_message_holds_them_and_they_decode(
    source: str, shown: int, tmp_path: Path
) -> None:
    image = b"Content-Type: image/png\r\nContent-ID: <%b>\r\nContent-Transfer-Encoding: base64\r\n\r\n%b"
    data = parts(
        f"Content-Type: text/html\r\n\r\n<p>tekst<img src='{source}'>".encode(),
        image % (b"a@b", PICTURED.encode()),
        image % (b"broken", b"AAAA"),
        kind=b"related",
    )
    told = to_pdfa(written(tmp_path, data), tmp_path / "uit")
    assert (told.before["images"], told.after["images"]) == (1, shown)
    assert sorted(path.name for path in (tmp_path / "uit").iterdir()) == [
        "attachment-01.png",
        "attachment-02.png",
        "message.pdf",
    ]


def test_a_drawing_in_a_message_gets_no_file_of_the_package(tmp_path: Path) -> None:
    around = tmp_path / "objects"
    around.mkdir()
    (around / "ander.png").write_bytes(PNG)
    drawing = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><image href='/ander.png'/></svg>"
    data = parts(
        b"Content-Type: text/html\r\n\r\n<p>tekst<img src='cid:a'>",
        f"Content-Type: image/svg+xml\r\nContent-ID: <a>\r\n\r\n{drawing}".encode(),
        kind=b"related",
    )
    told = to_pdfa(written(around, data), around / "uit")
    assert (told.before["images"], told.after["images"]) == (1, 1)


def test_html_that_costs_too_much_to_clean_is_kept_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_cleaning, "_SECONDS", 1)
    data = parts(b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000)
    with pytest.raises(NotConvertibleError) as raised:
        to_pdfa(written(tmp_path, data), tmp_path / "uit")
    assert raised.value.refusal.why == "no-layout"


def test_a_lost_attachment_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = mail()
    made.add_attachment(PNG, "image", "png", filename="a.png")
    write = Path.write_bytes
    less: Callable[[Path, bytes], int] = lambda path, data: write(path, data[:-1] if path.suffix == ".png" else data)  # noqa: E731
    source = written(tmp_path, made.as_bytes())
    monkeypatch.setattr(Path, "write_bytes", less)
    told = to_pdfa(source, tmp_path / "uit")
    assert (told.before["attachments"], told.after["attachments"]) == (1, 0)


def test_a_lost_byte_of_an_mbox_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, write = box(tmp_path / "post.mbox"), Path.write_bytes
    less: Callable[[Path, bytes], int] = lambda path, data: write(path, data[:-1])  # noqa: E731
    monkeypatch.setattr(Path, "write_bytes", less)
    with pytest.raises(NotConvertibleError, match="not the same"):
        to_eml(path, tmp_path / "uit")


def test_a_command_that_fails_leaves_no_folder_and_touches_none_that_was_there(tmp_path: Path) -> None:
    source = written(tmp_path, BROKEN["damaged"])
    with pytest.raises(NotConvertibleError):
        command("mail-pdfa-2u").convert(source, tmp_path / "uit")
    assert not (tmp_path / "uit").exists()
    (tmp_path / "uit").mkdir()
    (tmp_path / "uit" / "van mij").touch()
    with pytest.raises(FileExistsError):
        command("mail-pdfa-2u").convert(source, tmp_path / "uit")
    assert (tmp_path / "uit" / "van mij").exists()


def test_the_commands_call_them(tmp_path: Path) -> None:
    command("mail-pdfa-2u").convert(written(tmp_path, mail().as_bytes()), tmp_path / "a")
    command("mbox-eml").convert(box(tmp_path / "post.mbox"), tmp_path / "b")
    assert [len(list((tmp_path / one).iterdir())) for one in ("a", "b")] == [1, 3]
