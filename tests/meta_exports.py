"""Exports of Meta as Meta writes them, with fictional accounts of the municipality of Voorbeeldstad."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from items import posts
from sma_plugin.model import Item, Problem
from sma_plugin.readers.registry import readers, recognise
from sma_plugin.testing import MemoryCapture, listing

NOW = 1_700_000_000
SECOND = 1_000_000
JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300"
    "03020202020203020202030303030406040404040408060605060908"
    "0a0a090809090a0c0f0c0a0b0e0b09090d110d0e0f101011100a0c12131210130f101010"
    "ffc9000b080001000101011100ffcc000600101005ffda0008010100003f00d2cf20ffd9"
)
PAGE = "<html><head><title>Berichten</title></head><body>{}</body></html>"


def mangled(value: Any) -> Any:
    """Every byte of UTF-8 as a character of its own, as Meta writes text and names."""
    if isinstance(value, str):
        return value.encode().decode("latin-1")
    if isinstance(value, list):
        return [mangled(one) for one in value]
    if isinstance(value, dict):
        return {mangled(name): mangled(one) for name, one in value.items()}
    return value


def meta(value: Any, indent: int | None = 2) -> bytes:
    """A document as Meta writes it."""
    return json.dumps(mangled(value), indent=indent, ensure_ascii=True).encode()


def post(text: str | None = "De markt is open", at: int = NOW, **more: Any) -> dict[str, Any]:
    """A post of Facebook."""
    return {"timestamp": at, "data": [{"post": text}] if text else [], "title": "Gemeente Voorbeeldstad"} | more


def shows(*uris: str, **more: Any) -> dict[str, Any]:
    """Attachments with media."""
    media = [{"media": {"uri": uri, "creation_timestamp": NOW} | more} for uri in uris]
    return {"attachments": [{"data": media}]}


def medium(uri: str, title: str = "", at: int = NOW, **more: Any) -> dict[str, Any]:
    """A medium of Instagram."""
    return {"uri": uri, "creation_timestamp": at, "title": title} | more


def labelled(**values: Any) -> dict[str, Any]:
    """Values under labels."""
    return {
        "string_map_data": {label: {"href": "", "value": "", "timestamp": 0} | value for label, value in values.items()}
    }


def items_of(contents: Mapping[str, bytes], reader: str) -> list[Item]:
    """Everything that one reader yields of a delivery, over all its captures."""
    members = listing(contents)
    found = [match for match in recognise(members) if match.reader == reader]
    return [one for match in found for one in readers()[reader].read(MemoryCapture(match, members, contents))]


def texts(items: Iterable[Item]) -> list[str | None]:
    return [one.state.text for one in posts(items)]


def codes(items: Iterable[Item]) -> list[str]:
    return sorted(one.code for one in items if isinstance(one, Problem))
