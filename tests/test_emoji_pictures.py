"""Emoji that pages show as pictures stay in the texts: an emoji is an essential characteristic, its picture is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from items import posts
from sma_plugin.readers.emoji_pictures import emoji_of, is_emoji, with_emoji
from sma_plugin.readers.values import html_text
from test_facebook_web import article, comment, permalink, read, timeline

EMOJI = ("😐", "❤️", "👩‍👩‍👧‍👦", "👍🏽", "🇳🇱", "1️⃣", "#️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "☎", "©️")
FACE = "https://static.xx.fbcdn.net/images/emoji.php/v9/t6d/1/16/1f610.png"


@pytest.mark.parametrize("one", EMOJI)
def test_an_emoji_is_known_by_its_text_or_by_its_codes(one: str) -> None:
    codes = "-".join(f"{ord(part):x}" for part in one)
    assert emoji_of(one, None) == emoji_of("", f"https://cdn.example/twemoji/72x72/{codes}.png") == one
    for name in ("img", "IMG"):
        assert html_text(f'<p>Dag <{name} alt="{one}" src="a.png" class="x"/>!</p>') == f"Dag {one}!"


@pytest.mark.parametrize("text", ["", "een kaart", "地図", "1", "12", "a😐", "#", "\u200d", "😐" * 41])
def test_a_picture_of_something_else_is_none(text: str) -> None:
    assert not is_emoji(text)
    assert emoji_of(text, "https://cdn.example/media/abc.jpg") == ""


@given(st.text(max_size=30))
def test_markup_without_pictures_is_left_alone(text: str) -> None:
    assert with_emoji(text) == text or "<img" in text.lower()


@pytest.mark.parametrize(
    "shown",
    [
        f'<span><img alt="" role="presentation" src="{FACE}"/><span aria-hidden="true"> </span></span>',
        f'<span><img alt="" src="{FACE}"/><span aria-hidden="true">😐</span></span>',
        f'<img alt="😐" src="{FACE}"/>',
        "😐",
    ],
)
def test_a_page_of_facebook_keeps_its_emoji_once(shown: str) -> None:
    (post,) = posts(read(timeline(article(text=f"<p>De markt {shown} is open</p>"))))
    assert post.state.text == "De markt 😐 is open"
    _, answer = posts(read(permalink(comment("71", f"Hoe laat? {shown}"))))
    assert answer.state.text == "Hoe laat? 😐"
