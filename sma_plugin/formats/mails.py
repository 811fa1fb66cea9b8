"""E-mail as PDF/A with its attachments beside it, and the messages of an MBOX as EML.

On paper stand the fields of the head that people read, the text, the pictures that the message itself holds, and a
list of attachments. Attachments are kept as they are, under names of our own making: those of the sender are no paths.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from mimetypes import MimeTypes
from pathlib import Path

from sma_plugin import __version__
from sma_plugin.formats import mail_boxes, mail_reading
from sma_plugin.formats.conversion import Converted, NotConvertibleError
from sma_plugin.formats.mail_cleaning import cleaned
from sma_plugin.formats.mail_reading import Attachment, Mail
from sma_plugin.formats.pages import to_pdfa_2u
from sma_plugin.formats.printed_text import Counts

_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")
_ENDINGS = {"text/calendar": ".ics", "message/delivery-status": ".txt", "message/disposition-notification": ".txt"}
_TYPES = MimeTypes()
"""What Python itself knows, and not the machine."""
_STYLE = "th { text-align: left; vertical-align: top; padding-right: 1em } pre { font: inherit }"
_MARKS = "postmarks.txt"
_TOLD = 20
"""So many messages that were kept are told of one by one."""
_BREAKS = str.maketrans("\f\v", "\n\n")


def to_pdfa(source: Path, target: Path) -> Converted:
    """Each message as PDF/A-2u with its attachments, in the new folder ``target``; those of an MBOX in folders of it.

    Raises :class:`NotConvertibleError` for what is no e-mail, is damaged or encrypted, or does not fit on paper;
    :class:`MissingToolError`.
    """
    target.mkdir()
    if not mail_boxes.is_mbox(source):
        return _converted([_printed(_all_bytes(source), target)])
    made, kept = list[Converted](), list[str]()
    for number, (_, data) in enumerate(mail_boxes.messages(source), 1):
        folder = target / f"message-{number:05}"
        folder.mkdir()
        try:
            made.append(_printed(data, folder))
        except NotConvertibleError as error:
            kept.append(f"message {number}: {error.refusal}")
            shutil.rmtree(folder)
            folder.mkdir()
            (folder / "message.eml").write_bytes(data)
    if not made:
        raise NotConvertibleError("no-messages", _first(kept))
    return _converted(made, kept)


def _first(told: list[str]) -> str:
    more = [f"{len(told) - _TOLD} more"] if len(told) > _TOLD else []
    return "; ".join([*told[:_TOLD], *more])


def to_eml(source: Path, target: Path) -> Converted:
    """The messages of an MBOX, byte for byte as they stand in it, in the new folder ``target``.

    Raises :class:`NotConvertibleError` for what is no MBOX.
    """
    target.mkdir()
    if not mail_boxes.is_mbox(source):
        raise NotConvertibleError("unknown-form")
    count = 0
    with (target / _MARKS).open("wb") as marks:
        for count, (mark, data) in enumerate(mail_boxes.messages(source), 1):
            path = target / f"message-{count:05}.eml"
            path.write_bytes(data)
            marks.write(f"{path.name}\t".encode() + mark)
    with source.open("rb") as stream:
        before = hashlib.file_digest(stream, "sha256").hexdigest()
    again = hashlib.sha256()
    with (target / _MARKS).open("rb") as marks:
        for name, _, mark in (line.partition(b"\t") for line in marks):
            again.update(mark)
            again.update((target / name.decode()).read_bytes())
    if again.hexdigest() != before:
        raise NotConvertibleError("other-record")
    return Converted(
        "sma-plugin",
        __version__,
        "the messages of an MBOX written apart, as they stand in it, and the line before each in a file beside them; "
        "lines that begin with >From are left so",
        {"messages": count, "digest": before},
        {"messages": len(list(target.glob("*.eml"))), "digest": again.hexdigest()},
        "the lines and the messages that were written make the MBOX again, byte for byte",
    )


def _all_bytes(source: Path) -> bytes:
    if source.stat().st_size > mail_boxes.LARGEST:
        raise NotConvertibleError("too-large")
    return source.read_bytes()


def _converted(made: list[Converted], kept: Sequence[str] = ()) -> Converted:
    """What came of several messages, as one; ``kept`` says of others why they stay as they are."""
    before, after = _sum(one.before for one in made), _sum(one.after for one in made)
    left = f"; kept as e-mail: {_first(list(kept))}" if kept else ""
    return made[0]._replace(
        how="e-mail laid out as PDF/A-2u; attachments and other forms of its text beside it, as they are; nothing "
        f"fetched; other fields of the head, and what stands before and after the parts, not shown{left}",
        before={"messages": len(made) + len(kept)} | before,
        after={"messages": len(made)} | after,
    )


def _sum(counts: Iterator[Mapping[str, str | int | float]]) -> Counts:
    found: Counts = {}
    for one in counts:
        for name, value in one.items():
            known = found.get(name, 0)
            found[name] = known + value if isinstance(known, int) and isinstance(value, int) else value
    return found


def _printed(data: bytes, folder: Path) -> Converted:
    """One message as a PDF and its attachments, in a folder."""
    mail = mail_reading.read(data)
    names = [_name(number, one) for number, one in enumerate(mail.attachments, 1)]
    for name, one in zip(names, mail.attachments, strict=True):
        (folder / name).write_bytes(one.data)
    with tempfile.TemporaryDirectory(prefix="sma-", dir=folder) as inside:
        room = Path(inside, "objects")  # no file of a package around it is given to what lies in here
        room.mkdir()
        page = room / "message.html"
        held = {one.id: name for one, name in zip(mail.attachments, names, strict=True) if one.id}
        shown = cleaned([text for html, text in mail.texts if html], held, room)
        for name in set(shown.taken).intersection(names):
            (room / name).write_bytes((folder / name).read_bytes())
        page.write_text(_page(mail, names, iter(shown.texts)), encoding="utf-8")
        told = to_pdfa_2u(page, folder / "message.pdf")
    kept = [(folder / name).read_bytes() == one.data for name, one in zip(names, mail.attachments, strict=True)]
    before, after = dict(told.before), dict(told.after)
    given = int(after.pop("files"))
    del before["files"]
    return told._replace(
        before=before | {"images": shown.asked, "attachments": len(names)},
        after=after | {"images": given, "attachments": sum(kept)},
        checked=f"attachments equal byte for byte; {told.checked}",
    )


def _name(number: int, one: Attachment) -> str:
    ending = _ENDING.search(one.name)
    by_type = _ENDINGS.get(one.type) or _TYPES.guess_extension(one.type) or ".bin"
    return f"attachment-{number:02}{ending[0].lower() if ending else by_type}"


def _page(mail: Mail, names: list[str], texts: Iterator[str]) -> str:
    """A page that shows a message; ``texts`` are its parts in HTML, cleaned."""
    rows = "".join(f"<tr><th>{escape(name)}<td>{escape(value)}" for name, value in mail.fields)
    shown = "".join(
        f"<div>{next(texts)}</div>" if html else f"<pre>{escape(text.translate(_BREAKS))}</pre>"
        for html, text in mail.texts
    )
    listed = "".join(
        f"<li>{escape(one.name or '-')} ({name}, {escape(one.type)}, {len(one.data)} bytes)"
        for one, name in zip(mail.attachments, names, strict=True)
    )
    body = f"<table>{rows}</table><hr>{shown}{f'<hr><ol>{listed}</ol>' if listed else ''}"
    title = escape(next((value for name, value in mail.fields if name == "Subject"), "") or "-")
    head = f"<meta charset=utf-8><title>{title}</title><style>{_STYLE}</style>"
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"
