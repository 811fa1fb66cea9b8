"""ActivityStreams documents as servers answer with them: outbox pages, actors and posts, in files and in WARC."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from items import kinds
from sma_plugin.model import Account, Evidence, Exclusion, Item, Moment, Post, Problem, ProfileVersion, Tally
from sma_plugin.readers import exclusion
from sma_plugin.readers.contract import Source
from sma_plugin.readers.mastodon import archive as reader
from sma_plugin.testing import capture

HOST = "https://sociaal.voorbeeldstad.example"
ACTOR = f"{HOST}/users/gemeente"
OUTBOX = f"{ACTOR}/outbox"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def create(number: int) -> dict[str, Any]:
    note = {"id": f"{ACTOR}/statuses/{number}", "type": "Note", "attributedTo": ACTOR, "content": f"<p>{number}</p>"}
    note |= {"published": "2023-02-18T19:45:15Z", "to": [PUBLIC], "cc": [f"{ACTOR}/followers"]}
    return {"id": f"{note['id']}/activity", "type": "Create", "actor": ACTOR, "object": note}


def collection(address: str, items: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    kind = "OrderedCollection" if items is None else "OrderedCollectionPage"
    return {"@context": "https://www.w3.org/ns/activitystreams", "id": address, "type": kind, **more} | (
        {} if items is None else {"partOf": address.partition("?")[0], "orderedItems": items}
    )


SUMMARY = collection(OUTBOX, totalItems=3, first=f"{OUTBOX}?page=true")
FIRST = collection(f"{OUTBOX}?page=true", [create(3), create(2)], next=f"{OUTBOX}?max_id=2&page=true")
SECOND = collection(f"{OUTBOX}?max_id=2&page=true", [create(1)], prev=f"{OUTBOX}?min_id=1&page=true")


def response(value: Any, address: str = "", kind: str = "application/activity+json; charset=utf-8") -> Source:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Source(
        "a.warc",
        io.BytesIO(data),
        Evidence("a.warc", "bytes", 500, 900),
        url=address or value["id"],
        status=200,
        content_type=kind,
        fetched_at=Moment(5),
        exact=False,
    )


def together(*values: Any) -> list[Item]:
    reading = reader.reading()
    items = [item for one in values for item in reading.read_source(one if isinstance(one, Source) else response(one))]
    return [*items, *reading.end()]


def codes(items: list[Item]) -> list[str]:
    return [item.code for item in kinds(items, Problem)]


@pytest.mark.parametrize(
    ("kind", "accepted"),
    [
        ("application/activity+json", True),
        ('application/ld+json; profile="https://www.w3.org/ns/activitystreams"', True),
        ("application/json", False),
        ("text/html", False),
    ],
)
def test_documents_are_accepted_by_content_type(kind: str, *, accepted: bool) -> None:
    assert reader.accepts(response(FIRST, kind=kind)) is accepted


def test_the_pages_of_an_outbox_are_one_capture_of_its_account() -> None:
    items = together(SUMMARY, FIRST, SECOND)
    assert [one.native_id[-1] for one in kinds(items, Post)] == ["3", "2", "1"]
    assert [(one.ref.native_id, one.owner) for one in kinds(items, Account)] == [(ACTOR, True)]
    assert codes(items) == []
    (where,) = kinds(items, Post)[1].evidence
    assert (where.path, where.offset, where.length, where.locator) == ("a.warc", 500, 900, "/orderedItems/1")


@pytest.mark.parametrize("pages", [(SUMMARY,), (FIRST,), (SUMMARY, SECOND)])
def test_a_page_that_was_announced_and_not_captured_is_told(pages: tuple[Any, ...]) -> None:
    assert codes(together(*pages)) == ["SMA-R049"]


def test_actors_and_posts_by_themselves_are_read() -> None:
    actor = {"id": ACTOR, "type": "Person", "preferredUsername": "gemeente", "name": "Gemeente", "inbox": "x"}
    items = together(actor, create(7)["object"])
    assert [one.name for one in kinds(items, ProfileVersion)] == ["Gemeente"]
    assert [one.audience for one in kinds(items, Post)] == ["public"]


@pytest.mark.parametrize(
    ("name", "kind"), [("followers", "contacts"), ("following?page=1", "contacts"), ("liked", "own-likes")]
)
def test_lists_of_people_and_likes_stay_out_with_their_record(name: str, kind: str) -> None:
    (cut,) = together(collection(f"{ACTOR}/{name}", ["https://elders.example/users/burger"]))
    assert isinstance(cut, Exclusion)
    assert (cut.offset, cut.length, exclusion.class_of(cut.rule)) == (500, 900, kind)


def test_what_cannot_be_read_is_told() -> None:
    cut = json.dumps(FIRST).encode()[:-90]
    assert codes(together(response(cut, FIRST["id"]))) == ["SMA-R003"]
    assert codes(together(response(b'{"a" 1}', FIRST["id"]))) == ["SMA-R001"]
    assert codes(together(response(b"[]", FIRST["id"]))) == ["SMA-R001"]


# --- the same in files -----------------------------------------------------------------------------------------------


def read(**files: Any) -> list[Item]:
    return list(reader.read(capture({f"{name}.json": json.dumps(one).encode() for name, one in files.items()}, reader)))


def test_pages_in_files_are_counted_against_what_the_outbox_states() -> None:
    items = read(a=SUMMARY, b=FIRST, c=SECOND)
    assert [one.native_id[-1] for one in kinds(items, Post)] == ["3", "2", "1"]
    assert (codes(items), kinds(items, Tally)[-1]) == (["SMA-R067"], Tally("posts", 3, 3, "a.json"))
    assert codes(read(a=SUMMARY, b=FIRST)) == ["SMA-R067", "SMA-R049"]


def test_members_in_the_order_of_the_alphabet_are_recognised() -> None:
    outbox = {"orderedItems": [create(number) for number in range(40)], "totalItems": 40, "type": "OrderedCollection"}
    assert len(kinds(read(anything=outbox), Post)) == 40
