"""One post over techniques: with and without ids, however each technique writes its text and names its account."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from history_stores import settle
from sma_plugin.history.load import Loader
from sma_plugin.history.platforms import named_by
from sma_plugin.history.store import HistoryStore
from sma_plugin.history.texts import canonical, same_text
from sma_plugin.model import (
    Account,
    AccountHistory,
    AccountRef,
    Alias,
    Capture,
    Evidence,
    Item,
    Media,
    Moment,
    Post,
    PostHistory,
    PostState,
)

CITY = AccountRef("100", "vbstad")
SECOND = 1_000_000
WORKS = "De Stationsweg is dicht tot 17 uur vanwege werk aan het riool"


def post(native: str | None, text: str | None = WORKS, at: int = 5, **values: Any) -> Post:
    state = values.pop("state", PostState(text=text))
    values.setdefault("author", CITY)
    platform = values.pop("platform", "facebook")
    return Post(platform, values.pop("author"), native, Moment(at * SECOND), state, **values)


def load(captures: Iterable[tuple[str, Sequence[Item]]]) -> tuple[list[PostHistory], list[AccountHistory], int]:
    """Posts, accounts and how many posts stay apart because they could be one of several."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "h.sqlite"
        loader = Loader(path)
        for name, items in captures:
            number = loader.capture(Capture(id=name))
            for item in items:
                loader.add(number, item)
        settle(loader)
        with HistoryStore(path) as store:
            return list(store.posts()), list(store.accounts()), sum(count for _, count in loader.apart)


def sighted(*captures: Sequence[Post]) -> tuple[list[PostHistory], int]:
    """What the history makes of captures, each post with evidence of its own."""
    pointed: list[tuple[str, list[Item]]] = []
    for number, items in enumerate(captures):
        name = f"{number:02d}"
        pointed.append((name, [_seen_at(item, name, at) for at, item in enumerate(items)]))
    posts, _, apart = load(pointed)
    return posts, apart


def _seen_at(item: Post, capture: str, at: int) -> Post:
    return msgspec.structs.replace(item, evidence=(Evidence("a.json", "bytes", at, 1, None, capture),))


def test_a_post_of_an_export_without_ids_is_the_one_of_the_api() -> None:
    posts, apart = sighted([post(None)], [post("100_7")])
    assert [(one.native_id, one.derived_id, len(one.versions), len(one.versions[0].evidence)) for one in posts] == [
        ("100_7", False, 1, 2)
    ]
    assert [alias.scheme for alias in posts[0].aliases] == ["derived"]
    assert apart == 0


def test_on_a_platform_whose_exports_have_ids_they_stay_two() -> None:
    posts, _ = sighted([post(None, platform="x")], [post("7", platform="x")])
    assert len(posts) == 2


@pytest.mark.parametrize(
    "other",
    [
        post("9", WORKS, at=6),
        post("9", "Iets heel anders"),
        post("9", author=AccountRef("200")),
        post("9", kind="story"),
    ],
)
def test_another_second_text_account_or_a_story_is_another_post(other: Post) -> None:
    assert len(sighted([post(None)], [other])[0]) == 2


def test_what_could_be_one_of_several_stays_apart_and_is_told() -> None:
    posts, apart = sighted([post(None)], [post("7"), post("8")])
    assert (sorted(one.derived_id for one in posts), apart) == ([False, False, True], 1)


def test_an_edited_post_without_id_is_one_post_of_two_versions() -> None:
    edited = WORKS.replace("17", "18")
    posts, apart = sighted([post(None)], [post(None, edited)])
    assert [[version.state.text for version in one.versions] for one in posts] == [[WORKS, edited]]
    assert apart == 0


def test_two_posts_of_one_capture_and_second_are_two_however_alike() -> None:
    posts, apart = sighted([post(None), post(None, WORKS + "!!")], [post(None, WORKS + "!")])
    assert (len(posts), apart) == (3, 3)


def test_photos_without_words_are_known_by_their_files() -> None:
    def photo(name: str) -> Post:
        return post(None, state=PostState(text="", media=(Media("image", path=f"media/{name}.jpg"),)))

    posts, _ = sighted([photo("1"), photo("2")], [photo("2"), photo("1")])
    assert [len(one.versions) for one in posts] == [1, 1]


def test_derived_ids_do_not_depend_on_what_was_first() -> None:
    first, _ = sighted([post(None, "a"), post(None, "b")])
    second, _ = sighted([post(None, "b"), post(None, "c"), post(None, "a")])
    assert {one.native_id for one in first} < {one.native_id for one in second}


def test_an_account_known_by_page_or_handle_is_the_one_with_the_id() -> None:
    page = "https://www.facebook.com/VbStad/?locale=nl"
    captures = [
        ("01", [post(None, author=AccountRef(url=page)), post(None, "Hallo", author=AccountRef(handle="vbstad"))]),
        ("02", [Account("facebook", AccountRef("100", url="https://www.facebook.com/vbstad"), owner=True), post("7")]),
    ]
    for order in (captures, captures[::-1]):
        posts, accounts, _ = load(order)
        assert [one.native_id for one in accounts] == ["100"]
        assert sorted((one.derived_id, one.klass) for one in posts) == [(False, "own"), (True, "own")]
        assert {one.native_id.partition("/")[0] for one in posts} == {"7", "100"}


def test_a_display_name_joins_nothing() -> None:
    _, accounts, _ = load([("01", [post("1", author=AccountRef(name="Voorbeeldstad")), post("2")])])
    assert sorted(one.native_id for one in accounts) == ["100", "unknown"]


@pytest.mark.parametrize(
    ("platform", "url", "named"),
    [
        ("facebook", "https://www.facebook.com/profile.php?id=1000641", ("id", "1000641")),
        ("facebook", "https://www.facebook.com/people/Voorbeeld-Stad/1000641/", ("id", "1000641")),
        ("facebook", "https://m.facebook.com/VoorbeeldStad", ("handle", "voorbeeldstad")),
        ("facebook", "https://www.facebook.com/groups/1234", None),
        ("instagram", "https://www.instagram.com/p/Cxyz/", None),
        ("youtube", "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuV", ("id", "UCabcdefghijklmnopqrstuV")),
        ("x", "https://twitter.com/VbStad", ("handle", "vbstad")),
        ("x", "https://x.com/vbstad/status/12", None),
        ("bluesky", "https://bsky.app/profile/did:plc:abc", ("id", "did:plc:abc")),
        ("facebook", "https://[", None),
        ("facebook", "https://facebook.com.example/vbstad", None),
    ],
)
def test_an_address_names_an_account(platform: str, url: str, named: tuple[str, str] | None) -> None:
    assert named_by(platform, url) == named


@pytest.mark.parametrize(
    ("platform", "one", "other"),
    [
        ("x", "Lees https://t.co/abc", "Lees https://voorbeeldstad.example/werk"),
        ("x", "Lees https://t.co/abc https://t.co/def", "Lees voorbeeldstad.example/w…"),
        ("x", "a &lt;b&gt; c", "a <b> c"),
        ("linkedin", "Lees https://lnkd.in/eAbc", "Lees https://voorbeeldstad.example/werk?x=1"),
        ("facebook", "Zie https://l.facebook.com/l.php?u=https%3A%2F%2Fa.example%2F1&h=AT0", "Zie https://a.example/1"),
        ("facebook", "Dank @[1000:2048:Jan de Tester]!", "Dank Jan de Tester!"),
        (
            "linkedin",
            "Dank @[Gemeente Voorbeeldstad](urn:li:organization:12) \\(nu\\)",
            "Dank Gemeente Voorbeeldstad (nu)",
        ),
        ("facebook", "De Stationsweg is… Meer weergeven", "De Stationsweg is dicht"),
        ("facebook", "De Stationsweg is... See more", "De Stationsweg is dicht"),
        ("mastodon", "<p>De weg<br/>is dicht &amp; blijft dicht</p>", "De weg is dicht & blijft dicht"),
        ("instagram", "cafe\u0301 \u200b open", "café open"),
    ],
)
def test_one_text_is_known_however_it_is_written(platform: str, one: str, other: str) -> None:
    assert same_text(one, other, platform)
    assert same_text(other, one, platform)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Open tot 17 uur", "Open tot 18 uur"),
        ("Lees https://a.example/1", "Lees https://a.example/2"),
        ("Lees", "Lees https://a.example/2"),
        ("En toen…", "En toen ging het mis"),
        ("…", "Goedemorgen"),
        ("", "Goedemorgen"),
    ],
)
def test_other_words_are_another_text(one: str, other: str) -> None:
    assert not same_text(one, other, "facebook")
    assert not same_text(other, one, "facebook")


def test_a_text_that_its_source_calls_cut_off_is_the_beginning_of_the_whole() -> None:
    assert same_text("En toen…", "En toen ging het mis", cut=(True, False))
    assert same_text("En toen ging", "En toen ging het mis", cut=(True, False))


def test_the_canonical_form_is_settled_in_one_go() -> None:
    for text in ("a &amp;lt; b", "x <br> y", "https://t.co/a  b"):
        assert canonical(canonical(text)) in (canonical(text), "a < b")


def _linked(item: Post, *, linked: bool) -> Post:
    """The post with an id and an address that are of one author and kind, as any source has them."""
    author = "200" if item.author.native_id == "200" else "100"
    native = item.native_id and f"{author}-{item.native_id}-{item.kind == 'story'}"
    place = f"{author}/{item.kind == 'story'}/{native}"
    return msgspec.structs.replace(item, native_id=native, aliases=(Alias("url", place),) if linked else ())


_posts = st.builds(
    _linked,
    st.builds(
        post,
        st.sampled_from([None, None, None, "1", "2", "3"]),
        st.sampled_from([WORKS, WORKS.replace("17", "18"), WORKS.replace("17", "19"), "", "Goedemorgen", None]),
        st.just(5),
        author=st.sampled_from([CITY, AccountRef(handle="vbstad"), AccountRef("200"), AccountRef()]),
        platform=st.sampled_from(["facebook", "x"]),
        kind=st.sampled_from(["note", "image", "story"]),
    ),
    linked=st.booleans(),
)
_captures = st.lists(st.lists(_posts, max_size=4), min_size=2, max_size=4)


def _identities(captures: list[tuple[str, list[Item]]]) -> set[tuple[Any, ...]]:
    posts, _, _ = load(captures)
    return {
        (
            one.platform,
            one.derived_id and one.native_id,
            frozenset(place for version in one.versions for place in version.evidence),
        )
        for one in posts
    }


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_captures, st.randoms(use_true_random=False))
def test_captures_in_any_order_give_the_same_identities(captures: list[list[Post]], chance: random.Random) -> None:
    named: list[tuple[str, list[Item]]] = [
        (f"{number:02d}", [_seen_at(item, f"{number:02d}", at) for at, item in enumerate(items)])
        for number, items in enumerate(captures)
    ]
    found = _identities(named)
    chance.shuffle(named)
    assert _identities(named) == found


def steps_of(posts: int, folder: Path) -> int:
    """How many thousands of steps the store takes for so many posts without ids, each of a second of its own."""
    loader = Loader(folder / f"{posts}.sqlite")
    number, steps = loader.capture(Capture(id="01")), 0

    def stepped() -> None:
        nonlocal steps
        steps += 1

    loader._db.set_progress_handler(stepped, 1000)
    for at in range(posts):
        loader.add(number, post(None, f"bericht {at}", at, evidence=(Evidence("posts.json", "bytes", at, 1),)))
    loader.finish().close()
    return steps


def test_twice_as_many_posts_without_ids_take_twice_the_work(tmp_path: Path) -> None:
    assert steps_of(2000, tmp_path) < 3 * steps_of(1000, tmp_path)
