"""E-mail, office documents and ARC with bytes changed at random: converted whole, or kept as they are for a reason."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from making import PNG
from sma_plugin.formats import arc_records, mail_boxes, mail_reading, office, office_text
from sma_plugin.formats.conversion import NotConvertibleError
from test_arc_records import PIECES
from test_documents import docx, workbook
from test_mails import box, mail

PIECES_OF_FORM = (
    *(b"\n", b"\r\n", b"\0", b"\xff", b"--x", b"From a@b 10:00 2024\n", b"=?utf-8?q?=ff?=", b"=?utf-8?b?a?="),
    *(
        b"Content-Type: message/rfc822\n",
        b"Content-Transfer-Encoding: base64\n",
        b"charset=klingon",
        b" 20240101000000 ",
    ),
)


def changed(data: bytes, chance: random.Random) -> bytes:
    """The same with a few bytes changed, left out, doubled or put in, or its end cut off."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(made) + 1)
        match chance.randrange(5):
            case 0:
                made[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del made[at : at + chance.randrange(40)]
            case 2:
                made[at:at] = made[at // 2 : at // 2 + 60]
            case 3:
                made[at:at] = chance.choice(PIECES_OF_FORM)
            case _:
                del made[max(at, len(made) - 50) :]
    return bytes(made)


def a_mail(folder: Path) -> bytes:
    del folder
    made = mail(html="<p>hallo <img src='cid:a'></p>")
    made.add_attachment(PNG, "image", "png", filename="a.png", cid="<a>")
    made.add_attachment(mail())
    return made.as_bytes()


def reads_mail(path: Path) -> None:
    found = mail_reading.read(path.read_bytes())
    assert found.fields
    assert len(found.texts) + len(found.attachments)


def parts_mbox(path: Path) -> None:
    parts = list(mail_boxes.messages(path))
    assert b"".join(mark + data for mark, data in parts) == path.read_bytes()


def writes_arc(path: Path) -> None:
    told = arc_records.to_warc(path, path.with_suffix(".warc"))
    assert told.before == told.after


def reads_office(path: Path) -> None:
    office_text.held(path, office.kind_of(path).name)


KINDS: dict[str, tuple[Callable[[Path], bytes], Callable[[Path], None]]] = {
    "eml": (a_mail, reads_mail),
    "mbox": (lambda folder: box(folder / "a.mbox").read_bytes(), parts_mbox),
    "arc": (lambda _: b"".join(PIECES), writes_arc),
    "arc.gz": (lambda _: b"".join(map(gzip.compress, PIECES)), writes_arc),
    "docx": (lambda folder: docx(folder / "a.docx").read_bytes(), reads_office),
    "xlsx": (lambda folder: workbook(folder / "a.xlsx").read_bytes(), reads_office),
}


@pytest.mark.parametrize("kind", KINDS)
def test_changed_bytes_are_read_whole_or_refused_for_a_reason(kind: str, tmp_path: Path) -> None:
    make, read = KINDS[kind]
    whole, chance, reasons = make(tmp_path), random.Random(kind), set[str]()
    for _ in range(400):
        path = tmp_path / f"x.{kind}"
        path.write_bytes(changed(whole, chance))
        try:
            read(path)
        except NotConvertibleError as error:
            reasons.add(error.refusal.why)
    assert reasons
