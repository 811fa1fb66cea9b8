"""Mastodon's account archive: what is recognised, read, left out and reported."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from items import JSONISH, kinds
from sma_plugin import findings
from sma_plugin.model import Account, Alias, Exclusion, Item, Observation, Post, Problem, ProfileVersion, Tally
from sma_plugin.readers import exclusion
from sma_plugin.readers.mastodon import archive as reader
from sma_plugin.readers.values import iso_text
from sma_plugin.testing import MemoryCapture, capture, folder, listing

HOST = "https://sociaal.voorbeeldstad.example"
ACTOR = f"{HOST}/users/gemeente"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
GROUP = "https://elders.example/users/groep"
CONTEXT = "https://www.w3.org/ns/activitystreams"


def actor(**more: Any) -> dict[str, Any]:
    return {
        "@context": [CONTEXT, {"toot": "http://joinmastodon.org/ns#"}],
        "id": ACTOR,
        "type": "Organization",
        "inbox": f"{ACTOR}/inbox",
        "outbox": "outbox.json",
        "followers": f"{ACTOR}/followers",
        "preferredUsername": "gemeente",
        "name": "Gemeente Voorbeeldstad",
        "summary": "<p>Nieuws &amp; vragen</p>",
        "url": f"{HOST}/@gemeente",
        "published": "2022-11-10T00:00:00Z",
        "attachment": [
            {"type": "PropertyValue", "name": "Site", "value": '<a href="https://voorbeeldstad.example">site</a>'}
        ],
        "icon": {"type": "Image", "mediaType": "image/svg+xml", "url": "avatar.svg"},
        "image": {"type": "Image", "mediaType": "image/png", "url": "header.png"},
        **more,
    }


def note(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": f"{ACTOR}/statuses/{number}",
        "type": "Note",
        "summary": None,
        "inReplyTo": None,
        "published": "2023-02-18T19:45:15Z",
        "url": f"{HOST}/@gemeente/{number}",
        "attributedTo": ACTOR,
        "to": [PUBLIC],
        "cc": [f"{ACTOR}/followers"],
        "sensitive": False,
        "content": "<p>Het loket is dicht &amp; gaat morgen open.</p>",
        "contentMap": {"nl": "<p>Het loket is dicht &amp; gaat morgen open.</p>"},
        "attachment": [],
        "tag": [],
        **more,
    }


def create(thing: dict[str, Any]) -> dict[str, Any]:
    fields = {name: thing[name] for name in ("published", "to", "cc") if name in thing}
    return {"id": f"{thing['id']}/activity", "type": "Create", "actor": ACTOR, **fields, "object": thing}


def outbox(*activities: Any, **more: Any) -> bytes:
    document = {"@context": CONTEXT, "id": "outbox.json", "type": "OrderedCollection", "totalItems": len(activities)}
    return json.dumps({**document, **more, "orderedItems": list(activities)}, ensure_ascii=False).encode()


def archive(*activities: Any, root: str = "", **files: bytes) -> dict[str, bytes]:
    pictures = {"avatar.svg": b"<svg/>", "header.png": b"\x89PNG"}
    contents = {"actor.json": json.dumps(actor()).encode(), "outbox.json": outbox(*activities), **pictures, **files}
    return {root + path: data for path, data in contents.items()}


def read(contents: dict[str, bytes]) -> list[Item]:
    return list(reader.read(capture(contents, reader)))


def codes(items: list[Item]) -> list[str]:
    return [item.code for item in kinds(items, Problem)]


def post(**more: Any) -> Post:
    (found,) = kinds(read(archive(create(note(**more)))), Post)
    assert isinstance(found, Post)
    return found


# --- recognition -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("root", ["", "archive-20230218/", "levering/gemeente@sociaal/"])
def test_an_archive_is_recognised_below_any_wrapper_folder(root: str) -> None:
    match = reader.recognise(listing(archive(create(note()), root=root)))
    assert match is not None
    assert (match.reader, match.platform, match.technique) == ("mastodon-archive", "mastodon", "platform-export")
    assert match.personal_export
    assert match.roots == (root,)
    assert match.account is not None
    assert match.account.native_id == ACTOR
    assert match.account.handle == "gemeente@sociaal.voorbeeldstad.example"
    assert set(match.paths) == {root + name for name in ("actor.json", "outbox.json", "avatar.svg", "header.png")}


def test_renamed_files_are_recognised_by_what_they_hold() -> None:
    contents = {"a.json": json.dumps(actor()).encode(), "b.json": outbox(create(note()))}
    assert len(kinds(read(contents), Post)) == 1


def test_a_context_longer_than_the_head_leaves_the_name_to_tell() -> None:
    long = [CONTEXT, {f"term{number}": "as:term" for number in range(900)}]
    contents = {
        "outbox.json": outbox(create(note()), **{"@context": long}),
        "actor.json": json.dumps(actor(**{"@context": long})).encode(),
    }
    items = read(contents)
    assert len(kinds(items, Post)) == 1
    assert kinds(items, Account)[0].owner


def test_each_wrapper_folder_is_a_capture_of_its_own_even_inside_another() -> None:
    contents = archive(create(note(1))) | archive(create(note(2)), root="ander/") | {"ander/media_attachments/a": b"x"}
    matches = reader.recognise_all(listing(contents))
    assert [match.roots for match in matches] == [("",), ("ander/",)]
    assert not set(matches[0].paths) & set(matches[1].paths)
    assert "ander/media_attachments/a" in matches[1].paths


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"type": "Note"}',
        b'{"type": "FeatureCollection", "features": []}',
        b'{"id": "1", "created_at": "2023-02-18T19:45:15.000Z", "content": "", "account": {"acct": "a"}}',
        b"request: {}\nresponse: {}\n",
        b"\xff\xfe\x00",
        b'{"type": ' + b"[" * 4000,
    ],
)
def test_other_files_are_not_claimed(data: bytes) -> None:
    assert reader.recognise(listing({"outbox.json": data, "status.json": data})) is None


# --- the account -----------------------------------------------------------------------------------------------------


def test_the_owner_and_the_profile_are_read() -> None:
    items = read(archive(create(note())))
    (account,), (profile,) = kinds(items, Account), kinds(items, ProfileVersion)
    assert account.owner
    assert account.ref.native_id == ACTOR
    assert Alias("url", f"{HOST}/@gemeente") in account.ref.aliases
    assert iso_text(account.created.us) == "2022-11-10T00:00:00Z"
    assert (profile.bio, profile.bio_html) == ("Nieuws & vragen", "<p>Nieuws &amp; vragen</p>")
    assert profile.fields == (("Site", "site"),)
    assert [link.url for link in profile.links] == ["https://voorbeeldstad.example"]
    assert (profile.avatar.path, profile.header.path) == ("avatar.svg", "header.png")
    assert profile.kind == "Organization"


def test_profile_images_that_are_not_delivered_are_reported() -> None:
    contents = archive(create(note()))
    del contents["avatar.svg"]
    assert codes(read(contents)) == ["SMA-R065"]


def test_without_an_actor_document_the_activities_tell_whose_archive_it_is() -> None:
    contents = archive(create(note()))
    del contents["actor.json"]
    items = read(contents)
    assert kinds(items, Account)[0].ref.native_id == ACTOR
    assert kinds(items, Account)[0].owner
    assert codes(items) == ["SMA-R067"]


def test_an_archive_without_outbox_is_an_error() -> None:
    contents = archive()
    del contents["outbox.json"]
    assert "SMA-R066" in codes(read(contents))


# --- posts -----------------------------------------------------------------------------------------------------------


def test_a_post_keeps_its_identity_times_and_text() -> None:
    found = post(updated="2023-02-19T08:00:00Z", atomUri="tag:sociaal,2023:1", conversation="tag:gesprek")
    assert found.native_id == f"{ACTOR}/statuses/1"
    assert found.author.handle == "gemeente@sociaal.voorbeeldstad.example"
    assert found.aliases == (Alias("url", f"{HOST}/@gemeente/1"), Alias("atom-uri", "tag:sociaal,2023:1"))
    assert iso_text(found.created.us) == "2023-02-18T19:45:15Z"
    assert found.edited is not None
    assert found.edited.raw == "2023-02-19T08:00:00Z"
    assert found.state.text == "Het loket is dicht & gaat morgen open."
    assert found.state.language == "nl"
    assert found.state.content_warning is None
    assert found.state.raw == {"conversation": "tag:gesprek"}


def test_evidence_is_the_bytes_of_the_activity() -> None:
    activities = [create(note(number, content=f"<p>Één {number} 🏛️</p>")) for number in range(3)]
    contents = archive(*activities)
    for activity, found in zip(activities, kinds(read(contents), Post), strict=True):
        (evidence,) = found.evidence
        assert (evidence.path, evidence.kind) == ("outbox.json", "bytes")
        part = contents["outbox.json"][evidence.offset : evidence.offset + evidence.length]
        assert json.loads(part) == activity


def test_tags_and_links_are_told_apart() -> None:
    content = (
        '<p><a href="https://elders.example/@burger" class="u-url mention">@<span>burger</span></a> zie '
        '<a href="https://voorbeeldstad.example/a?b=1&amp;c=2"><span class="invisible">https://</span>voorbeeldstad</a>'
        ' <a href="https://x.example/tags/afval" class="mention hashtag" rel="tag">#<span>afval</span></a></p>'
    )
    tags = [
        {"type": "Mention", "href": "https://elders.example/users/burger", "name": "@burger@elders.example"},
        {"type": "Mention", "href": f"{HOST}/users/wethouder", "name": "@wethouder"},
        {"type": "Hashtag", "href": "https://x.example/tags/afval", "name": "#afval"},
        {"type": "Emoji", "name": ":stad:", "icon": {"type": "Image", "url": f"{HOST}/stad.png"}},
    ]
    state = post(content=content, tag=tags, summary="Afval", sensitive=True).state
    assert state.hashtags == ("afval",)
    assert state.mentions is not None
    assert [one.handle for one in state.mentions] == [
        "burger@elders.example",
        "wethouder@sociaal.voorbeeldstad.example",
    ]
    assert state.links is not None
    assert [link.url for link in state.links] == ["https://voorbeeldstad.example/a?b=1&c=2"]
    assert (state.content_warning, state.sensitive) == ("Afval", True)
    assert state.raw == {"emoji": {":stad:": f"{HOST}/stad.png"}}


@pytest.mark.parametrize(
    "address",
    [
        "media_attachments/files/1/a b.jpg",
        "/media_attachments/files/1/a%20b.jpg",
        "/emmer-van-de-server/media_attachments/files/1/a b.jpg",
    ],
)
def test_a_medium_is_found_in_its_own_root(address: str) -> None:
    medium = {"type": "Document", "mediaType": "image/jpeg", "url": address, "name": "Loket", "width": 4, "height": 3}
    contents = archive(create(note(attachment=[medium])), root="map/")
    contents["map/media_attachments/files/1/a b.jpg"] = b"\xff\xd8"
    items = read(contents)
    (found,) = kinds(items, Post)[0].state.media
    assert found.path == "map/media_attachments/files/1/a b.jpg"
    assert (found.kind, found.alt, found.width, found.height) == ("image", "Loket", 4, 3)
    assert codes(items) == []


def test_a_medium_under_its_path_on_the_server_is_found() -> None:
    medium = {
        "type": "Document",
        "mediaType": "audio/mpeg",
        "url": "/media_attachments/files/1/a.mp3",
        "duration": "PT1M2.5S",
    }
    kept = "home/mastodon/live/public/system/media_attachments/files/1/a.mp3"
    (found,) = kinds(read(archive(create(note(attachment=[medium])), **{kept: b"ID3"})), Post)[0].state.media
    assert (found.path, found.duration) == (kept, 62.5)


def test_a_medium_that_is_delivered_empty_is_no_medium() -> None:
    medium = {"type": "Document", "mediaType": "video/mp4", "url": "/media_attachments/files/1/a.mp4", "duration": "PT"}
    items = read(archive(create(note(attachment=[medium])), **{"media_attachments/files/1/a.mp4": b""}))
    (found,) = kinds(items, Post)[0].state.media
    assert (found.path, found.duration) == (None, None)
    assert codes(items) == []  # told by whoever reads the file


def test_a_medium_that_is_not_delivered_is_reported() -> None:
    medium = {"type": "Document", "mediaType": "video/mp4", "url": "/media_attachments/weg.mp4"}
    items = read(archive(create(note(attachment=[medium]))))
    (found,) = kinds(items, Post)[0].state.media
    assert (found.path, found.kind) == (None, "video")
    assert codes(items) == ["SMA-R007"]


def test_a_poll_has_options_and_its_votes_are_counts() -> None:
    options = [{"type": "Note", "name": name, "replies": {"totalItems": n}} for name, n in (("Ja", 3), ("Nee", 1))]
    found = post(type="Question", anyOf=options, endTime="2023-02-20T00:00:00Z", votersCount=4)
    assert found.kind == "question"
    assert found.state.poll is not None
    assert (found.state.poll.options, found.state.poll.multiple) == (("Ja", "Nee"), True)
    assert found.counts is not None
    assert found.counts.values == {"votes:1": 3, "votes:2": 1, "voters": 4}


def test_collections_with_totals_are_counts() -> None:
    found = post(likes={"totalItems": 5}, shares={"totalItems": 2}, replies={"type": "Collection"})
    assert found.counts is not None
    assert found.counts.values == {"likes": 5, "reposts": 2}


def test_replies_and_quotes_are_relations() -> None:
    target = "https://elders.example/users/burger/statuses/9"
    found = post(inReplyTo=target, quote=f"{target}0", quoteUri=f"{target}0", _misskey_quote=f"{target}0")
    assert [(one.kind, one.target) for one in found.relations] == [("reply", target), ("quote", f"{target}0")]


def test_a_quote_of_what_is_gone_is_still_a_quote() -> None:
    (found,) = post(quote={"type": "Tombstone"}).relations
    assert (found.kind, found.target, found.state) == ("quote", None, "deleted")


def test_who_may_quote_is_kept_as_delivered() -> None:
    policy = {"canQuote": {"automaticApproval": [PUBLIC]}}
    stamp = "https://elders.example/users/burger/quote_authorizations/1"
    state = post(interactionPolicy=policy, quoteAuthorization=stamp).state
    assert state.raw == {"interactionPolicy": policy, "quoteAuthorization": stamp}


def test_several_languages_are_kept_as_delivered() -> None:
    texts = {"nl": "<p>Dag</p>", "en": "<p>Day</p>"}
    state = post(content="<p>Day</p>", contentMap=texts).state
    assert state.language == "en"
    assert state.raw == {"contentMap": texts}


# --- activities ------------------------------------------------------------------------------------------------------


def announce(thing: Any) -> dict[str, Any]:
    return {
        "id": f"{ACTOR}/statuses/7/activity",
        "type": "Announce",
        "actor": ACTOR,
        "published": "2023-03-01T00:00:00Z",
        "to": [PUBLIC],
        "object": thing,
    }


def test_a_repost_points_at_the_post_that_it_repeats() -> None:
    target = "https://elders.example/users/burger/statuses/9"
    (found,) = kinds(read(archive(announce(target))), Post)
    assert (found.kind, found.native_id, found.audience) == ("repost", f"{ACTOR}/statuses/7/activity", "public")
    assert [(one.kind, one.target) for one in found.relations] == [("repost", target)]


def test_a_repost_of_an_own_post_brings_it_along_with_its_own_audience() -> None:
    inner = note(3, to=[f"{ACTOR}/followers"], cc=[])
    repost, included = kinds(read(archive(announce(inner))), Post)
    assert repost.relations[0].target == included.native_id == f"{ACTOR}/statuses/3"
    assert (included.included, included.audience, repost.audience) == (True, "followers", "public")


def test_other_activities_mean_what_they_say() -> None:
    items = read(
        archive(
            {"type": "Update", "actor": ACTOR, "published": "2023-04-01T00:00:00Z", "object": note()},
            {"type": "Delete", "actor": ACTOR, "object": {"type": "Tombstone", "id": f"{ACTOR}/statuses/8"}},
            {"type": "Move", "actor": ACTOR, "object": ACTOR},
            {"type": "Move", "actor": ACTOR, "object": ACTOR},
            {"type": "Create", "actor": ACTOR, "object": f"{ACTOR}/statuses/11"},
            f"{ACTOR}/statuses/12/activity",
        )
    )
    (updated,), (deleted,) = kinds(items, Post), kinds(items, Observation)
    assert updated.edited.raw == "2023-04-01T00:00:00Z"
    assert (deleted.post, deleted.account.native_id, deleted.status) == (f"{ACTOR}/statuses/8", ACTOR, "deleted")
    problems = kinds(items, Problem)
    assert [problem.code for problem in problems] == ["SMA-R061", "SMA-R061", "SMA-R060"]
    assert problems[-1].params == {"path": "outbox.json", "type": "Move", "count": 2}


def test_own_likes_and_follows_among_the_activities_stay_out() -> None:
    like = {"type": "Like", "actor": ACTOR, "object": "https://elders.example/users/burger/statuses/9"}
    follow = {"type": "Follow", "actor": ACTOR, "object": GROUP}
    contents = archive(like, create(note()), {"type": "Undo", "actor": ACTOR, "object": follow})
    cuts = kinds(read(contents), Exclusion)
    assert [exclusion.class_of(cut.rule) for cut in cuts] == ["own-likes", "contacts"]
    assert json.loads(contents["outbox.json"][cuts[0].offset : cuts[0].offset + cuts[0].length]) == like


# --- what stays out --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "cc", "audience"),
    [
        ([PUBLIC], [], "public"),
        ("as:Public", None, "public"),
        ([f"{ACTOR}/followers"], [PUBLIC], "unlisted"),
        ([f"{ACTOR}/followers"], ["https://elders.example/users/burger"], "followers"),
        ([f"{HOST}/#Public"], [f"{ACTOR}/followers"], "community"),
        (None, None, None),
    ],
)
def test_the_audience_follows_from_to_and_cc(to: Any, cc: Any, audience: str | None) -> None:
    items = read(archive(create(note(to=to, cc=cc))))
    assert [found.audience for found in kinds(items, Post)] == [audience]
    assert ("SMA-R063" in codes(items)) == (audience is None)


@pytest.mark.parametrize("to", [["https://elders.example/users/burger"], [], [GROUP, f"{GROUP}/followers"]])
def test_a_direct_message_is_cut_out_and_never_read(to: list[str]) -> None:
    secret = create(note(2, to=to, cc=[], content="<p>geheim</p>"))
    contents = archive(create(note(1)), secret, create(note(3)))
    items = read(contents)
    (cut,) = kinds(items, Exclusion)
    assert json.loads(contents["outbox.json"][cut.offset : cut.offset + cut.length]) == secret
    assert exclusion.class_of(cut.rule) == "direct-messages"
    assert [found.native_id[-1] for found in kinds(items, Post)] == ["1", "3"]
    assert "geheim" not in repr(items)


def test_a_direct_message_in_a_compressed_file_is_for_a_person_to_decide() -> None:
    contents = archive(create(note(2, to=["https://elders.example/users/burger"], cc=[])), create(note(3)))
    view = capture(contents, reader)
    view.contents = {**contents, "outbox.json": gzip.compress(contents["outbox.json"])}
    items = list(reader.read(view))
    assert codes(items) == ["SMA-R064"]
    assert kinds(items, Exclusion) == [Exclusion("mastodon-archive.direct", "outbox.json")]
    assert len(kinds(items, Post)) == 1


def test_own_likes_bookmarks_and_contacts_stay_out_counted() -> None:
    likes = {"@context": CONTEXT, "id": "likes.json", "type": "OrderedCollection", "orderedItems": ["https://a/1"] * 3}
    contents = archive(create(note()), **{"likes (1).json": json.dumps(likes).encode(), "bookmarks.csv": b"a\n"})
    contents["following_accounts.csv"] = b"Account address\nburger@elders.example\n"
    items = read(contents)
    assert {(one.path, exclusion.class_of(one.rule), one.count) for one in kinds(items, Exclusion)} == {
        ("likes (1).json", "own-likes", 3),
        ("bookmarks.csv", "own-likes", 1),
        ("following_accounts.csv", "contacts", 1),
    }
    assert Tally("own likes", None, 3, "likes (1).json") in items


# --- bad input -------------------------------------------------------------------------------------------------------


def test_a_list_that_is_written_twice_is_read_where_it_has_items() -> None:
    contents = archive(create(note(1)), create(note(2)))
    contents["outbox.json"] = contents["outbox.json"].replace(
        b'"orderedItems": [', b'"orderedItems":[],"orderedItems":['
    )
    items = read(contents)
    assert len(kinds(items, Post)) == 2
    assert (codes(items), kinds(items, Tally)) == ([], [Tally("posts", 2, 2, "outbox.json")])


def test_the_form_of_pleroma_with_its_total_at_the_end_is_read() -> None:
    document = {"@context": CONTEXT, "id": "outbox.json", "type": "OrderedCollection"}
    begin = json.dumps(document, indent=2).encode()[:-2] + b',\n  "orderedItems": [\n\n'
    chat = create(note(2, type="ChatMessage", to=["https://elders.example/users/burger"], content="geheim"))
    rows = [json.dumps(one).encode() for one in (create(note(1)), chat)]
    contents = archive(**{"outbox.json": begin + b",\n".join(rows) + b'\n],\n  "totalItems": 2}'})
    items = read(contents)
    assert ([one.native_id[-1] for one in kinds(items, Post)], codes(items)) == (["1"], [])
    assert kinds(items, Tally) == [Tally("posts", 2, 2, "outbox.json")]
    (cut,) = kinds(items, Exclusion)
    assert contents["outbox.json"][cut.offset : cut.offset + cut.length] == rows[1]


def test_an_account_without_posts_has_an_empty_outbox() -> None:
    items = read(archive())
    assert (codes(items), kinds(items, Tally)) == ([], [Tally("posts", 0, 0, "outbox.json")])


@pytest.mark.parametrize("stated", [19, None])
def test_the_stated_total_stands_beside_what_was_counted(stated: int | None) -> None:
    contents = archive()
    contents["outbox.json"] = outbox(create(note()), totalItems=stated)
    assert Tally("posts", stated, 1, "outbox.json") in read(contents)


def test_a_cut_off_outbox_gives_what_stands_before_the_end() -> None:
    contents = archive(create(note(1)), create(note(2)), create(note(3)))
    contents["outbox.json"] = contents["outbox.json"][:-200]
    items = read(contents)
    assert len(kinds(items, Post)) == 2
    assert codes(items) == ["SMA-R003"]


def test_one_bad_activity_costs_one_activity() -> None:
    contents = archive(create(note(1)), create(note(2)), create(note(3)))
    contents["outbox.json"] = contents["outbox.json"].replace(b'statuses/2", "type"', b'statuses/2" "type"', 1)
    items = read(contents)
    assert [found.native_id[-1] for found in kinds(items, Post)] == ["1", "3"]
    assert codes(items) == ["SMA-R001"]


def test_fields_of_an_unexpected_form_lose_no_post() -> None:
    found = create(note(1, id=17, sensitive="ja", votersCount="veel", published=None))
    items = read(archive(found))
    assert len(kinds(items, Post)) == 1
    assert "SMA-R002" in codes(items)


def test_a_time_that_cannot_be_read_is_kept_and_reported() -> None:
    items = read(archive(create(note(1, published="gisteren"))))
    assert kinds(items, Post)[0].created.raw == "gisteren"
    assert codes(items) == ["SMA-R005"]


def test_hostile_markup_takes_no_more_than_its_length() -> None:
    assert post(content="<a <a " * 20_000).state.links == ()


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(sorted(note())), value=JSONISH, cut=st.integers(0, 400))
def test_no_value_of_any_field_and_no_cut_ends_in_an_exception(name: str, value: Any, cut: int) -> None:
    contents = archive(create({**note(), name: value}), announce({**note(2), name: value}), value)
    data = contents["outbox.json"]
    contents["outbox.json"] = data[: len(data) - cut]
    view = capture(archive(create(note())), reader)
    view.contents = contents
    for item in reader.read(view):
        if isinstance(item, Problem):
            assert findings.code(item.code)


def test_every_finding_code_of_mastodon_is_complete_in_both_languages() -> None:
    own = [f"SMA-R{number:03}" for number in range(60, 70)]
    for name in own:
        finding = findings.make(name, path="outbox.json", type="Like", status=404, reason="x", value="x", label="x")
        assert "?" not in findings.text(finding, "nl") + findings.text(finding, "en")


# --- objects on their own --------------------------------------------------------------------------------------------


def test_objects_on_their_own_are_recognised_with_little_confidence() -> None:
    contents = {
        "note.json": json.dumps({"@context": CONTEXT, **note()}).encode(),
        "lines.json": b"\n".join(json.dumps(create(note(number))).encode() for number in (2, 3)),
        "array.json": json.dumps([{"@context": CONTEXT, **actor(outbox=f"{ACTOR}/outbox")}]).encode(),
    }
    match = reader.recognise(listing(contents))
    assert match is not None
    assert (match.technique, match.confidence, match.personal_export) == ("unknown", 30, False)
    items = read(contents)
    assert [found.native_id[-1] for found in kinds(items, Post)] == ["1", "2", "3"]
    assert not kinds(items, Account)[0].owner


# --- real archives ---------------------------------------------------------------------------------------------------


def test_real_archives_give_every_activity(samples: Path) -> None:
    root = samples / "mastodon"
    with zipfile.ZipFile(io.BytesIO((root / "fossilizer-export/mastodon-export.zip").read_bytes())) as packed:
        zipped = {name: packed.read(name) for name in packed.namelist() if not name.endswith("/")}
    for contents in (zipped, folder(root / "fedi-archive-tool-example"), folder(root / "fossilizer-export")):
        match = reader.recognise(listing(contents))
        assert match is not None
        items = list(reader.read(MemoryCapture(match, listing(contents), contents)))
        (path,) = [path for path in match.paths if path.endswith("outbox.json")]
        activities = json.loads(contents[path])["orderedItems"]
        direct = [
            one for one in activities if not any("Public" in to or "followers" in to for to in one["to"] + one["cc"])
        ]
        posts, cut = kinds(items, Post), [one for one in kinds(items, Exclusion) if one.offset is not None]
        assert [found.native_id for found in posts] == [one["object"]["id"] for one in activities if one not in direct]
        assert len(cut) == len(direct)
        assert [found.created.raw for found in posts] == [
            one["object"]["published"] for one in activities if one not in direct
        ]


def test_real_objects_on_their_own_are_all_read_or_counted(samples: Path) -> None:
    contents = folder(samples / "mastodon/granary-activitypub")
    documents = {path: json.loads(data) for path, data in contents.items() if path.endswith(".json")}
    items = read(contents)
    assert codes(items).count("SMA-R061") == 0
    created = {"Create", "Announce", "Note", "Question", "Article", "Video", "Event"}
    expected = {path for path, value in documents.items() if value["type"] in created}
    assert {evidence.path for found in kinds(items, Post) for evidence in found.evidence} == expected
