"""Header fields as WARC and HTTP write them: ``name: value`` lines, continued by lines that start with white space."""

from __future__ import annotations

from typing import NamedTuple


class Fields(NamedTuple):
    """The fields in the order of delivery, and how many lines were none."""

    values: list[tuple[str, str]]
    unreadable: int


def text(data: bytes) -> str:
    """Bytes of a header as text: UTF-8, or Latin-1 where they are not (WARC 1.1, section 4; RFC 9110, 5.5)."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def parse(block: bytes) -> Fields:
    r"""The fields of a header block; values lose the white space around them, continued lines become one.

    >>> parse(b"A: 1\r\nb:\r\n 2\r\nnothing\r\n")
    Fields(values=[('A', '1'), ('b', '2')], unreadable=1)
    """
    values: list[tuple[str, str]] = []
    unreadable = 0
    for line in _lines(block):
        if line[:1] in _FOLDED and values and line.strip(_BLANK):
            name, value = values[-1]
            values[-1] = (name, f"{value} {line.strip()}".strip())
            continue
        name_part, colon, rest = line.partition(":")
        if colon and name_part.strip(_BLANK):
            values.append((name_part.strip(), rest.strip()))
        elif line.strip(_BLANK):
            unreadable += 1
    return Fields(values, unreadable)


_FOLDED = (" ", "\t")
_BLANK = " \t\n\r\v\f"


def _lines(block: bytes) -> list[str]:
    """The lines as text; each is taken for Latin-1 by itself where the whole is no UTF-8."""
    try:
        return block.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return [text(line) for line in block.split(b"\n")]


def firsts(fields: list[tuple[str, str]]) -> dict[str, str]:
    """The first value of every field, by its name in lower case."""
    return {name.lower(): value for name, value in reversed(fields)}


def first(fields: list[tuple[str, str]], name: str) -> str | None:
    """The first value of a field, whatever the case of its name; ``None`` when there is no such field."""
    wanted = name.lower()
    return next((value for key, value in fields if key.lower() == wanted), None)


def every(fields: list[tuple[str, str]], name: str) -> list[str]:
    """Every value of a field."""
    wanted = name.lower()
    return [value for key, value in fields if key.lower() == wanted]
