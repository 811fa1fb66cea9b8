"""Access copies: names planted in every field that the model has, in many spellings; none is left."""

from __future__ import annotations

import json
import re
import types
import typing
import urllib.parse
from collections.abc import Callable, Iterable
from pathlib import Path
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
from sma_plugin.privacy.known import Known
from sma_plugin.privacy.met import met_among, met_in
from sma_plugin.privacy.people import People, Shown
from sma_plugin.privacy.pseudonyms import Pseudonyms
from sma_plugin.privacy.third_parties import ThirdParties

KEY, OTHER = (Pseudonyms(Key(f"k-{number}", f"{number:02d}" * 32, "2026-01-01")) for number in (1, 2))
STAD = AccountRef("1", "gemeente", "Gemeente Voorbeeldstad")
JAN = AccountRef("1234567890", "jan_jansen84", "Jan van Jansen-Voorbeeld", "https://x.com/jan_jansen84")
OURS = (Shown("x", "1", "gemeente"),)


def made(
    items: list[HistoryItem], pseudonyms: Pseudonyms = KEY, *, shown: Iterable[Shown] = OURS, **more: Any
) -> Access:
    """What copies items of a history."""
    known = more.pop("known", None)
    return prepared(met_among(items), pseudonyms, People(pseudonyms, shown, known), **more)


def access(items: list[HistoryItem], pseudonyms: Pseudonyms = KEY, **more: Any) -> tuple[str, Access]:
    """The copy as it is written, and what it was made with."""
    copying = made(items, pseudonyms, **more)
    return written(copying, items), copying


def written(copying: Access, items: list[HistoryItem]) -> str:
    """A copy as it is written."""
    return b"".join(activitystreams.encode(item) for item in copying.items(items)).decode()


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


OF_PROFILES = [
    one.name for one in msgspec.structs.fields(ProfileVersion) if one.name not in ("platform", "account", "handle")
]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("field", OF_PROFILES)
def test_no_field_of_our_profile_names_anybody(field: str, spelling: str) -> None:
    """The names of those who take part are taken out of what the account says of itself too."""
    planted = f"Dag {SPELLINGS[spelling](JAN.name or '')} dag"
    said = full(typing.get_type_hints(ProfileVersion)[field], planted)
    ours = msgspec.structs.replace(
        account(STAD, own=True), profiles=(ProfileVersion("x", STAD, handle="gemeente", **{field: said}),)
    )
    copy, _ = access([ours, account(JAN), post(1, JAN, "Dag")])
    assert left(copy, *NAMES) == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_nothing_of_our_account_or_a_page_that_was_let_through_names_anybody(spelling: str) -> None:
    planted = f"Dag {SPELLINGS[spelling](JAN.name or '')} dag"
    ours = msgspec.structs.replace(full(AccountHistory, planted), native_id="1", own=True, handles=(), profiles=())
    page = full(Resource, planted)
    items = [account(STAD, own=True), ours, account(JAN), post(1, JAN, "Dag"), page]
    copying = made(items)
    copying.parts.reviewed = {page.evidence[0].path: "medium-1.png"}
    copy = written(copying, items)
    assert ("medium-1.png" in copy, left(copy, *NAMES)) == (True, [])


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
    items = [account(STAD, own=True), account(JAN), post(1, STAD, "Foto", media=(medium,)), page]
    copy, copying = access(items)
    assert "a.jpg" not in copy
    assert "screenshot" not in copy
    assert (copying.counts["media"], left(copy, *NAMES)) == (2, [])
    copying.parts.reviewed = {"objects/captures/1/a.jpg": "medium-1.jpg"}
    seen = written(copying, items)
    assert ("medium-1.jpg" in seen, "a.jpg" in seen, left(seen, *NAMES)) == (True, False, [])


def test_what_is_gone_at_its_source_stays_out() -> None:
    gone = msgspec.structs.replace(post(1, JAN, "Weg"), observations=(Observation("x", status="deleted"),))
    items = [account(STAD, own=True), gone, post(2, STAD, "Er nog")]
    copy, copying = access(items)
    assert ("Weg" in copy, "Er nog" in copy, copying.counts["gone"]) == (False, True, 1)
    copying.keep_gone = True
    assert "Weg" in written(copying, items)


def test_common_words_are_left_and_listed_unless_their_bearer_is_there() -> None:
    roos = AccountRef("55555", "roos", "Roos")
    items = [
        account(STAD, own=True),
        account(roos),
        post(1, STAD, "Een roos voor moeder"),
        post(2, STAD, "Dank je Roos", mentions=(roos,)),
    ]
    copy, copying = access(items)
    assert "Een roos voor moeder" in copy
    assert "Dank je Roos" not in copy
    assert copying.masker.doubtful == {"roos": 1}
    decided, _ = access(items, decided={"roos": "mask"})
    assert "Een roos voor moeder" not in decided
    kept, copying = access(items, decided={"roos": "keep"})
    assert ("Een roos voor moeder" in kept, "Dank je Roos" in kept, copying.masker.doubtful) == (True, False, {})


def test_marks_of_staff_are_masked_in_own_posts_only() -> None:
    copy, copying = access(
        [account(STAD, own=True), account(JAN), post(1, STAD, "Komt goed. ^JK"), post(2, JAN, "Komt goed. ^AB")]
    )
    assert "^JK" not in copy
    assert "^AB" in copy
    assert copying.masker.counts["initials"] == 1


def test_addresses_that_name_nobody_are_left_alone() -> None:
    url = "https://www.voorbeeldstad.example/nieuws/Brug%20open?id=12&p=%2Fa"
    copy, _ = access([account(STAD, own=True), account(JAN), post(1, STAD, f"Lees {url}", links=(Link(url),))])
    assert copy.count(url) >= 2


def test_a_short_address_goes_where_the_long_one_went() -> None:
    """What the platform shortened leads to the same page."""
    link = Link("https://x.com/jan_jansen84/status/99", "https://t.co/Kort1")
    copy, _ = access(
        [account(STAD, own=True), account(JAN), post(1, STAD, "Zie https://t.co/Kort1 daar", links=(link,))]
    )
    assert "Kort1" not in copy
    assert left(copy, *NAMES) == []


@pytest.mark.parametrize(
    ("address", "stays"),
    [
        ("https://x.com/onbekende_ander/status/77", False),
        ("https://twitter.com/onbekende_ander", False),
        ("https://www.facebook.com/onbekende.ander", False),
        ("https://www.instagram.com/onbekende_ander/", False),
        ("https://mastodon.example/@onbekende_ander", False),
        ("https://mastodon.example/users/onbekende_ander/statuses/123456", False),
        ("https://bsky.app/profile/onbekende-ander.example/post/3kabc", False),
        ("https://x.com/gemeente/status/77", True),
        ("https://x.com/search?q=brug", True),
        ("https://www.voorbeeldstad.example/@home/nieuws", False),
        ("https://www.voorbeeldstad.example/nieuws/roos", True),
    ],
)
def test_whose_page_an_address_is_decides_whether_it_stays(address: str, *, stays: bool) -> None:
    """Whoever nobody met is somebody all the same."""
    copy, _ = access([account(STAD, own=True), post(1, STAD, f"Zie {address} daar")])
    assert (address in copy) is stays


def test_the_number_of_somebodys_post_leads_to_them() -> None:
    theirs = post(1, JAN, "Vraag")
    url = f"https://x.com/i/status/{theirs.native_id}"
    copy, _ = access([account(STAD, own=True), theirs, post(2, STAD, f"Zie {url} en {theirs.native_id}")])
    assert theirs.native_id not in copy


def test_somebody_with_a_handle_that_was_ours_is_not_ours() -> None:
    """A handle that changed hands: whoever bears it now is protected, we are not hidden by it."""
    other = AccountRef("77777", "gemeente", "Grapjas Voorbeeld")
    copy, _ = access([account(STAD, own=True), account(other), post(1, other, "Ha"), post(2, STAD, "Onze brug")])
    assert left(copy, "77777", "Grapjas Voorbeeld") == []
    assert "Gemeente Voorbeeldstad" in copy


@pytest.mark.parametrize(("ours", "theirs"), [("", ""), ("", " "), (" ", ""), (" ", " ")])
def test_who_takes_the_name_of_an_authority_does_not_hide_it(ours: str, theirs: str) -> None:
    stad = AccountRef("1", "gemeente", f"Gemeente Voorbeeldstad{ours}")
    other = AccountRef("77777", "nepstad_1", f"Gemeente Voorbeeldstad{theirs}")
    items = [account(stad, own=True), account(other), post(1, stad, "Gemeente Voorbeeldstad opent de brug")]
    copy, _ = access(items)
    needles = {one.text for one in ThirdParties(items, OURS, {}).needles}
    assert "nepstad_1" in needles
    assert other.name not in needles  # the search does not take it for a leak either
    assert "Gemeente Voorbeeldstad opent de brug" in copy
    assert left(copy, "nepstad_1", "77777") == []


def test_an_office_holder_is_named_in_the_period_that_was_decided() -> None:
    held = Shown("x", JAN.native_id, JAN.handle, since=2, until=2)
    items = [account(STAD, own=True), account(JAN)]
    items += [post(number, JAN, f"Post {number} van Jan van Jansen-Voorbeeld") for number in (1, 2, 3)]
    copy, _ = access(items, shown=(*OURS, held))
    lines = [line for line in copy.splitlines() if "Post " in line]
    assert [bool(left(line, *NAMES)) for line in lines] == [False, True, False]


def test_an_address_that_may_stay_in_one_post_may_have_to_go_in_the_next() -> None:
    """What is remembered of addresses does not depend on who was around."""
    held = Shown("x", JAN.native_id, JAN.handle, since=2, until=2)
    url = "https://www.voorbeeldstad.example/college/jan_jansen84"
    items = [account(STAD, own=True), account(JAN)]
    items += [post(number, STAD, f"Post {number}: {url}", links=(Link(url),)) for number in (2, 1, 2, 3)]
    copy, _ = access(items, shown=(*OURS, held))
    assert [url in line for line in copy.splitlines() if "Post " in line] == [True, False, True, False]


def test_of_the_address_of_an_own_post_everything_but_its_number_may_name_somebody() -> None:
    mine = [post(number, STAD, "Post hier") for number in (1, 2)]
    numbered = [msgspec.structs.replace(one, url=f"https://x.com/gemeente/status/{one.native_id}") for one in mine]
    named = [msgspec.structs.replace(one, url=f"https://x.com/gemeente/jan_jansen84/{one.native_id}") for one in mine]
    copy, _ = access([account(STAD, own=True), account(JAN), *numbered, *named])
    urls = [json.loads(line)["url"] for line in copy.splitlines() if "Post hier" in line]
    assert urls[:2] == [one.url for one in numbered]
    assert [left(url, *NAMES) for url in urls[2:]] == [[], []]
    assert all(url.endswith(f"/{one.native_id}") for url, one in zip(urls[2:], named, strict=True))


def test_the_words_of_a_name_go_where_its_bearer_is_called() -> None:
    copy, _ = access(
        [
            account(STAD, own=True),
            account(JAN),
            post(1, STAD, "Beste Jan, dank", mentions=(JAN,)),
            post(2, STAD, "De jan-van-gent is een vogel", mentions=(JAN,)),
            post(3, STAD, "Jan en alleman"),
        ]
    )
    assert "Beste Jan" not in copy
    assert "De jan-van-gent" in copy
    assert "Jan en alleman" in copy


@pytest.mark.parametrize("said", ["#JanVanJansenVoorbeeld", "#bedanktJanvanJansenVoorbeeld"])
def test_hashtags_are_made_of_names_too(said: str) -> None:
    copy, _ = access(
        [account(STAD, own=True), account(JAN), post(1, STAD, f"Dag {said} dag", hashtags=(said.lstrip("#"),))]
    )
    assert "jansen" not in copy.casefold()


@pytest.mark.parametrize(
    "said", ["Jan van Jansen-Voorbeelds fiets", "jan van jansen voorbeeld", "Jan_van_Jansen-Voorbeeld"]
)
def test_a_name_is_known_in_other_forms(said: str) -> None:
    copy, _ = access([account(STAD, own=True), account(JAN), post(1, STAD, f"Dag {said} dag")])
    assert left(copy.replace("_", " "), "jan van jansen") == []


def test_a_person_keeps_the_pseudonym_over_captures(tmp_path: Path) -> None:
    """By number in one capture, by handle alone in the next, under another handle later; and the other way round."""
    known = tmp_path / "k.people.sqlite"
    by_handle = AccountRef(None, "jan_jansen84")
    later = AccountRef("1234567890", "jan_is_verhuisd")

    def of(ref: AccountRef, path: Path) -> str:
        people = made([account(STAD, own=True), post(1, ref, "-")], known=Known(path)).parts.people
        return str(people.pseudonym("x", ref))

    first = of(JAN, known)
    assert [of(by_handle, known), of(later, known), of(AccountRef(None, "jan_is_verhuisd"), known)] == [first] * 3
    other = tmp_path / "l.people.sqlite"
    assert of(by_handle, other) == of(JAN, other) == of(later, other)
    taken = AccountRef("99999", "jan_jansen84")
    assert of(taken, other) != of(JAN, other)
    assert not {b"jan_jansen84", b"1234567890"} & {word for word in known.read_bytes().split(b"\x00") if word}
    assert b"jansen" not in known.read_bytes()


def test_the_first_pass_reads_the_same_from_a_file(tmp_path: Path) -> None:
    items = [account(STAD, own=True), account(JAN), full(PostHistory, "Dag"), post(1, STAD, "\ud83d", mentions=(JAN,))]
    path = tmp_path / "posts.jsonl"
    path.write_bytes(b"".join(activitystreams.encode(item) for item in items))
    assert met_in(path) == met_among(items)


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


def test_somebody_who_is_named_with_what_was_seen_of_an_account_alone_is_known() -> None:
    seen = Observation("x", account=AccountRef("77777", "wies_verzint", "Wies Verzint"))
    ours = msgspec.structs.replace(account(STAD, own=True), observations=(seen,))
    copy, _ = access([ours, post(1, STAD, "Wies Verzint zegt iets"), post(2, JAN, "wies_verzint ook")])
    assert left(copy, "Wies Verzint", "wies_verzint", "77777") == []
