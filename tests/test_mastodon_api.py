"""Mastodon's REST responses: what is recognised, read, left out and reported."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from items import JSONISH, kinds
from sma_plugin import findings
from sma_plugin.model import (
    Account,
    Alias,
    Evidence,
    Exclusion,
    Item,
    Moment,
    Observation,
    Post,
    Problem,
    ProfileVersion,
)
from sma_plugin.readers import exclusion
from sma_plugin.readers.contract import Source
from sma_plugin.readers.mastodon import api as reader
from sma_plugin.testing import capture, folder, listing

HOST = "sociaal.voorbeeldstad.example"
ACTOR = f"https://{HOST}/users/gemeente"
YEARS = ("2019", "2021", "2022", "2024", "2025")


def account(name: str = "gemeente", number: Any = "5", **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "username": name,
        "acct": name,
        "display_name": name.title(),
        "note": "<p>Nieuws</p>",
        "url": f"https://{HOST}/@{name}",
        "avatar": f"https://{HOST}/avatars/{name}.png",
        "followers_count": 12,
        "fields": [{"name": "Site", "value": "voorbeeldstad.example", "verified_at": "2023-01-01T00:00:00Z"}],
        "created_at": "2022-11-10T00:00:00.000Z",
        **more,
    }


def status(number: Any = "100", **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "created_at": "2023-02-18T19:45:15.000Z",
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "nl",
        "uri": f"{ACTOR}/statuses/{number}",
        "url": f"https://{HOST}/@gemeente/{number}",
        "replies_count": 0,
        "reblogs_count": 2,
        "favourites_count": 3,
        "content": "<p>Het loket is dicht</p>",
        "reblog": None,
        "account": account(),
        "media_attachments": [],
        "mentions": [],
        "tags": [],
        "card": None,
        "poll": None,
        **more,
    }


def files(**named: Any) -> dict[str, bytes]:
    return {f"{name}.json": json.dumps(value).encode() for name, value in named.items()}


def read(contents: dict[str, bytes]) -> list[Item]:
    return list(reader.read(capture(contents, reader)))


def response(
    value: Any, path: str, *, method: str = "GET", code: int = 200, exact: bool = False, link: str = ""
) -> Source:
    data = json.dumps(value).encode()
    source = Source(
        "a.warc",
        io.BytesIO(data),
        Evidence("a.warc", "bytes", 500, 900),
        url=f"https://{HOST}{path}",
        method=method,
        status=code,
        content_type="application/json; charset=utf-8",
        fetched_at=Moment(5, "five"),
        exact=exact,
        notes={"link": link},
    )
    assert reader.accepts(source)
    return source


def fetched(value: Any, path: str, **more: Any) -> list[Item]:
    return list(reader.read_source(response(value, path, **more)))


def together(*responses: Source) -> list[Item]:
    reading = reader.reading()
    return [*(item for one in responses for item in reading.read_source(one)), *reading.end()]


def codes(items: list[Item]) -> list[str]:
    return [item.code for item in kinds(items, Problem)]


def post(**more: Any) -> Post:
    found = kinds(read(files(status=status(**more))), Post)[0]
    assert isinstance(found, Post)
    return found


# --- recognition -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        status(),
        [status(1), status(2)],
        account(),
        {"ancestors": [status(1)], "descendants": []},
        {"statuses": [status()], "accounts": [], "hashtags": []},
        [{"content": "", "spoiler_text": "", "created_at": "x", "account": account(), "media_attachments": []}],
        {"id": "1", "unread": False, "accounts": [account()], "last_status": status()},
        {"id": "1", "scheduled_at": "2030-01-01T00:00:00Z", "params": {}},
        [{"id": "1", "type": "mention", "created_at": "x", "account": account(), "status": status()}],
    ],
)
def test_responses_are_recognised_by_their_members(value: Any) -> None:
    match = reader.recognise(listing(files(anything=value)))
    assert match is not None
    assert (match.reader, match.platform, match.technique) == ("mastodon-api", "mastodon", "api")


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        {"error": "Not found"},
        {"id": "1", "content": "x", "created_at": "x"},
        {"id": "1", "type": "Note", "content": "x", "attributedTo": "https://a.example"},
        {"data": [{"id": "1", "text": "x"}]},
        {"title": "Mastodon", "version": "4", "uri": "a.example"},
    ],
)
def test_what_does_not_show_that_it_is_mastodons_is_not_claimed(value: Any) -> None:
    contents = files(anything=value) | {"cassette.yaml": b"interactions:\n- response: {}\n"}
    assert reader.recognise(listing(contents)) is None


def test_errors_and_media_are_claimed_in_company_only() -> None:
    contents = files(**{"a/status": status(), "a/fout": {"error": "x"}, "b/fout": {"error": "x"}}) | {
        "a/m/foto.jpg": b""
    }
    match = reader.recognise(listing(contents))
    assert match is not None
    assert set(match.paths) == {"a/status.json", "a/fout.json", "a/m/foto.jpg"}


@pytest.mark.parametrize(
    ("url", "kind", "accepted"),
    [
        (f"https://{HOST}/api/v1/accounts/5/statuses?limit=40", "application/json; charset=utf-8", True),
        (f"https://{HOST}/api/v2/search", "application/json", True),
        (f"https://{HOST}/api/v1/accounts/5/statuses", "text/html", False),
        (f"https://{HOST}/@gemeente", "application/json", False),
        ("https://elders.example/api/v1/videos/3", "application/json", False),
        ("http://[", "application/json", False),
        (None, None, False),
    ],
)
def test_single_responses_are_accepted_by_address_and_type(url: str, kind: str, *, accepted: bool) -> None:
    source = Source("a.warc", io.BytesIO(b"{}"), Evidence("a.warc"), url=url, content_type=kind)
    assert reader.accepts(source) is accepted


# --- statuses --------------------------------------------------------------------------------------------------------


def test_a_status_is_a_post_with_its_identifiers_and_counts() -> None:
    found = post(edited_at="2023-02-19T00:00:00.000Z", quotes_count=4, application={"name": "Webformulier"})
    assert found.native_id == f"{ACTOR}/statuses/100"
    assert found.aliases == (Alias("url", f"https://{HOST}/@gemeente/100"), Alias("local-id", f"{HOST}#100"))
    assert found.author.native_id == ACTOR
    assert Alias("activitypub-id", ACTOR, derived=True) in found.author.aliases
    assert found.author.handle == f"gemeente@{HOST}"
    assert found.edited is not None
    assert found.edited.raw == "2023-02-19T00:00:00.000Z"
    assert found.counts is not None
    assert found.counts.values == {"replies": 0, "reposts": 2, "likes": 3, "quotes": 4}
    assert (found.state.text, found.state.tool) == ("Het loket is dicht", "Webformulier")


def test_numbers_for_ids_are_read_like_text() -> None:
    found = post(number=100, account=account(number=5), in_reply_to_id=99, in_reply_to_account_id=5)
    assert Alias("local-id", f"{HOST}#100") in found.aliases
    assert found.relations[0].target == f"{ACTOR}/statuses/99"


def test_the_oldest_generation_without_newer_fields_is_read() -> None:
    new = ("card", "poll", "replies_count", "language", "spoiler_text")
    old = {name: value for name, value in status().items() if name not in new}
    items = read(files(status=old))
    assert len(kinds(items, Post)) == 1
    assert codes(items) == []


def test_the_actor_id_that_is_given_is_not_derived() -> None:
    author = post(account=account(uri=f"https://{HOST}/ap/users/5")).author
    assert author.native_id == f"https://{HOST}/ap/users/5"
    assert not any(alias.derived for alias in author.aliases)


def test_a_status_of_another_server_has_no_number_on_its_own_host() -> None:
    remote = account("burger", "77", acct="burger@elders.example", url="https://elders.example/@burger")
    found = post(uri="https://elders.example/users/burger/statuses/1", url=None, account=remote)
    assert found.aliases == ()
    assert found.author.handle == "burger@elders.example"


def test_a_repost_brings_the_repeated_post_along() -> None:
    inner = status(50)
    items = read(files(status=status(101, uri=f"{ACTOR}/statuses/101/activity", reblog=inner)))
    repost, included = kinds(items, Post)
    assert (repost.kind, repost.included, repost.counts, repost.author.native_id) == ("repost", False, None, ACTOR)
    assert [(one.kind, one.target) for one in repost.relations] == [("repost", included.native_id)]
    assert (included.native_id, included.included) == (f"{ACTOR}/statuses/50", True)


@pytest.mark.parametrize(
    ("quote", "target", "state", "posts"),
    [
        ({"state": "accepted", "quoted_status": status(50)}, f"{ACTOR}/statuses/50", "accepted", 2),
        ({"state": "revoked", "quoted_status": None}, None, "revoked", 1),
        ({"state": "accepted", "quoted_status_id": "50"}, f"{HOST}#50", "accepted", 1),
        (status(50), f"{ACTOR}/statuses/50", None, 2),
    ],
)
def test_a_quote_is_a_relation_with_its_state(quote: Any, target: str | None, state: str | None, posts: int) -> None:
    found = kinds(read(files(status=status(quote=quote))), Post)
    assert [(one.kind, one.target, one.state) for one in found[0].relations] == [("quote", target, state)]
    assert len(found) == posts


@pytest.mark.parametrize(
    ("more", "target", "posts"),
    [
        ({"pleroma": {"quote": status(50), "quote_id": "50"}}, f"{ACTOR}/statuses/50", 2),
        (
            {"pleroma": {"quote": None, "quote_url": "https://elders.example/objects/1"}},
            "https://elders.example/objects/1",
            1,
        ),
        ({"quote": None, "quote_id": "50"}, f"{HOST}#50", 1),
    ],
)
def test_quotes_of_kindred_servers_are_read(more: Any, target: str, posts: int) -> None:
    found = kinds(read(files(status=status(**more))), Post)
    assert [(one.kind, one.target) for one in found[0].relations] == [("quote", target)]
    assert len(found) == posts


def test_reactions_with_an_emoji_are_counted_without_who_reacted() -> None:
    given = [{"name": "👍", "count": 2, "me": False, "account_ids": ["7"]}, {"name": None, "count": 1}]
    found = post(pleroma={"emoji_reactions": given})
    assert found.counts is not None
    assert found.counts.values == {"replies": 0, "reposts": 2, "likes": 3, "reactions:👍": 2}


def test_pixelfed_marks_what_was_archived_and_what_was_never_published() -> None:
    contents = files(statuses=[status(1, visibility="archived"), status(2, visibility="draft"), status(3)])
    items = read(contents)
    assert [one.withdrawn and one.withdrawn.ground for one in kinds(items, Post)] == ["archived", None]
    (cut,) = kinds(items, Exclusion)
    assert json.loads(contents["statuses.json"][cut.offset : cut.offset + cut.length])["id"] == 2


def test_a_direct_status_that_pleroma_quotes_is_cut_out_with_what_pleroma_adds() -> None:
    secret = status(50, visibility="direct", content="<p>geheim</p>")
    contents = files(status=status(quote=None, pleroma={"quote": secret}))
    items = read(contents)
    (cut,) = kinds(items, Exclusion)
    assert contents["status.json"][cut.offset : cut.offset + cut.length].startswith(b'"pleroma": {')
    assert "geheim" not in repr(items)


def test_a_preview_gives_its_link_a_title_and_a_poll_its_options() -> None:
    content = '<p>Zie <a href="https://voorbeeldstad.example/a">voorbeeldstad</a></p>'
    card = {"url": "https://voorbeeldstad.example/a", "title": "Loket", "description": "Open"}
    poll = {
        "options": [{"title": "Ja", "votes_count": 3}, {"title": "Nee", "votes_count": None}],
        "multiple": False,
        "expires_at": "2023-02-20T00:00:00.000Z",
        "voters_count": 3,
    }
    found = post(content=content, card=card, poll=poll)
    assert found.state.links is not None
    assert [(link.url, link.title) for link in found.state.links] == [("https://voorbeeldstad.example/a", "Loket")]
    assert found.state.poll is not None
    assert (found.kind, found.state.poll.options) == ("question", ("Ja", "Nee"))
    assert found.counts is not None
    assert {"votes:1": 3, "voters": 3}.items() <= found.counts.values.items()


def test_media_are_the_delivered_files_of_the_same_name_but_not_the_preview() -> None:
    base = f"https://{HOST}/media_attachments/files/1"
    media = [
        {"id": "1", "type": "image", "url": f"{base}/original/aa.jpg", "description": "Loket", "blurhash": "U"},
        {"id": "2", "type": "gifv", "url": f"{base}/original/bb.mp4", "meta": {"original": {"width": 4, "height": 3}}},
    ]
    contents = files(status=status(media_attachments=media)) | {"m/original/aa.jpg": b"1", "m/small/aa.jpg": b"2"}
    contents["m/small/bb.mp4"] = b"3"
    first, second = kinds(read(contents), Post)[0].state.media
    assert (first.path, first.alt, first.kind) == ("m/original/aa.jpg", "Loket", "image")
    assert (second.path, second.kind, second.width) == (None, "animation", 4)


def test_the_profile_is_read_once_and_again_when_it_changes() -> None:
    changed = status(3, account=account(note="<p>Anders</p>"))
    items = read(files(page=[status(1), status(2), changed]))
    assert len(kinds(items, Account)) == 1
    assert [one.bio for one in kinds(items, ProfileVersion)] == ["Nieuws", "Anders"]
    assert [one.counts for one in kinds(items, Observation)] == [{"followers": 12}]


def test_what_a_server_says_of_the_state_of_an_account_is_kept() -> None:
    gone = account(suspended=True, moved=account("gemeente2", "8"), followers_count=-1, statuses_count=3)
    items = read(files(account=gone))
    (profile,) = kinds(items, ProfileVersion)
    assert profile.raw is not None
    assert profile.raw["moved"] == f"https://{HOST}/@gemeente2"
    suspended, counted = kinds(items, Observation)
    assert (suspended.status, counted.counts) == ("suspended", {"posts": 3})


@pytest.mark.parametrize(
    ("visibility", "audience"),
    [("public", "public"), ("unlisted", "unlisted"), ("private", "followers"), (None, None), ("maanstand", None)],
)
def test_the_visibility_is_the_audience(visibility: str | None, audience: str | None) -> None:
    items = read(files(status=status(visibility=visibility)))
    assert kinds(items, Post)[0].audience == audience
    assert ("SMA-R063" in codes(items)) == (audience is None)


# --- documents -------------------------------------------------------------------------------------------------------


def test_every_status_of_a_document_points_at_its_own_bytes() -> None:
    statuses = [status(number, content=f"<p>é {number}</p>") for number in range(4)]
    contents = files(page=statuses[:2], context={"ancestors": statuses[2:3], "descendants": statuses[3:]})
    contents["lines.jsonl"] = b"\n".join(json.dumps(one, ensure_ascii=False).encode() for one in statuses)
    contents["pages.jsonl"] = b"\r\n".join(json.dumps(statuses).encode() for _ in range(1)) + b"\r\n"
    found = kinds(read(contents), Post)
    assert len(found) == 4 + 4 + 4
    for one in found:
        (evidence,) = one.evidence
        part = contents[evidence.path][evidence.offset : evidence.offset + evidence.length]
        assert json.loads(part)["uri"] == one.native_id


def test_a_history_gives_the_states_of_its_post_in_order() -> None:
    first = {name: status()[name] for name in ("content", "spoiler_text", "sensitive", "created_at", "account")}
    second = {**first, "content": "<p>Open</p>", "created_at": "2023-02-18T20:00:00.000Z"}
    items = read(files(a_history=[first, second], status=status(edited_at=second["created_at"])))
    states = [one for one in kinds(items, Post) if one.evidence[0].path == "a_history.json"]
    assert [(one.native_id, one.state.text) for one in states] == [
        (f"{ACTOR}/statuses/100", "Het loket is dicht"),
        (f"{ACTOR}/statuses/100", "Open"),
    ]
    assert [one.edited and one.edited.raw for one in states] == [first["created_at"], second["created_at"]]
    assert [one.created.raw for one in states] == [first["created_at"]] * 2


def test_a_history_knows_its_post_by_address_and_else_says_so() -> None:
    first = {name: status()[name] for name in ("content", "spoiler_text", "sensitive", "created_at", "account")}
    (by_address,) = kinds(fetched([first], "/api/v1/statuses/100/history"), Post)
    assert by_address.aliases == (Alias("local-id", f"{HOST}#100"),)
    alone = read(files(history=[first]))
    assert (kinds(alone, Post), codes(alone)) == ([], ["SMA-R068"])


def test_a_deletion_is_seen_by_its_method_only() -> None:
    gone = {name: value for name, value in status().items() if name != "content"} | {"text": "Het loket is dicht"}
    by_method = fetched(gone, "/api/v1/statuses/100", method="DELETE")
    (deleted,) = [one for one in kinds(by_method, Observation) if one.status]
    assert (deleted.post, deleted.status, deleted.at) == (f"{ACTOR}/statuses/100", "deleted", Moment(5, "five"))
    in_file = read(files(status=gone))
    assert [one.state.text for one in kinds(in_file, Post)] == ["Het loket is dicht"]
    assert [one for one in kinds(in_file, Observation) if one.status] == []


TIMELINE = "/api/v1/accounts/5/statuses"


def page(number: int, following: int | None, *, query: str = "", code: int = 200) -> Source:
    address = f"{TIMELINE}?exclude_replies=false&max_id={number}" if number else f"{TIMELINE}?{query}"
    before = f'<https://{HOST}{TIMELINE}?min_id=900>; rel="prev"'
    after = f'<https://{HOST}{TIMELINE}?max_id={following}&exclude_replies=false>; rel="next", ' if following else ""
    return response([status(number or 500)], address, link=after + before, code=code)


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([page(0, 400), page(400, 300), page(300, None)], []),
        ([page(300, None), page(0, 300)], []),
        ([page(0, 400), page(400, 300)], ["SMA-R049"]),
        ([page(0, 400), page(300, None)], ["SMA-R049"]),
        ([page(0, 400, query="min_id=400")], []),
    ],
    ids=["whole", "in any order", "open end", "gap", "only what is newer was asked"],
)
def test_a_chain_of_pages_is_followed_by_its_links(pages: list[Source], expected: list[str]) -> None:
    for one in pages:
        one.stream.seek(0)
    assert codes(together(*pages)) == expected


def test_a_page_that_was_refused_is_no_page() -> None:
    refused = response({"error": "Too many requests"}, f"{TIMELINE}?max_id=400", code=429)
    assert codes(together(page(0, 400), refused)) == ["SMA-R062", "SMA-R049"]


def test_the_account_whose_posts_were_asked_for_is_what_the_capture_is_of() -> None:
    shared = status(101, account=account("burger", "6"), uri=f"https://{HOST}/users/burger/statuses/101")
    items = together(response([shared, status(100), status(99)], TIMELINE))
    assert [one.ref.native_id for one in kinds(items, Account) if one.owner] == [ACTOR]
    asking = together(response(account(), "/api/v1/accounts/verify_credentials"))
    assert [one.owner for one in kinds(asking, Account)] == [True, False]
    assert [one.owner for one in kinds(together(response(account(), "/api/v1/accounts/5")), Account)] == [False]


def revision(**more: Any) -> dict[str, Any]:
    return {name: status()[name] for name in ("content", "spoiler_text", "sensitive", "created_at", "account")} | more


def test_a_history_finds_its_post_in_another_response() -> None:
    history = response([revision(), revision(content="<p>Open</p>")], "/api/v1/statuses/100/history")
    items = together(history, response([status()], TIMELINE))
    assert [(one.native_id, one.audience) for one in kinds(items, Post)] == [(f"{ACTOR}/statuses/100", "public")] * 3


def test_a_history_that_comes_before_its_direct_message_is_not_read() -> None:
    history = response([revision(content="<p>geheim</p>")], "/api/v1/statuses/100/history")
    items = together(history, response(status(visibility="direct"), "/api/v1/statuses/100"))
    assert kinds(items, Post) == []
    assert "geheim" not in repr(items)
    assert [exclusion.class_of(one.rule) for one in kinds(items, Exclusion)] == ["direct-messages"] * 2


def test_an_error_is_reported_with_its_status() -> None:
    items = fetched({"error": "Record not found"}, "/api/v1/statuses/1", code=404)
    (problem,) = kinds(items, Problem)
    assert problem.code == "SMA-R062"
    assert problem.params["status"] == 404


def test_known_responses_that_are_no_posts_are_counted_and_unknown_ones_reported() -> None:
    poll = {"id": "1", "options": [], "expires_at": None, "votes_count": 0}
    assert codes(fetched(poll, "/api/v1/polls/1")) == ["SMA-R060"]
    assert codes(fetched({"iets": 1}, "/api/v1/instance")) == ["SMA-R069"]
    assert fetched([], "/api/v1/statuses/1/history") == []


# --- what stays out --------------------------------------------------------------------------------------------------


def test_a_direct_status_is_cut_out_and_never_read() -> None:
    statuses = [status(1), status(2, visibility="direct", content="<p>geheim</p>"), status(3)]
    contents = files(page=statuses)
    items = read(contents)
    (cut,) = kinds(items, Exclusion)
    assert json.loads(contents["page.json"][cut.offset : cut.offset + cut.length]) == statuses[1]
    assert exclusion.class_of(cut.rule) == "direct-messages"
    assert len(kinds(items, Post)) == 2
    assert "geheim" not in repr(items)


def test_a_direct_status_that_is_quoted_is_cut_out_of_the_quoting_one() -> None:
    secret = {"state": "accepted", "quoted_status": status(2, visibility="direct", content="<p>geheim</p>")}
    contents = files(page=[status(1, quote=secret)])
    items = read(contents)
    (cut,) = kinds(items, Exclusion)
    assert json.loads(b"{" + contents["page.json"][cut.offset : cut.offset + cut.length] + b"}") == {"quote": secret}
    assert len(kinds(items, Post)) == 1
    assert "geheim" not in repr(items)


def test_a_history_of_a_direct_status_stays_out() -> None:
    direct = status(visibility="direct")
    first = {name: direct[name] for name in ("content", "spoiler_text", "sensitive", "created_at", "account")}
    items = read(files(history=[first], status=direct))
    assert kinds(items, Post) == []
    assert Exclusion("mastodon-api.direct", "history.json") in items


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ([{"id": "1", "unread": False, "accounts": [account()], "last_status": status()}], "direct-messages"),
        ([{"id": "1", "type": "mention", "created_at": "x", "account": account(), "status": status()}], "others-items"),
        ({"id": "1", "scheduled_at": "2030-01-01T00:00:00Z", "params": {"text": "later"}}, "drafts"),
        ([account("a", "1"), account("b", "2")], "contacts"),
        ([{"id": "1", "following": True, "followed_by": False}], "contacts"),
        ([{"id": "1", "username": "a", "email": "a@b.example", "ip": None, "account": account()}], "account-security"),
        ({"id": "1", "action_taken": False, "account": account(), "statuses": [status()]}, "account-security"),
    ],
)
def test_documents_that_may_not_enter_stay_out_whole(value: Any, kind: str) -> None:
    items = read(files(anything=value))
    (cut,) = items
    assert isinstance(cut, Exclusion)
    assert (cut.path, cut.offset) == ("anything.json", None)
    assert exclusion.class_of(cut.rule) == kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/v1/favourites", "own-likes"),
        ("/api/v1/bookmarks?limit=2", "own-likes"),
        ("/api/v1/timelines/direct", "direct-messages"),
        ("/api/v1/accounts/5/followers", "contacts"),
        ("/api/v1/apps/verify_credentials", "account-security"),
        ("/api/v1/admin/reports/1", "account-security"),
        ("/oauth/token", "account-security"),
        ("/api/v1/pleroma/chats/1/messages", "direct-messages"),
    ],
)
def test_addresses_tell_what_stays_out_and_the_record_goes(path: str, kind: str) -> None:
    (cut,) = fetched([status()], path)
    assert isinstance(cut, Exclusion)
    assert (cut.path, cut.offset, cut.length) == ("a.warc", 500, 900)
    assert exclusion.class_of(cut.rule) == kind


def test_lists_of_people_are_cut_out_of_a_backup_with_many_lists() -> None:
    backup = {"account": account(), "statuses": [status(1)], "favourites": [status(2)], "followers": [account("b")]}
    contents = files(backup=backup)
    items = read(contents)
    cuts = {one.rule: contents["backup.json"][one.offset : one.offset + one.length] for one in kinds(items, Exclusion)}
    assert set(cuts) == {"mastodon-api.own-likes", "mastodon-api.contacts"}
    assert cuts["mastodon-api.own-likes"].startswith(b'"favourites": [')
    assert [one.native_id for one in kinds(items, Post)] == [f"{ACTOR}/statuses/1"]


# --- bad input -------------------------------------------------------------------------------------------------------


def test_one_bad_line_costs_one_line_and_a_cut_is_named() -> None:
    rows = [json.dumps(status(number)).encode() for number in range(3)]
    items = read({"lines.jsonl": rows[0] + b"\n" + rows[1][:-30] + b"\n" + rows[2]})
    assert (len(kinds(items, Post)), codes(items)) == (2, ["SMA-R001"])
    items = read({"page.json": b"[" + b",".join(rows)[:-30]})
    assert (len(kinds(items, Post)), codes(items)) == (2, ["SMA-R003"])
    items = read({"one.json": rows[0], "two.json": rows[1][:-30]})
    assert (len(kinds(items, Post)), codes(items)) == (1, ["SMA-R003"])


def test_fields_of_an_unexpected_form_lose_no_post() -> None:
    items = read(files(status=status(tags="geen", media_attachments={}, language=7, replies_count="2")))
    assert len(kinds(items, Post)) == 1
    assert codes(items) == ["SMA-R002"]


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from([*sorted(status()), "quote"]), value=JSONISH, cut=st.integers(0, 300))
def test_no_value_of_any_field_and_no_cut_ends_in_an_exception(name: str, value: Any, cut: int) -> None:
    data = json.dumps([{**status(1), name: value}, {**status(2), "reblog": {**status(3), name: value}}, value]).encode()
    view = capture(files(page=[status()]), reader)
    view.contents = {"page.json": data[: len(data) - cut]}
    for item in reader.read(view):
        if isinstance(item, Problem):
            assert findings.code(item.code)


# --- real responses --------------------------------------------------------------------------------------------------


def statuses_in(value: Any) -> list[dict[str, Any]]:
    """Every status that stands in a response, by itself or in a list of statuses, and not within another."""
    if isinstance(value, list):
        return [found for one in value for found in statuses_in(one)]
    if "ancestors" in value:
        return statuses_in(value["ancestors"]) + statuses_in(value["descendants"])
    return [value] if "visibility" in value and "uri" in value else []


@pytest.mark.parametrize("name", [*[f"mastodonpy-api-{year}" for year in YEARS], "mastodonpy-api-cassettes"])
def test_real_responses_of_every_year_give_every_status(samples: Path, name: str) -> None:
    contents = folder(samples / "mastodon" / name)
    bodies = {path: json.loads(data) for path, data in contents.items() if path.endswith(".json")}
    everything = [one for value in bodies.values() for one in statuses_in(value)]
    revisions = [one for value in bodies.values() if isinstance(value, list) for one in value if "id" not in one]
    direct = [one for one in everything if one["visibility"] == "direct"]
    items = read(contents)
    posts = [one for one in kinds(items, Post) if not one.included]
    assert len(posts) == len(everything) - len(direct) + len(revisions)
    assert sum(one.rule == "mastodon-api.direct" for one in kinds(items, Exclusion)) == len(direct)
    assert {one.native_id for one in posts} == {one["uri"] for one in everything if one not in direct}
    assert set(codes(items)) <= {"SMA-R060", "SMA-R062"}
    brought = [one for one in everything if one["reblog"] or (one.get("quote") or {}).get("quoted_status")]
    assert sum(one.included for one in kinds(items, Post)) == len(brought)


def test_cassettes_themselves_are_not_recognised(samples: Path) -> None:
    contents = folder(samples / "mastodon/mastodonpy-api-cassettes")
    assert reader.recognise(listing({path: data for path, data in contents.items() if path.endswith(".yaml")})) is None


def test_other_platforms_are_not_claimed(samples: Path) -> None:
    others = [path for path in samples.iterdir() if path.is_dir() and path.name != "mastodon"]
    assert others
    for other in others:
        assert reader.recognise(listing(folder(other))) is None, other.name
