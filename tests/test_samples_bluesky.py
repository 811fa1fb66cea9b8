"""Real repositories of Bluesky, with numbers worked out from the raw file: blocks taken apart by hand."""

from __future__ import annotations

import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import libipld
import pytest

from sma_plugin.model import Evidence, Exclusion, Observation, Post, Problem, ProfileVersion
from sma_plugin.readers.bluesky import repo
from sma_plugin.readers.bluesky.embeds import Blobs
from sma_plugin.readers.bluesky.responses import Responses
from sma_plugin.readers.contract import HEAD_BYTES, Listing, Member, Source

CARS = "bluesky/indigo-cars/testing/testdata"


class Files:
    """A capture over files of the samples."""

    def __init__(self, *paths: Path) -> None:
        self._paths = {path.name: path for path in paths}
        self.listing = Listing(
            tuple(Member(path.name, path.stat().st_size, path.read_bytes()[:HEAD_BYTES]) for path in paths)
        )

    def open(self, name: str) -> Source:
        return Source(name, io.BytesIO(self._paths[name].read_bytes()), Evidence(name))


def read(*paths: Path) -> list[Any]:
    view: Any = Files(*paths)
    view.match = repo.recognise(view.listing)
    assert view.match is not None
    return list(repo.read(view))


def blocks(data: bytes) -> list[tuple[int, bytes]]:
    """Offset and bytes of each block, by the specification alone."""
    found, at = [], 0
    while at < len(data):
        length = shift = 0
        while True:
            byte = data[at]
            at += 1
            length |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        found.append((at, data[at : at + length]))
        at += length
    return [(offset + 36, whole[36:]) for offset, whole in found[1:]]


def records(data: bytes) -> list[dict[str, Any]]:
    return [value for _, block in blocks(data) if "$type" in (value := libipld.decode_dag_cbor(block))]


@pytest.mark.parametrize(
    ("name", "posts", "told"),
    [
        ("bafyreieovfuizojpw3zresz7sx3nk4trm2by23pt5rxbey3jme4uo5ogiu.car", 5, ["SMA-R195"]),
        ("greenground.repo.car", 0, ["SMA-R195", "SMA-R200"]),
        ("divy.repo", 0, ["SMA-R060", "SMA-R195", "SMA-R200"]),
        ("repo_slice.car", 1, ["SMA-R191"] * 4 + ["SMA-R193", "SMA-R195"]),
    ],
)
def test_every_record_that_is_a_post_is_one(samples: Path, name: str, posts: int, told: list[str]) -> None:
    path = samples / CARS / name
    data = path.read_bytes()
    items = read(path)
    kinds = Counter(record["$type"] for record in records(data))
    found = [item for item in items if isinstance(item, Post)]
    assert len(found) == kinds["app.bsky.feed.post"] == posts
    assert sorted(item.code for item in items if isinstance(item, Problem)) == told
    places = dict(blocks(data))
    for item in found:
        (evidence,) = item.evidence
        assert evidence.offset is not None
        assert item.state.text == libipld.decode_dag_cbor(places[evidence.offset])["text"]


def test_the_profile_is_the_record_of_the_account(samples: Path) -> None:
    path = samples / CARS / "bafyreieovfuizojpw3zresz7sx3nk4trm2by23pt5rxbey3jme4uo5ogiu.car"
    (profile,) = (item for item in read(path) if isinstance(item, ProfileVersion))
    (record,) = (one for one in records(path.read_bytes()) if one["$type"] == "app.bsky.actor.profile")
    assert (profile.name, profile.bio) == (record["displayName"], record["description"])


def test_a_document_of_another_account_is_not_taken_for_its_own(samples: Path) -> None:
    document = samples / CARS / "greenground.didDoc.json"
    did = json.loads(document.read_bytes())["id"]
    items = read(samples / CARS / "greenground.repo.car", document)
    (account,) = (item for item in items if type(item).__name__ == "Account")
    assert account.ref.native_id != did
    assert account.ref.handle is None


def typed(value: Any, kind: str) -> int:
    """How many objects with this type stand anywhere in a document."""
    if isinstance(value, dict):
        return (value.get("$type") == kind) + sum(typed(one, kind) for one in value.values())
    return sum(typed(one, kind) for one in value) if isinstance(value, list) else 0


def answered(path: Path) -> list[Any]:
    responses = Responses(Blobs())
    source = Source(path.name, io.BytesIO(path.read_bytes()), Evidence(path.name))
    return [*responses.read_source(source), *responses.end()]


def test_every_post_of_a_response_is_read_and_nothing_else(samples: Path) -> None:
    found = sorted((samples / "bluesky/granary-bsky-json").glob("*.json"))
    assert len(found) == 14
    for path in found:
        data = path.read_bytes()
        notes = [item for item in answered(path) if isinstance(item, Post) and item.kind == "note"]
        assert len(notes) == typed(json.loads(data), "app.bsky.feed.post")
        for item in notes:
            (evidence,) = item.evidence
            assert evidence.offset is not None
            assert evidence.length is not None
            own = json.loads(data[evidence.offset : evidence.offset + evidence.length])
            assert item.state.text in json.dumps(own, ensure_ascii=False)


def test_the_stream_of_changes_tells_of_each_post_what_its_operations_say(samples: Path) -> None:
    path = samples / "bluesky/indigo-cars/cmd/relay/testing/testdata/post_lifecycle.json"
    frames = (message["frame"]["body"] for message in json.loads(path.read_bytes())["messages"])
    done = Counter((op["action"], op["path"].partition("/")[0]) for frame in frames for op in frame["ops"])
    items = answered(path)
    assert sum(isinstance(item, Post) for item in items) == done["create", "app.bsky.feed.post"] == 2
    deleted = [item for item in items if isinstance(item, Observation) and item.status == "deleted"]
    assert len(deleted) == done["delete", "app.bsky.feed.post"] == 1
    assert sum(isinstance(item, ProfileVersion) for item in items) == done["update", "app.bsky.actor.profile"] == 1
    left = [item for item in items if isinstance(item, Exclusion)]
    assert len(left) == done["create", "app.bsky.feed.like"] + done["delete", "app.bsky.feed.like"] == 2


def test_a_record_in_the_form_of_a_repository_is_read_by_itself(samples: Path) -> None:
    path = samples / CARS / "feedpost_record.cbor"
    (post,) = (item for item in read(path) if isinstance(item, Post))
    record = libipld.decode_dag_cbor(path.read_bytes())
    assert (post.state.text, post.created.raw) == (record["text"], record["createdAt"])
    assert [tie.target for tie in post.relations] == [record["embed"]["record"]["record"]["uri"]]
