"""Keys and signatures in addresses: taken out of whatever is made of a capture, which itself stays as delivered.

An address with a signature opens what it names to whoever has it. The address stays and its value goes, so that it can
still be seen that a key was there. What counts as one is data (``credentials.toml``).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple, TypeVar

import msgspec

from sma_plugin.model import Evidence
from sma_plugin.secrets.names import any_of, names

T = TypeVar("T")
_END = r"""[^&"'\\;#<>\x00-\x20\x7f-\xff]"""
"""What a value in an address is made of."""
_FORMS = (
    rf"""(?:[?&;]|\\u0026)(?:{{names}})=({_END}+)""",
    rf"""%(?:25)*(?:3F|26)(?:{{names}})%(?:25)*3D((?:(?!%(?:25)*(?:26|23)){_END})+)""",
    rf"""googlevideo\.com/[^\s?"'<>]*/(?:sig|lsig|signature)/((?:(?![/?]){_END})+)""",
)
_VIDEO = b"googlevideo"
_BY_VALUE = r"(?:[?&;]|\\u0026)[\w.-]+=((?:{values})[\w.-]*)"
_OF_HOST = rf"//{{host}}/[^\s\"'<>]*?[?&;](?:{{names}})=({_END}+)"
_SAID = r"""(?:\b(?:{headers})\s*:\s*)([^'"\n]+)|(?:-{{1,2}}(?:{names})[=\s]\s*)([^'"\s]+)"""
"""A header, to its end, or an option, to the next, as somebody writes them down who says how something was captured."""


@cache
def _pattern() -> re.Pattern[bytes]:
    told = names().addresses
    words = any_of((*names().parameters, *told.parameters))
    forms = [form.format(names=words) for form in _FORMS]
    forms.append(_BY_VALUE.format(values="|".join(told.values)))
    forms += [_OF_HOST.format(host=one.host, names=any_of(one.parameters)) for one in told.hosts]
    return re.compile("|".join(forms).encode(), re.IGNORECASE)


@cache
def _said() -> re.Pattern[str]:
    words = (*names().parameters, *names().members, *names().addresses.parameters)
    return re.compile(_SAID.format(headers=any_of(names().headers), names=any_of(words)), re.IGNORECASE)


class _Hints(NamedTuple):
    """What stands before the equals sign of a key, in lower case, and what may stand behind that of any."""

    before: tuple[bytes, ...]
    behind: tuple[bytes, ...]


@cache
def _hints() -> _Hints:
    told = names().addresses
    of_hosts = (f"{sign}{name}" for one in told.hosts for name in one.parameters for sign in ("?", "&", ";", "6"))
    before = (*names().parameters, *told.parameters, *of_hosts)
    return _Hints(tuple(one.lower().encode() for one in before), tuple(one.encode() for one in told.starts))


_LONGEST = 24
"""Bytes that the longest name of a parameter has, with a sign before it."""
_ENCODED = (b"%3D", b"%3d", b"%253D", b"%253d")


def may_hold_secret(data: bytes) -> bool:
    """Whether it is worth looking for keys and signatures in some bytes: most have nothing like one."""
    hints, at = _hints(), data.find(b"=")
    while at >= 0:
        if data[max(0, at - _LONGEST) : at].lower().endswith(hints.before) or data.startswith(hints.behind, at + 1):
            return True
        at = data.find(b"=", at + 1)
    return (b"%" in data and any(one in data for one in _ENCODED)) or _VIDEO in data


def without_secrets(data: bytes) -> tuple[bytes, int]:
    r"""Bytes with the values of keys and signatures in addresses gone, and how many there were.

    >>> without_secrets(b"zie https://a.example/b.jpg?w=1&Signature=4b%2F&x=2")
    (b'zie https://a.example/b.jpg?w=1&Signature=&x=2', 1)
    """
    return _pattern().subn(_emptied, data) if may_hold_secret(data) else (data, 0)


def overwritten(data: bytes) -> tuple[bytes, int]:
    r"""Bytes that are no text with such values written over: what says how long a field is stays right.

    >>> overwritten(b"\x00\x0a?n=1&sig=abc\x00")
    (b'\x00\n?n=1&sig=xxx\x00', 1)
    """
    return _pattern().subn(_filled, data) if may_hold_secret(data) else (data, 0)


def masked(text: str) -> str:
    """A text with the values of keys and signatures in addresses gone."""
    return without_secrets(text.encode("utf-8", "surrogatepass"))[0].decode("utf-8", "surrogatepass")


def masked_settings(text: str) -> str:
    """The same of a text that says how something was captured: headers and options too.

    >>> masked_settings("curl -H 'Cookie: a=1' --token=abc https://a.example/?sig=1")
    "curl -H 'Cookie: ' --token= https://a.example/?sig="
    """
    return masked(_said().sub(_emptied, text))


def _emptied(found: re.Match[Any]) -> Any:
    """What was found without the value."""
    before, _, after = _around(found)
    return before + after


def _filled(found: re.Match[bytes]) -> bytes:
    before, value, after = _around(found)
    return bytes(before + b"x" * len(value) + after)


def _around(found: re.Match[Any]) -> tuple[Any, Any, Any]:
    """What stands before the value, the value, which is the one group that has something, and what stands behind."""
    group = next(number for number in range(1, found.re.groups + 1) if found[number] is not None)
    start, end = found.span(group)
    return found[0][: start - found.start()], found[group], found[0][end - found.start() :]


def cleaned(value: T, *, paths: bool = True) -> T:
    """A struct with every text in it masked. Without ``paths`` those stay that say where something is."""
    if isinstance(value, str):
        return masked(value)  # type: ignore[return-value]
    if isinstance(value, msgspec.Struct):
        kept = () if paths else value.__struct_fields__ if isinstance(value, Evidence) else ("path",)
        told = {name: getattr(value, name) for name in value.__struct_fields__ if name not in kept}
        return msgspec.structs.replace(value, **{name: cleaned(one, paths=paths) for name, one in told.items()})
    if isinstance(value, dict):
        return {name: cleaned(one, paths=paths) for name, one in value.items()}  # type: ignore[return-value]
    if isinstance(value, list | tuple):
        return type(value)(cleaned(one, paths=paths) for one in value)
    return value
