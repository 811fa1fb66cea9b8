"""Any history comes back whole: store, posts.jsonl, store, posts.jsonl are the same, byte for byte."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from history_stores import histories
from sma_plugin.formats.activitystreams import decode, encode
from sma_plugin.history.rebuild import items_of
from sma_plugin.model import (
    Account,
    AccountRef,
    Alias,
    Counts,
    Evidence,
    Handle,
    Item,
    Link,
    Media,
    Moment,
    Observation,
    Poll,
    Post,
    PostState,
    ProfileVersion,
    Relation,
    Resource,
    Withdrawal,
)

DAY = 86_400_000_000
Draw = Callable[[st.SearchStrategy[Any]], Any]

few = st.sampled_from(["1", "2", "3"])
texts = st.sampled_from(["", "a", "b", "a &amp; b", "a & b", "e\u0301", "\u00e9", "👩‍👧\u202e", "\0", "\u2028", "ab…"])
texts |= st.text(max_size=3)
moments = st.builds(Moment, st.sampled_from([None, -1, 0, DAY, 2 * DAY, 2 * DAY + 1, 3 * DAY]), st.none() | texts)
handles = st.sampled_from(["stad", "Stad", "dorp", "été"])
aliases = st.lists(
    st.builds(Alias, st.sampled_from(["url", "local", "acct"]), few, st.booleans()), max_size=2, unique=True
).map(tuple)
refs = st.builds(
    AccountRef,
    st.none() | st.sampled_from(["10", "20"]),
    st.none() | handles,
    st.none() | texts,
    st.none() | few,
    aliases,
)
evidence = st.lists(
    st.builds(
        Evidence,
        st.sampled_from(["a.json", "b é.json"]),
        st.just("bytes"),
        st.integers(0, 9),
        st.integers(1, 9),
        st.none() | texts,
        st.sampled_from(["01", "02", "03"]),
    ),
    max_size=2,
).map(tuple)
media = st.builds(
    Media,
    st.sampled_from(["image", "unknown"]),
    st.none() | few,
    st.none() | st.just("m é.png"),
    st.none() | few,
    alt=st.none() | texts,
)
states = st.builds(
    PostState,
    st.none() | texts,
    st.none() | texts,
    content_warning=st.none() | texts,
    sensitive=st.none() | st.booleans(),
    language=st.none() | st.sampled_from(["nl", "en"]),
    hashtags=st.none() | st.lists(texts, max_size=1).map(tuple),
    mentions=st.none() | st.lists(refs, max_size=1).map(tuple),
    links=st.none() | st.lists(st.builds(Link, few), max_size=1).map(tuple),
    media=st.none() | st.lists(media, max_size=2).map(tuple),
    poll=st.none() | st.builds(Poll, st.just(("ja", "nee")), st.none() | st.booleans(), st.none() | moments),
    truncated=st.booleans(),
    raw=st.none() | st.dictionaries(few, texts, max_size=1),
)
counts = st.dictionaries(st.sampled_from(["likes", "votes:1"]), st.integers(0, 9), max_size=2)
relations = st.builds(
    Relation,
    st.sampled_from(["reply", "quote", "repost", "thread"]),
    st.none() | few,
    st.none() | few,
    st.none() | refs,
    st.none() | st.sampled_from(["revoked", "deleted"]),
)
posts = st.builds(
    Post,
    st.just("mastodon"),
    refs,
    st.none() | few,
    moments,
    states,
    st.sampled_from(["note", "repost", "question", "story"]),
    st.none() | texts,
    aliases,
    st.lists(relations, max_size=2).map(tuple),
    st.none() | st.builds(Counts, counts, st.none() | moments),
    st.sampled_from([None, "public", "followers"]),
    st.none() | moments,
    revision_of=st.none() | few,
    revisions=st.none() | st.lists(few, max_size=2).map(tuple),
    withdrawn=st.none() | st.builds(Withdrawal, st.just("deleted"), st.none() | moments, st.none() | texts),
    pinned=st.none() | st.booleans(),
    included=st.booleans(),
    evidence=evidence,
    placed_on=st.none() | refs,
)
profiles = st.builds(
    ProfileVersion,
    st.just("mastodon"),
    refs,
    st.none() | moments,
    name=st.none() | texts,
    handle=st.none() | handles,
    bio=st.none() | texts,
    avatar=st.none() | media,
    fields=st.none() | st.lists(st.tuples(texts, texts), max_size=1).map(tuple),
    evidence=evidence,
    raw=st.none() | st.dictionaries(few, texts, max_size=1),
)
borne = st.builds(Handle, handles, st.none() | st.integers(0, 9), st.none() | st.integers(0, 9))
accounts = st.builds(
    Account,
    st.just("mastodon"),
    refs,
    st.booleans(),
    st.none() | moments,
    evidence,
    st.lists(borne, max_size=2).map(tuple),
)
seen = {"at": st.none() | moments, "counts": st.none() | counts, "detail": st.none() | texts, "evidence": evidence}
seen["status"] = st.sampled_from([None, "deleted"])
observations = st.builds(Observation, st.just("mastodon"), few, **seen) | st.builds(
    Observation, st.just("mastodon"), account=refs, **seen
)
resources = st.builds(Resource, st.sampled_from(["page", "failure"]), texts, st.none() | moments, evidence=evidence)
anything: st.SearchStrategy[Item] = st.one_of(
    posts, posts, posts, profiles, profiles, accounts, observations, resources
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(anything, min_size=1, max_size=12))
@example([Observation("mastodon", "1", at=Moment(), status="deleted")])
def test_any_history_comes_back_whole(items: list[Item]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = histories(folder / "1.sqlite", items)
        lines = [encode(one) for one in found]
        again = histories(folder / "2.sqlite", items_of(lambda: map(decode, lines)))
    assert again == found
    assert [encode(one) for one in again] == lines
