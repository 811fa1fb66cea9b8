"""Which members of a bundle are responses of X's API, by what their first bytes say; names play no part."""

from __future__ import annotations

from collections.abc import Mapping

from sma_plugin.readers.contract import Listing, Match, Member
from sma_plugin.readers.x.api_forms import NOT_POSTS, Form, form_of_keys, head_of, item_form, keys_in
from sma_plugin.readers.x.api_media import is_media_file
from sma_plugin.readers.x.api_urls import READER
from sma_plugin.readers.x.common import PLATFORM

_SNSCRAPE = b'"snscrape.modules.twitter.'
_SUFFIXES = (".json", ".jsonl", ".ndjson", ".jsonlines", ".txt", ".json.gz", ".jsonl.gz")


def recognise(listing: Listing) -> Match | None:
    """The capture that the API's responses in a bundle make together, with the media that lie beside them.

    Empty files and bare error messages tell nothing alone: they are claimed beside responses that do.
    """
    forms = {member.path: form for member in listing.members if (form := form_of_member(member))}
    told = {path: form for path, form in forms.items() if form != "errors"}
    if not told:
        return None
    folders = {_folder(path) for path in told}
    paths = tuple(member.path for member in listing.members if _belongs(member, forms, told, folders))
    posts = {_told_form(member) for member in listing.members if member.path in told} - NOT_POSTS
    return Match(READER, PLATFORM, "api", paths, confidence=50 if posts else 40)


def form_of_member(member: Member) -> Form | None:
    """The form of a member's first object that has one; ``None`` when the member is not X's."""
    head = head_of(member.head)
    for keys in keys_in(head):
        form = form_of_keys(keys)
        if form == "snscrape" and _SNSCRAPE not in head:
            return None
        if form:
            return form
    return None


def _told_form(member: Member) -> Form | None:
    """The form of what a page holds, and of anything else itself: counts and lists come in pages too."""
    for keys in keys_in(head_of(member.head)):
        form = form_of_keys(keys)
        if form:
            return (item_form(keys) or form) if form == "page" else form
    return None


def _belongs(member: Member, forms: Mapping[str, Form], told: Mapping[str, Form], folders: set[str]) -> bool:
    if member.path in told:
        return True
    if is_media_file(member):
        return any(member.path.startswith(folder) for folder in folders)
    if _folder(member.path) not in folders:
        return False
    return member.path in forms or (member.size == 0 and member.path.lower().endswith(_SUFFIXES))


def _folder(path: str) -> str:
    return path.rpartition("/")[0] + "/" if "/" in path else ""
