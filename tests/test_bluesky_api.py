"""Responses of Bluesky's API: lists, threads, records, the stream of changes; whole, wrapped, cut and mixed."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from making_bluesky import CITIZEN, DID, FOLLOW, HANDLE, LIKE, PROFILE, car, cbor, cid, commit, post, tree, uri
from sma_plugin.model import (
    Account,
    AccountRef,
    Evidence,
    Exclusion,
    Item,
    Moment,
    Observation,
    Post,
    Problem,
    ProfileVersion,
)
from sma_plugin.readers.bluesky import api
from sma_plugin.readers.bluesky.embeds import Blobs
from sma_plugin.readers.bluesky.responses import Responses
from sma_plugin.readers.contract import Listing, Member, Source

XRPC = "https://public.api.bsky.app/xrpc/"
AUTHOR = {"did": DID, "handle": HANDLE, "displayName": "Gemeente Voorbeeldstad", "labels": []}
OTHER = {"did": CITIZEN, "handle": "inwoner.example", "displayName": "Een inwoner", "labels": []}


def view(key: str = "3lbaaaaaaaaaa", author: dict[str, Any] = AUTHOR, **fields: Any) -> dict[str, Any]:
    return {
        "uri": uri(key, author["did"]),
        "cid": "bafyreia",
        "author": author,
        "record": post(f"bericht {key}"),
        "replyCount": 1,
        "repostCount": 2,
        "likeCount": 3,
        "quoteCount": 4,
        "indexedAt": "2025-03-01T00:00:01.000Z",
        "labels": [],
        **fields,
    }


def source(data: bytes, url: str | None = None, **fields: Any) -> Source:
    return Source("antwoord.json", io.BytesIO(data), Evidence("antwoord.json"), url=url, **fields)


def read(*documents: Any, url: str | None = None, declared: AccountRef | None = None, **fields: Any) -> list[Item]:
    responses = Responses(Blobs(), declared)
    items: list[Item] = []
    for document in documents:
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        items += responses.read_source(source(data, url, **fields))
    return items + list(responses.end())


def of(items: list[Item], kind: type[Any]) -> list[Any]:
    return [item for item in items if type(item) is kind]


def texts(items: list[Item]) -> list[str]:
    return [item.state.text for item in of(items, Post) if not item.included]


def codes(items: list[Item]) -> list[str]:
    return [problem.code for problem in of(items, Problem)]


def at(data: bytes, item: Post) -> Any:
    (evidence,) = item.evidence
    assert evidence.offset is not None
    assert evidence.length is not None
    return json.loads(data[evidence.offset : evidence.offset + evidence.length])


def test_a_feed_gives_posts_with_counts_and_their_own_bytes() -> None:
    data = json.dumps({"feed": [{"post": view("3lbaaaaaaaaaa")}, {"post": view("3lbbbbbbbbbbb")}]}, indent=2).encode()
    items = read(data, fetched_at=Moment(1, "x"))
    assert texts(items) == ["bericht 3lbaaaaaaaaaa", "bericht 3lbbbbbbbbbbb"]
    for item in of(items, Post):
        assert at(data, item)["uri"] == item.native_id
        assert item.counts.values == {"replies": 1, "reposts": 2, "likes": 3, "quotes": 4}
        assert item.author == AccountRef(DID, HANDLE, "Gemeente Voorbeeldstad", f"https://bsky.app/profile/{HANDLE}")
    assert len(of(items, ProfileVersion)) == 1
    assert codes(items) == []


def test_what_an_account_repeats_is_of_the_other_and_the_repeating_is_its_own() -> None:
    reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": AUTHOR, "indexedAt": "2025-03-03T00:00:00.000Z"}
    items = read({"feed": [{"post": view("3lother", OTHER), "reason": reason}]})
    found = {item.kind: item for item in of(items, Post)}
    assert (found["note"].author.native_id, found["note"].included) == (CITIZEN, True)
    repost = found["repost"]
    assert (repost.author.native_id, repost.native_id, repost.created.us) == (DID, None, 1740960000000000)
    assert [(tie.kind, tie.target, tie.target_account.native_id) for tie in repost.relations] == [
        ("repost", uri("3lother", CITIZEN), CITIZEN)
    ]
    addressed = {**reason, "uri": uri("3lrep", DID, "app.bsky.feed.repost"), "cid": "x"}
    (again,) = (
        one
        for one in of(read({"feed": [{"post": view("3lother", OTHER), "reason": addressed}]}), Post)
        if one.kind == "repost"
    )
    assert again.native_id == uri("3lrep", DID, "app.bsky.feed.repost")
    assert again.aliases == repost.aliases


def test_a_pinned_post_is_told_and_parents_come_along() -> None:
    entry = {
        "post": view(
            record=post("antwoord", reply={"root": {"uri": uri("3lr")}, "parent": {"uri": uri("3lp", CITIZEN)}})
        ),
        "reason": {"$type": "app.bsky.feed.defs#reasonPin"},
        "reply": {
            "parent": view("3lp", OTHER),
            "root": {"$type": "app.bsky.feed.defs#notFoundPost", "uri": uri("3lr"), "notFound": True},
        },
    }
    items = read({"feed": [entry]})
    pinned = {item.native_id: (item.pinned, item.included) for item in of(items, Post)}
    assert pinned == {uri("3lbaaaaaaaaaa"): (True, False), uri("3lp", CITIZEN): (None, True)}
    (gone,) = of(items, Observation)
    assert (gone.post, gone.status) == (uri("3lr"), "not-found")


def test_a_quoted_post_comes_along_with_what_it_holds() -> None:
    image = {"thumb": "https://cdn.example/t", "fullsize": "https://cdn.example/f", "alt": "kaart"}
    quoted = {
        "$type": "app.bsky.embed.record#viewRecord",
        "uri": uri("3lq", CITIZEN),
        "author": OTHER,
        "value": post("gevraagd"),
        "embeds": [{"$type": "app.bsky.embed.images#view", "images": [image]}],
        "likeCount": 9,
    }
    record = post("citaat", embed={"$type": "app.bsky.embed.record", "record": {"uri": uri("3lq", CITIZEN)}})
    items = read({"posts": [view(record=record, embed={"$type": "app.bsky.embed.record#view", "record": quoted})]})
    own, other = of(items, Post)
    assert [(tie.kind, tie.target) for tie in own.relations] == [("quote", uri("3lq", CITIZEN))]
    assert (other.included, other.state.text, other.counts.values) == (True, "gevraagd", {"likes": 9})
    assert [(one.source, one.alt) for one in other.state.media] == [("https://cdn.example/f", "kaart")]


@pytest.mark.parametrize("state", ["viewNotFound", "viewBlocked", "viewDetached"])
def test_a_quote_that_is_not_shown_says_why(state: str) -> None:
    record = post("citaat", embed={"$type": "app.bsky.embed.record", "record": {"uri": uri("3lq", CITIZEN)}})
    mark = {"viewNotFound": "notFound", "viewBlocked": "blocked", "viewDetached": "detached"}[state]
    shown = {"$type": f"app.bsky.embed.record#{state}", "uri": uri("3lq", CITIZEN), mark: True}
    items = read({"posts": [view(record=record, embed={"$type": "app.bsky.embed.record#view", "record": shown})]})
    (own,) = of(items, Post)
    assert own.relations[0].state in ("not-found", "blocked", "detached")
    assert [one.status for one in of(items, Observation)] == {
        "viewNotFound": ["not-found"],
        "viewBlocked": ["forbidden"],
        "viewDetached": [],
    }[state]


def nested(depth: int) -> dict[str, Any]:
    node: dict[str, Any] = {"$type": "app.bsky.feed.defs#threadViewPost", "post": view(f"3l{depth:05d}", OTHER)}
    if depth:
        node["replies"] = [nested(depth - 1), {"uri": uri(f"3lb{depth:05d}", CITIZEN), "blocked": True, "author": {}}]
    return node


def test_a_thread_gives_every_answer_with_its_own_bytes() -> None:
    data = json.dumps({"thread": {**nested(30), "parent": {"post": view("3lparent")}}}).encode()
    items = read(data)
    posts = of(items, Post)
    assert len(posts) == 32
    assert all(at(data, item)["uri"] == item.native_id for item in posts)
    assert len(of(items, Observation)) == 30


def test_a_flat_thread_of_the_newer_method_is_read_too() -> None:
    defs = "app.bsky.unspecced.defs"
    parts = [
        {
            "uri": uri("3la"),
            "depth": 0,
            "value": {"$type": f"{defs}#threadItemPost", "post": view("3la")},
        },
        {"uri": uri("3lb"), "depth": 1, "value": {"$type": f"{defs}#threadItemNotFound"}},
    ]
    assert texts(read({"thread": parts, "hasOtherReplies": False})) == ["bericht 3la"]


def test_records_with_addresses_are_posts_and_likes_among_them_are_cut() -> None:
    records = [
        {"uri": uri("3la"), "cid": "x", "value": post("een")},
        {"uri": uri("3lb", DID, "app.bsky.feed.like"), "cid": "x", "value": LIKE},
        {"uri": uri("3lc", DID, "app.bsky.graph.follow"), "cid": "x", "value": FOLLOW},
        {"uri": uri("self", DID, "app.bsky.actor.profile"), "cid": "x", "value": PROFILE},
        {"uri": uri("1", DID, "example.blog.entry"), "cid": "x", "value": {"$type": "example.blog.entry"}},
    ]
    data = json.dumps({"records": records}).encode()
    items = read(data)
    assert texts(items) == ["een"]
    assert [profile.name for profile in of(items, ProfileVersion)] == ["Gemeente Voorbeeldstad"]
    assert codes(items) == ["SMA-R060"]
    cut = [json.loads(data[one.offset : one.offset + one.length])["uri"] for one in of(items, Exclusion)]
    assert cut == [records[1]["uri"], records[2]["uri"]]


def test_a_record_by_itself_is_of_the_declared_account_or_of_nobody() -> None:
    declared = AccountRef(DID)
    (own,) = of(read(post("een"), declared=declared), Post)
    assert own.author == declared
    items = read(post("een"))
    assert [item.author for item in of(items, Post)] == [AccountRef()]
    assert codes(items) == ["SMA-R203"]


def test_a_capture_by_the_tools_of_the_platform_names_its_account() -> None:
    meta = {
        "Identity": {"DID": DID, "Handle": HANDLE},
        "Profile": {"DisplayName": "Gemeente", "Description": "Nieuws", "HasAvatar": True},
        "FollowersCount": 12,
        "Private": {"Email": "beheer@voorbeeldstad.example"},
    }
    records = [{"uri": uri("3la"), "cid": "x", "value": post("een")}]
    data = json.dumps({"capturedAt": "2025-04-01T00:00:00Z", "accountMeta": meta, "postRecords": records}).encode()
    items = read(data)
    (account,) = of(items, Account)
    assert (account.ref.native_id, account.owner) == (DID, True)
    assert of(items, Observation)[0].counts == {"followers": 12}
    assert texts(items) == ["een"]
    private = [data[one.offset : one.offset + one.length] for one in of(items, Exclusion)]
    assert private == [b'"Private": {"Email": "beheer@voorbeeldstad.example"}']


def event(action: str, path: str, record: dict[str, Any] | None = None) -> dict[str, Any]:
    blocks: list[bytes] = []
    if record is not None:
        blocks.append(cbor(record))
    root = commit(tree({}, blocks))
    link = {"$link": cid(cbor(record)).text} if record is not None else None
    body = {
        "repo": DID,
        "time": "2025-03-05T00:00:00Z",
        "blocks": {"$bytes": base64.b64encode(car([root, *blocks], cid(root))).decode().rstrip("=")},
        "ops": [{"action": action, "path": path, "cid": link}],
    }
    return {"frame": {"header": {"op": 1, "t": "#commit"}, "body": body}, "drop": False}


def test_the_stream_of_changes_tells_what_was_made_changed_and_deleted() -> None:
    key = "app.bsky.feed.post/3lbaaaaaaaaaa"
    messages = [
        event("create", key, post("een")),
        event("create", "app.bsky.feed.like/3lz", LIKE),
        event("update", key, post("twee")),
        event("delete", key),
        event("delete", "app.bsky.feed.like/3lz"),
        {
            "frame": {
                "body": {"did": DID, "active": False, "status": "deleted", "seq": 9, "time": "2025-03-06T00:00:00Z"}
            }
        },
    ]
    data = json.dumps({"messages": messages}).encode()
    items = read(data)
    assert [(item.state.text, item.edited is not None) for item in of(items, Post)] == [("een", False), ("twee", True)]
    seen = [(one.post, one.status, one.at.raw) for one in of(items, Observation)]
    assert seen == [
        (uri("3lbaaaaaaaaaa"), "deleted", "2025-03-05T00:00:00Z"),
        (None, "deleted", "2025-03-06T00:00:00Z"),
    ]
    cut = [json.loads(data[one.offset : one.offset + one.length]) for one in of(items, Exclusion)]
    assert cut == [messages[1], messages[4]]


def test_the_other_stream_is_read_line_by_line() -> None:
    def line(operation: str, collection: str, record: Any = None) -> bytes:
        change = {"rev": "x", "operation": operation, "collection": collection, "rkey": "3lbaaaaaaaaaa"}
        change |= {"record": record} if record else {}
        return (
            json.dumps({"did": DID, "time_us": 1741132800000000, "kind": "commit", "commit": change}).encode() + b"\n"
        )

    identity = {"did": DID, "time_us": 1, "kind": "identity", "identity": {"did": DID, "handle": HANDLE, "seq": 1}}
    data = (
        line("create", "app.bsky.feed.post", post("een"))
        + line("create", "app.bsky.graph.follow", FOLLOW)
        + line("delete", "app.bsky.feed.post")
        + json.dumps(identity).encode()
    )
    items = read(data)
    assert texts(items) == ["een"]
    assert [one.status for one in of(items, Observation)] == ["deleted"]
    assert [one.ref.handle for one in of(items, Account)] == [HANDLE]
    (cut,) = of(items, Exclusion)
    assert (cut.rule, data[cut.offset : cut.offset + 1]) == ("bluesky-api.own-follows", b"{")


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        ({"followers": [OTHER], "subject": AUTHOR}, "contacts"),
        ({"subject": AUTHOR, "follows": [OTHER]}, "own-follows"),
        ({"uri": uri("3la"), "likes": [{"actor": OTHER, "createdAt": "x", "indexedAt": "x"}]}, "contacts"),
        ({"notifications": [{**view("3la", OTHER), "reason": "reply", "isRead": False}]}, "notifications"),
        ({"convos": [{"id": "1", "members": [OTHER], "unreadCount": 1}]}, "direct"),
        (
            {"messages": [{"id": "1", "rev": "x", "text": "geheim", "sender": {"did": CITIZEN}, "sentAt": "x"}]},
            "direct",
        ),
        ({"$type": "chat.bsky.convo.defs#messageView", "text": "geheim"}, "direct"),
        ({"did": DID, "handle": HANDLE, "accessJwt": "a", "refreshJwt": "b", "email": "x@y.example"}, "credentials"),
        ({"preferences": [{"$type": "app.bsky.actor.defs#adultContentPref"}]}, "credentials"),
        ([OTHER, AUTHOR], "contacts"),
    ],
)
def test_what_is_no_business_of_the_archive_stays_out(document: Any, rule: str) -> None:
    items = read(document)
    assert of(items, Post) == []
    assert {one.rule for one in of(items, Exclusion)} == {f"bluesky-api.{rule}"}


@pytest.mark.parametrize(
    ("method", "rule"),
    [
        ("app.bsky.feed.getActorLikes", "own-likes"),
        ("chat.bsky.convo.getMessages", "direct"),
        ("com.atproto.server.getSession", "credentials"),
        ("app.bsky.graph.getBlocks", "own-follows"),
    ],
)
def test_a_response_stays_out_by_what_was_asked_for(method: str, rule: str) -> None:
    items = read({"feed": [{"post": view()}]}, url=XRPC + method)
    assert items == [Exclusion(f"bluesky-api.{rule}", "antwoord.json", count=1)]


def test_whose_posts_were_asked_for_is_the_account_of_the_capture() -> None:
    items = read({"feed": []}, url=f"{XRPC}app.bsky.feed.getAuthorFeed?actor={HANDLE}&limit=50")
    assert [(one.ref.handle, one.owner) for one in of(items, Account)] == [(HANDLE, True)]


def test_posts_that_were_asked_for_and_not_given_are_seen() -> None:
    url = f"{XRPC}app.bsky.feed.getPosts?uris={uri('3lbaaaaaaaaaa')}&uris={uri('3lgone')}"
    items = read({"posts": [view()]}, url=url)
    assert [(one.post, one.status) for one in of(items, Observation)] == [(uri("3lgone"), "not-found")]


def test_a_list_that_stops_before_its_end_is_told() -> None:
    url = f"{XRPC}app.bsky.feed.getAuthorFeed?actor={DID}"
    first = {"feed": [{"post": view()}], "cursor": "2025-01-01"}
    assert codes(read(first, url=url)) == ["SMA-R049"]
    responses = Responses(Blobs())
    items = list(responses.read_source(source(json.dumps(first).encode(), url)))
    items += responses.read_source(source(b'{"feed": []}', f"{url}&cursor=2025-01-01"))
    assert codes([*items, *responses.end()]) == []
    assert codes(read(first)) == ["SMA-R049"]
    assert codes(read(first, {"feed": []})) == []


def test_an_error_says_what_became_of_the_account() -> None:
    url = f"{XRPC}app.bsky.actor.getProfile?actor={DID}"
    items = read({"error": "AccountTakedown", "message": "Account has been suspended"}, url=url, status=400)
    assert codes(items) == ["SMA-R062"]
    assert [(one.account.native_id, one.status) for one in of(items, Observation)] == [(DID, "suspended")]


def test_a_label_of_a_service_is_seen_and_one_of_the_author_is_its_own() -> None:
    labels = [{"src": "did:plc:dienst", "val": "!takedown", "cts": "2025-03-02T00:00:00Z"}, {"src": DID, "val": "gore"}]
    items = read({"posts": [view(labels=labels)]})
    assert [(one.status, one.detail) for one in of(items, Observation)] == [("withheld", "label: !takedown")]


def test_a_rule_on_answers_brings_no_post_back() -> None:
    gate = {
        "$type": "app.bsky.feed.threadgate",
        "post": uri("3lgone"),
        "allow": [],
        "createdAt": "2025-03-01T00:00:00Z",
    }
    kept = {**gate, "post": uri("3la"), "allow": [{"$type": "app.bsky.feed.threadgate#mentionRule"}]}
    records = [
        {"uri": uri("3lgone", DID, "app.bsky.feed.threadgate"), "cid": "x", "value": gate},
        {"uri": uri("3la", DID, "app.bsky.feed.threadgate"), "cid": "x", "value": kept},
        {"uri": uri("3la"), "cid": "x", "value": post("een")},
    ]
    items = read({"records": records})
    assert [(one.post, one.detail) for one in of(items, Observation)] == [(uri("3la"), "answers: mentioned accounts")]


FEED = json.dumps({"feed": [{"post": view(f"3lb{number:010d}")} for number in range(20)]}).encode()


@given(st.integers(20, len(FEED) - 3))
def test_a_cut_document_keeps_the_posts_before_the_cut(size: int) -> None:
    items = read(FEED[:size])
    posts = texts(items)
    assert posts == [f"bericht 3lb{number:010d}" for number in range(len(posts))]
    assert len(posts) == FEED[:size].count(b'"labels": []}}')
    assert "SMA-R003" in codes(items)


@given(st.integers(0, len(FEED) - 1), st.integers(1, 255))
def test_a_damaged_document_loses_no_other_post(position: int, change: int) -> None:
    data = bytearray(FEED)
    data[position] ^= change
    items = read(bytes(data))
    assert len(texts(items)) >= 17 or position < 60


def test_odd_values_cost_no_post() -> None:
    odd = view(record={"$type": "app.bsky.feed.post", "text": "een", "createdAt": 5, "facets": {"x": 1}, "langs": "nl"})
    odd |= {"embed": [1], "labels": None, "likeCount": "veel", "author": {**AUTHOR, "handle": None}}
    items = read({"feed": [{"post": odd}, None, 7, {"post": view()}]})
    assert texts(items) == ["een", "bericht 3lbaaaaaaaaaa"]


def test_only_documents_of_the_protocol_are_claimed() -> None:
    def claimed(data: bytes) -> bool:
        return api.recognise(Listing((Member("a.json", len(data), data[:4096]),))) is not None

    assert claimed(FEED)
    assert claimed(json.dumps({"feed": [{"post": view()}]}, indent=4).encode())
    assert claimed(json.dumps(event("delete", "app.bsky.feed.post/3la")).encode())
    assert not claimed(b'{"feed": [{"title": "x"}]}')
    assert not claimed(b'{"posts": []}')
    assert not claimed(b"[]")


class Files:
    """A capture over files in memory."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files
        self.listing = Listing(tuple(Member(path, len(data), data[:4096]) for path, data in files.items()))
        self.match = api.recognise(self.listing)

    def open(self, path: str) -> Source:
        return Source(path, io.BytesIO(self._files[path]), Evidence(path))


def test_a_repository_that_was_unpacked_gives_its_records_their_addresses() -> None:
    files = {
        "stad/_commit.json": {
            "did": DID,
            "version": 3,
            "data": {"$link": "bafyreia"},
            "rev": "3l",
            "sig": {"$bytes": ""},
        },
        "stad/app.bsky.feed.post/3lbaaaaaaaaaa.json": post("een"),
        "stad/app.bsky.actor.profile/self.json": PROFILE,
        "stad/app.bsky.feed.like/3lz.json": LIKE,
    }
    data = {path: json.dumps(value).encode() for path, value in files.items()}
    view: Any = Files(data)
    items = list(api.read(view))
    assert [(item.native_id, item.author.native_id) for item in of(items, Post)] == [(uri("3lbaaaaaaaaaa"), DID)]
    assert [one.account.native_id for one in of(items, ProfileVersion)] == [DID]
    assert [one.path for one in of(items, Exclusion)] == ["stad/app.bsky.feed.like/3lz.json"]
    assert codes(items) == []
