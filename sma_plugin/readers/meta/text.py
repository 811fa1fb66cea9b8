"""Text as Meta's exports write it: every byte of its UTF-8 as a character of its own, repaired exactly once.

Source: formats/PLATFORM_FORMATS.md 2.3. The evidence keeps the bytes; only what is understood of them is repaired.
"""

from __future__ import annotations

import re
from typing import Any

from sma_plugin.model import AccountRef, Alias, Link, Moment
from sma_plugin.readers.values import epoch_moment

_NUMBER = re.compile(r"\d{4,25}")
_MENTION = re.compile(r"@\[(\d+):[^:\[\]]*:([^\[\]]*)\]")
_HASHTAG = re.compile(r"(?<![\w&/#])#(\w*[^\W\d_]\w*)")
_ADDRESS = re.compile(r"""https?://[^\s<>"'\]]+[^\s<>"'\].,;:!?)]""")


def repaired(text: str) -> str:
    r"""The text that was meant; a text that is no UTF-8 in disguise stays as it is.

    >>> repaired("Caf\u00c3\u00a9"), repaired("Café"), repaired("\u2615 \u00c3\u00a9")
    ('Café', 'Café', '☕ Ã©')
    """
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def mended(value: Any) -> Any:
    """A decoded JSON value with every text in it repaired, names of members too."""
    if isinstance(value, str):
        return repaired(value)
    if isinstance(value, list):
        return [mended(one) for one in value]
    if isinstance(value, dict):
        return {repaired(name): mended(one) for name, one in value.items()}
    return value


def words(value: Any) -> str | None:
    """A text that says something; a number as its digits; nothing for anything else.

    >>> words(" "), words(12), words({"a": 1}), words("a ")
    (None, '12', None, 'a ')
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value.strip() else None


def members_of(value: Any) -> dict[str, Any]:
    """An object's members; none for what is no object."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects in a list, or the object itself where a list was expected; nothing for anything else."""
    if isinstance(value, dict):
        return [value]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def with_names(text: str) -> tuple[str, tuple[AccountRef, ...]]:
    """The text with the names of who is mentioned in the place of their codes, and those who are.

    >>> with_names("Met @[100:2048:Wijkraad Oost]!")[0]
    'Met Wijkraad Oost!'
    """
    found = tuple(AccountRef(one.group(1), name=one.group(2) or None) for one in _MENTION.finditer(text))
    return (_MENTION.sub(r"\2", text), found) if found else (text, ())


def hashtags(text: str | None) -> tuple[str, ...] | None:
    """The hashtags in a text, without the sign, each once.

    >>> hashtags("#Markt en #markt, &#39; #2 #Wijk2")
    ('Markt', 'markt', 'Wijk2')
    """
    return None if text is None else tuple(dict.fromkeys(_HASHTAG.findall(text)))


def links(text: str | None) -> tuple[Link, ...]:
    """The addresses that stand in a text, each once."""
    return tuple(Link(address) for address in dict.fromkeys(_ADDRESS.findall(text or "")))


def moment(value: Any) -> Moment:
    """A moment from seconds since the epoch, as a number or text; what cannot be read is kept as it is.

    >>> moment("1700000000").us, moment("gisteren")
    (1700000000000000, Moment(us=None, raw='gisteren', assumed=None))
    """
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        return epoch_moment(value) or Moment()
    return Moment(None, None if value is None else str(value)[:80])


def fbid(item: dict[str, Any]) -> tuple[Alias, ...]:
    """Meta's own number of an item, where the export gives one."""
    number = words(item.get("fbid"))
    return (Alias("fbid", number),) if number and _NUMBER.fullmatch(number) else ()
