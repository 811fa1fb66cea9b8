"""Keys in texts that people and programs write beside a capture: logs, settings, commands, notes.

Headers, options and settings are known by their names (``credentials.toml``), and their values by what they look like:
a sentence about cookies holds none.
"""

from __future__ import annotations

import codecs
import re
from functools import cache

from sma_plugin.secrets.credentials import Span
from sma_plugin.secrets.names import any_of, names

_LONGEST = 1 << 16
"""A line is looked at in pieces of so many bytes."""
_HEADER = rb"""\b(?:%(headers)b)["']?[ \t]*:[ \t]*["']?(%(asked)b)"""
_ASKED = (
    rb"""(?:bearer|basic|oauth|token)[ \t]+[^\s"']+""",
    rb"""[^\s"'=:;]+=[^\r\n"']*""",
    rb"[\w.%+/=-]{16,}",
)
"""What stands in a header: a scheme and what it asks for, what is set to something, or one long word."""
_SETTING = (
    rb"""^[ \t]*(?:(?:export|set)[ \t]+)?["']?[\w.-]*(?:%(settings)b)["']?[ \t]*[:=][ \t]*"""
    rb"""["']?([^\s"'#;,{}\[\]<>]{6,})"""
)
"""Alone on its line."""
_OPTION = rb"""[ \t]--?(?:%(options)b)(?:=|[ \t]+)["']?([^\s"']{4,})"""
_CURL = rb"""[ \t](?:-b|-u|--cookie|--user)(?:=|[ \t]*)(?:"([^"\r\n]+)"|'([^'\r\n]+)'|([^\s"'=:]+[=:][^\s"']+))"""
_PARAMETER = rb"""[?&](?:%(parameters)b)=([^&\s"'#<>]+)"""
_USER = rb"""\b[a-z][a-z0-9+]*://[^\s/:@"'<>]+:([^\s/@"'<>]+)@"""
_FORMS = (_HEADER, _SETTING, _OPTION, _CURL, _PARAMETER, _USER)


@cache
def _pattern() -> re.Pattern[bytes]:
    told = names()
    options = (*told.parameters, *told.members, *told.settings)
    words = {
        b"headers": any_of(told.headers).encode(),
        b"asked": b"|".join(_ASKED),
        b"settings": any_of(told.settings).encode(),
        b"options": rb"(?:[\w-]*-)?(?:%b)" % any_of(options).encode(),
        b"parameters": any_of(told.parameters).encode(),
    }
    return re.compile(b"|".join(form % words for form in _FORMS), re.IGNORECASE | re.MULTILINE)


class TextWatch:
    r"""Watches the bytes of one text in order; :meth:`spans` gives the values once all have passed.

    >>> watch = TextWatch()
    >>> watch.update(b"token = abc123\nwget --header='Cookie: a=1; b=2' x")
    >>> watch.spans()
    [Span(offset=8, length=6), Span(offset=38, length=8)]
    """

    def __init__(self) -> None:
        self._held, self._at = b"", 0
        self._found: list[Span] = []

    def update(self, data: bytes) -> None:
        """Take in more bytes."""
        self._held += data
        end = self._held.rfind(b"\n") + 1
        if end == 0 and len(self._held) > _LONGEST:
            end = len(self._held)
        self._look(end)

    def spans(self) -> list[Span]:
        """Every value that was found, once all bytes have passed."""
        self._look(len(self._held))
        return self._found

    def _look(self, end: int) -> None:
        for found in _pattern().finditer(self._held, 0, end):
            start, stop = found.span(found.lastindex or 0)
            self._found.append(Span(self._at + start, stop - start))
        self._held, self._at = self._held[end:], self._at + end


def is_text(head: bytes) -> bool:
    """Whether what a file begins with is text in UTF-8; a letter that is cut off at the end is one."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return b"\0" not in head
