"""Access copies: names planted in every field that the model has, in many spellings; none is left."""

from __future__ import annotations

import re
import types
import typing
import urllib.parse
from collections.abc import Callable
from typing import Any, Literal, get_args, get_origin

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sma_plugin.formats import activitystreams
from sma_plugin.model import (
    AccountHistory,
    AccountRef,
    Handle,
    HistoryItem,
    Link,
    Media,
    Moment,
    Observation,
    PostHistory,
    PostState,
    PostVersion,
    ProfileVersion,
    Relation,
    Resource,
)
from sma_plugin.privacy.access import Access, prepared
from sma_plugin.privacy.folding import folded_only
from sma_plugin.privacy.keys import Key
from sma_plugin.privacy.people import People
from sma_plugin.privacy.pseudonyms import Pseudonyms

KEY, OTHER = (Pseudonyms(Key(f"k-{number}", f"{number:02d}" * 32, "2026-01-01")) for number in (1, 2))
STAD = AccountRef("1", "gemeente", "Gemeente Voorbeeldstad")
JAN = AccountRef("1234567890", "jan_jansen84", "Jan van Jansen-Voorbeeld", "https://x.com/jan_jansen84")
EXEMPT = {("x", "1"), ("x", "gemeente")}


def access(items: list[HistoryItem], pseudonyms: Pseudonyms = KEY) -> tuple[str, Access]:
    """The copy as it is written, and what it was made with."""
    made = prepared(items, pseudonyms, People(pseudonyms, EXEMPT))
    return b"".join(activitystreams.encode(item) for item in made.items(items)).decode(), made


def post(number: int, author: AccountRef, text: str, **values: Any) -> PostHistory:
    klass: Any = "own" if author is STAD else "reply"
    state = PostState(text=text, **values)
    return PostHistory(
        "x", author, str(10**18 + number), Moment(number, str(number)), "note", klass, (PostVersion(state),)
    )


def account(ref: AccountRef, *, own: bool = False) -> AccountHistory:
    profile = ProfileVersion("x", ref, name=ref.name, handle=ref.handle, bio="Hallo", url=ref.url)
    return AccountHistory("x", ref.native_id or "", own=own, handles=(Handle(ref.handle or ""),), profiles=(profile,))


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "capitals": str.upper,
    "zero width": "\u200b".join,
    "full width": lambda name: "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in name),
    "in an address": lambda name: f"https://voorbeeld.example/?wie={urllib.parse.quote(name)}&x=1",
    "encoded twice": lambda name: f"https://voorbeeld.example/{urllib.parse.quote(urllib.parse.quote(name))}",
    "with entities": lambda name: f"https://voorbeeld.example/?q={''.join(f'&#{ord(one)};' for one in name)}",
}


def full(kind: Any, text: str) -> Any:
    """A value of a type of the model with this text wherever a text may stand."""
    origin = get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return full(next(one for one in get_args(kind) if one is not type(None)), text)
    if origin is Literal:
        return get_args(kind)[0]
    if origin is tuple:
        parts = get_args(kind)
        return (full(parts[0], text),) if parts[-1] is Ellipsis else tuple(full(one, text) for one in parts)
    if origin is dict:
        return {text: 1} if get_args(kind)[1] is int else {text: text}
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = typing.get_type_hints(kind)
        return kind(**{one.name: _field(one.name, hints[one.name], text) for one in msgspec.structs.fields(kind)})
    return {str: text, int: 1, bool: True, float: 1.0}[kind]


def _field(name: str, kind: Any, text: str) -> Any:
    if name == "platform":
        return "x"
    if name in {"account", "target_account", "placed_on", "author"}:
        return JAN
    return (JAN,) if name == "mentions" else full(kind, text)


def left(copy: str, *names: str) -> list[str]:
    """The names that are still there, in whatever spelling."""
    for _ in range(4):
        copy = urllib.parse.unquote(copy)
    plain = folded_only(copy)
    return [name for name in names if re.search(rf"(?<![0-9]){re.escape(folded_only(name))}(?![0-9])", plain)]


NAMES = (JAN.native_id or "", JAN.handle or "", JAN.name or "")
PUT_BY_PEOPLE = ("text", "title", "content_warning", "hashtags", "links", "poll", "media", "location", "tool")


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_a_reply_tells_whose_it_is(name: str, spelling: str) -> None:
    item = full(PostHistory, f"Dag {SPELLINGS[spelling](name)} dag")
    item = msgspec.structs.replace(item, klass="reply", withdrawn=None, observations=())
    copy, _ = access([account(STAD, own=True), account(JAN), item])
    assert left(copy, name) == []


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("field", PUT_BY_PEOPLE)
def test_no_field_of_an_own_post_names_anybody(field: str, name: str, spelling: str) -> None:
    said = full(typing.get_type_hints(PostState)[field], f"Dag {SPELLINGS[spelling](name)} dag")
    copy, _ = access(
        [
            account(STAD, own=True),
            account(JAN),
            post(1, STAD, "Beste", **({field: said} if field != "text" else {})),
            post(2, STAD, said if field == "text" else "-"),
        ]
    )
    assert left(copy, name) == []


def test_the_account_itself_stays_as_it_is() -> None:
    copy, _ = access([account(STAD, own=True), post(1, STAD, "Gemeente Voorbeeldstad opent de brug, zegt @gemeente")])
    assert "Gemeente Voorbeeldstad opent de brug, zegt @gemeente" in copy
    assert '"gemeente"' in copy


def test_the_same_person_has_the_same_pseudonym_everywhere() -> None:
    items = [
        account(JAN),
        post(1, JAN, "Vraag"),
        post(2, STAD, "@jan_jansen84 Antwoord", mentions=(AccountRef(handle="Jan_Jansen84"),)),
    ]
    copy, _ = access([account(STAD, own=True), *items])
    pseudonym = KEY.of("person", "x", "1234567890")
    assert copy.count(f'"sma:nativeId":"{pseudonym}"') == 3
    assert f"@{pseudonym} Antwoord" in copy


def test_another_key_gives_nothing_that_can_be_linked() -> None:
    items = [account(STAD, own=True), account(JAN), post(1, JAN, "Vraag van Jan van Jansen-Voorbeeld")]
    first, second = (access(items, key)[0] for key in (KEY, OTHER))
    told = [
        {word for word in copy.replace('"', " ").split() if word.startswith(("p1-", "p2-", "b1-", "b2-"))}
        for copy in (first, second)
    ]
    assert told[0]
    assert not told[0] & told[1]


def test_replies_hang_together_under_their_new_names() -> None:
    asked, answered = post(1, JAN, "Vraag"), post(2, STAD, "Antwoord")
    tie = Relation("reply", asked.native_id, None, JAN)
    answered = msgspec.structs.replace(
        answered, relations=(tie,), thread=asked.native_id, parent=asked.native_id, depth=1
    )
    copy, _ = access([account(STAD, own=True), asked, answered])
    new = KEY.of("post", "x", asked.native_id)
    assert asked.native_id not in copy
    assert answered.native_id in copy
    assert copy.count(f"/post/{new}") >= 2
    assert f'"sma:parent":"{new}"' in copy


def test_media_and_pages_stay_out_until_somebody_looked_at_them() -> None:
    medium = Media(
        "image", path="objects/captures/1/a.jpg", source="https://x.com/a.jpg", alt="Jan van Jansen-Voorbeeld lacht"
    )
    page = Resource("screenshot", "https://x.com/jan_jansen84", evidence=())
    copy, made = access([account(STAD, own=True), account(JAN), post(1, STAD, "Foto", media=(medium,)), page])
    assert "a.jpg" not in copy
    assert "screenshot" not in copy
    assert (made.media, left(copy, *NAMES)) == (2, [])
    seen = prepared([account(STAD, own=True)], KEY, People(KEY, EXEMPT))
    seen.reviewed = {"objects/captures/1/a.jpg"}
    assert b"a.jpg" in b"".join(
        activitystreams.encode(one) for one in seen.items([post(1, STAD, "Foto", media=(medium,))])
    )


def test_what_is_gone_at_its_source_stays_out() -> None:
    gone = msgspec.structs.replace(post(1, JAN, "Weg"), observations=(Observation("x", status="deleted"),))
    copy, made = access([account(STAD, own=True), gone, post(2, STAD, "Er nog")])
    assert ("Weg" in copy, "Er nog" in copy, made.gone) == (False, True, 1)


def test_common_words_are_left_and_listed_unless_their_bearer_is_there() -> None:
    roos = AccountRef("55555", "roos", "Roos")
    items = [
        account(STAD, own=True),
        account(roos),
        post(1, STAD, "Een roos voor moeder"),
        post(2, STAD, "Dank je Roos", mentions=(roos,)),
    ]
    copy, made = access(items)
    assert "Een roos voor moeder" in copy
    assert "Dank je Roos" not in copy
    assert made.masker.doubtful == {"roos": 1}


def test_marks_of_staff_are_masked_in_own_posts_only() -> None:
    copy, made = access(
        [account(STAD, own=True), account(JAN), post(1, STAD, "Komt goed. ^JK"), post(2, JAN, "Komt goed. ^AB")]
    )
    assert "^JK" not in copy
    assert "^AB" in copy
    assert made.masker.counts["initials"] == 1


def test_addresses_that_name_nobody_are_left_alone() -> None:
    url = "https://www.voorbeeldstad.example/nieuws/Brug%20open?id=12&p=%2Fa"
    copy, _ = access([account(STAD, own=True), account(JAN), post(1, STAD, f"Lees {url}", links=(Link(url),))])
    assert copy.count(url) >= 2


@given(st.data())
def test_planted_anywhere_in_any_spelling_nobody_is_left(data: st.DataObject) -> None:
    letters = st.text("abcdefghijklmnopqrstuvwxyzéöß", min_size=3, max_size=10)
    name = f"{data.draw(letters).title()} {data.draw(letters).title()}"
    person = AccountRef(
        str(data.draw(st.integers(10**6, 10**12))), f"{data.draw(letters)}_{data.draw(st.integers(0, 99))}", name
    )
    planted = data.draw(st.sampled_from([person.native_id, person.handle, person.name]))
    spelt = SPELLINGS[data.draw(st.sampled_from(sorted(SPELLINGS)))](str(planted))
    around = data.draw(st.text(" .,!?()\n’—🙂", min_size=1, max_size=3))
    said = f"{data.draw(st.text(max_size=10))} {around}{spelt}{around}"
    own = data.draw(st.booleans())
    items = [account(STAD, own=True), account(person), post(1, STAD if own else person, said)]
    copy, _ = access(items)
    assert left(copy, str(planted)) == []
