"""What a JSON object of Bluesky is, by its members; and what a response is, by the method in its address."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import msgspec

from sma_plugin.facts import facts
from sma_plugin.readers.addresses import path_of, split_address
from sma_plugin.readers.bluesky.common import address_of, kind_of, thing
from sma_plugin.readers.bluesky.identity import is_did_document
from sma_plugin.readers.contract import Source
from sma_plugin.readers.documents import Peek

_METHOD = re.compile(r".*/xrpc/((?:app\.bsky|com\.atproto|chat\.bsky|tools\.ozone)\.[\w.]+)")
MARK = re.compile(rb'"at:\\?/\\?/did:|\b(?:app|chat)\.bsky\.|\bcom\.atproto\.|"did:(?:plc:|web:)|\bat:\\?/\\?/')
"""What shows in the first bytes of a document that it is of the AT Protocol."""
HOLDERS = frozenset(
    ("feed", "posts", "thread", "records", "profiles", "postRecords", "messages", "relatedPosts", "post", "replies")
)
"""Members that hold what is read."""


class _Method(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    rule: str


class _Object(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    names: frozenset[str]
    rule: str


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    methods: tuple[_Method, ...]
    members: dict[str, str]
    objects: tuple[_Object, ...]
    errors: dict[str, str]
    states: dict[str, str]


@cache
def table() -> _Table:
    """What is known of responses: data (xrpc.toml)."""
    return facts(__package__, "xrpc.toml", _Table)


def method_of(url: str | None) -> str | None:
    """The method that an address asks for."""
    found = _METHOD.fullmatch(path_of(url))
    return found[1] if found else None


def asked(source: Source) -> dict[str, list[str]]:
    """The parameters of what was asked for."""
    return parse_qs(split_address(source.url).query)


def rule_of_method(method: str | None) -> str | None:
    """The rule by which the response of a method stays out as a whole."""
    return next((one.rule for one in table().methods if re.fullmatch(one.name, method or "")), None)


def kind_of_names(names: AbstractSet[str], value: dict[str, Any]) -> str | None:  # noqa: PLR0911 -- one line a kind
    """The kind of an object with these members; ``value`` holds those of them that are known whole."""
    typed = kind_of(value)
    if typed.startswith("chat.bsky.") and typed != "chat.bsky.actor.declaration":
        return "!direct"
    if ruled := next((one.rule for one in table().objects if one.names <= names), None):
        return f"!{ruled}"
    if typed and "createdAt" in names and "uri" not in names and "did" not in names and "#" not in typed:
        return "record"
    if "uri" in names and {"record", "author"} <= names:
        return "view"
    if "post" in names and (typed.endswith("#feedViewPost") or names & {"reason", "reply", "feedContext"}):
        return "feed"
    if "uri" in names and names & {"notFound", "blocked", "detached"}:
        return "absent"
    return _kind_of_rest(names, value, typed)


def _kind_of_rest(names: AbstractSet[str], value: dict[str, Any], typed: str) -> str | None:
    shapes = (
        ("view", {"uri", "cid", "record"} <= names),
        ("envelope", {"uri", "cid", "value"} <= names),
        ("envelope", {"uri", "value"} <= names and "depth" not in names),
        ("jetstream", "did" in names and bool({"commit", "time_us"} & names)),
        ("frame", {"repo", "ops"} <= names or "frame" in names),
        ("account-state", {"did", "active", "seq"} <= names),
        ("identity-state", {"did", "seq", "time"} <= names and "blocks" not in names and "ops" not in names),
        ("capture", {"accountMeta", "capturedAt"} <= names),
        ("commit", {"did", "version", "data", "sig"} <= names),
        ("did-document", is_did_document(names, value.get("id"))),
        ("repo", {"did", "didDoc"} <= names),
        ("profile", {"did", "handle"} <= names and not names & {"identity", "keys"}),
        ("error", "error" in names and isinstance(value.get("error", ""), str)),
        ("record", typed.startswith("app.bsky.") and "#" not in typed),
    )
    return next((kind for kind, fits in shapes if fits), None)


def kind_of_value(value: dict[str, Any]) -> str | None:
    """The kind of a whole object."""
    return kind_of_names(value.keys(), value)


def kind_of_peek(seen: Peek) -> str | None:
    """The kind of a document of which only the first bytes are seen; ``list`` when it holds lists of what is read."""
    kind = kind_of_names(seen.names, seen.fields)
    if kind is not None:
        return kind
    if "blocks" in seen.names and seen.names & {"blobs", "ops", "rebase", "commit"}:
        return "frame"
    return "list" if seen.names & (HOLDERS | table().members.keys()) else None


def collection_of(kind: str, decoded: dict[str, Any]) -> str:
    """The collection of a record or of a record with its address."""
    if kind == "record":
        return kind_of(decoded)
    if kind != "envelope":
        return ""
    address = address_of(decoded.get("uri"))
    return kind_of(thing(decoded.get("value"))) or (address.collection if address else "")
