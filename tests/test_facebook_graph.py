"""The Facebook Graph API: what is recognised, read, left out and reported."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from items import codes, posts
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.ingest import ingest
from sma_plugin.model import Account, AccountRef, Evidence, Exclusion, Item, ProfileVersion
from sma_plugin.package import Package
from sma_plugin.readers.contract import Source
from sma_plugin.readers.facebook import graph
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from sma_plugin.testing import capture, listing

PAGE_ID = "109999000000001"
API = "https://graph.facebook.com/v19.0"
PAGE = {"id": PAGE_ID, "name": "Gemeente Voorbeeldstad"}
CITIZEN = {"id": "209999000000002", "name": "Inwoner"}


def post(number: int = 1, **told: Any) -> dict[str, Any]:
    return {
        "id": f"{PAGE_ID}_{9000 + number}",
        "from": PAGE,
        "message": f"De markt is open #{'Voorbeeldstad'} ({number})",
        "created_time": f"2025-03-{number:02d}T10:00:00+0000",
        **told,
    }


def feed(*posts: Any, **told: Any) -> dict[str, Any]:
    return {"data": list(posts), **told}


def comment(number: int = 1, **told: Any) -> dict[str, Any]:
    return {
        "id": f"9001_{70 + number}",
        "from": CITIZEN,
        "message": "Hoe laat?",
        "created_time": "2025-03-01T11:00:00+0000",
        "comment_count": 0,
        **told,
    }


def read(*bodies: Any) -> list[Item]:
    files = {
        f"{number:03d}.json": one if isinstance(one, bytes) else json.dumps(one).encode()
        for number, one in enumerate(bodies)
    }
    return list(graph.read(capture(files, graph)))


def answer(body: Any, path: str, status: int = 200) -> Source:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    base = Evidence("a.warc", "bytes", 100, 900)
    kind = "application/json; charset=UTF-8"
    return Source("a.warc", io.BytesIO(data), base, url=API + path, status=status, content_type=kind, exact=False)


def rules(items: list[Item]) -> list[str]:
    return [one.rule for one in items if isinstance(one, Exclusion)]


def test_a_post_is_read_with_what_belongs_to_it() -> None:
    found = read(
        feed(
            post(
                permalink_url=f"https://www.facebook.com/{PAGE_ID}/posts/9001",
                message_tags=[{"id": CITIZEN["id"], "name": "Inwoner", "type": "user", "offset": 0, "length": 7}],
                place={"id": "5", "name": "Markt", "location": {"latitude": 52.1, "longitude": "4.3", "country": "NL"}},
                shares={"count": 3},
                privacy={"value": "EVERYONE"},
                updated_time="2025-03-09T10:00:00+0000",
            )
        )
    )
    (one,) = posts(found)
    assert (one.native_id, one.author.native_id, one.placed_on) == (f"{PAGE_ID}_9001", PAGE_ID, None)
    assert one.state.hashtags == ("Voorbeeldstad",)
    assert [ref.native_id for ref in one.state.mentions or ()] == [CITIZEN["id"]]
    assert one.state.location is not None
    assert (one.state.location.latitude, one.state.location.longitude) == (52.1, 4.3)
    assert one.counts is not None
    assert one.counts.values == {"reposts": 3}
    assert one.audience == "public"
    assert one.edited is None
    assert {alias.scheme for alias in one.aliases} == {"post-number", "url"}
    assert codes(found) == []


def test_a_visitor_posts_on_the_page() -> None:
    own, theirs = posts(read(feed(post(1), post(2, **{"from": CITIZEN}))))
    assert own.placed_on is None
    assert theirs.author.native_id == CITIZEN["id"]
    assert theirs.placed_on == AccountRef(PAGE_ID)


def test_a_nameless_writer_among_named_ones_is_nobody() -> None:
    nameless = {name: value for name, value in post(2).items() if name != "from"}
    _, one = posts(read(feed(post(1), nameless)))
    assert one.author == AccountRef()
    assert one.placed_on == AccountRef(PAGE_ID)


def test_a_review_is_placed_on_the_page_it_is_of() -> None:
    review = {
        "reviewer": CITIZEN,
        "recommendation_type": "positive",
        "review_text": "Vlot geholpen",
        "created_time": "2025-03-01T10:00:00+0000",
    }
    following = {"next": f"{API}/{PAGE_ID}/ratings?access_token=geheim&after=b"}
    (one,) = posts(read(feed(review, paging=following)))
    assert (one.author.native_id, one.placed_on, one.native_id) == (CITIZEN["id"], AccountRef(PAGE_ID), None)
    assert one.state.raw == {"recommendation_type": "positive"}


def test_what_the_page_answered_to_a_review_is_read() -> None:
    answer = comment(1, **{"id": "7001_71", "from": PAGE})
    story = {"id": "209999000000002_7001", "comments": feed(answer)}
    review = {"reviewer": CITIZEN, "review_text": "Vlot", "rating": 5, "open_graph_story": story}
    one, other = posts(read(feed(review)))
    assert (one.native_id, other.author.native_id) == (story["id"], PAGE_ID)
    assert other.relations[0].target == story["id"]


def test_comments_without_a_text_are_no_posts_of_a_page() -> None:
    bare = {"id": "9001_72", "from": CITIZEN, "created_time": "2025-03-01T11:00:00+0000", "like_count": 2}
    (one,) = posts(read(feed(bare)))
    assert (one.native_id, one.relations[0].target) == ("9001_72", "9001")


def test_comments_and_answers_are_read_below_their_post_with_their_own_bytes() -> None:
    inner = comment(2, parent={"id": "9001_71"})
    body = feed(post(comments=feed(comment(1, is_hidden=True, comments=feed(inner)))))
    data = json.dumps(body).encode()
    _, first, second = posts(read(data))
    assert [one.relations[0].target for one in (first, second)] == [f"{PAGE_ID}_9001", "9001_71"]
    assert first.withdrawn is not None
    assert first.withdrawn.ground == "hidden"
    evidence = second.evidence[0]
    assert json.loads(data[evidence.offset :][: evidence.length]) == inner


def test_comments_of_three_generations_are_one_comment() -> None:
    ids = [f"{PAGE_ID}_9001_71", "9001_71"]
    found = posts(read(*(feed(comment(1, id=native)) for native in ids)))
    assert {one.native_id for one in found} == {"9001_71"}


@pytest.mark.parametrize(
    ("told", "ground"),
    [
        ({"is_published": False}, "facebook-graph.drafts"),
        ({"is_published": False, "unpublished_content_type": "SCHEDULED"}, "facebook-graph.drafts"),
        ({"is_published": False, "unpublished_content_type": "ADS_POST"}, None),
    ],
)
def test_what_was_never_published_stays_out(told: dict[str, Any], ground: str | None) -> None:
    found = read(feed(post(1), post(2, **told)))
    assert len(posts(found)) == (1 if ground else 2)
    assert rules(found) == ([ground] if ground else [])


def test_who_reacted_is_cut_and_counted() -> None:
    names = feed({"id": CITIZEN["id"], "name": "Inwoner", "type": "LOVE"}, summary={"total_count": 4})
    body = json.dumps(feed(post(reactions=names, reactions_love={"data": [], "summary": {"total_count": 2}}))).encode()
    found = read(body)
    (one,) = posts(found)
    assert one.counts is not None
    assert one.counts.values == {"reactions": 4, "reactions:love": 2}
    (cut,) = [item for item in found if isinstance(item, Exclusion)]
    assert cut.offset is not None
    assert cut.length is not None
    assert body[cut.offset :][: cut.length].startswith(b'"data": [{"id"')
    assert "Inwoner" not in repr(one)


def test_reactions_in_a_record_stay_with_the_post_that_cannot_be_cut_from_it() -> None:
    names = feed({"id": CITIZEN["id"], "name": "Inwoner", "type": "LOVE"}, summary={"total_count": 4})
    found = list(graph.read_source(answer(feed(post(reactions=names)), f"/{PAGE_ID}/posts")))
    assert rules(found) == []
    assert len(posts(found)) == 1


@pytest.mark.parametrize(
    "path", [f"/{PAGE_ID}/conversations", "/t_100/messages", "/me/accounts", "/9001/reactions", f"/{PAGE_ID}/blocked"]
)
def test_answers_out_of_scope_are_left_out_whole_by_their_address(path: str) -> None:
    source = answer(feed({"id": "1", "name": "x"}), path)
    assert graph.accepts(source)
    (one,) = graph.read_source(source)
    assert isinstance(one, Exclusion)
    assert (one.offset, one.length) == (100, 900)


def test_conversations_among_files_are_left_out_by_what_they_are() -> None:
    talk = {"id": "t_100", "updated_time": "2025-03-01T10:00:00+0000", "snippet": "Dag"}
    found = read(feed(talk), feed(post(1)))
    assert rules(found) == ["facebook-graph.conversations"]
    assert len(posts(found)) == 1


def test_the_account_whose_posts_were_asked_for_is_what_the_capture_is_of() -> None:
    found = list(graph.read_source(answer(feed(post(1)), f"/{PAGE_ID}/feed?access_token=geheim")))
    assert [one.ref.native_id for one in found if isinstance(one, Account) and one.owner] == [PAGE_ID]
    assert "geheim" not in repr(found)


def test_a_page_is_a_profile_and_its_key_is_cut() -> None:
    found = read({**PAGE, "about": "Uw gemeente", "fan_count": 10, "access_token": "geheim", "posts": feed(post(1))})
    (profile,) = [one for one in found if isinstance(one, ProfileVersion)]
    assert (profile.name, profile.bio) == ("Gemeente Voorbeeldstad", "Uw gemeente")
    assert rules(found) == ["facebook-graph.personal"]
    assert len(posts(found)) == 1
    assert "geheim" not in repr(found)


def test_a_shared_post_is_a_repost_or_with_words_a_quote() -> None:
    shared = {"parent_id": "77_88"}
    bare = {name: value for name, value in post(2, **shared).items() if name != "message"}
    one, other = posts(read(feed(post(1, **shared), bare)))
    assert [(found.kind, found.relations[0].kind, found.relations[0].target) for found in (one, other)] == [
        ("note", "quote", "77_88"),
        ("repost", "repost", "77_88"),
    ]


def test_media_and_links_come_from_attachments_at_any_depth() -> None:
    photo = {
        "type": "photo",
        "media": {"image": {"src": "https://cdn.example/1.jpg", "width": 9}},
        "target": {"id": "31"},
    }
    album = {"media_type": "album", "type": "album", "subattachments": feed(photo, {**photo, "target": {"id": "32"}})}
    redirect = "https://l.facebook.com/l.php?u=https%3A%2F%2Fvoorbeeldstad.example%2F&h=geheim"
    link = {"media_type": "link", "type": "share", "title": "Markt", "url": redirect}
    (one,) = posts(read(feed(post(1, attachments=feed(album, link)))))
    assert [medium.native_id for medium in one.state.media or ()] == ["31", "32"]
    assert [(found.url, found.title) for found in one.state.links or ()] == [
        ("https://voorbeeldstad.example/", "Markt")
    ]


def test_a_photo_is_the_post_that_holds_only_it() -> None:
    attached = feed({"type": "photo", "media": {"image": {"src": "https://cdn.example/1.jpg"}}, "target": {"id": "31"}})
    photo = {
        "id": "31",
        "created_time": "2025-03-01T10:00:00+0000",
        "name": "De markt",
        "images": [],
        "album": {"name": "a"},
    }
    one, other = posts(read(feed(post(1, attachments=attached, status_type="added_photos")), photo))
    assert {(alias.scheme, alias.value) for alias in one.aliases} & {
        (alias.scheme, alias.value) for alias in other.aliases
    }


def test_media_saved_beside_the_answers_are_found_by_their_name() -> None:
    source = "https://scontent.example/v/31_n.jpg?oh=geheim"
    attached = feed({"type": "photo", "media": {"image": {"src": source}}, "target": {"id": "31"}})
    files = {"feed.json": json.dumps(feed(post(1, attachments=attached))).encode(), "media/31_n.jpg": b"x"}
    found = capture(files, graph)
    assert found.match.paths == ("feed.json", "media/31_n.jpg")
    (one,) = posts(list(graph.read(found)))
    assert [medium.path for medium in one.state.media or ()] == ["media/31_n.jpg"]


def chain(*numbers: int) -> list[dict[str, Any]]:
    """Pages of a feed of three, by their numbers."""

    def address(place: str) -> str:
        return f"{API}/{PAGE_ID}/feed?access_token=geheim&{place}"

    found = []
    for number in numbers:
        paging = {"next": address(f"after=p{number}")} if number < 3 else {}
        paging |= {"previous": address(f"before=p{number}")} if number > 1 else {}
        found.append(feed(post(number), paging=paging))
    return found


@pytest.mark.parametrize(("numbers", "told"), [((1, 2, 3), []), ((1, 2), ["SMA-R049"]), ((2, 3, 1, 1), [])])
def test_a_chain_of_saved_pages_that_ends_early_is_told(numbers: tuple[int, ...], told: list[str]) -> None:
    assert codes(read(*chain(*numbers))) == told


def test_a_chain_of_responses_that_ends_early_is_told() -> None:
    reading = graph.reading()
    first, second, third = chain(1, 2, 3)
    list(reading.read_source(answer(first, f"/{PAGE_ID}/feed?limit=1")))
    list(reading.read_source(answer(third, f"/{PAGE_ID}/feed?limit=1&after=p2")))
    open_ends = list(reading.end())
    assert codes(open_ends) == ["SMA-R049"]
    assert "geheim" not in repr(open_ends)
    list(reading.read_source(answer(second, f"/{PAGE_ID}/feed?limit=1&after=p1")))
    assert list(reading.end()) == []


def test_one_bad_post_costs_no_other() -> None:
    data = (
        json.dumps(feed(post(1), post(2), post(3)))
        .encode()
        .replace(b'"message": "De markt is open #Voorbeeldstad (2)"', b'"message": De markt"', 1)
    )
    found = read(data)
    assert [one.native_id for one in posts(found)] == [f"{PAGE_ID}_9001", f"{PAGE_ID}_9003"]
    assert codes(found) == ["SMA-R001"]


def test_one_post_nested_beyond_measure_costs_no_other() -> None:
    deep = b"[" * 20_000 + b"]" * 20_000
    data = json.dumps(feed(post(1), post(2, story_tags="DEEP"), post(3))).encode().replace(b'"DEEP"', deep)
    found = read(data)
    assert [one.native_id for one in posts(found)] == [f"{PAGE_ID}_{9000 + number}" for number in (1, 2, 3)]
    evidence = posts(found)[2].evidence[0]
    assert json.loads(data[evidence.offset :][: evidence.length])["id"] == f"{PAGE_ID}_9003"


def test_a_broken_page_that_gives_no_authors_is_the_pages() -> None:
    nameless = [{name: value for name, value in post(number).items() if name != "from"} for number in (1, 2)]
    found = read(json.dumps(feed(*nameless)).encode()[:-30])
    assert [one.author.native_id for one in posts(found)] == [PAGE_ID]
    assert codes(found) == ["SMA-R003", "SMA-R120"]


def test_a_page_that_is_cut_off_gives_the_posts_before_the_cut() -> None:
    found = read(json.dumps(feed(*map(post, range(1, 9)))).encode()[:-60])
    assert len(posts(found)) == 7
    assert codes(found) == ["SMA-R003"]


def test_a_member_of_another_form_costs_itself_only() -> None:
    found = read(feed(post(1, shares=[], place="Markt", attachments={"data": "x"}, comments=7)))
    (one,) = posts(found)
    assert one.state.text
    assert codes(found) == ["SMA-R002"]


def test_one_answer_a_line_and_answers_by_id_are_read() -> None:
    lines = b"\n".join(json.dumps(feed(post(number))).encode() for number in (1, 2))
    assert len(posts(read(lines))) == 2
    assert len(posts(read({post(3)["id"]: post(3), post(4)["id"]: post(4)}))) == 2


@pytest.mark.parametrize(
    "other",
    [
        {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": "https://x.example/1",
            "type": "Note",
            "published": "x",
        },
        {"format": "json-pages-1.0", "id": "pages", "title": "Alle pagina's"},
        {"id": "12", "username": "gemeente", "acct": "gemeente", "followers_count": 3},
        {"id": 12, "id_str": "12", "name": "Gemeente", "screen_name": "gemeente", "followers_count": 3},
        {"id": "12", "text": "Markt", "created_at": "2025-03-01T10:00:00Z", "author_id": "7"},
        {"pk": "12", "id": "12_7", "code": "C1", "taken_at": 1740823200, "user": {"pk": "7"}},
        {"kind": "youtube#video", "id": "abc", "snippet": {}, "statistics": {}},
        {"id": "12", "shortCode": "C1", "images": [], "likesCount": 5, "ownerUsername": "gemeente", "url": "x"},
    ],
)
def test_objects_of_other_interfaces_are_for_others(other: dict[str, Any]) -> None:
    assert graph.recognise(listing({"a.json": json.dumps(other).encode()})) is None
    assert graph.recognise(listing({"a.json": json.dumps({"data": [other]}).encode()})) is None


def test_errors_are_told_without_ending_the_reading() -> None:
    error = {"error": {"message": "(#10) geen toegang", "type": "OAuthException", "code": 10, "fbtrace_id": "x"}}
    found = read(error, feed(post(1)))
    assert codes(found) == ["SMA-R062"]
    assert len(posts(found)) == 1


def test_a_list_without_an_address_is_of_the_page_that_its_posts_stand_on() -> None:
    talk = {"comments": {"data": [comment(), comment(2)]}}
    found = read(feed(post(1, **talk), post(2, **{"from": CITIZEN})))
    owners = [one.ref.native_id for one in found if isinstance(one, Account) and one.owner]
    assert (owners, len(posts(found))) == ([PAGE_ID], 4)


def test_posts_that_others_wrote_do_not_tell_whose_a_list_is() -> None:
    found = read(feed(post(1, **{"from": CITIZEN})))
    assert not [one for one in found if isinstance(one, Account) and one.owner]


def part(body: Any, code: int = 200) -> dict[str, Any]:
    """The answer to one of several requests: its body is JSON written as a text."""
    return {"code": code, "headers": [{"name": "ETag", "value": '"a"'}], "body": json.dumps(body)}


@pytest.mark.parametrize("indent", [None, 2])
def test_answers_to_several_requests_at_once_are_read_from_their_bodies(indent: int | None) -> None:
    whole = [
        None,
        part(PAGE | {"about": "Nieuws", "fan_count": 12}),
        part(feed(post(1), post(2))),
        part(post(3)),
        {"code": 200, "body": feed(post(4))},
    ]
    data = json.dumps(whole, indent=indent).encode()
    items = read(data)
    assert [one.state.text for one in posts(items)] == [post(number)["message"] for number in (1, 2, 3, 4)]
    first, second, third, fourth = (one.evidence[0] for one in posts(items))
    for one, locator in ((first, "/2/body#/data/0"), (second, "/2/body#/data/1"), (third, "/3/body")):
        assert (one.kind, one.locator) == ("bytes", locator)
        assert one.offset is not None
        assert one.length is not None
        written = json.loads(data[one.offset : one.offset + one.length])
        assert json.loads(written) == json.loads(whole[int(locator[1])]["body"])
    assert fourth.offset is not None
    assert fourth.length is not None
    assert json.loads(data[fourth.offset : fourth.offset + fourth.length]) == post(4)
    assert [one.name for one in items if isinstance(one, ProfileVersion)] == [PAGE["name"]]


def test_one_answer_of_several_that_may_not_enter_goes_whole_and_the_others_stay() -> None:
    talk = feed({"id": "t_1", "messages": {"data": [{"id": "m_1", "message": "geheim"}]}})
    failed = part({"error": {"message": "nee", "type": "OAuthException", "code": 190, "fbtrace_id": "a"}}, 400)
    data = json.dumps([part(talk), failed, part(feed(post()))]).encode()
    items = read(data)
    (out,) = [one for one in items if isinstance(one, Exclusion)]
    assert out.offset is not None
    assert out.length is not None
    assert json.loads(data[out.offset : out.offset + out.length]) == part(talk)
    assert len(posts(items)) == 1
    assert "geheim" not in str([one for one in items if not isinstance(one, Exclusion)])
    assert codes(items) == ["SMA-R062"]


def test_a_body_that_is_cut_off_by_the_first_bytes_still_shows_what_it_is() -> None:
    long = json.dumps([part(feed(post(1, message="é" * 9000)))], ensure_ascii=True).encode()
    assert graph.recognise(listing({"a.json": long})) is not None
    assert graph.recognise(listing({"a.json": b'[{"code": 200, "body": "ok"}]'})) is None
    assert graph.recognise(listing({"a.json": b'[{"body": "een", "code": 1}, {"body": "twee"}]'})) is None


def test_a_package_of_such_answers_holds_what_its_posts_point_at(tmp_path: Path) -> None:
    (tmp_path / "batch.json").write_text(json.dumps([part(feed(post(1), post(2)))]), encoding="utf-8")
    settings = Settings(undecided=True)
    (package,) = ingest([tmp_path / "batch.json"], tmp_path / "out", settings, Quiet()).packages
    assert [one.code for one in package.findings if one.severity == "error"] == []
    assert len(list(read_lines(Package(package.path).posts))) >= 2
