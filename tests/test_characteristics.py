"""Essential characteristics, measured: no capture is credited with what another one brought."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from sma_plugin.characteristics.catalogue import Want, default, measures, shipped, wanted
from sma_plugin.characteristics.counting import standing
from sma_plugin.characteristics.emoji import has_emoji
from sma_plugin.characteristics.measure import assess
from sma_plugin.characteristics.records import Assessment, Measured
from sma_plugin.characteristics.scope import plain_address
from sma_plugin.characteristics.shortfalls import shortfalls
from sma_plugin.findings import Language, text
from sma_plugin.history.attribution import classify
from sma_plugin.history.load import Loader
from sma_plugin.history.says import BITS, stated
from sma_plugin.history.threads import order_threads
from sma_plugin.model import (
    Account,
    AccountRef,
    Capture,
    Counts,
    Evidence,
    Item,
    Link,
    Media,
    Moment,
    Poll,
    Post,
    PostState,
    ProfileVersion,
    Relation,
    Resource,
    Technique,
)
from sma_plugin.settings import Defaults, Paths, Settings, load
from test_completeness import measured as measured_of

OWN, OTHER = AccountRef("1"), AccountRef("2")
DAY = 86_400_000_000
TEXT = "De brug is dicht 🚧"


def post(number: int, author: AccountRef = OWN, path: str = "a.json", **told: Any) -> Post:
    """A post of one day, as some capture tells of it."""
    state = told.pop("state", PostState(text=TEXT))
    created = told.pop("created", Moment(number * DAY, "t"))
    evidence = (Evidence(path, "bytes", number, 1),)
    return Post("x", author, str(number), created, state, evidence=evidence, **told)


def page(url: str, path: str = "a.warc") -> Resource:
    return Resource("page", url, status=200, evidence=(Evidence(path, "bytes", 0, 9),))


def assessed(folder: Path, *captures: tuple[Technique, Iterable[Item]], own: tuple[str, ...] = ("1",)) -> Assessment:
    """What is measured of captures, by technique."""
    loader = Loader(folder / "history.sqlite")
    for number, (technique, items) in enumerate(captures):
        loader.capture(Capture(id=f"{number + 1:02}", technique=technique))
        for account in own:
            loader.add(number, Account("x", AccountRef(account), owner=True))
        for item in items:
            loader.add(number, item)
    return measured_of(loader)


def of(found: Iterable[Measured], name: str) -> Measured:
    return next(one for one in found if one.name == name)


def counted(found: Iterable[Measured], name: str) -> tuple[int | None, int | None]:
    one = of(found, name)
    return one.count, one.expected


POLL = Poll(("Ja", "Nee"))
MEASURED: dict[str, tuple[list[Item], tuple[int, int]]] = {
    "tekst": ([post(1), post(2, state=PostState(text="Begin…", truncated=True))], (1, 2)),
    "afbeeldingen": (
        [
            post(1, state=PostState(text="a", media=(Media("image", path="foto.png"),))),
            post(2, state=PostState(text="b", media=(Media("image", source="https://x.example/b.png"),))),
        ],
        (1, 2),
    ),
    "video's": ([post(1, state=PostState(text="a", media=(Media("video", path="film.mp4"),)))], (1, 1)),
    "emoji's": ([post(1), post(2, state=PostState(text="Zonder ©"))], (1, 1)),
    "reacties": (
        [post(1, counts=Counts({"replies": 3})), post(2, OTHER, relations=(Relation("reply", "1"),))],
        (1, 3),
    ),
    "actieknop(pen)": ([post(1, counts=Counts({"likes": 3})), post(2)], (1, 2)),
    "datum en tijd": ([post(1), post(2, created=Moment(DAY, "2 mei", "date"))], (1, 2)),
    "tijdzone": ([post(1), post(2, created=Moment(DAY, "2024-05-02T10:00", "zone:Europe/Amsterdam"))], (1, 2)),
    "adres": ([post(1, url="https://x.example/1"), post(2)], (1, 2)),
    "toepassing": ([post(1, state=PostState(text="a", tool="Web")), post(2)], (1, 1)),
    "taal": ([post(1, state=PostState(text="a", language="nl")), post(2)], (1, 1)),
    "profiel destijds": (
        [post(1), post(90), ProfileVersion("x", OWN, Moment(2 * DAY), "Vbs", evidence=(Evidence("a.json"),))],
        (1, 2),
    ),
    "peilingen": ([post(1, state=PostState(text="a", poll=POLL))], (1, 1)),
    "hyperlinks": ([post(1, state=PostState(text="a", links=(Link("https://x.example/a"),)))], (1, 1)),
    "reactiedraad": (
        [post(1), post(2, relations=(Relation("reply", "1"),)), post(3, relations=(Relation("reply", "9"),))],
        (1, 2),
    ),
    "reeksen": ([post(1), post(2, relations=(Relation("reply", "1"),)), post(3, OTHER)], (1, 1)),
    "quote en repost": (
        [post(1), post(2, relations=(Relation("quote", "1"),)), post(3, relations=(Relation("repost", "8"),))],
        (1, 2),
    ),
    "bewerkingen": ([post(1, edited=Moment(2 * DAY))], (0, 1)),
    "bijlagen": ([post(1, state=PostState(text="a", media=(Media("audio", path="geluid.mp3"),)))], (1, 1)),
    "lay-out": ([post(1), page("https://x.example/vbs")], (1, 1)),
}


@pytest.mark.parametrize("name", MEASURED)
def test_a_characteristic_is_counted_in_what_was_to_be_expected(name: str, tmp_path: Path) -> None:
    items, expected = MEASURED[name]
    found = assessed(tmp_path, ("api", items))
    assert counted(found.characteristics, name) == expected
    assert counted(found.captures[0].characteristics, name) == expected
    one = of(found.characteristics, name)
    assert len(one.evidence) == expected[0]
    assert bool(one.missing) == (expected[0] < expected[1])


def test_a_capture_is_not_credited_with_what_another_one_brought(tmp_path: Path) -> None:
    full = PostState(text=TEXT, media=(Media("image", path="foto.png"),), poll=POLL, language="nl", tool="Web")
    shot = PostState(text=TEXT)
    found = assessed(
        tmp_path, ("platform-export", [post(1, state=full)]), ("web-harvest", [post(1, path="b.warc", state=shot)])
    )
    export, harvest = (capture.characteristics for capture in found.captures)
    for name in ("afbeeldingen", "peilingen", "taal", "toepassing"):
        assert counted(export, name) == counted(found.characteristics, name) == (1, 1), name
        assert counted(harvest, name) == (0, 1), name
        assert of(harvest, name).score == "-"
    assert counted(harvest, "tekst") == counted(harvest, "emoji's") == (1, 1)


def test_lost_emoji_are_found(tmp_path: Path) -> None:
    lost = PostState(text="De brug is dicht ?")
    found = assessed(tmp_path, ("platform-export", [post(1)]), ("api", [post(1, path="b.json", state=lost)]))
    assert [counted(one.characteristics, "emoji's") for one in found.captures] == [(1, 1), (0, 1)]


def test_links_resolve_to_pages_and_posts_that_are_here(tmp_path: Path) -> None:
    links = [
        ("https://www.voorbeeldstad.example/brug/",),
        ("https://x.example/9", "https://weg.example/", "https://x.com/iemand", "http://voorbeeldstad.example/brug"),
    ]
    posts = [
        post(number, state=PostState(text="a", links=tuple(map(Link, some)))) for number, some in enumerate(links, 1)
    ]
    items = [*posts, post(3, url="https://x.example/9"), page("http://voorbeeldstad.example/brug#boven")]
    found = of(assessed(tmp_path, ("web-harvest", items)).characteristics, "doel van hyperlinks")
    assert (found.count, found.expected) == (2, 4)
    assert [(one.address, one.post, one.evidence.path) for one in found.evidence] == [
        ("https://www.voorbeeldstad.example/brug/", "1", "a.warc"),
        ("https://x.example/9", "2", "a.json"),
    ]
    # Whose page it is on a platform is not told: it may be a person's.
    assert [(one.address, one.post) for one in found.missing] == [("https://weg.example/", "2"), (None, "2")]


def test_what_was_decoded_and_does_not_play_is_not_counted(tmp_path: Path) -> None:
    names = {"foto.png": "image", "film.mp4": "video", "ander.mp4": "video", "geluid.mp3": "audio"}
    posts = [
        post(number, state=PostState(text="a", media=(Media(kind, path=name),)))  # type: ignore[arg-type]
        for number, (name, kind) in enumerate(names.items())
    ]
    loader = Loader(tmp_path / "history.sqlite")
    loader.capture(Capture(id="01", technique="api"))
    for item in (Account("x", OWN, owner=True), *posts):
        loader.add(0, item)
    with closing(loader.finish()) as db:
        order_threads(db)
        classify(db)
        found = assess(db, played={"foto.png": False, "film.mp4": False, "ander.mp4": True}).characteristics
    assert [counted(found, name) for name in ("afbeeldingen", "video's", "afspelen")] == [(0, 1), (2, 2), (2, 3)]
    assert of(found, "afspelen").decoded == 1


@pytest.mark.parametrize("part", ["avatar", "header"])
def test_a_picture_of_a_profile_may_stand_in_a_web_archive(part: str, tmp_path: Path) -> None:
    known = ProfileVersion("x", OWN, Moment(DAY), "Vbs", evidence=(Evidence("a.json"),))
    picture = Media("image", source="https://beeld.example/vbs.png?v=2")
    told = msgspec.structs.replace(known, **{part: picture})
    response = Resource("medium", "https://beeld.example/vbs.png", status=200, evidence=(Evidence("b.warc"),))
    other = msgspec.structs.replace(response, url="https://beeld.example/anders.png")
    found = assessed(tmp_path, ("web-harvest", [post(1), told, response, other]), ("api", [post(1), told]))
    name = {"avatar": "profielfoto", "header": "omslagfoto"}[part]
    assert [counted(one.characteristics, name) for one in found.captures] == [(1, 1), (0, 1)]
    assert of(found.characteristics, name).score == "+"


def test_every_emoji_is_known_for_one_also_among_words() -> None:
    known = pytest.importorskip("emoji").EMOJI_DATA
    pictures = [one for one in known if len(one) > 1 or ord(one) >= 0x2190]
    assert [one for one in pictures if not has_emoji(f"Brug {one} dicht")] == []
    assert not any(map(has_emoji, ("Voorbeeldstad © 2024", "„De brug” – dicht…", "Straße, œuvre, šest, 7 €", "#1")))


def test_the_cost_of_measuring_grows_with_the_posts(tmp_path: Path) -> None:
    """SQLite's steps, for clocks differ: ten times the posts, in threads of three, may cost no forty times the work."""

    def steps(posts: int) -> int:
        spent = 0

        def count() -> int:
            nonlocal spent
            spent += 1
            return 0

        items: list[Item] = []
        for number in range(0, posts, 3):
            items += [post(number, counts=Counts({"replies": 5}))]
            items += [post(number + more, OTHER, relations=(Relation("reply", str(number)),)) for more in (1, 2)]
        moments = [Moment(number * DAY) for number in range(posts // 9)]
        profiles = [ProfileVersion("x", OWN, at, "Vbs", evidence=(Evidence("a.json"),)) for at in moments]
        loader = Loader(tmp_path / f"{posts}.sqlite")
        loader.capture(Capture(id="01", technique="api"))
        for item in (Account("x", OWN, owner=True), *profiles, *items):
            loader.add(0, item)
        db = loader.finish()
        order_threads(db)
        classify(db)
        db.set_progress_handler(count, 1000)
        assert assess(db).counts["posts"] == posts // 3
        db.close()
        return spent

    assert steps(3000) < 40 * steps(300)


def test_each_account_is_measured_by_itself(tmp_path: Path) -> None:
    items = [
        post(1),
        post(2, AccountRef("2")),
        post(3, AccountRef("2")),
        post(4, AccountRef("3"), relations=(Relation("reply", "3"),)),
    ]
    found = assessed(tmp_path, ("api", items), own=("1", "2"))
    assert {one.native_id: one.counts["posts"] for one in found.accounts} == {"1": 1, "2": 2}
    assert {one.native_id: counted(one.characteristics, "tekst") for one in found.accounts} == {
        "1": (1, 1),
        "2": (3, 3),
    }
    assert counted(found.characteristics, "tekst") == (4, 4)


def test_posts_of_others_are_pointed_at_without_their_ids(tmp_path: Path) -> None:
    items = [post(1), post(2, OTHER, relations=(Relation("reply", "1"),))]
    pointers = of(assessed(tmp_path, ("api", items)).characteristics, "reacties").evidence
    assert [(one.post, one.evidence.offset, one.evidence.capture) for one in pointers] == [(None, 2, "01")]


def test_of_several_techniques_the_best_is_declared(tmp_path: Path) -> None:
    found = assessed(tmp_path, ("api", [post(1)]), ("screen-capture", [post(1, path="b.json")]))
    one = of(found.characteristics, "afbeeldingen")
    assert (one.declared, one.declared_by) == ("+", {"api": "-", "screen-capture": "+"})
    assert of(found.captures[0].characteristics, "afbeeldingen").declared == "-"


@pytest.mark.parametrize(
    ("count", "expected", "want", "found"),
    [
        (1, 2, Want(), "not established"),
        (0, 0, Want(100, 100), "not established"),
        (2, 2, Want(100, 100), "met"),
        (9, 10, Want(100, 90), "below target"),
        (8, 10, Want(100, 90), "below minimum"),
        (8, 10, Want(target=80), "met"),
        (8, 10, Want(minimum=80), "met"),
    ],
)
def test_a_share_stands_somewhere_between_minimum_and_target(count: int, expected: int, want: Want, found: str) -> None:
    assert standing(count, expected, want) == found


@pytest.mark.parametrize(("language", "share"), [("nl", "66,7 % vastgelegd"), ("en", "66.7% was captured")])
def test_a_share_is_written_as_its_reader_writes_numbers(language: Language, share: str) -> None:
    one = Measured("inhoud", "afbeeldingen", "-", count=2, expected=3, minimum=90, standing="below minimum")
    (found,) = shortfalls(Assessment((), {}, (), characteristics=(one,)), default())
    assert share in text(found, language)


def test_without_a_profile_nothing_is_established(tmp_path: Path) -> None:
    found = assessed(tmp_path, ("api", [post(1)]))
    assert found.profile is None
    assert {(one.target, one.minimum, one.standing) for one in found.characteristics} == {
        (None, None, "not established")
    }


def test_the_six_labels_of_the_guideline_have_its_judgement_and_the_others_none() -> None:
    stated = [one.name for one in shipped().kenmerk if one.source == "handreiking"]
    assert stated == ["tekst", "afbeeldingen", "video's", "emoji's", "reacties", "actieknop(pen)"]
    assert [one.name for one in shipped().kenmerk if one.declared] == stated
    assert {one.category for one in shipped().kenmerk} == set(shipped().categories)
    assert {one.measure for one in shipped().kenmerk} <= set(measures())


def test_an_archive_replaces_and_adds(tmp_path: Path) -> None:
    (tmp_path / "eigen.toml").write_text(
        """
[[kenmerk]]
category = "gedrag"
name = "hyperlinks"
label = { nl = "verwijzingen", en = "references" }
measure = "links"
[[kenmerk]]
category = "vormelementen"
name = "huisstijl"
label = { nl = "huisstijl", en = "house style" }
[[profile]]
name = "eigen"
label = { nl = "eigen", en = "own" }
source = "besluit 1"
want = { huisstijl = { target = 100 }, tekst = { target = 100, minimum = 95 } }
""",
        encoding="utf-8",
    )
    paths, defaults = Paths(characteristics=("eigen.toml",)), Defaults(target_profile="eigen")
    found, wrong = wanted(Settings(base=str(tmp_path), paths=paths, defaults=defaults))
    names = [one.name for one in found.kenmerken]
    assert wrong == []
    assert len(names) == len(default().kenmerken) + 1
    assert next(one for one in found.kenmerken if one.name == "hyperlinks").label["nl"] == "verwijzingen"
    assert names[-1] == "huisstijl"
    assert found.profile.want["tekst"] == Want(100, 95)


@pytest.mark.parametrize("text", ["👩‍👩‍👧", "🇳🇱", "1️⃣", "👍🏽", "❤", "©️", "tekst 🙂 tekst", "שלום 🙂"])
def test_emoji_are_known_by_unicode(text: str) -> None:
    assert has_emoji(text)


@pytest.mark.parametrize(
    "text", ["", "gewoon", "© 2024 Gemeente", "naïef", "1 + 1 = 2 #brug", "→ lees meer", "שלום", "a\u200db"]
)
def test_signs_and_letters_are_no_emoji(text: str) -> None:
    assert not has_emoji(text)


@given(st.text("abc/-é", max_size=12))
def test_an_address_is_the_same_page_by_any_scheme_and_at_any_heading(path: str) -> None:
    assert plain_address(f"https://www.a.example/{path}#top") == plain_address(f"http://A.example/{path}/")


def test_every_part_of_a_state_that_is_counted_has_a_bit() -> None:
    state = PostState(
        text="a", links=(Link("b"),), poll=POLL, tool="c", language="nl", media=(Media("video", path="d"),)
    )
    told = {name for name, bit in BITS.items() if stated(state) & bit}
    assert told == {"text", "whole", "links", "poll", "tool", "language", "video", "file"}


@pytest.mark.parametrize("page", ["kenmerken.md", "characteristics.md"])
def test_the_pages_give_a_file_that_can_be_used_and_every_measure(page: str, tmp_path: Path) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    _, configured, own = (part.split("```")[0] for part in text.split("```toml"))
    (tmp_path / "kenmerken.toml").write_text(own, encoding="utf-8")
    (tmp_path / "sma.toml").write_text(configured, encoding="utf-8")
    found, wrong = wanted(load(tmp_path / "sma.toml"))
    assert (wrong, found.profile.name) == ([], "streekarchief")
    assert [name for name in measures() if f"`{name}`" not in text] == []
