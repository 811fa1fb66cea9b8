"""What a row of CSV is, in carried text (``csv_form``): well-formed with quotes doubled or escaped, or guessed at."""

from __future__ import annotations

import re
from typing import NamedTuple

from sma_plugin.readers.csv_form import Form

_ESCAPED = re.compile(r'\\([\\"])|""')
_RUN = re.compile(r"[\w-]+", re.ASCII)


class Found(NamedTuple):
    """A row: its cells, where its own text ends, where the next row begins, whether its line end was seen.

    Without cells the text ran out within quotes.
    """

    cells: list[str]
    end: int
    after: int
    ended: bool


class Grammar:
    """Well-formed rows with one way to write a quote within quotes: doubled, or with a backslash before it too."""

    def __init__(self, form: Form, *, backslash: bool) -> None:
        self._line_end = form.line_end
        apart = re.escape(form.delimiter)
        ends = r"\r*+\n" if form.line_end == "\n" else r"\r"
        quoted = r'(?:[^"\\]++|\\.|"")*+' if backslash else r'(?:[^"]++|"")*+'
        plain = rf"(?:[^{apart}{form.line_end}\\]|\\.)++" if backslash else rf"[^{apart}{form.line_end}]++"
        # Where the text ends, a carriage return may be half of a line end.
        self._cell = re.compile(rf'(?: *+"({quoted})" *+|((?!"){plain}|))({apart}|{ends}|\r*+\Z)', re.DOTALL)
        self._open = re.compile(rf' *+"{quoted}\\?\Z', re.DOTALL)
        self._backslash = backslash

    def row(self, text: str, start: int, until: int | None = None) -> Found | None:
        """The row that begins at ``start``; ``None`` when it is not well-formed. ``until``: the text as far as that."""
        cells: list[str] = []
        position, stop = start, len(text) if until is None else until
        while found := self._cell.match(text, position, stop):
            quoted, plain, end = found.groups()
            cells.append((plain or "") if quoted is None else self._unescaped(quoted))
            position = found.end()
            if end and end[0] not in "\r\n":
                continue
            if quoted is None:
                cells[-1] = cells[-1].rstrip("\r")
            own = len(text[start : position - len(end)].rstrip("\r"))
            return Found(cells, start + own, position, end.endswith(self._line_end))
        return Found([], stop, stop, ended=False) if self._open.match(text, position, stop) else None

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where each cell of a row that is well-formed begins and ends, its quotes among it."""
        found: list[tuple[int, int]] = []
        position = 0
        while match := self._cell.match(text, position):
            found.append((position, match.start(3)))
            position = match.end()
            if match.group(3)[:1] in ("", "\r", "\n"):
                break
        return found

    def _unescaped(self, cell: str) -> str:
        if self._backslash:
            return _ESCAPED.sub(lambda found: found.group(1) or '"', cell)
        return cell.replace('""', '"')


def guessed(text: str, form: Form) -> list[str]:
    """The cells of a row that is not well-formed: a quote closes where a delimiter or the end follows it."""
    apart = re.escape(form.delimiter)
    cells = re.findall(rf'(?: *"(.*?)" *|([^{apart}]*))(?:{apart}|\Z)', text.rstrip("\r\n") + form.delimiter, re.DOTALL)
    return [(quoted or plain).replace('""', '"') for quoted, plain in cells[:-1]]


def shape(cell: str) -> str:
    """What a cell looks like, whatever its letters and digits; quotes are none of it. Dates are unlike text.

    >>> shape("2026-02-09 01:21:47"), shape("Yes, we do")
    ('a a:a:a', 'a, a a')
    """
    return _RUN.sub("a", cell.strip(' "'))
