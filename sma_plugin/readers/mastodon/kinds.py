"""What a JSON document of Mastodon's REST interface is, by its members; and by its address where that is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from sma_plugin.readers.addresses import path_of, query_of
from sma_plugin.readers.contract import Source
from sma_plugin.readers.documents import Peek

RULES = {
    "conversation": "mastodon-api.conversations",
    "notification": "mastodon-api.notifications",
    "scheduled": "mastodon-api.scheduled",
    "credentials": "mastodon-api.credentials",
    "administration": "mastodon-api.administration",
    "relationship": "mastodon-api.contacts",
    "suggestion": "mastodon-api.contacts",
    "followed-tag": "mastodon-api.contacts",
}
"""Kinds of which a whole document stays out, with the rule."""

PARTS = {
    "ancestors": "",
    "descendants": "",
    "statuses": "",
    "accounts": "mastodon-api.contacts",
    "favourites": "mastodon-api.own-likes",
    "bookmarks": "mastodon-api.own-likes",
    "followers": "mastodon-api.contacts",
    "following": "mastodon-api.contacts",
    "mutes": "mastodon-api.contacts",
    "blocks": "mastodon-api.contacts",
    "mentions": "mastodon-api.notifications",
    "notifications": "mastodon-api.notifications",
    "conversations": "mastodon-api.conversations",
}
"""The members of documents that hold several lists: statuses to read (no rule), or what stays out and by which rule."""


class _Shape(NamedTuple):
    """A kind of entity: the members that it always has, and at least one of others when any are named."""

    kind: str
    always: frozenset[str]
    one_of: frozenset[str] = frozenset()


def _shape(kind: str, always: str, one_of: str = "") -> _Shape:
    return _Shape(kind, frozenset(always.split()), frozenset(one_of.split()))


# In this order: the first that fits. What stays out comes before what is read.
_SHAPES = (
    _shape("credentials", "", "access_token client_secret"),
    _shape("administration", "id account", "email ips action_taken"),
    _shape("administration", "id", "canonical_email_hash"),
    _shape("administration", "id ip severity"),
    _shape("notification", "notification_groups"),
    _shape("conversation", "id accounts", "last_status unread"),
    _shape("scheduled", "id scheduled_at", "params media_attachments"),
    _shape("relationship", "id following followed_by"),
    _shape("followed-tag", "name url following"),
    _shape("suggestion", "account source", "sources"),
    _shape("envelope", "", "ancestors descendants"),
    _shape("envelope", "statuses", "account accounts hashtags favourites"),
)
_LATER_SHAPES = (
    _shape("account", "username acct", "id url display_name"),
    _shape("poll", "id options", "expires_at votes_count multiple"),
    _shape("media", "id type", "preview_url remote_url"),
    _shape("instance", "title version", "uri domain"),
    _shape("source", "id text spoiler_text"),
    _shape("tag", "name url", "history statuses_count"),
    _shape("emoji", "shortcode url"),
    _shape("error", "error"),
)
_STATUS = frozenset(
    {
        "uri",
        "url",
        "content",
        "text",
        "visibility",
        "spoiler_text",
        "sensitive",
        "reblog",
        "in_reply_to_id",
        "in_reply_to_account_id",
        "language",
        "replies_count",
        "reblogs_count",
        "favourites_count",
        "media_attachments",
        "favourited",
        "reblogged",
    }
)
_REVISION = frozenset(["account", "created_at", "content"])
_REVISION_MARKS = frozenset(["spoiler_text", "sensitive", "media_attachments", "emojis"])
STRONG = frozenset(
    (*(RULES.keys() - {"credentials", "suggestion", "followed-tag"}), "envelope", "status", "revision", "account"),
)
"""Kinds that show by themselves that a document is Mastodon's; the others only in their company."""


def kind_of(names: AbstractSet[str], account: object = None, *, account_begun: bool = False) -> str | None:
    """The kind of an object with these member names; ``None`` for an unknown one.

    ``account`` is the value of its member of that name; ``account_begun`` says that this one is cut off but looks
    like an account.
    """
    for shape in _SHAPES:
        if _fits(shape, names):
            return shape.kind
    theirs = account_begun or (isinstance(account, Mapping) and bool({"acct", "username"} & account.keys()))
    if "type" in names and theirs and "id" in names and not names & {"content", "uri", "visibility", "text"}:
        return "notification"
    if _is_status(names, theirs=theirs):
        return "status"
    if theirs and "id" not in names and names >= _REVISION and names & _REVISION_MARKS:
        return "revision"
    return next((shape.kind for shape in _LATER_SHAPES if _fits(shape, names)), None)


def _fits(shape: _Shape, names: AbstractSet[str]) -> bool:
    return names >= shape.always and (not shape.one_of or bool(names & shape.one_of))


def _is_status(names: AbstractSet[str], *, theirs: bool) -> bool:
    """A status has an id and an account; where the account is not in sight yet, enough other marks will do."""
    marks = len(names & _STATUS)
    return "id" in names and (marks >= 2 if theirs else marks >= 6 and "created_at" in names)


def kind_of_value(value: Mapping[str, Any]) -> str | None:
    """The kind of a whole object."""
    return kind_of(value.keys(), value.get("account"))


def kind_of_peek(seen: Peek) -> str | None:
    """The kind of an object of which only the first bytes are seen."""
    begun = seen.cut == "account" and (b'"acct"' in seen.rest or b'"username"' in seen.rest)
    return kind_of(seen.names, seen.fields.get("account"), account_begun=begun)


# By path below /api/v1 or /api/v2, or below / itself; the first that fits. An empty rule: read as what it is.
_PATHS = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in (
        (r"accounts/[^/]+/statuses", ""),
        (r"accounts(?:/search|/lookup|/verify_credentials)?", "profiles"),
        (r"accounts/[^/]+/(?:followers|following|lists|identity_proofs|endorsements)", "mastodon-api.contacts"),
        (r"accounts/(?:relationships|familiar_followers)", "mastodon-api.contacts"),
        (r"statuses/[^/]+/(?:reblogged_by|favourited_by)", "mastodon-api.contacts"),
        (r"blocks|mutes|domain_blocks|follow_requests|endorsements|suggestions|directory", "mastodon-api.contacts"),
        (r"lists(?:/.*)?|followed_tags", "mastodon-api.contacts"),
        (r"timelines/direct|(?:pleroma/)?(?:conversations|chats)(?:/.*)?", "mastodon-api.conversations"),
        (r"notifications(?:/.*)?", "mastodon-api.notifications"),
        (r"scheduled_statuses(?:/.*)?", "mastodon-api.scheduled"),
        (r"favourites|bookmarks", "mastodon-api.own-likes"),
        (r"apps(?:/.*)?|preferences|push/subscription|filters(?:/.*)?|markers", "mastodon-api.credentials"),
        (r"emails(?:/.*)?|/oauth/(?:token|revoke|userinfo)", "mastodon-api.credentials"),
        (r"(?:pleroma/)?admin(?:/.*)?|reports(?:/.*)?", "mastodon-api.administration"),
    )
)
_ENDPOINT = re.compile(
    r"/oauth/(?:token|revoke|userinfo)$|/api/v[12]/(admin|reports|emails|pleroma|followed_tags|"
    r"accounts|statuses|timelines|polls|media|instance|search|trends|blocks|mutes|domain_blocks|"
    r"follow_requests|endorsements|suggestions|directory|lists|conversations|notifications|scheduled_statuses|"
    r"favourites|bookmarks|apps|preferences|push|filters|markers|featured_tags|custom_emojis|announcements)\b(?!\.)"
)
_TIMELINE = re.compile(r"/api/v1/accounts/([^/?]+)(?:/statuses)?$")
LOGGED_IN = "verify_credentials"
"""What stands in an address for the account that asks."""
_PAGING = frozenset({"limit", "max_id", "min_id", "since_id", "with_muted"})
_HISTORY = re.compile(r"/api/v1/statuses/([^/?]+)(?:/history)?$")


def asked(source: Source) -> str:
    """The path of the address from which a response came; empty when that is unknown."""
    return path_of(source.url).rstrip("/")


def is_endpoint(source: Source) -> bool:
    """Whether the address is one of Mastodon's REST interface."""
    return _ENDPOINT.match(asked(source)) is not None


def rule_of_path(source: Source) -> str | None:
    """The rule by which an address stays out, ``profiles`` for one that lists accounts to be read, else ``None``."""
    path = asked(source)
    inner = path[8:] if path.startswith(("/api/v1/", "/api/v2/")) else path
    return next((rule or None for pattern, rule in _PATHS if pattern.fullmatch(inner)), None)


def account_of_path(source: Source) -> str | None:
    """The server's own id of the account whose posts an address lists; :data:`LOGGED_IN` for the one that asks."""
    found = _TIMELINE.search(asked(source))
    return found.group(1) if found and (found.group(0).endswith("/statuses") or found.group(1) == LOGGED_IN) else None


def is_timeline(source: Source) -> bool:
    """Whether a response is a page of all posts of one account: nothing in its address leaves some out."""
    given = query_of(source.url).items()
    whole = all(name in _PAGING or value.lower() in ("false", "0") for name, value in given)
    return whole and re.fullmatch(r"/api/v1/accounts/[^/]+/statuses", asked(source)) is not None


def status_of_path(source: Source) -> str | None:
    """The server's own id of the status that an address is about."""
    found = _HISTORY.search(asked(source))
    return found.group(1) if found else None
