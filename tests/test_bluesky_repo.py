"""Bluesky's repositories: fictional ones made block by block, whole and broken."""

from __future__ import annotations

import gzip
import hashlib
import io
from collections import Counter
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from hypothesis import given
from hypothesis import strategies as st

from making_bluesky import (
    CITIZEN,
    DID,
    FOLLOW,
    HANDLE,
    LIKE,
    PROFILE,
    SOUND,
    Cid,
    Records,
    car,
    cbor,
    cid,
    commit,
    did_document,
    post,
    repository,
    section,
    tree,
    uri,
)
from sma_plugin.model import Account, Evidence, Exclusion, Item, Observation, Post, Problem, ProfileVersion
from sma_plugin.readers.bluesky import car as car_files
from sma_plugin.readers.bluesky import repo
from sma_plugin.readers.bluesky.car import is_car
from sma_plugin.readers.contract import HEAD_BYTES, Listing, Match, Member, Source

POSTS = "app.bsky.feed.post"
FEED = uri("nieuws", DID, "app.bsky.feed.generator")


class View:
    """A capture over files in memory."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files
        members = tuple(Member(path, len(data), data[:HEAD_BYTES]) for path, data in files.items())
        self.listing = Listing(members)
        match = repo.recognise(self.listing)
        assert match is not None
        self.match: Match = match

    def open(self, path: str) -> Source:
        data = self._files[path]
        packed = data[:2] == b"\x1f\x8b"
        stream = io.BytesIO(gzip.decompress(data) if packed else data)
        return Source(path, stream, Evidence(path), exact=not packed)

    def sources(self, path: str) -> Any:
        yield self.open(path)


def read(data: bytes, **beside: bytes) -> list[Item]:
    return list(repo.read(View({"account.car": data, **beside})))


def of(items: list[Item], kind: type[Any]) -> list[Any]:
    return [item for item in items if type(item) is kind]


def codes(items: list[Item]) -> list[str]:
    return sorted(problem.code for problem in of(items, Problem))


def one(records: Records, **beside: bytes) -> Post:
    (found,) = of(read(repository(records), **beside), Post)
    assert isinstance(found, Post)
    return found


def test_a_whole_repository_gives_its_posts_with_the_bytes_that_hash_to_their_cid() -> None:
    data = repository(SOUND)
    items = read(data, **{"did.json": did_document()})
    assert codes(items) == []
    (account,) = of(items, Account)
    assert (account.ref.native_id, account.ref.handle, account.owner) == (DID, HANDLE, True)
    (profile,) = of(items, ProfileVersion)
    assert (profile.name, profile.bio, profile.handle) == ("Gemeente Voorbeeldstad", "Nieuws", HANDLE)
    posts = of(items, Post)
    assert [item.state.text for item in posts] == [f"bericht {letter}" for letter in "abcdefgh"]
    for item in posts:
        (evidence,) = item.evidence
        block = data[evidence.offset : evidence.offset + evidence.length]
        assert evidence.kind == "bytes"
        assert evidence.locator == Cid(b"\x01\x71\x12\x20" + hashlib.sha256(block).digest()).text
        assert block == cbor(SOUND[item.native_id.removeprefix(f"at://{DID}/")])


def test_a_post_says_what_its_record_says() -> None:
    text = "Zie 🚧 voorbeeldstad.example met @inwoner.example #verkeer"
    data = text.encode()

    def index(part: str) -> dict[str, int]:
        start = data.index(part.encode())
        return {"byteStart": start, "byteEnd": start + len(part.encode())}

    def facet(part: str, kind: str, **fields: str) -> dict[str, Any]:
        return {"index": index(part), "features": [{"$type": f"app.bsky.richtext.facet#{kind}", **fields}]}

    blob = {"$type": "blob", "ref": cid(b"plaatje", 0x55), "mimeType": "image/png", "size": 7}
    quoted = {"$type": "app.bsky.embed.record", "record": {"uri": uri("3laaaaaaaaaa2", CITIZEN), "cid": "x"}}
    images = [{"alt": "een wegafzetting", "image": blob, "aspectRatio": {"width": 40, "height": 30}}]
    record = post(
        text,
        createdAt="2025-03-01T12:00:00+01:00",
        facets=[
            facet("voorbeeldstad.example", "link", uri="https://voorbeeldstad.example/werk"),
            facet("@inwoner.example", "mention", did=CITIZEN),
            facet("#verkeer", "tag", tag="verkeer"),
            {
                "index": {"byteStart": 5, "byteEnd": 900},
                "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "x"}],
            },
        ],
        tags=["wegwerk"],
        langs=["nl", "en"],
        labels={"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "graphic-media"}]},
        reply={"root": {"uri": uri("3lroot"), "cid": "x"}, "parent": {"uri": uri("3lparent", CITIZEN), "cid": "y"}},
        embed={
            "$type": "app.bsky.embed.recordWithMedia",
            "record": quoted,
            "media": {"$type": "app.bsky.embed.images", "images": images},
        },
    )
    picture = f"media/{cid(b'plaatje', 0x55).text}.png"
    found = one({f"{POSTS}/3lbaaaaaaaaaa": record}, **{"did.json": did_document(), picture: b"plaatje"})
    assert found.created.us == 1740826800000000
    assert found.created.raw == "2025-03-01T12:00:00+01:00"
    state = found.state
    assert state.links is not None
    assert [(link.url, link.shown) for link in state.links] == [
        ("https://voorbeeldstad.example/werk", "voorbeeldstad.example")
    ]
    assert [(who.native_id, who.handle) for who in state.mentions or ()] == [(CITIZEN, "inwoner.example")]
    assert state.hashtags == ("verkeer", "x", "wegwerk")
    assert (state.language, state.sensitive, state.content_warning) == ("nl", True, "graphic-media")
    assert state.raw == {"langs": ["nl", "en"], "labels": ["graphic-media"]}
    (medium,) = state.media or ()
    assert (medium.alt, medium.width, medium.height, medium.mime) == ("een wegafzetting", 40, 30, "image/png")
    assert medium.path == picture
    assert [(tie.kind, tie.target) for tie in found.relations] == [
        ("reply", uri("3lparent", CITIZEN)),
        ("thread", uri("3lroot")),
        ("quote", uri("3laaaaaaaaaa2", CITIZEN)),
    ]
    assert {alias.value for alias in found.aliases} == {
        f"https://bsky.app/profile/{DID}/post/3lbaaaaaaaaaa",
        f"https://bsky.app/profile/{HANDLE}/post/3lbaaaaaaaaaa",
    }


def test_old_entities_count_characters() -> None:
    text = "🚧 @inwoner.example"
    record = post(text, entities=[{"type": "mention", "index": {"start": 3, "end": 19}, "value": CITIZEN}])
    (who,) = one({f"{POSTS}/3lbaaaaaaaaaa": record}).state.mentions or ()
    assert (who.native_id, who.handle) == (CITIZEN, "inwoner.example")


@pytest.mark.parametrize(
    ("embed", "media", "links"),
    [
        (
            {
                "$type": "app.bsky.embed.external",
                "external": {"uri": "https://a.example/", "title": "A", "description": ""},
            },
            [],
            ["https://a.example/"],
        ),
        (
            {
                "$type": "app.bsky.embed.video",
                "video": {"$type": "blob", "ref": cid(b"film", 0x55), "mimeType": "video/mp4", "size": 4},
                "alt": "een film",
            },
            [("video", "een film", cid(b"film", 0x55).text)],
            [],
        ),
        (
            {
                "$type": "app.bsky.embed.images",
                "images": [{"alt": "", "image": {"cid": "bafkreioud", "mimeType": "image/jpeg"}}],
            },
            [("image", None, "bafkreioud")],
            [],
        ),
        (
            {
                "$type": "app.bsky.embed.record",
                "record": {"uri": uri("nieuws", DID, "app.bsky.feed.generator"), "cid": "x"},
            },
            [],
            [uri("nieuws", DID, "app.bsky.feed.generator")],
        ),
    ],
)
def test_what_is_put_into_a_post(embed: dict[str, Any], media: list[Any], links: list[str]) -> None:
    state = one({f"{POSTS}/3lbaaaaaaaaaa": post("een", embed=embed)}).state
    assert [(one.kind, one.alt, one.native_id) for one in state.media or ()] == media
    assert [link.url for link in state.links or ()] == links


def test_an_unknown_embed_is_named_and_costs_nothing() -> None:
    embed = {"$type": "app.bsky.embed.hologram", "hologram": [1, 2]}
    found = one({f"{POSTS}/3lbaaaaaaaaaa": post("een", embed=embed)})
    assert found.state.text == "een"
    assert found.state.raw == {"embed": ["app.bsky.embed.hologram"]}


@pytest.mark.parametrize("raw", ["", "gisteren", None])
def test_a_post_without_a_readable_time_takes_it_from_its_key_and_says_so(raw: str | None) -> None:
    items = read(repository({f"{POSTS}/3jzfcijpj2z2a": post("een", createdAt=raw)}))
    (found,) = of(items, Post)
    assert (found.created.us, found.created.assumed) == (1688137381887007, "record-key")
    assert "SMA-R005" in codes(items)


def test_reposts_are_posts_and_rules_on_answers_are_seen_of_their_post() -> None:
    key = "3lbaaaaaaaaaa"
    repost = {
        "$type": "app.bsky.feed.repost",
        "subject": {"uri": uri("3lx", CITIZEN), "cid": "x"},
        "createdAt": "2025-03-02T00:00:00Z",
    }
    gate = {"$type": "app.bsky.feed.threadgate", "post": uri(key), "allow": [], "createdAt": "2025-03-01T00:00:00Z"}
    gone = {**gate, "post": uri("3lbgone")}
    records = {
        f"{POSTS}/{key}": post("een"),
        "app.bsky.feed.repost/3lbbbbbbbbbbb": repost,
        f"app.bsky.feed.threadgate/{key}": gate,
        "app.bsky.feed.threadgate/3lbgone": gone,
    }
    items = read(repository(records))
    kinds = {item.native_id: item.kind for item in of(items, Post)}
    assert kinds == {uri(key): "note", uri("3lbbbbbbbbbbb", DID, "app.bsky.feed.repost"): "repost"}
    (seen,) = of(items, Observation)
    assert (seen.post, seen.detail) == (uri(key), "answers: nobody")


def test_likes_and_follows_are_counted_and_other_collections_are_told() -> None:
    records = {
        **SOUND,
        "app.bsky.feed.like/3lbzzzzzzzzz2": LIKE,
        "app.bsky.graph.follow/3lbzzzzzzzzz2": FOLLOW,
        "app.bsky.graph.block/3lbzzzzzzzzz2": {**FOLLOW, "$type": "app.bsky.graph.block"},
        "example.blog.entry/1": {"$type": "example.blog.entry", "title": "x"},
    }
    items = read(repository(records), **{"did.json": did_document()})
    assert len(of(items, Post)) == 8
    assert {(one.rule, one.offset, one.count) for one in of(items, Exclusion)} == {
        ("bluesky-repo.own-likes", None, 1),
        ("bluesky-repo.own-follows", None, 2),
    }
    told = {one.code: one.params for one in of(items, Problem)}
    assert told["SMA-R060"]["type"] == "example.blog.entry"
    assert told["SMA-R200"]["count"] == 3


def test_missing_records_are_named_each() -> None:
    gone = (f"{POSTS}/3lbcccccccccc", f"{POSTS}/3lbdddddddddd")
    items = read(repository(SOUND, leave_out=gone))
    assert len(of(items, Post)) == 6
    assert [one.params["value"] for one in of(items, Problem) if one.code == "SMA-R191"] == [
        f"at://{DID}/{key}" for key in gone
    ]


def test_records_below_a_missing_part_of_the_tree_are_kept_without_an_address() -> None:
    nodes: list[bytes] = []
    blocks = {key: cbor(record) for key, record in SOUND.items()}
    root = commit(tree({key: cid(data) for key, data in blocks.items()}, nodes))
    items = read(car([root, *nodes[:-1], *blocks.values()], cid(root)))
    posts = of(items, Post)
    assert sorted(item.state.text for item in posts) == [f"bericht {letter}" for letter in "abcdefgh"]
    assert {item.native_id for item in posts} == {None}
    assert {item.author.native_id for item in posts} == {DID}


def test_a_changed_block_costs_its_own_post_only() -> None:
    items = read(repository(SOUND).replace(b"bericht c", b"bericht x"))
    assert len(of(items, Post)) == 7
    assert codes(items).count("SMA-R190") == 1


def test_an_export_with_its_history_tells_what_was_deleted_since() -> None:
    before = {**SOUND, f"{POSTS}/3lbzzzzzzzzzz": post("ingetrokken")}
    nodes: list[bytes] = []
    blocks = {key: cbor(record) for key, record in before.items()}
    first = commit(tree({key: cid(data) for key, data in blocks.items()}, nodes), version=2)
    last_tree = tree({key: cid(blocks[key]) for key in SOUND}, nodes)
    last = commit(last_tree, version=2, prev=cid(first))
    items = read(car([last, first, *nodes, *blocks.values()], cid(last)), **{"did.json": did_document()})
    assert codes(items) == []
    withdrawn = {item.state.text for item in of(items, Post) if item.withdrawn}
    assert withdrawn == {"ingetrokken"}
    assert len(of(items, Post)) == 9


@pytest.mark.parametrize("curve", [None, SECP256R1()])
def test_signatures_of_both_curves_are_verified(curve: SECP256R1 | None) -> None:
    key = derive_private_key(99, curve) if curve else None
    signed = {"key": key} if key else {}
    document = did_document(key) if key else did_document()
    assert codes(read(repository(SOUND, **signed), **{"did.json": document})) == []
    other = did_document(derive_private_key(98, curve or SECP256R1()))
    assert codes(read(repository(SOUND, **signed), **{"did.json": other})) == ["SMA-R196"]


def test_a_document_of_another_account_gives_no_handle() -> None:
    items = read(repository(SOUND), **{"did.json": did_document(did="did:plc:ander")})
    assert {item.ref.handle for item in of(items, Account)} == {None}
    assert codes(items) == ["SMA-R195"]


def test_a_packed_repository_is_read_and_points_at_the_file() -> None:
    data = gzip.compress(repository(SOUND))
    posts = of(list(repo.read(View({"account.car.gz": data}))), Post)
    assert len(posts) == 8
    assert {item.evidence[0].kind for item in posts} == {"file"}


def test_a_tree_that_leads_to_itself_many_times_is_walked_once() -> None:
    blocks = [cbor({"l": None, "e": []})]
    for _ in range(60):
        link = cid(blocks[-1])
        entry = {"p": 0, "k": b"app.bsky.feed.post/a", "v": cid(b"niets"), "t": link}
        blocks.append(cbor({"l": link, "e": [entry, {**entry, "k": b"app.bsky.feed.post/b"}]}))
    root = commit(cid(blocks[-1]))
    items = read(car([root, *blocks], cid(root)))
    assert "SMA-R194" in codes(items)
    assert len(items) < 300


@pytest.mark.parametrize(
    "block",
    [
        b"\x81" * 100_000 + b"\x00",
        b"\x9b\x7f" + b"\xff" * 7,
        b"\xa2\x61a\x01\x61a\x02",
        b"\xff",
        b"",
    ],
)
def test_a_hostile_block_costs_itself_only(block: bytes) -> None:
    items = read(repository(SOUND) + section(block))
    assert len(of(items, Post)) == 8
    assert codes(items).count("SMA-R001") == 1


def test_what_is_no_repository_is_refused() -> None:
    for data in (b"", b"\x0a\xa1gversion\x02" + bytes(40), b"\x01", bytes(100)):
        items = list(repo.read(View({"account.car": data})))
        assert of(items, Post) == []
        assert codes(items) == ["SMA-R006"]
    assert not is_car(b'{"roots": []}')


WHOLE = repository({**SOUND, "app.bsky.feed.like/3lbzzzzzzzzz2": LIKE, "app.bsky.actor.profile/self": PROFILE})


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_flipped_byte_is_told_and_never_makes_a_post(position: int, change: int) -> None:
    data = bytearray(WHOLE)
    data[position] ^= change
    items = read(bytes(data))
    texts = {item.state.text for item in of(items, Post)}
    assert texts <= {f"bericht {letter}" for letter in "abcdefgh"}
    assert set(codes(items)) - {"SMA-R195", "SMA-R200"}


@given(st.integers(0, len(WHOLE) - 1))
def test_a_cut_file_keeps_what_stands_before_the_cut(size: int) -> None:
    items = read(WHOLE[:size])
    counted = Counter(type(item).__name__ for item in items)
    assert counted["Post"] <= 8
    assert codes(items)


def test_a_record_by_itself_is_of_nobody_until_somebody_says_so() -> None:
    data = cbor(post("een"))
    view = View({"record.cbor": data})
    items = list(repo.read(view))
    (found,) = of(items, Post)
    assert (found.author.native_id, found.native_id, found.state.text) == (None, None, "een")
    assert codes(items) == ["SMA-R203"]
    assert found.evidence[0].length == len(data)
    liked = list(repo.read(View({"record.cbor": cbor(LIKE)})))
    assert [type(one) for one in liked] == [Exclusion]


@pytest.mark.parametrize("size", [b"\x05", b"\xff\xff\xff\xff\xff\x7f", b"\xff\xff\xff\x04", b""])
def test_a_damaged_length_costs_its_own_block_only(size: bytes) -> None:
    data = repository(SOUND)
    whole = section(cbor(SOUND["app.bsky.feed.post/3lbcccccccccc"]))
    at = data.index(whole)
    items = read(data[:at] + size + whole[2:] + data[at + len(whole) :])
    assert [item.state.text for item in of(items, Post)] == [f"bericht {letter}" for letter in "abdefgh"]
    assert codes(items).count("SMA-R192") == 1
    assert codes(items).count("SMA-R191") == 1


def test_what_looks_like_blocks_without_end_takes_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(car_files, "MAX_EFFORT", 1 << 22)
    hostile = b"\xff\xff\x03\x01\x71\x12\x20" * 100_000
    items = read(repository(SOUND) + b"\x00" + hostile)
    assert len(of(items, Post)) == 8
    assert codes(items).count("SMA-R192") == 1
