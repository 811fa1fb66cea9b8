"""A tolerant decoder: one odd field, number or character costs no item (CONTRACTS.md, "Decoding ladder per item")."""

from __future__ import annotations

import json
import re
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from sma_plugin.readers.depth import shallow

T = TypeVar("T")

MAX_DIGITS = 1000
_SURROGATE = re.compile("[\ud800-\udfff]")


class Decoded(NamedTuple, Generic[T]):
    """A decoded item and the rung of the ladder that decoded it."""

    value: T
    rung: int


class Ladder(Generic[T]):
    """Typed struct, then untyped msgspec converted leniently, then the standard library: no post lost on odd JSON.

    ``decode`` raises ``ValueError`` with the reason of the last rung when all fail.
    """

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind
        self._typed = msgspec.json.Decoder(kind).decode
        self._lax = msgspec.json.Decoder(kind, strict=False).decode

    def decode(self, data: bytes) -> Decoded[T]:
        """Decode one JSON value from its bytes."""
        try:
            return Decoded(self._typed(data), 0)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            pass
        return Decoded(self._convert(tolerant(data)), 1)

    def _convert(self, value: object) -> T:
        for _ in range(64):
            try:
                return self._filled(value)
            except msgspec.ValidationError as error:
                if not _mend(value, str(error)):
                    raise ValueError(str(error)) from error
        raise ValueError("too many fields of an unexpected form")

    def _filled(self, value: object) -> T:
        try:
            return msgspec.convert(value, self._kind, strict=False)
        except msgspec.ValidationError as error:
            if "`raw`" not in str(error):
                raise
        # Fields of type msgspec.Raw hold JSON text, so they can only be filled from JSON.
        return self._lax(msgspec.json.encode(value))


def tolerant(data: bytes) -> object:
    """Decode JSON that strict decoders refuse: NaN, lone surrogates, invalid UTF-8. Raises ``ValueError``.

    What Unicode text cannot hold becomes U+FFFD; the bytes stay in the evidence.
    """
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        pass
    try:
        return _paired(json.loads(data.decode("utf-8", "replace"), strict=False, parse_int=_number))
    except RecursionError:
        pass
    try:
        return _paired(json.loads(shallow(data).decode("utf-8", "replace"), strict=False, parse_int=_number))
    except RecursionError as error:
        raise ValueError("nested without end") from error


def _number(text: str) -> float:
    return int(text) if len(text) <= MAX_DIGITS else float(text)


def _paired(value: object) -> object:
    """The same value without lone surrogates, which no encoder accepts."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_paired(item) for item in value]
    if isinstance(value, dict):
        return {_paired(name): _paired(item) for name, item in value.items()}
    return value


_PLACE = re.compile(r"at `\$([^`]*)`")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


_GOT = re.compile(r"got `(\w+)`")
_KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float,),
    "bool": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


def _mend(value: object, message: str) -> bool:
    """Make the field that a validation message names text where text was expected, else remove it.

    Returns false when the message names nothing that can be mended, so that the item is given up.
    """
    trail: list[tuple[Any, Any]] = []
    holder: Any = value
    found = _PLACE.search(message)
    for name, index in _STEP.findall(found.group(1)) if found else []:
        key = name or (int(index) if index.isdigit() else index)
        trail.append((holder, key))
        if (isinstance(holder, dict) and key in holder) or (isinstance(holder, list) and isinstance(key, int)):
            holder = holder[key]
        else:
            break
    for container, key in reversed(trail):
        if isinstance(container, list) and isinstance(key, int):
            container[key : key + 1] = _as_text(container[key], message)
            return True
        if isinstance(container, dict) and key == "...":
            return _drop_kind(container, message)
        if isinstance(container, dict) and key in container:
            text = _as_text(container.pop(key), message)
            container.update({key: text[0]} if text else {})
            return True
    return False


def _as_text(value: Any, message: str) -> list[str]:
    """A number as text where text was expected; nothing for any other value."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return [str(value)] if message.startswith("Expected `str") and is_number else []


def _drop_kind(values: dict[Any, Any], message: str) -> bool:
    """Remove the values of the kind that a message refuses; it does not say under which names they stand."""
    found = _GOT.search(message)
    kind = _KINDS.get(found.group(1), ()) if found else ()
    refused = [name for name, value in values.items() if type(value) in kind]
    for name in refused:
        del values[name]
    return bool(refused)
