"""Captured pages of Facebook: what is recognised, read, left out and reported."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest

from items import codes, posts
from sma_plugin.model import AccountRef, Evidence, Exclusion, Item, Observation
from sma_plugin.readers.contract import Source
from sma_plugin.readers.facebook import web
from sma_plugin.readers.facebook.addresses import named
from sma_plugin.readers.facebook.markup import number_in, parsed, text_of
from sma_plugin.testing import capture, listing

PAGE_ID, POST = "109999000000001", "9001"
MOBILE = "https://mbasic.facebook.com"
LARGE = "https://www.facebook.com"


def article(number: str = POST, **told: str) -> str:
    parts = {
        "data": "",
        "author": '<a href="/voorbeeldstad?fref=nf">Gemeente Voorbeeldstad</a>',
        "text": "<p>De markt is open<br>vanaf 9 uur #markt</p>",
        "attached": "",
        "time": "<abbr>1 maart om 10:00</abbr> · <span>Openbaar</span>",
        "owner": PAGE_ID,
        **told,
    }
    story = f"/story.php?story_fbid={number}&amp;id={parts['owner']}&amp;refid=17"
    return f"""<div role="article" data-ft="{parts["data"]}"><div>
      <div><table><tr><td></td><td><h3><strong>{parts["author"]}</strong></h3></td></tr></table></div>
      <div><span>{parts["text"]}</span></div>
      <div>{parts["attached"]}</div></div>
      <div><div>{parts["time"]}</div>
      <div><a aria-label="12 reacties, waaronder Leuk" href="{story}">12</a><a href="{story}">3 opmerkingen</a>
      <a href="{story}#footer">Volledig bericht</a></div></div></div>"""


def timeline(*articles: str) -> bytes:
    return f'<html><body><div id="m_stream_stories">{"".join(articles)}</div></body></html>'.encode()


def comment(number: str, text: str = "Hoe laat?", writer: str = "/profile.php?id=77") -> str:
    return f"""<div id="{number}"><div><h3><a href="{writer}">Inwoner</a></h3><div>{text}</div>
      <div><a href="/ufi/reaction/profile/browser/?ft_entity_identifier={POST}_{number}">2</a><abbr>1 u</abbr>
      <a href="/comment/replies/?ctoken={POST}_{number}&amp;count=4">4 antwoorden</a></div></div></div>"""


def permalink(*comments: str) -> bytes:
    save = f"/save/story/basic/?story_id=S%3A_I{PAGE_ID}%3A{POST}"
    return f"""<html><body><div id="m_story_permalink_view"><div><div>
      <div><h3><a href="/voorbeeldstad">Gemeente</a></h3></div><div><p>De markt is open</p></div>
      <div><abbr>1 maart</abbr><a href="{save}">Bewaren</a></div></div></div>
      <div id="ufi_{POST}"><div id="sentence_{POST}"><a href="/ufi/reaction/profile/browser/?x=1">1.234</a></div>
      {"".join(comments)}</div></div></body></html>""".encode()


def page(body: bytes, path: str = f"/{PAGE_ID}", kind: str = "text/html; charset=utf-8", host: str = MOBILE) -> Source:
    base = Evidence("a.warc", "bytes", 100, 900, "urn:uuid:1")
    return Source("a.warc", io.BytesIO(body), base, url=host + path, status=200, content_type=kind, exact=False)


def read(body: bytes, path: str = f"/{PAGE_ID}", **given: str) -> list[Item]:
    source = page(body, path, **given)
    assert web.accepts(source)
    return list(web.read_source(source))


def test_a_timeline_gives_its_posts_with_ids_from_their_links() -> None:
    one, other = posts(read(timeline(article(), article("9002"))))
    assert (one.native_id, other.native_id) == (f"{PAGE_ID}_9001", f"{PAGE_ID}_9002")
    assert (one.author.native_id, one.author.handle, one.placed_on) == (PAGE_ID, "voorbeeldstad", None)
    assert one.state.text == "De markt is open\nvanaf 9 uur #markt"
    assert one.state.hashtags == ("markt",)
    assert one.audience == "public"
    assert one.counts is not None
    assert one.counts.values == {"reactions": 12, "replies": 3}
    assert one.evidence == (Evidence("a.warc", "bytes", 100, 900, "urn:uuid:1#article 1"),)


def test_a_time_in_words_is_kept_and_told() -> None:
    found = read(timeline(article()))
    assert (posts(found)[0].created.us, posts(found)[0].created.raw) == (None, "1 maart om 10:00")
    assert codes(found) == ["SMA-R005"]


def test_a_time_that_the_page_keeps_as_a_number_is_read() -> None:
    told = {"page_id": PAGE_ID, "content_owner_id_new": PAGE_ID, "top_level_post_id": "9005"}
    insights = {"page_insights": {PAGE_ID: {"post_context": {"publish_time": 1740823200}}}}
    data = json.dumps({**told, **insights}).replace('"', "&quot;")
    (one,) = posts(read(timeline(article("pfbid0abc", data=data))))
    assert (one.native_id, one.created.us) == (f"{PAGE_ID}_9005", 1740823200_000_000)


def test_what_a_visitor_wrote_on_the_page_is_the_visitors() -> None:
    both = '<a href="/inwoner.een">Inwoner</a> ▸ <a href="/voorbeeldstad">Gemeente</a>'
    (one,) = posts(read(timeline(article(author=both))))
    assert (one.author.native_id, one.author.handle) == (None, "inwoner.een")
    assert one.placed_on == AccountRef(PAGE_ID)


def test_a_shared_post_is_no_post_of_the_page() -> None:
    heading = '<div><h3><a href="/buurgemeente">Buur</a></h3></div>'
    inner = f'<div role="article"><div>{heading}<div><p>Anders</p></div></div></div>'
    (one,) = posts(read(timeline(article(attached=inner))))
    assert [(relation.kind, relation.target_account) for relation in one.relations] == [
        ("quote", AccountRef(None, "buurgemeente", "Buur"))
    ]
    assert "Anders" not in (one.state.text or "")
    assert one.state.raw == {"shared": "Anders"}


def test_a_text_that_goes_on_elsewhere_is_known_to_be_cut() -> None:
    more = f'<p>De markt is open... <a href="/story.php?story_fbid={POST}&amp;id={PAGE_ID}">Meer</a></p>'
    (one,) = posts(read(timeline(article(text=more))))
    assert (one.state.text, one.state.truncated) == ("De markt is open…", True)


def test_media_and_links_are_those_of_the_post() -> None:
    photo = '<a href="/photo.php?fbid=31&amp;id=1"><img src="https://scontent.example/1.jpg?oh=geheim" alt="Markt"></a>'
    away = '<a href="https://lm.facebook.com/l.php?u=https%3A%2F%2Fvoorbeeldstad.example%2F&amp;h=x">Site</a>'
    found = read(timeline(article(attached=photo + away)))
    (one,) = posts(found)
    assert [(medium.native_id, medium.alt) for medium in one.state.media or ()] == [("31", "Markt")]
    assert [link.url for link in one.state.links or ()] == ["https://voorbeeldstad.example/"]
    assert "geheim" not in repr(found)


def test_a_page_of_one_post_gives_it_with_its_comments() -> None:
    post, first, second = posts(
        read(permalink(comment("71"), comment("72", "Morgen", "/voorbeeldstad")), "/story.php?x=1")
    )
    assert (post.native_id, post.state.text) == (f"{PAGE_ID}_{POST}", "De markt is open")
    assert post.counts is not None
    assert post.counts.values == {"reactions": 1234}
    assert (first.native_id, first.author.native_id, first.state.text) == (f"{POST}_71", "77", "Hoe laat?")
    assert first.counts is not None
    assert first.counts.values == {"reactions": 2, "replies": 4}
    assert [one.relations[0].target for one in (first, second)] == [f"{PAGE_ID}_{POST}"] * 2


def test_answers_stand_under_their_comment() -> None:
    body = f"<html><body>{comment('71')}{comment('73', 'Tot 17 uur')}</body></html>".encode()
    above, answer = posts(read(body, f"/comment/replies/?ctoken={POST}_71&count=1"))
    assert (above.relations[0].target, answer.relations[0].target) == (POST, f"{POST}_71")


def test_who_reacted_goes_and_the_numbers_stay() -> None:
    fetch = "/ufi/reaction/profile/browser/fetch/?limit=10&amp;ft_ent_identifier=9001&amp;"
    body = f"""<html><body><a href="/story.php?story_fbid={POST}&amp;id={PAGE_ID}">Terug</a>
      <a href="{fetch}total_count=13">Alle 13</a><a href="{fetch}reaction_type=4&amp;total_count=7">7</a>
      <ul><li><h3><a href="/inwoner">Inwoner</a></h3></li></ul></body></html>""".encode()
    left_out, numbers = read(body, "/ufi/reaction/profile/browser/?ft_ent_identifier=9001")
    assert isinstance(left_out, Exclusion)
    assert isinstance(numbers, Observation)
    assert (numbers.post, numbers.counts) == (f"{PAGE_ID}_{POST}", {"reactions": 13, "reactions:haha": 7})
    assert "nwoner" not in repr(numbers)


@pytest.mark.parametrize("path", ["/messages/read/?tid=1", "/settings", "/voorbeeldstad/friends", "/notifications.php"])
def test_pages_out_of_scope_go_with_their_record(path: str) -> None:
    (one,) = read(timeline(article()), path)
    assert isinstance(one, Exclusion)
    assert (one.offset, one.length) == (100, 900)


def test_a_page_without_posts_says_nothing() -> None:
    assert read(b"<html><body><h1>Log in</h1></body></html>", "/login/") == []


# --- large pages until 2020 ------------------------------------------------------------------------------------------


def old_post(number: str = POST, **told: str) -> str:
    data = json.dumps({"top_level_post_id": number, "page_id": PAGE_ID, "content_owner_id_new": PAGE_ID})
    text = """<p>De markt is open<span class="text_exposed_hide">...</span><span class="text_exposed_show"> vanaf 9 uur
      #markt</span><span class="text_exposed_hide"><a href="#">Meer</a></span></p>"""
    card = f"/ajax/hovercard/page.php?id={told.get('writer', PAGE_ID)}"
    return f"""<div class="_5pcr userContentWrapper" data-ft="{data.replace('"', "&quot;")}"><div>
      <h5><span><a href="{LARGE}/{told.get("handle", "voorbeeldstad")}/?fref=nf" data-hovercard="{card}">
      Gemeente</a></span></h5><div><a href="/voorbeeldstad/posts/{number}?x=1">
      <abbr title="1 maart" data-utime="1740823200"><span>1 maart</span></abbr></a></div></div>
      <div class="_5pbx userContent">{told.get("text", text)}</div>
      <div data-ft="{{&quot;tn&quot;:&quot;H&quot;}}">{told.get("attached", "")}</div></div>"""


def held_back(part: str) -> str:
    return f'<div class="hidden_elem"><code id="u_0"><!-- {part} --></code></div>'


def old_page(*parts: str) -> bytes:
    return f'<html id="facebook"><body>{"".join(parts)}</body></html>'.encode()


def test_an_old_page_gives_its_posts_also_those_that_it_holds_back() -> None:
    one, other = posts(read(old_page(old_post(), held_back(old_post("9002"))), "/voorbeeldstad/", host=LARGE))
    assert (one.native_id, other.native_id) == (f"{PAGE_ID}_9001", f"{PAGE_ID}_9002")
    assert (one.author.native_id, one.author.handle, one.placed_on) == (PAGE_ID, "voorbeeldstad", None)
    assert one.state.text == "De markt is open vanaf 9 uur #markt"
    assert one.created.us == 1740823200_000_000
    assert one.url == f"{LARGE}/voorbeeldstad/posts/9001"


def test_an_old_page_goes_on_in_answers() -> None:
    body = b"for (;;);" + json.dumps({"payload": {"html": [old_post()]}}).encode()
    (one,) = posts(read(body, "/ajax/pagelet/generic.php/X?x=1", kind="application/x-javascript", host=LARGE))
    assert (one.native_id, one.evidence[0].locator) == (f"{PAGE_ID}_9001", "urn:uuid:1#/payload/html/0#post 1")


def test_who_wrote_on_an_old_page_is_known_by_number() -> None:
    (one,) = posts(read(old_page(old_post(writer="77", handle="inwoner")), "/voorbeeldstad/", host=LARGE))
    assert (one.author.native_id, one.author.handle) == ("77", "inwoner")
    assert one.placed_on == AccountRef(PAGE_ID)


def test_a_post_shared_on_an_old_page_is_no_post_of_it() -> None:
    inner = """<div><h5><a href="/buurgemeente" data-hovercard="/ajax/hovercard/page.php?id=88">Buur</a></h5>
      <a href="/buurgemeente/posts/555"><abbr data-utime="1740000000">x</abbr></a>
      <div class="userContent">Anders</div></div>"""
    (one,) = posts(read(old_page(old_post(attached=inner)), "/voorbeeldstad/", host=LARGE))
    assert [(found.kind, found.target, found.target_account) for found in one.relations] == [
        ("quote", "555", AccountRef("88", "buurgemeente", "Buur"))
    ]
    assert "Anders" not in (one.state.text or "")
    assert one.state.raw == {"shared": "Anders"}


def test_comments_on_an_old_page_stand_under_their_post() -> None:
    def remark(number: str, more: str = "") -> str:
        return f"""<div class="UFIRow UFIComment"><span><a class="UFICommentActorName" href="/inwoner?fref=ufi"
          data-hovercard="/ajax/hovercard/hovercard.php?id=77&amp;x=1">Inwoner</a></span>
          <span class="UFICommentBody"><span>Hoe laat?</span></span>
          <a class="uiLinkSubtle" href="/voorbeeldstad/posts/9001?comment_id={number}{more}">
          <abbr data-utime="1740826800">1 u</abbr></a></div>"""

    body = old_page(old_post(), remark("71"), remark("71", "&amp;reply_comment_id=72"))
    post, first, second = posts(read(body, "/voorbeeldstad/posts/9001", host=LARGE))
    assert (first.native_id, first.author.native_id, first.state.text) == ("9001_71", "77", "Hoe laat?")
    assert first.relations[0].target == "9001" in {alias.value for alias in post.aliases}
    assert (second.native_id, second.relations[0].target) == ("9001_72", "9001_71")


# --- JSON of the large pages -----------------------------------------------------------------------------------------


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def story(number: str = POST, **told: Any) -> dict[str, Any]:
    actor = {"__typename": "User", "id": PAGE_ID, "name": "Gemeente", "url": f"{LARGE}/voorbeeldstad"}
    content = {
        "actors": [actor],
        "message": {"text": "De markt is open #markt"},
        "wwwURL": f"{LARGE}/voorbeeldstad/posts/x",
    }
    photo = {
        "media": {"__typename": "Photo", "id": "31", "photo_image": {"uri": "https://scontent.example/1.jpg?oh=geheim"}}
    }
    summary = {
        "reaction_count": {"count": 9},
        "share_count": {"count": 2},
        "comment_rendering_instance": {"comments": {"total_count": 4}},
        "top_reactions": {
            "edges": [{"node": {"id": "1635855486666999", "localized_name": "Leuk"}, "reaction_count": 8}]
        },
    }
    return {
        "__typename": "Story",
        "id": coded(f"S:_I{PAGE_ID}:{number}:{number}"),
        "post_id": number,
        "attachments": [{"styles": {"attachment": photo}}],
        "comet_sections": {
            "content": {"story": content},
            "context_layout": {"story": {"comet_sections": {"metadata": [{"story": {"creation_time": 1740823200}}]}}},
            "feedback": {"story": {"feedback_context": {"feedback_target_with_context": summary}}},
        },
        **told,
    }


def written(number: str = "71", parent: str | None = None) -> dict[str, Any]:
    return {
        "__typename": "Comment",
        "id": coded(f"comment:{POST}_{number}"),
        "legacy_fbid": number,
        "body": {"text": "Hoe laat?"},
        "author": {"__typename": "User", "id": "77", "name": "Inwoner"},
        "created_time": 1740826800,
        "comment_parent": {"id": coded(f"comment:{POST}_{parent}")} if parent else None,
        "feedback": {"reactors": {"count": 1}, "replies_fields": {"total_count": 2}, "reaction_count": {"count": 77}},
    }


def test_a_story_is_read_from_its_scattered_parts() -> None:
    chunks = [{"data": {"node": {"timeline": {"edges": [{"node": story()}]}}}}, {"label": "x", "path": [], "data": {}}]
    found = read(b"\n".join(json.dumps(one).encode() for one in chunks), "/api/graphql/", host=LARGE)
    (one,) = posts(found)
    assert (one.native_id, one.author.native_id, one.author.handle) == (f"{PAGE_ID}_{POST}", PAGE_ID, "voorbeeldstad")
    assert (one.state.text, one.created.us) == ("De markt is open #markt", 1740823200_000_000)
    assert one.counts is not None
    assert one.counts.values == {"reactions": 9, "reposts": 2, "replies": 4, "reactions:like": 8}
    assert [medium.native_id for medium in one.state.media or ()] == ["31"]
    assert one.evidence[0].locator == "urn:uuid:1#line 1#/data/node/timeline/edges/0/node"
    assert "geheim" not in repr(found)


def test_numbers_of_a_comment_are_not_those_of_its_story() -> None:
    bare = story()
    bare["comet_sections"]["feedback"] = {"interesting_top_level_comments": [{"comment": written()}]}
    one, remark = posts(read(json.dumps({"data": {"node": bare}}).encode(), "/api/graphql/", host=LARGE))
    assert one.counts is None
    assert (remark.native_id, remark.author.native_id) == (f"{POST}_71", "77")
    assert remark.relations[0].target == POST in {alias.value for alias in one.aliases}


def test_an_answer_stands_under_its_comment() -> None:
    (one,) = posts(read(json.dumps({"data": {"x": written("72", "71")}}).encode(), "/api/graphql/", host=LARGE))
    assert one.relations[0].target == f"{POST}_71"


def test_a_shared_story_comes_along_as_what_it_is() -> None:
    other = story("555", id=coded("S:_I88:555:555"))
    other["comet_sections"]["content"]["story"]["actors"][0]["id"] = "88"
    one, shared = posts(
        read(json.dumps({"data": {"node": story(attached_story=other)}}).encode(), "/api/graphql/", host=LARGE)
    )
    assert [(found.kind, found.target) for found in one.relations] == [("quote", "88_555")]
    assert (shared.native_id, shared.included) == ("88_555", True)


def test_a_page_gives_the_stories_that_it_begins_with() -> None:
    inner = json.dumps({"require": [["x", {"__bbox": {"result": {"data": {"node": story()}}}}]]})
    body = f'<html><script type="application/json" data-sjs>{inner}</script></html>'.encode()
    (one,) = posts(read(body, "/voorbeeldstad", host=LARGE))
    assert (one.evidence[0].locator or "").startswith("urn:uuid:1#script 1#/require/0/1/__bbox")


def test_conversations_go_with_their_record() -> None:
    body = json.dumps({"data": {"viewer": {}, "message_thread": {"messages": []}}}).encode()
    (one,) = read(body, "/api/graphql/", host=LARGE)
    assert isinstance(one, Exclusion)


def test_a_list_of_which_more_followed_is_told() -> None:
    reading = web.reading()
    last = {"label": "Feed$page_info", "path": ["node"], "data": {"page_info": {"has_next_page": True}}}
    body = b"\n".join(json.dumps(one).encode() for one in ({"data": {"node": story()}}, last))
    assert len(posts(list(reading.read_source(page(body, "/api/graphql/", "application/json", LARGE))))) == 1
    assert codes(list(reading.end())) == ["SMA-R049"]


# --- files -----------------------------------------------------------------------------------------------------------


def test_pages_without_an_address_are_recognised_by_their_structure() -> None:
    files = {"a.html": timeline(article()), "b.html": b"<html><body>Welkom</body></html>", "c.txt": b"m_stream_stories"}
    match = web.recognise(listing(files))
    assert match is not None
    assert match.paths == ("a.html",)
    (one,) = posts(list(web.read(capture(files, web))))
    assert one.evidence == (Evidence("a.html", "file", locator="article 1"),)


def test_what_zeeschuimer_collected_has_its_own_bytes() -> None:
    rows = [{"source_platform": "facebook.com", "item_id": number, "data": story(number)} for number in ("1", "2")]
    data = b"\n".join(json.dumps(row).encode() for row in rows)
    found = posts(list(web.read(capture({"lijst.ndjson": data}, web))))
    assert len(found) == 2
    for one in found:
        evidence = one.evidence[0]
        assert json.loads(data[evidence.offset :][: evidence.length])["post_id"] == one.aliases[0].value


def mail(body: str) -> bytes:
    address = f"https://www.facebook.com/n/?permalink.php&amp;story_fbid={POST}&amp;id={PAGE_ID}&amp;comment_id=71&amp;n_m=x%40y"
    return f"""<html><body><table id="email_table"><tr><td><a href="{address}"><img src="https://static.fbcdn.net/x"></a>
      <table><tr><td><a href="/n/?inwoner&amp;x=1"><img src="https://fbcdn.net/1"></a></td>
      <td><table><tr><td><a href="https://www.facebook.com/n/?inwoner&amp;x=1">Inwoner</a></td></tr>
      <tr><td>1 maart om 10:00</td></tr></table></td></tr>{body}</table></td></tr></table></body></html>""".encode()


def test_an_e_mail_tells_of_a_comment() -> None:
    found = list(web.read(capture({"mail.html": mail('<tr><td colspan="3"><span>Hoe laat?</span></td></tr>')}, web)))
    (one,) = posts(found)
    assert (one.native_id, one.author.handle, one.state.text) == (f"{POST}_71", "inwoner", "Hoe laat?")
    assert (one.created.raw, one.relations[0].target) == ("1 maart om 10:00", f"{PAGE_ID}_{POST}")


def test_an_e_mail_about_a_like_is_no_post() -> None:
    assert codes(list(web.read(capture({"mail.html": mail("")}, web)))) == ["SMA-R060"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("9 Comments", 9), ("1.234 reacties", 1234), ("1,2 mln.", None), ("1.2K", None), ("Geen", None)],
)
def test_numbers_in_words(text: str, number: int | None) -> None:
    assert number_in(text) == number


def test_text_is_as_it_is_seen() -> None:
    tree = parsed(
        b"<div>Een<br>twee<p>drie  <b>vier</b></p><!-- niet --><script>niet</script>vijf" + b"<i>" * 3000, None
    )
    assert text_of(tree) == "Een\ntwee\ndrie vier\n\nvijf"


def test_the_history_of_edits_of_a_post_is_no_account() -> None:
    assert named("https://mbasic.facebook.com/edits/?cid=2685185111755715&_ft_=x").owner is None
    assert named("https://mbasic.facebook.com/voorbeeldstad/?refid=52").owner == "voorbeeldstad"
