"""Pages of X as its server made them: 2009, 2013, 2018, mobile, embedded timelines, and HTML that came as JSON."""

from __future__ import annotations

import html
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sma_plugin.model import (
    Account,
    AccountRef,
    Evidence,
    Item,
    Link,
    Media,
    Moment,
    Post,
    Problem,
    ProfileVersion,
    Relation,
)
from sma_plugin.readers.contract import Source
from sma_plugin.readers.web import harvest
from sma_plugin.readers.x import web
from sma_plugin.testing import capture, listing
from test_har import entry, written
from warc_builders import HarvestCapture

AT = Moment(1_540_000_000_000_000, "2018-10-20T01:46:40Z")
PAGE = "https://twitter.com/voorbeeldstad"
ID = 1_052_000_000_000_000_000
SECONDS = 1_539_600_000


def read(markup: str, url: str = PAGE, kind: str = "text/html; charset=utf-8") -> list[Item]:
    base = Evidence("a.warc", "bytes", 10, 900)
    source = Source("a.warc", io.BytesIO(markup.encode()), base, None, url, "GET", 200, kind, AT, exact=False)
    assert web.accepts(source)
    reading = web.reading()
    return [*reading.read_source(source), *reading.end()]


def posts(found: list[Item]) -> dict[str | None, Post]:
    return {item.native_id: item for item in found if isinstance(item, Post)}


def stream(*tweets: str, before: str = "") -> str:
    return f"<html><head><title>x</title></head><body>{before}<ol>{''.join(tweets)}</ol></body></html>"


def desktop(number: int = ID, text: str = "De markt is open", more: str = "", inside: str = "", **changed: str) -> str:
    """A post as it stood in pages of 2014 to 2020."""
    told = {
        "tweet-id": str(number),
        "item-id": str(number),
        "permalink-path": f"/voorbeeldstad/status/{number}",
        "conversation-id": str(number),
        "screen-name": "voorbeeldstad",
        "name": "Gemeente Voorbeeldstad",
        "user-id": "7",
    } | {name.replace("_", "-"): value for name, value in changed.items()}
    data = " ".join(f'data-{name}="{html.escape(value)}"' for name, value in told.items())
    return f"""<li class="js-stream-item stream-item" data-item-id="{number}" data-item-type="tweet">
      <div class="tweet js-stream-tweet js-actionable-tweet original-tweet {more}" {data}>
        <div class="content"><div class="stream-item-header">
          <a href="/voorbeeldstad/status/{number}" class="tweet-timestamp js-permalink" title="11:00 - 15 okt. 2018"
            ><span class="_timestamp" data-time="{SECONDS}" data-time-ms="{SECONDS}500">15 okt.</span></a>
        </div>
        <div class="js-tweet-text-box"><p class="TweetTextSize js-tweet-text tweet-text" lang="nl">{text}</p></div>
        {inside}
        <div class="stream-item-footer">
          <span class="ProfileTweet-action--reply u-hiddenVisually"><span class="ProfileTweet-actionCount"
            data-tweet-stat-count="3"></span></span>
          <span class="ProfileTweet-action--retweet u-hiddenVisually"><span class="ProfileTweet-actionCount"
            data-tweet-stat-count="12"></span></span>
          <span class="ProfileTweet-action--favorite u-hiddenVisually"><span class="ProfileTweet-actionCount"
            data-tweet-stat-count="40"></span></span>
        </div></div></div></li>"""


def test_a_post_of_a_page_of_2018() -> None:
    (post,) = posts(read(stream(desktop()))).values()
    assert post.author == AccountRef("7", "voorbeeldstad", "Gemeente Voorbeeldstad")
    assert (post.native_id, post.state.text, post.state.language) == (str(ID), "De markt is open", "nl")
    assert post.created.us == SECONDS * 1_000_000 + 500_000
    assert post.counts is not None
    assert post.counts.values == {"replies": 3, "reposts": 12, "likes": 40}
    assert post.evidence == (Evidence("a.warc", "bytes", 10, 900, f'[data-tweet-id="{ID}"]'),)
    assert (post.state.media, post.relations, post.included) == ((), (), False)


def test_the_text_is_as_the_interface_gives_it() -> None:
    text = (
        'Kom naar <a href="/buurt" class="twitter-atreply" data-mentioned-user-id="99"><s>@</s><b>buurt</b></a> '
        '<a href="/hashtag/markt?src=hash" class="twitter-hashtag"><s>#</s><b>markt</b></a> '
        '<img class="Emoji" alt="🎉" src="x.png">&amp;\nmeer '
        '<a href="https://t.co/abc" class="twitter-timeline-link" data-expanded-url="https://voorbeeldstad.example/a">'
        '<span class="tco-ellipsis"></span><span class="invisible">https://</span>voorbeeldstad.example/agenda</a>'
        '<a href="https://t.co/pic" class="twitter-timeline-link u-hidden" data-pre-embedded="true">pic.twitter.com</a>'
    )
    state = posts(read(stream(desktop(text=text))))[str(ID)].state
    assert state.text == "Kom naar @buurt #markt 🎉&\nmeer https://t.co/abc https://t.co/pic"
    assert (state.hashtags, state.mentions) == (("markt",), (AccountRef("99", "buurt"),))
    assert state.links == (Link("https://voorbeeldstad.example/a", "https://t.co/abc"),)


def test_media_quotes_threads_and_replies() -> None:
    inside = (
        '<div class="ReplyingToContextBelowAuthor">Als antwoord op <a href="/burger" data-user-id="99">'
        '<span class="username"><s>@</s><b>burger</b></span></a></div>'
        '<div class="AdaptiveMedia"><div class="AdaptiveMedia-photoContainer" data-image-url="https://pbs.twimg.com/a.jpg">'
        '<img alt="De markt" src="https://pbs.twimg.com/a.jpg"></div></div>'
        '<div class="QuoteTweet"><div class="QuoteTweet-innerContainer" data-item-id="1051" data-screen-name="buurt" '
        'data-user-id="98"><div class="QuoteTweet-text tweet-text" lang="nl">Vraag</div>'
        '<div class="AdaptiveMedia-photoContainer" data-image-url="https://pbs.twimg.com/ander.jpg"></div></div></div>'
    )
    found = posts(read(stream(desktop(inside=inside, conversation_id="900"))))
    post, quoted = found[str(ID)], found["1051"]
    assert post.state.media == (Media("image", source="https://pbs.twimg.com/a.jpg", alt="De markt"),)
    assert post.relations == (
        Relation("reply", None, target_account=AccountRef("99", "burger")),
        Relation("quote", "1051", target_account=AccountRef("98", "buurt")),
        Relation("thread", "900"),
    )
    assert (quoted.included, quoted.state.text, quoted.author.native_id) == (True, "Vraag", "98")


def test_a_repost_is_told_beside_what_it_repeats() -> None:
    repeated = desktop(ID, user_id="99", screen_name="buurt", retweet_id=str(ID + 5), retweeter="voorbeeldstad")
    found = posts(read(stream(desktop(ID - 9), repeated)))
    assert list(found) == [str(ID - 9), str(ID + 5), str(ID)]
    repost = found[str(ID + 5)]
    assert (repost.kind, repost.author.native_id, repost.created.assumed) == ("repost", "7", "id")
    assert repost.relations == (Relation("repost", str(ID), target_account=found[str(ID)].author),)
    assert found[str(ID)].included


def test_advertisements_and_pinned_posts() -> None:
    found = read(stream(desktop(more="user-pinned"), desktop(ID + 1, more="promoted-tweet", user_id="99")))
    assert [post.pinned for post in posts(found).values()] == [True]
    assert [item.code for item in found if isinstance(item, Problem)] == ["SMA-R211"]


def test_a_page_of_2013_without_addresses_of_its_posts() -> None:
    markup = stream(
        '<li class="stream-item" data-item-id="304775453590294528"><div class="tweet original-tweet js-stream-tweet" '
        'data-tweet-id="304775453590294528" data-screen-name="voorbeeldstad" data-name="Gemeente" data-user-id="7">'
        '<small class="time"><a><span class="_timestamp" data-time="1361499105">22 feb</span></a>'
        '</small><p class="js-tweet-text">Sneeuw</p></div></li>'
    )
    (post,) = posts(read(markup)).values()
    assert (post.state.text, post.created.us, post.state.media) == ("Sneeuw", 1_361_499_105_000_000, None)


def test_the_account_of_a_page_is_known_by_its_data() -> None:
    user = {
        "id_str": "7",
        "screen_name": "voorbeeldstad",
        "name": "Gemeente",
        "description": "Nieuws",
        "followers_count": 5,
    }
    told = html.escape(json.dumps({"profile_user": user, "formAuthenticityToken": "geheim"}))
    found = read(stream(desktop(), before=f'<input type="hidden" id="init-data" class="json-data" value="{told}">'))
    profile = next(item for item in found if isinstance(item, ProfileVersion))
    assert (profile.handle, profile.bio, profile.evidence[0].locator) == ("voorbeeldstad", "Nieuws", "#init-data")
    assert [item.ref for item in found if isinstance(item, Account) and item.owner] == [AccountRef("7")]
    assert "geheim" not in repr(found)


EARLY = """<ol class="statuses" id="timeline">
<li class="hentry u-voorbeeldstad status" id="status_4993369766"><span class="status-body">
<span class="entry-content">De markt is
   verplaatst: <a href="http://bit.ly/1" class="tweet-url web" rel="nofollow">http://bit.ly/1</a> </span>
<span class="meta entry-meta"><a href="/voorbeeldstad/status/4993369766" class="entry-date" rel="bookmark">
<span data="{time:'Mon Oct 19 15:30:29 +0000 2009'}" class="published timestamp">8:30 AM Oct 19th</span></a>
<span>from <a href="http://a.example" rel="nofollow">a</a></span>
<a href="http://twitter.com/burger/status/4990000000">in reply to burger</a></span></span></li></ol>"""


def test_a_page_of_2009() -> None:
    (post,) = posts(read(EARLY)).values()
    assert (post.native_id, post.author.handle) == ("4993369766", "voorbeeldstad")
    assert post.state.text == "De markt is verplaatst: http://bit.ly/1"
    assert post.created == Moment(1_255_966_229_000_000, "Mon Oct 19 15:30:29 +0000 2009")
    assert post.relations == (Relation("reply", "4990000000", target_account=AccountRef(None, "burger")),)
    assert post.state.links == (Link("http://bit.ly/1"),)


def test_a_mobile_page() -> None:
    markup = f"""<table class="tweet" href="/voorbeeldstad/status/{ID}?p=v"><tr class="tweet-header">
      <td class="user-info"><a href="/voorbeeldstad?p=s"><strong class="fullname">Gemeente</strong>
      <div class="username"> <span>@</span>
      voorbeeldstad </div></a></td><td class="timestamp"><a name="tweet_{ID}" href="/x">15 okt.</a></td></tr>
      <tr><td><div class="tweet-text" data-id="{ID}"><div class="dir-ltr" dir="ltr">  De markt is open </div></div>
      </td></tr></table>"""
    (post,) = posts(read(markup, "https://mobile.twitter.com/voorbeeldstad")).values()
    assert (post.state.text, post.author.handle, post.created.assumed) == ("De markt is open", "voorbeeldstad", "id")


def widget(number: int = ID, shown: int = ID, credit: str = "") -> str:
    return f"""<li class="timeline-TweetList-tweet"><div class="timeline-Tweet u-cf" data-tweet-id="{number}"
      data-rendered-tweet-id="{shown}">{credit}<div class="TweetAuthor"><a class="TweetAuthor-link"
      href="https://twitter.com/voorbeeldstad"><span class="TweetAuthor-name">Gemeente</span>
      <span class="TweetAuthor-screenName">@voorbeeldstad</span></a></div>
      <p class="timeline-Tweet-text" lang="nl">Zie <a href="https://t.co/a" class="link customisable"
      data-expanded-url="https://voorbeeldstad.example/"><span class="u-hiddenVisually">https://</span>voorbeeldstad</a></p>
      <time class="dt-updated" datetime="2018-10-15T10:40:00+0000">15 okt.</time></div></li>"""


def test_an_embedded_timeline_comes_as_a_script() -> None:
    credit = '<div class="timeline-Tweet-retweetCredit"><a href="https://twitter.com/buurt">buurt</a></div>'
    body = json.dumps({"headers": {"status": 200}, "body": widget() + widget(ID + 7, ID + 3, credit)})
    script = f"/**/__twttr.callbacks.tl_profile_old({body});"
    url = "https://cdn.syndication.twimg.com/timeline/profile?callback=__twttr.callbacks.tl&screen_name=voorbeeldstad"
    found = posts(read(script, url, "application/javascript;charset=utf-8"))
    assert list(found) == [str(ID), str(ID + 7), str(ID + 3)]
    assert (found[str(ID)].state.text, found[str(ID)].created.us) == ("Zie https://t.co/a", 1_539_600_000_000_000)
    assert (found[str(ID + 7)].kind, found[str(ID + 7)].author.handle) == ("repost", "buurt")
    assert found[str(ID)].evidence[0].locator == f'/body#[data-tweet-id="{ID}"]'


def test_embedded_posts_came_as_html_by_their_id() -> None:
    quoted = widget().replace("timeline-Tweet u-cf", "Tweet h-entry").replace("timeline-Tweet-text", "e-entry-title")
    script = f"/**/__twttr.callbacks.cb0({json.dumps({str(ID): quoted})});"
    url = f"https://cdn.syndication.twimg.com/tweets.json?callback=__twttr.callbacks.cb0&ids={ID}"
    (post,) = posts(read(script, url, "application/javascript;charset=utf-8")).values()
    assert (post.native_id, post.state.text) == (str(ID), "Zie https://t.co/a")
    assert post.evidence[0].locator == f'/{ID}#[data-tweet-id="{ID}"]'


QUOTED = f"""<blockquote class="twitter-tweet"><p lang="nl" dir="ltr">De markt<br>is open <a
  href="https://t.co/a">https://t.co/a</a></p>&mdash; Gemeente Voorbeeldstad (@voorbeeldstad) <a
  href="https://twitter.com/voorbeeldstad/status/{ID}?ref_src=twsrc">15 oktober 2018</a></blockquote>"""


def test_a_post_as_it_is_given_to_be_quoted() -> None:
    document = json.dumps({"url": f"{PAGE}/status/{ID}", "author_name": "Gemeente", "html": QUOTED, "type": "rich"})
    (post,) = posts(read(document, "https://publish.twitter.com/oembed?url=x", "application/json")).values()
    assert (post.native_id, post.state.text) == (str(ID), "De markt\nis open https://t.co/a")
    assert (post.author.handle, post.author.name) == ("voorbeeldstad", "Gemeente Voorbeeldstad")
    assert (post.created.assumed, post.url) == ("id", f"https://x.com/voorbeeldstad/status/{ID}")


@pytest.mark.parametrize("markup", [QUOTED.replace("status", "lists"), QUOTED.replace("<p", "<b"), "twitter-tweet"])
def test_a_quote_without_a_post_is_none(markup: str) -> None:
    document = json.dumps({"html": markup})
    assert not posts(read(document, "https://publish.twitter.com/oembed?url=x", "application/json"))


def test_a_conversation_came_as_json_that_says_it_is_a_script() -> None:
    document = json.dumps({"init_data": {}, "title": "x", "page": desktop()})
    found = posts(read(document, f"{PAGE}/status/{ID}?conversation_id={ID}", "text/javascript; charset=utf-8"))
    assert list(found) == [str(ID)]
    assert found[str(ID)].evidence[0].locator == f'/page#[data-tweet-id="{ID}"]'


def test_a_post_can_be_kept_as_json_under_its_own_address() -> None:
    user = {"id_str": "7", "name": "Gemeente", "screen_name": "voorbeeldstad"}
    tweet = {"id_str": str(ID), "text": "De markt", "created_at": "Mon Oct 15 10:40:00 +0000 2018", "user": user}
    (post,) = posts(read(json.dumps(tweet) + "\r\n", f"{PAGE}/status/{ID}", "application/json")).values()
    assert (post.native_id, post.state.text, post.author.native_id) == (str(ID), "De markt", "7")


def test_html_that_a_page_fetched_to_go_on() -> None:
    document = json.dumps({"min_position": "1", "has_more_items": True, "items_html": desktop() + desktop(ID + 1)})
    url = f"https://twitter.com/i/profiles/show/voorbeeldstad/timeline/tweets?max_position={ID}"
    found = posts(read(document, url, "application/json; charset=utf-8"))
    assert list(found) == [str(ID), str(ID + 1)]
    assert found[str(ID)].evidence[0].locator == f'/items_html#[data-tweet-id="{ID}"]'


def test_the_json_that_an_embedded_timeline_was_built_from() -> None:
    user = {"id_str": "7", "name": "Gemeente", "screen_name": "voorbeeldstad"}
    tweet = {"id_str": str(ID), "full_text": "De markt", "created_at": "Mon Oct 15 10:40:00 +0000 2018", "user": user}
    entries = [{"type": "tweet", "entry_id": f"tweet-{ID}", "content": {"tweet": tweet}}]
    state = json.dumps({"props": {"pageProps": {"timeline": {"entries": entries}}}})
    markup = f'<html><script id="__NEXT_DATA__" type="application/json">{state}</script></html>'
    url = "https://syndication.twitter.com/srv/timeline-profile/screen-name/voorbeeldstad"
    (post,) = posts(read(markup, url)).values()
    path = "script#__NEXT_DATA__#/props/pageProps/timeline/entries/0/content/tweet"
    assert (post.state.text, post.author.native_id, post.evidence[0].locator) == ("De markt", "7", path)


def test_what_a_web_archive_put_before_addresses_is_taken_off() -> None:
    markup = (
        EARLY.replace('href="/voorbeeldstad', 'href="/web/20100101000000/http://twitter.com/voorbeeldstad')
        .replace('href="http://bit.ly', 'href="http://web.archive.org/web/20100101000000/http://bit.ly')
        .replace("u-voorbeeldstad ", "")
    )
    (post,) = posts(read(markup)).values()
    assert (post.author.handle, post.state.links) == ("voorbeeldstad", (Link("http://bit.ly/1"),))


@pytest.mark.parametrize("markup", ["", "<html><div id='react-root'></div>", "<div data-tweet-id='1'>geen tekst", "\0"])
def test_pages_without_posts_give_nothing(markup: str) -> None:
    assert read(markup) == []


@given(st.text(max_size=300), st.integers(0, 3000))
@settings(max_examples=60, deadline=None)
def test_harmed_pages_give_what_is_there(noise: str, at: int) -> None:
    whole = stream(desktop(), EARLY)
    found = read(whole[:at] + noise + whole[at:])
    assert all(isinstance(item.native_id, str) for item in found if isinstance(item, Post))


# --- in captures ------------------------------------------------------------------------------------------------------


def captured(contents: dict[str, bytes]) -> list[Item]:
    match = harvest.recognise(listing(contents))
    assert match is not None
    return list(harvest.read(HarvestCapture(contents, match)))


def test_a_page_in_a_har_file_is_a_page_and_gives_its_posts() -> None:
    found = captured({"a.har": written(entry(PAGE, stream(desktop()).encode()))})
    assert [type(item).__name__ for item in found] == ["Resource", "Post", "Tally"]
    assert posts(found)[str(ID)].evidence[0].locator == f'/response/content/text#[data-tweet-id="{ID}"]'


def test_a_page_saved_from_a_web_archive_gives_its_posts() -> None:
    saved = f"<!-- saved from url=(0070)https://web.archive.org/web/20181020014640/{PAGE} -->{stream(desktop())}"
    found = captured({"map/voorbeeldstad.html": saved.encode()})
    post = posts(found)[str(ID)]
    assert post.evidence == (Evidence("map/voorbeeldstad.html", "file", locator=f'[data-tweet-id="{ID}"]'),)
    assert post.counts is not None
    assert post.counts.at is not None
    assert post.counts.at.us == AT.us


def test_the_embedded_timeline_of_the_real_har_file(samples: Path) -> None:
    data = (samples / "har" / "har2warc" / "http2.github.io.har").read_bytes()
    entries: list[dict[str, Any]] = json.loads(data)["log"]["entries"]
    (script,) = [one["response"]["content"]["text"] for one in entries if "/timeline/profile" in one["request"]["url"]]
    (post,) = posts(captured({"a.har": data})).values()
    assert f'data-tweet-id="{post.native_id}"' in json.loads(script[script.index("(") + 1 : script.rindex(")")])["body"]
    assert post.state.text is not None
    assert post.state.text.startswith("Amazon CloudFront now supports HTTP/2! https://t.co/")
    assert post.created.raw is not None
    where = post.evidence[0]
    assert where.offset is not None
    held = json.loads(data[where.offset : where.offset + (where.length or 0)])
    assert held["response"]["content"]["text"] == script


@pytest.mark.parametrize("name", ["social-1.0.warc", "social-1.1.warc.gz"])
def test_the_timeline_in_the_real_warc_gives_what_the_file_gives(samples: Path, name: str) -> None:
    alone = (samples / "x" / "assembled-graphql-usertweets" / "UserTweets.json").read_bytes()
    data = (samples / "warc" / "assembled-social" / name).read_bytes()
    found = posts([item for item in captured({name: data}) if isinstance(item, Post) and item.platform == "x"])
    same = posts(list(web.read(capture({"UserTweets.json": alone}, web))))
    assert set(found) == set(same)
    assert len(found) == 9
    assert {key: post.state for key, post in found.items()} == {key: post.state for key, post in same.items()}
    assert {post.evidence[0].kind for post in found.values()} == {"bytes"}
    assert all("/tweet_results/result" in (post.evidence[0].locator or "") for post in found.values())
