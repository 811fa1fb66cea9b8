"""Cases of SMA-R190 to R209: Bluesky's repositories and responses, and feeds."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import SECP256K1, derive_private_key

from finding_cases import DECLARED, Bench, Case, Run, of_packages, shown
from making_bluesky import (
    DID,
    FOLLOW,
    LIKE,
    SOUND,
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
)
from making_feeds import MASTODON, SITE
from sma_plugin.findings import Finding
from sma_plugin.ingest import ingest
from sma_plugin.readers.bluesky import repo
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Policy

BLUESKY = DECLARED + f'platform = "bluesky"\naccount = {{ native_id = "{DID}" }}\n'
POLICY = {"own-likes-and-follows": Policy("archivist", "2026-01-15", "besluit 12")}


def repo_of(records: Records = SOUND, change: Any = bytes, document: bytes = did_document(), **fields: Any) -> Run:
    """A repository with the account's DID document, after a change to its bytes."""
    return shown({"account.car": change(repository(records, **fields)), "did.json": document}, about=BLUESKY)


def without(key: str) -> Run:
    return repo_of(leave_out=(key,))


def changed_post(data: bytes) -> bytes:
    return data.replace(b"bericht c", b"bericht x", 1)


def without_node(data: bytes) -> bytes:
    """A file without the largest node of its tree that is not the root."""
    nodes: list[bytes] = []
    tree({key: cid(cbor(record)) for key, record in SOUND.items()}, nodes)
    return data.replace(section(nodes[0]), b"", 1)


def out_of_order() -> bytes:
    records = {key: cbor(record) for key, record in SOUND.items()}
    entries = [{"p": 0, "k": key.encode(), "v": cid(data), "t": None} for key, data in reversed(records.items())]
    node = cbor({"l": None, "e": entries})
    root = commit(cid(node))
    return car([root, node, *records.values()], cid(root))


def unsigned(_: bytes) -> bytes:
    nodes: list[bytes] = []
    root = cbor({"did": DID, "version": 3, "data": tree({}, nodes), "rev": "3lbvoorbeeld2", "prev": None})
    return car([root, *nodes], cid(root))


def without_library(bench: Bench) -> list[Finding]:
    bench.patch.setattr(repo, "decoder", lambda: None)
    return list(repo_of()(bench))


def composed(bench: Bench, records: Records, **policies: Policy) -> list[Finding]:
    """What is told of the packages of a repository, or of the run that made none."""
    settings = msgspec.structs.replace(bench.settings(), policies=policies)
    path = bench.deliver({"account.car": repository(records), "did.json": did_document()}, about=BLUESKY)
    result = ingest([path], bench.home / "out", settings, Quiet())
    return of_packages(result)


def kept_whole(bench: Bench) -> list[Finding]:
    return composed(bench, {**SOUND, "app.bsky.feed.like/3lbzzzzzzzzz2": LIKE}, **POLICY)


def of_followers(bench: Bench) -> list[Finding]:
    """A list of accounts, which stays out as a whole."""
    people = [{"did": f"did:plc:inwoner{number}", "handle": f"inwoner{number}.example"} for number in range(3)]
    path = bench.deliver({"followers.json": json.dumps(people).encode()}, about=BLUESKY)
    result = ingest([path], bench.home / "out", bench.settings(), Quiet())
    return result.findings


NOBODY = ("SMA-H003", "SMA-S001")
"""The only author of a capture is taken for its account, which stands in no register."""
CASES = [
    Case("SMA-R190", repo_of(change=changed_post)),
    Case("SMA-R191", without("app.bsky.feed.post/3lbcccccccccc")),
    Case("SMA-R192", repo_of(change=lambda data: data + b"\x05abcde")),
    Case("SMA-R193", repo_of(change=without_node)),
    Case("SMA-R194", repo_of(change=lambda _: out_of_order())),
    Case("SMA-R195", repo_of(document=did_document(did="did:plc:iemandanders"))),
    Case("SMA-R196", repo_of(document=did_document(derive_private_key(7, SECP256K1())))),
    Case("SMA-R197", repo_of(change=lambda _: car([cbor(post("een"))], cid(b""))), "SMA-H001", "SMA-R197"),
    Case("SMA-R198", repo_of(change=unsigned), "SMA-H001", "SMA-R198"),
    Case("SMA-R199", repo_of(change=lambda data: data + section(cbor(post("oud"))))),
    Case("SMA-R200", repo_of({**SOUND, "app.bsky.graph.follow/3lbzzzzzzzzz2": FOLLOW})),
    Case("SMA-R201", without_library, "SMA-H001", "SMA-R201"),
    Case("SMA-R204", shown(MASTODON, "feed.xml"), *NOBODY[1:], "SMA-H005", "SMA-R204"),
    Case("SMA-R205", shown(SITE, "feed.xml"), "SMA-H001", "SMA-H008", "SMA-R205"),
    Case("SMA-R206", of_followers, "SMA-H001", "SMA-R206"),
    Case("SMA-R203", shown({"post.json": json.dumps(post("een")).encode()}), *NOBODY, "SMA-R203"),
    Case("SMA-R202", kept_whole, "SMA-R200", "SMA-R202"),
]
