"""By which identifiers a post is known again (CONTRACTS.md, "Identity and versions")."""

from __future__ import annotations

from sma_plugin.history.aliases import Key
from sma_plugin.history.lacking import essence, family
from sma_plugin.model import Post

DERIVED = "derived"
"""Scheme of identifiers that a history makes (:mod:`~sma_plugin.history.lacking`)."""
LOADING = "~"
"""Scheme of keys by which posts without id are known again while the store is filled; none of them stays."""


def keys_of(item: Post, account: int) -> tuple[list[Key], str, bool]:
    """Every identifier of a post, the canonical one, and whether its source gives none.

    ``account`` is the number of its author. An identifier that a history made, read back from stored posts, is an
    alias: what is canonical is settled again among all that is loaded.
    """
    keys: list[Key] = [(alias.scheme, alias.value, int(alias.derived)) for alias in item.aliases]
    native = item.revision_of or item.native_id
    if native is not None and (DERIVED, native, 1) in keys:
        native = None
    if item.revisions:
        keys.extend(("id", revision, 0) for revision in item.revisions if revision != native)
    if native is not None:
        keys.append(("id", native, 0))
        if item.native_id not in (None, native):
            keys.append(("id", item.native_id or "", 0))
        return keys, native, False
    second = "undated" if item.created.us is None else item.created.us // 1_000_000
    keys.append((LOADING, f"{account}/{second}/{family(item.kind)}/{essence(item.state, item.platform)}", 1))
    return keys, "", True
