"""Pages of X as a browser shows them, saved from it: what stands in them by itself is read, nothing is guessed."""

from __future__ import annotations

import pytest

from sma_plugin.model import AccountRef, Counts, Link, Media, Post, Problem, Relation
from sma_plugin.readers.web import harvest
from sma_plugin.readers.web.saved import address
from sma_plugin.testing import capture
from test_x_page import AT, posts, read

ID = 1_752_000_000_000_000_000
PICTURE = "https://pbs.twimg.com/media/GAbCdEf?format=jpg&amp;name=small"


def name_of(handle: str, name: str, moment: str, number: int | None) -> str:
    """Name, handle and moment; of a quoted post without links."""
    when = f'<time datetime="{moment}">30 jan.</time>'
    if number is None:
        return (
            f'<div data-testid="User-Name"><div><span>{name}</span></div><div><span>@{handle}</span></div>{when}</div>'
        )
    shown = f'<a href="/{handle}"><div><span>{name}<img alt="🌷" src="https://abs-0.twimg.com/e.svg"></span></div></a>'
    below = f'<a href="/{handle}"><span>@{handle}</span></a><a href="/{handle}/status/{number}">{when}</a>'
    return f'<div data-testid="User-Name">{shown}{below}</div>'


def article(
    number: int = ID, text: str = "", *, above: str = "", inside: str = "", handle: str = "voorbeeldstad"
) -> str:
    said = f'<div dir="auto" lang="nl" data-testid="tweetText">{text}</div>' if text else ""
    head = name_of(handle, "Gemeente", "2024-01-29T16:06:40.000Z", number)
    counted = (
        '<div role="group"><button data-testid="reply" aria-label="4 antwoorden. Antwoorden">4</button>'
        '<button data-testid="retweet" aria-label="1.209 reposts. Reposten">1,2K</button>'
        '<button data-testid="like" aria-label="Vind ik leuk"></button>'
        f'<a href="/{handle}/status/{number}/analytics" aria-label="5360 views. View post analytics">5,3K</a></div>'
    )
    return f'<article role="article" data-testid="tweet">{above}{head}{said}{inside}{counted}</article>'


def shown(*articles: str) -> str:
    return f"<!DOCTYPE html><html><body><main>{''.join(articles)}</main></body></html>"


def test_a_post_is_read_with_its_moment_text_media_and_counts() -> None:
    text = (
        '<span>De markt is open </span><img alt="✨" src="https://abs-0.twimg.com/x.svg"><span>\nzie </span>'
        '<a href="https://t.co/AbCdEf1234"><span aria-hidden="true">https://</span>voorbeeldstad.example<span>…</span></a>'
    )
    photos = f'<div data-testid="tweetPhoto"><img alt="Plattegrond" src="{PICTURE}"></div>'
    (post,) = posts(read(shown(article(text=text, inside=photos)))).values()
    assert (post.native_id, post.url) == (str(ID), f"https://x.com/voorbeeldstad/status/{ID}")
    assert post.author == AccountRef(None, "voorbeeldstad", "Gemeente🌷")
    assert post.created.raw == "2024-01-29T16:06:40.000Z"
    assert post.state.text == "De markt is open ✨\nzie https://t.co/AbCdEf1234"
    assert (post.state.language, post.audience) == ("nl", "public")
    assert post.state.media == (Media("image", source=PICTURE.replace("&amp;", "&"), alt="Plattegrond"),)
    assert post.counts == Counts({"replies": 4, "reposts": 1209, "views": 5360}, AT)
    assert post.evidence[0].locator == f'article a[href$="/status/{ID}"]'


def test_a_quoted_post_is_no_post_of_its_own_and_its_parts_are_not_those_of_the_other() -> None:
    quoted = (
        f'<div role="link" tabindex="0">{name_of("regio", "Regio", "2024-01-20T10:00:00.000Z", None)}'
        '<div lang="en" data-testid="tweetText">geciteerd</div>'
        f'<div data-testid="tweetPhoto"><img alt="Image" src="{PICTURE}"></div></div>'
    )
    (post,) = posts(read(shown(article(text="Kijk", inside=quoted)))).values()
    assert (post.state.text, post.state.media) == ("Kijk", ())
    assert post.state.raw == {"quoted": "geciteerd", "quoted_at": "2024-01-20T10:00:00.000Z"}
    assert post.relations == (Relation("quote", None, target_account=AccountRef(None, "regio")),)


def test_what_is_pinned_repeated_cut_or_protected_is_told() -> None:
    pinned = article(1, "een", above='<div data-testid="socialContext">Vastgemaakt</div>')
    repeated = article(
        2, "twee", above='<a href="/voorbeeldstad"><span data-testid="socialContext">repost</span></a>', handle="regio"
    )
    cut = article(3, "drie", inside='<button data-testid="tweet-text-show-more-link">Meer</button>')
    locked = article(4, "vier", inside='<svg data-testid="icon-lock"></svg>')
    found = posts(read(shown(pinned, repeated, cut, locked)))
    assert [(one.pinned, one.included, one.state.truncated or False, one.audience) for one in found.values()] == [
        (True, False, False, "public"),
        (None, True, False, "public"),
        (None, False, True, "public"),
        (None, False, False, "followers"),
    ]


def test_an_advertisement_has_no_moment_and_is_only_counted() -> None:
    advertisement = '<article data-testid="tweet"><div data-testid="tweetText">Koop nu</div></article>'
    items = read(shown(article(text="een"), advertisement))
    assert [one.state.text for one in items if isinstance(one, Post)] == ["een"]
    assert [(one.code, one.params["count"]) for one in items if isinstance(one, Problem)] == [("SMA-R211", 1)]


@pytest.mark.parametrize("source", ["data:image/jpeg;base64,AAAA", "./x_bestanden/a.jpg"])
def test_a_picture_that_the_page_itself_holds_is_unknown_and_not_missing(source: str) -> None:
    inside = f'<div data-testid="tweetPhoto"><img alt="" src="{source}"></div>'
    (post,) = posts(read(shown(article(text="een", inside=inside)))).values()
    assert post.state.media is None


def test_a_page_that_singlefile_saved_without_quotes_is_read_from_its_file() -> None:
    url = "https://x.com/voorbeeldstad"
    head = f"<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: {url} \n saved date: Tue Jan 30 2024\n-->"
    body = shown(article(text="een")).removeprefix("<!DOCTYPE html><html>").replace('"tweet"', "tweet")
    data = (head + body).encode()
    assert address(data, "a.html") == url
    items = list(harvest.read(capture({"a.html": data}, harvest)))
    (post,) = [one for one in items if isinstance(one, Post)]
    assert (post.evidence[0].path, post.evidence[0].kind) == ("a.html", "file")


def of_2026(number: int, text: str, inside: str = "", handle: str = "voorbeeldstad") -> str:
    """A post as pages have shown it since 2026: its moment in words, under the link to itself."""
    who = f'<a href="https://x.com/{handle}">Gemeente</a><a href="https://x.com/{handle}">@{handle}</a>'
    when = f'<a href="https://x.com/{handle}/status/{number}">6:02 AM</a>'
    buttons = '<button aria-label="Reply"></button><button aria-label="28"></button>'
    body = f'{who}<div dir="auto">{text}</div>{inside}{when}{buttons}'
    return f'<article class="flex" data-tweet-id="{number}"><div>{body}</div></article>'


def test_posts_of_the_pages_since_2026_are_read_with_the_post_that_they_quote() -> None:
    quoted = (
        f'<div data-href="/regio/status/{ID - 1}" role="link"><a href="https://x.com/regio">Regio</a>'
        f'<a href="https://x.com/regio/status/{ID - 1}">19 jun.</a><div dir="auto"><span>Lang</span>'
        f'<button type="button"> Meer</button></div><img alt="" src="{PICTURE}"></div>'
    )
    text = '<span>Zie </span><a href="https://voorbeeldstad.example/kade" target="_blank">voorbeeldstad.example/k…</a>'
    film = '<video poster="https://pbs.twimg.com/amplify_video_thumb/1/a.jpg"></video>'
    first, second = posts(read(shown(of_2026(ID, text, film + quoted)))).values()
    assert (first.native_id, first.state.text) == (str(ID), "Zie voorbeeldstad.example/k…")
    assert first.author == AccountRef(None, "voorbeeldstad", "Gemeente")
    assert first.created.assumed == "id"
    assert first.state.links == (Link("https://voorbeeldstad.example/kade"),)
    assert first.state.media == (Media("video"),)
    assert first.relations == (Relation("quote", str(ID - 1), target_account=AccountRef(None, "regio", "Regio")),)
    assert first.counts is None
    assert (second.included, second.state.text, second.state.truncated) == (True, "Lang", True)
    assert [one.source for one in second.state.media or ()] == [PICTURE.replace("&amp;", "&")]


def test_an_article_that_does_not_say_whose_it_is_is_no_post() -> None:
    assert posts(read('<article data-tweet-id="12"><div dir="auto">een</div></article>')) == {}
