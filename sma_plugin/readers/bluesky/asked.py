"""What a response says by what was asked for: whose posts they are, which are not given, why there are none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sma_plugin.model import Account, Handle, Item, Observation, ProfileVersion
from sma_plugin.readers.bluesky.common import PLATFORM, account_ref, address_of, thing, words
from sma_plugin.readers.bluesky.identity import captured_identity, identity_of
from sma_plugin.readers.bluesky.kinds import asked, method_of, table
from sma_plugin.readers.bluesky.views import Place, Views
from sma_plugin.readers.contract import Source
from sma_plugin.readers.documents import Value
from sma_plugin.readers.json_members import members
from sma_plugin.readers.left_out import item_left_out
from sma_plugin.readers.remarks import error_given
from sma_plugin.readers.values import iso_moment, number

_OF_ONE = {"app.bsky.feed.getAuthorFeed": "actor", "com.atproto.repo.listRecords": "repo"}
"""The methods that ask for the posts of one account, with the parameter that names it."""
_COUNTS = {"followers": "FollowersCount", "following": "FollowsCount", "posts": "PostsCount"}


class Asked:
    """Whose posts were asked for, once for each; and posts that were asked for by address and not given."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._owners: set[str] = set()

    def items(self, source: Source, response: dict[str, Any], place: Place) -> Iterator[Item]:
        """What the address says beside the response."""
        method, given = method_of(source.url), asked(source)
        whose = given.get(_OF_ONE.get(method or "", ""), [""])[0]
        if whose and "error" not in response and whose not in self._owners:
            self._owners.add(whose)
            did = whose if whose.startswith("did:") else None
            yield Account(PLATFORM, account_ref(did, whose), owner=True, evidence=(place.evidence,))
        posts = response.get("posts")
        if method == "app.bsky.feed.getPosts" and isinstance(posts, list):
            there = {one.get("uri") for one in posts if isinstance(one, dict)}
            for uri in given.get("uris", []) + given.get("uris[]", []):
                if uri not in there:
                    yield from self._views.absent({"uri": uri, "notFound": True}, place)


def error_items(source: Source, decoded: dict[str, Any], place: Place) -> Iterator[Item]:
    """An error instead of data; where it says what became of what was asked for, that was seen."""
    name, message = words(decoded.get("error")) or "", words(decoded.get("message")) or ""
    yield error_given(source, message or name)
    given = {key: values[0] for key, values in asked(source).items()}
    whose = given.get("actor") or given.get("repo") or given.get("did")
    seen = table().errors.get(name)
    if not seen or not whose:
        return
    ref = account_ref(whose if whose.startswith("did:") else None, whose)
    post = None
    if name == "RecordNotFound":
        post = f"at://{whose}/{given.get('collection')}/{given.get('rkey')}"
        if ref.native_id is None or "rkey" not in given or address_of(post) is None:
            return
    yield Observation(PLATFORM, post, ref, place.at, status=seen, detail=name, evidence=(place.evidence,))


def captured_account(source: Source, value: Value) -> Iterator[Item]:
    """What a capture by Bluesky's own tools says of its account, with the bytes of that part."""
    meta, at = thing(value.decoded.get("accountMeta")), iso_moment(words(value.decoded.get("capturedAt")))
    identity, profile = captured_identity(meta.get("Identity")), thing(meta.get("Profile"))
    name, bio = words(profile.get("DisplayName")), words(profile.get("Description"))
    ref = account_ref(identity.did or None, identity.handle, name)
    us = at.us if at else None
    handles = (Handle(identity.handle, us, us),) if identity.handle else ()
    spans = {part: (begin, end) for part, _, begin, end in members(value.piece.data)}
    begin, end = spans["accountMeta"]
    at_byte, data = value.piece.offset + begin, value.piece.data[begin:end]
    evidence = source.evidence(at_byte, len(data), "/accountMeta")
    for part, first, _, last in members(data) if data[:1] == b"{" else ():
        # What only the server's own staff sees: e-mail addresses, and where the account was made from.
        if part == "Private" and meta.get(part):
            yield from item_left_out("bluesky-api.credentials", source, at_byte + first, last - first)
    yield Account(PLATFORM, ref, owner=True, evidence=(evidence,), handles=handles)
    yield ProfileVersion(PLATFORM, ref, at, name, identity.handle, bio, url=ref.url, evidence=(evidence,))
    counts = {key: number(meta.get(field)) for key, field in _COUNTS.items()}
    stated = {key: count for key, count in counts.items() if count is not None}
    if stated:
        yield Observation(PLATFORM, account=ref, at=at, counts=stated, evidence=(evidence,))


def identity_items(decoded: dict[str, Any], place: Place) -> Iterator[Item]:
    """The account that a DID document, or a description of a repository, is of."""
    identity = identity_of(thing(decoded.get("didDoc")) or decoded)
    if identity.did:
        handles = (Handle(identity.handle),) if identity.handle else ()
        ref = account_ref(identity.did, identity.handle)
        yield Account(PLATFORM, ref, evidence=(place.evidence,), handles=handles)
