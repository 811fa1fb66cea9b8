"""What a file of Facebook's own export holds: told by its structure, the names of its lists and members of its items.

The file's own name decides between lists that look the same, and helps where the first bytes show too little.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from sma_plugin.readers.contract import Member
from sma_plugin.readers.documents import Peek
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.facebook.export_layout import (
    LEFT_OUT,
    NAME,
    READ,
    Role,
    file_role,
    has_version,
    is_activity,
    list_names,
    list_role,
)
from sma_plugin.readers.meta.documents import glimpse
from sma_plugin.readers.meta.pages import is_of_export, is_page

_ITEM = frozenset({"data", "attachments", "title", "tags", "media", "label_values", "fbid"})
_PROFILE = re.compile(r"profile(_v\d+)?|page_profile(_v\d+)?|page_information(_v\d+)?")
_ZONE = re.compile(r"(.*/)?timezone\.(json|html)", re.IGNORECASE)
_ENDING = re.compile(r"\.(json|html?)$", re.IGNORECASE)
_INSTAGRAM = re.compile(r"(^|/)your_instagram_activity/", re.IGNORECASE)
_WRITTEN = (
    re.compile(rb'"\w*timestamp"\s*:\s*"?-?\d'),
    re.compile(rb'"(?:data|attachments|uri|title|text|name|label_values)"\s*:'),
)
_DATED = re.compile(rb'"timestamp"\s*:\s*"?\d{9,10}\b')
_SAID = re.compile(rb'"data"\s*:\s*\[\s*\{\s*"post"\s*:')


def role_of(member: Member, inner: str) -> Role | None:
    """What a file of the export holds; ``None`` when it is none that is known."""
    if _ZONE.fullmatch(inner):
        return "zone"
    if not _ENDING.search(inner) or _INSTAGRAM.search(member.path) or rule_for(NAME, inner) is not None:
        return None
    if is_page(member.head):
        return _page_role(member, inner)
    seen = glimpse(member.head)
    return (_document_role(seen, inner) if seen else None) or _by_first_bytes(member.head, inner)


def names_in(member: Member) -> tuple[str, ...]:
    """The names of the lists to read of a document: those that are known, else its own."""
    seen = glimpse(member.head)
    if seen is None or seen.array or _is_item(seen) or any(map(list_role, seen.names)):
        return list_names()
    return () if any(map(_PROFILE.fullmatch, seen.names)) else (*list_names(), *sorted(seen.names))


def _page_role(member: Member, inner: str) -> Role | None:
    named = file_role(inner)
    known = is_activity(member.path) or is_of_export(member.head)
    return named if known and named not in LEFT_OUT else None


def _document_role(seen: Peek, inner: str) -> Role | None:
    """What a JSON document holds: by its lists, else by the form of its items, with the file's name."""
    names = seen.names
    if any(_PROFILE.fullmatch(name) for name in names) and not seen.array:
        return "profile"
    known = [role for name in names if not seen.array and (role := _named_list(seen, name))]
    if known and not ("timestamp" in names and names & {"data", "attachments", "label_values"}):
        return known[0]
    if not _is_item(seen):
        return None
    named = file_role(inner)
    if "label_values" in names:
        return named
    return named or _by_data(seen.fields.get("data")) or ("posts" if _says(seen) else None)


def _by_first_bytes(head: bytes, inner: str) -> Role | None:
    """Where the first item is odd, or its list has a new name: by what stands further on, and the file's name."""
    named, said = file_role(inner), _SAID.search(head) is not None
    dated = _DATED.search(head) is not None and _WRITTEN[1].search(head) is not None
    if named in READ and (said or dated):
        return named
    return "posts" if said and dated else None


def _named_list(seen: Peek, name: str) -> Role | None:
    """The role of a member that is (the beginning of) a list, or an object around one."""
    value = seen.fields.get(name)
    if value is not None and not isinstance(value, list | dict):
        return None
    if name == seen.cut and seen.rest[:1] not in (b"[", b"{"):
        return None
    role = list_role(name)
    # Lists of other platforms can have the same plain names: those are looked into.
    return role if role is None or has_version(name) or _of_facebook(seen, value) else None


def _of_facebook(seen: Peek, value: Any) -> bool:
    """Whether a list under a plain name has items as Facebook writes them."""
    if value == []:
        return all(map(list_role, seen.names))
    text = seen.rest if value is None else msgspec.json.encode(value)
    return all(pattern.search(text) for pattern in _WRITTEN)


def _is_item(seen: Peek) -> bool:
    """Whether the document's (first) object is an item of an export: a moment, and members that items have."""
    return "timestamp" in seen.names and bool(seen.names & _ITEM) and _number(seen.fields.get("timestamp"))


def _number(value: Any) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and value.isdigit())


def _by_data(data: Any) -> Role | None:
    found = {name for one in data if isinstance(one, dict) for name in one} if isinstance(data, list) else set()
    return "comments" if "comment" in found else "likes" if "reaction" in found else None


def _says(seen: Peek) -> bool:
    """Whether an item says or shows something as posts do."""
    data = seen.fields.get("data")
    said = isinstance(data, list) and any(isinstance(one, dict) and ("post" in one) for one in data)
    return said or "attachments" in seen.names
