"""E-mail as PDF/A with its attachments beside it, and the messages of an MBOX as EML.

On paper stand the fields of the head that people read, the text, the pictures that the message itself holds, and a
list of attachments. Attachments are kept as they are, under names of our own making: those of the sender are no paths.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import NamedTuple

from sma_plugin import __version__
from sma_plugin.formats import mail_boxes, mail_reading
from sma_plugin.formats.conversion import Converted, NotConvertibleError
from sma_plugin.formats.mail_reading import Attachment, Mail
from sma_plugin.formats.pages import to_pdfa_2u
from sma_plugin.formats.printed_text import Counts

_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")
_ENDINGS = {"message/rfc822": ".eml", "text/calendar": ".ics", "text/plain": ".txt", "text/html": ".html"}
_STYLE = "th { text-align: left; vertical-align: top; padding-right: 1em } pre { font: inherit }"
_DROPPED = {"script", "style", "title"}


def to_pdfa(source: Path, target: Path) -> Converted:
    """Each message as PDF/A-2u with its attachments, in the new folder ``target``; those of an MBOX in folders of it.

    Raises :class:`NotConvertibleError` for what is no e-mail, is damaged or encrypted, or does not fit on paper;
    :class:`MissingToolError`.
    """
    target.mkdir()
    if not mail_boxes.is_mbox(source):
        return _converted([_printed(_all_bytes(source), target)])
    made = []
    for number, (_, data) in enumerate(mail_boxes.messages(source), 1):
        folder = target / f"message-{number:05}"
        folder.mkdir()
        try:
            made.append(_printed(data, folder))
        except NotConvertibleError as error:
            raise NotConvertibleError(error.refusal.why, f"message {number} {error.refusal.detail}".strip()) from error
    return _converted(made)


def to_eml(source: Path, target: Path) -> Converted:
    """The messages of an MBOX, byte for byte as they stand in it, in the new folder ``target``.

    Raises :class:`NotConvertibleError` for what is no MBOX.
    """
    target.mkdir()
    if not mail_boxes.is_mbox(source):
        raise NotConvertibleError("unknown-form")
    before, marks = list[str](), 0
    for number, (mark, data) in enumerate(mail_boxes.messages(source), 1):
        (target / f"message-{number:05}.eml").write_bytes(data)
        before.append(hashlib.sha256(data).hexdigest())
        marks += len(mark)
    paths = sorted(target.iterdir())
    if marks + sum(path.stat().st_size for path in paths) != source.stat().st_size:
        raise NotConvertibleError("other-record")
    after = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
    return Converted(
        "sma-plugin",
        __version__,
        "the messages of an MBOX written apart, as they stand in it; lines that begin with >From are left so",
        {"messages": len(before), "digest": _digest(before)},
        {"messages": len(after), "digest": _digest(after)},
        "all bytes of the MBOX are in a message or in the line before one; the SHA-256 of every message equal",
    )


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def _all_bytes(source: Path) -> bytes:
    if source.stat().st_size > mail_boxes.LARGEST:
        raise NotConvertibleError("too-large")
    return source.read_bytes()


def _converted(made: list[Converted]) -> Converted:
    """What came of several messages, as one."""
    before, after = _sum(one.before for one in made), _sum(one.after for one in made)
    told = {"messages": len(made)}
    return made[0]._replace(
        how="e-mail laid out as PDF/A-2u; attachments beside it, as they are; nothing fetched",
        before=told | before,
        after=told | after,
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
        page = Path(inside, "message.html")
        shown = _page(mail, names)
        for name in shown.pictures:
            Path(inside, name).write_bytes((folder / name).read_bytes())
        page.write_text(shown.html, encoding="utf-8")
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
    return f"attachment-{number:02}{ending[0].lower() if ending else _ENDINGS.get(one.type, '.bin')}"


class _Shown(NamedTuple):
    """A page that shows a message: how many different pictures it asks for, and names of those that it has."""

    html: str
    asked: int
    pictures: set[str]


def _page(mail: Mail, names: list[str]) -> _Shown:
    by_id = {f"cid:{one.id}": name for one, name in zip(mail.attachments, names, strict=True) if one.id}
    asked, taken = set[str](), set[str]()

    def pictured(address: str) -> str | None:
        """The file of a picture that the message itself holds; others are counted and not fetched."""
        asked.add(address)
        if address not in by_id:
            return None
        taken.add(by_id[address])
        return by_id[address]

    rows = "".join(f"<tr><th>{escape(name)}<td>{escape(value)}" for name, value in mail.fields)
    texts = "".join(
        f"<div>{_cleaned(text, pictured)}</div>" if html else f"<pre>{escape(text)}</pre>" for html, text in mail.texts
    )
    listed = "".join(
        f"<li>{escape(one.name or '-')} ({name}, {escape(one.type)}, {len(one.data)} bytes)"
        for one, name in zip(mail.attachments, names, strict=True)
    )
    body = f"<table>{rows}</table><hr>{texts}{f'<hr><ol>{listed}</ol>' if listed else ''}"
    title = escape(next((value for name, value in mail.fields if name == "Subject"), "") or "-")
    head = f"<meta charset=utf-8><title>{title}</title><style>{_STYLE}</style>"
    return _Shown(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>", len(asked), taken)


def _cleaned(html: str, pictured: Callable[[str], str | None]) -> str:
    """The HTML of a message without what runs, hides or fetches; all of its text stays."""
    import nh3  # noqa: PLC0415

    def kept(tag: str, name: str, value: str) -> str | None:
        return pictured(value) if (tag, name) == ("img", "src") else value

    return nh3.clean(
        html,
        attributes={"a": {"href"}, "img": {"src", "alt", "width", "height"}, "td": {"colspan", "rowspan"}},
        url_schemes={"cid", "http", "https", "mailto", "tel"},
        clean_content_tags=_DROPPED,
        attribute_filter=kept,
    )
