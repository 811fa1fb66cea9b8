"""One account history: identity over captures, versions, threads, whose posts they are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sma_plugin.history.attribution import classify, find_own
from sma_plugin.history.load import Loader
from sma_plugin.history.store import HistoryStore, OutdatedStoreError
from sma_plugin.history.texts import canonical
from sma_plugin.history.threads import order_threads
from sma_plugin.history.versions import same_version
from sma_plugin.model import (
    Account,
    AccountRef,
    Alias,
    Capture,
    Counts,
    Evidence,
    Item,
    Media,
    Moment,
    Observation,
    Post,
    PostHistory,
    PostState,
    ProfileVersion,
    Relation,
    Resource,
    Withdrawal,
)

CITY = AccountRef("100", "vbstad")
CITIZEN = AccountRef("200", "wandelaar_voorbeeld")


def post(number: str | None, text: str = "Goedemorgen", *, day: int = 1, **values: Any) -> Post:
    values.setdefault("author", CITY)
    values.setdefault("evidence", (Evidence("a.jsonl", "bytes", day * 100, 50),))
    state = values.pop("state", PostState(text=text))
    created = Moment(day * 86_400_000_000, f"day {day}")
    return Post("x", values.pop("author"), number, created, state, **values)


def build(path: Path, *captures: Iterable[Item], subjects: tuple[tuple[str, AccountRef], ...] = ()) -> HistoryStore:
    path.unlink(missing_ok=True)
    loader = Loader(path)
    for number, items in enumerate(captures):
        index = loader.capture(Capture(id=f"{number + 1:02d}"))
        for item in items:
            loader.add(index, item)
    db = loader.finish(full_text=True)
    order_threads(db)
    db.execute("BEGIN")
    list(find_own(db, subjects))
    classify(db)
    db.execute("COMMIT")
    db.close()
    return HistoryStore(path)


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite"


def posts(store: HistoryStore) -> list[PostHistory]:
    found = list(store.posts())
    store.close()
    return found


def test_the_same_post_in_two_captures_is_one_post_with_two_pieces_of_evidence(store_path: Path) -> None:
    other = Evidence("b.jsonl", "bytes", 7, 9)
    (found,) = posts(build(store_path, [post("1")], [post("1", evidence=(other,))]))
    assert len(found.versions) == 1
    assert [(one.path, one.capture) for one in found.versions[0].evidence] == [("a.jsonl", "01"), ("b.jsonl", "02")]


def test_changed_text_is_a_new_version_and_changed_counts_are_observations(store_path: Path) -> None:
    captures = (
        [post("1", "Open tot 17 uur", counts=Counts({"likes": 1}, Moment(1)))],
        [post("1", "Open tot 18 uur", edited=Moment(5, "later"), counts=Counts({"likes": 4}, Moment(9)))],
    )
    (found,) = posts(build(store_path, *captures))
    assert [version.state.text for version in found.versions] == ["Open tot 17 uur", "Open tot 18 uur"]
    assert [seen.counts for seen in found.observations] == [{"likes": 1}, {"likes": 4}]


def test_what_only_one_capture_can_state_fills_the_version(store_path: Path) -> None:
    first = PostState(text="Kijk https://t.co/abc", language="nl")
    second = PostState(text="Kijk", tool="web", media=(Media("image", "m1", path="m.png"),))
    (found,) = posts(build(store_path, [post("1", state=first)], [post("1", state=second)]))
    (version,) = found.versions
    assert (version.state.language, version.state.tool) == ("nl", "web")
    assert version.state.media == second.media


def test_a_truncated_text_is_not_another_version(store_path: Path) -> None:
    long = "Een lang bericht over de afsluiting van de Stationsweg"
    short = PostState(text=long[:20] + "…", truncated=True)
    (found,) = posts(build(store_path, [post("1", state=short)], [post("1", long)]))
    assert [version.state.text for version in found.versions] == [long]


def test_revisions_with_ids_of_their_own_are_versions_of_the_first(store_path: Path) -> None:
    chain = ("1", "2")
    items = [
        post("2", "tweede", day=2, revision_of="1", revisions=chain, edited=Moment(2 * 86_400_000_000)),
        post("1", "eerste", day=1, revisions=chain),
    ]
    (found,) = posts(build(store_path, items))
    assert found.native_id == "1"
    assert [(version.native_id, version.state.text) for version in found.versions] == [("1", "eerste"), ("2", "tweede")]


def test_a_shared_alias_joins_posts_that_were_two(store_path: Path) -> None:
    items = [
        post("uri-1", aliases=(Alias("url", "https://a.example/1"),)),
        post("local-1", aliases=(Alias("local", "9"),)),
        post("uri-1", aliases=(Alias("local", "9"),)),
    ]
    (found,) = posts(build(store_path, items))
    assert {alias.value for alias in found.aliases} == {"https://a.example/1", "9", "local-1"}


def test_a_text_that_was_put_back_is_a_version_of_its_own(store_path: Path) -> None:
    edits = [post("1", "a"), post("1", "b", edited=Moment(5)), post("1", "a", edited=Moment(9_000_000))]
    revisions = [
        post(str(n), "ab"[n % 2], revision_of="1" if n > 1 else None, revisions=("1", "2", "3")) for n in (1, 2, 3)
    ]
    for items in (edits, revisions):
        (found,) = posts(build(store_path, items, items))
        assert [len(version.evidence) for version in found.versions] == [2, 2, 2]
        assert found.versions[0].state == found.versions[2].state != found.versions[1].state


def test_the_moment_of_an_edit_is_learned_from_who_tells_it(store_path: Path) -> None:
    (found,) = posts(build(store_path, [post("1", "a")], [post("1", "a", edited=Moment(7_300_000, "7.3"))]))
    (again,) = posts(
        build(store_path, [post("1", edited=Moment(7_300_000, "7.3"))], [post("1", edited=Moment(7_000_000))])
    )
    assert [one.edited for one in (*found.versions, *again.versions)] == [Moment(7_300_000, "7.3")] * 2


def test_posts_that_turn_out_to_be_one_keep_what_either_knew(store_path: Path) -> None:
    page, local = Alias("url", "https://a.example/1"), Alias("local", "9")
    tie = Relation("reply", "7")
    first = post(None, author=AccountRef(), aliases=(local,), relations=(tie,), included=True)
    second = post("uri", aliases=(page,), audience="public", pinned=True, relations=(tie, Relation("quote", "8")))
    both = post("uri", aliases=(local, page), evidence=())
    (found,) = posts(build(store_path, [first, second, both]))
    assert (found.native_id, found.derived_id, found.author.native_id) == ("uri", False, "100")
    assert (found.audience, found.pinned, found.klass) == ("public", True, "own")
    assert [one.kind for one in found.relations] == ["reply", "quote"]
    assert [len(version.evidence) for version in found.versions] == [2]


def test_a_time_that_cannot_be_read_is_kept_until_one_can(store_path: Path) -> None:
    def made(*moments: Moment) -> Moment:
        (found,) = posts(build(store_path, [msgspec.structs.replace(post("1"), created=one) for one in moments]))
        return found.created

    unread, read = Moment(None, "gisteren"), Moment(5, "vandaag", "zone:UTC")
    assert made(unread, Moment()) == unread
    assert made(unread, read) == made(Moment(), read) == made(read, Moment(6, None, "zone:UTC")) == read


def test_the_surer_of_two_moments_holds_in_any_order(store_path: Path) -> None:
    def made(*moments: Moment) -> Moment:
        (found,) = posts(build(store_path, [msgspec.structs.replace(post("1"), created=one) for one in moments]))
        return found.created

    known = [Moment(5, "5"), *(Moment(6, "6", assumed) for assumed in ("zone:UTC", "minute", "date", "relative"))]
    for place, surer in enumerate(known[:-1]):
        for other in known[place + 1 :]:
            assert made(surer, other) == made(other, surer) == surer


def test_the_state_of_a_quote_is_told_again_when_it_changes(store_path: Path) -> None:
    def quote(state: str | None) -> Post:
        return post("1", relations=(Relation("quote", "2", state=state),))

    (found,) = posts(build(store_path, [quote("accepted"), quote(None), quote("accepted"), quote("revoked")]))
    assert [one.state for one in found.relations] == ["accepted", "revoked"]


def test_a_medium_has_the_file_that_a_later_capture_brings(store_path: Path) -> None:
    def pictured(path: str | None, source: str) -> Post:
        return post("1", state=PostState(text="a", media=(Media("image", "m", path, source),)))

    store = build(store_path, [pictured(None, "https://a.example/m")], [pictured("m.png", "m")])
    assert store.db.execute("SELECT path FROM media JOIN media_use ON media = media.id").fetchall() == [("m.png",)]
    (found,) = posts(store)
    assert [one.path for one in found.latest.media or ()] == ["m.png"]


def test_posts_without_an_id_get_a_derived_one_and_are_found_again(store_path: Path) -> None:
    items = [post(None, "a"), post(None, "b"), post(None, "a")]
    found = posts(build(store_path, items))
    assert sorted(one.latest.text or "" for one in found) == ["a", "b"]
    assert all(one.derived_id for one in found)
    assert len({one.native_id for one in found}) == 2


def test_threads_are_told_oldest_first_and_depth_first(store_path: Path) -> None:
    items = [
        post("9", "nieuw", day=9),
        post("3", "antwoord", day=3, author=CITIZEN, relations=(Relation("reply", "1"),)),
        post("4", "wederantwoord", day=5, relations=(Relation("reply", "3"),)),
        post("2", "ander antwoord", day=4, author=CITIZEN, relations=(Relation("reply", "1"),)),
        post("1", "begin", day=1),
    ]
    found = posts(build(store_path, items, subjects=(("x", CITY),)))
    assert [(one.native_id, one.depth, one.parent, one.thread) for one in found] == [
        ("1", 0, None, "1"),
        ("3", 1, "1", "1"),
        ("4", 2, "3", "1"),
        ("2", 1, "1", "1"),
        ("9", 0, None, "9"),
    ]
    assert [one.klass for one in found] == ["own", "reply", "own", "reply", "own"]


def test_versions_without_a_moment_of_edit_stand_in_the_order_of_their_captures(store_path: Path) -> None:
    loader = Loader(store_path)
    for name, captured in (("later", "2025-05-01"), ("earlier", "2025-04-01")):
        number = loader.capture(Capture(id=name, captured=captured))
        loader.add(number, post("1", f"Zo stond het er {captured}"))
    db = loader.finish()
    order_threads(db)
    db.close()
    (found,) = posts(HistoryStore(store_path))
    assert [one.state.text for one in found.versions] == ["Zo stond het er 2025-04-01", "Zo stond het er 2025-05-01"]


@pytest.mark.parametrize("declared", [AccountRef("100"), AccountRef(None, "andere_naam")])
def test_the_owner_of_an_export_without_ids_is_the_declared_account(store_path: Path, declared: AccountRef) -> None:
    lone = AccountRef(aliases=(Alias("name", "Voorbeeldstad", derived=True),))
    loader = Loader(store_path)
    capture = Capture(id="01", platform="x", account=declared)
    number = loader.capture(capture)
    loader.declare(number, capture)
    for item in (Account("x", lone, owner=True), post(None, author=lone)):
        loader.add(number, item)
    loader.finish().close()
    with HistoryStore(store_path) as store:
        known = [one.native_id for one in store.accounts()]
    assert known == (["100"] if declared.native_id else ["handle:andere_naam", "name:Voorbeeldstad"])


def test_replies_in_a_circle_end(store_path: Path) -> None:
    items = [post("1", relations=(Relation("reply", "2"),)), post("2", day=2, relations=(Relation("reply", "1"),))]
    assert sorted(one.native_id for one in posts(build(store_path, items))) == ["1", "2"]


def test_posts_of_others_have_the_class_that_their_tie_gives(store_path: Path) -> None:
    items = [
        post("1", "vraag", author=CITIZEN),
        post("2", "antwoord", day=2, relations=(Relation("reply", "1"),)),
        post("3", "aangehaald", author=CITIZEN, included=True),
        post("4", "kijk", day=3, relations=(Relation("quote", "3"),)),
        post("5", "hallo @vbstad", author=CITIZEN, state=PostState(text="hallo", mentions=(CITY,))),
        post("6", "iets anders", author=CITIZEN),
    ]
    found = posts(build(store_path, [Account("x", CITY, owner=True), *items]))
    assert {one.native_id: one.klass for one in found} == {
        "1": "answered",
        "2": "own",
        "3": "context",
        "4": "own",
        "5": "mention",
        "6": "incidental",
    }


def test_what_others_place_on_the_own_page_is_kept_with_what_answers_it(store_path: Path) -> None:
    other = AccountRef("300", "vbstad_voorbeeld", "Gemeente Voorbeeldstad")
    items = [
        post("1", "wat een gat in de weg", author=CITIZEN, placed_on=CITY),
        post("2", "hier ook", day=2, author=other, relations=(Relation("reply", "1"),)),
        post("3", "bij een ander", author=CITIZEN, placed_on=other),
        post("4", "dank", day=3, relations=(Relation("reply", "2"),)),
        post("5", "hallo", author=CITIZEN, state=PostState(text="a", mentions=(AccountRef("300", "vbstad"),))),
    ]
    found = posts(build(store_path, [Account("x", CITY, owner=True), *items]))
    classes = {one.native_id: one.klass for one in found}
    assert classes == {"1": "by-others", "2": "reply", "3": "incidental", "4": "own", "5": "incidental"}
    placed = {one.native_id: one.placed_on and one.placed_on.native_id for one in found}
    assert placed == {"1": "100", "2": None, "3": "300", "4": None, "5": None}


def test_a_page_is_taken_for_the_account_of_what_was_placed_on_it(store_path: Path) -> None:
    assert own_codes(store_path, post("1"), post("2", author=CITIZEN, placed_on=CITY)) == ["SMA-H003"]


def test_word_that_a_post_was_deleted_withdraws_it_and_nothing_else_does(store_path: Path) -> None:
    def seen(status: str, at: int) -> Observation:
        return Observation("x", "1", at=Moment(at), status=status)

    (found,) = posts(build(store_path, [post("1"), seen("deleted", 9), seen("deleted", 7), seen("not-found", 3)]))
    assert found.withdrawn == Withdrawal("deleted", Moment(7))
    (found,) = posts(build(store_path, [post("1"), seen("not-found", 3), seen("withheld", 3), seen("forbidden", 4)]))
    assert found.withdrawn is None
    (found,) = posts(build(store_path, [seen("deleted", 9)]))
    assert (found.withdrawn, found.versions) == (Withdrawal("deleted", Moment(9)), ())


def test_who_took_a_post_back_is_kept_with_the_moment_of_the_notice(store_path: Path) -> None:
    items = [
        post("1", withdrawn=Withdrawal("deleted", None, "account")),
        Observation("x", "1", at=Moment(7), status="deleted"),
    ]
    for order in (items, items[::-1]):
        (found,) = posts(build(store_path, order))
        assert found.withdrawn is not None
        assert found.withdrawn.at == Moment(7)


def own_codes(path: Path, *items: Item, subjects: tuple[tuple[str, AccountRef], ...] = ()) -> list[str]:
    loader = Loader(path)
    index = loader.capture(Capture(id="01"))
    for item in items:
        loader.add(index, item)
    db = loader.finish()
    order_threads(db)
    found = [finding.code for finding in find_own(db, subjects)]
    db.close()
    return found


def test_the_only_author_of_a_capture_is_taken_and_told(store_path: Path) -> None:
    assert own_codes(store_path, post("1")) == ["SMA-H003"]


def test_several_authors_of_whom_none_is_known_are_a_decision(store_path: Path) -> None:
    assert own_codes(store_path, post("1"), post("2", author=CITIZEN)) == ["SMA-H002"]


def test_a_registered_author_is_known_by_id_or_handle(store_path: Path, tmp_path: Path) -> None:
    items = (post("1"), post("2", author=CITIZEN))
    assert own_codes(store_path, *items, subjects=(("x", AccountRef("100")),)) == []
    assert own_codes(tmp_path / "b.sqlite", *items, subjects=(("x", AccountRef(None, "@VBstad")),)) == []


def test_an_account_known_by_handle_joins_the_one_that_bears_it(store_path: Path) -> None:
    items = [post("1", author=AccountRef(None, "VBstad")), post("2", author=CITY), Account("x", CITY, owner=True)]
    store = build(store_path, items)
    (account,) = store.accounts()
    assert (account.native_id, account.own, [one.value for one in account.handles]) == ("100", True, ["vbstad"])
    store.close()


def test_profiles_are_versions_and_a_sighting_of_the_same_one_is_evidence(store_path: Path) -> None:
    def profile(bio: str, number: int) -> ProfileVersion:
        evidence = (Evidence("p.json", "bytes", number, 1),)
        return ProfileVersion("x", CITY, Moment(number), bio=bio, handle="vbstad", evidence=evidence)

    store = build(store_path, [profile("oud", 1), profile("oud", 2), profile("nieuw", 3)])
    (account,) = store.accounts()
    assert [(version.bio, len(version.evidence)) for version in account.profiles] == [("oud", 2), ("nieuw", 1)]
    assert (account.handles[0].first_seen, account.handles[0].last_seen) == (1, 3)
    store.close()


def test_profiles_are_versions_by_time_however_they_arrive(store_path: Path) -> None:
    bios = {1: "a", 4: "b", 9: "a", 2: "a"}
    store = build(store_path, [ProfileVersion("x", CITY, Moment(at), bio=bio) for at, bio in bios.items()])
    (account,) = store.accounts()
    assert [(one.bio, one.at and one.at.us) for one in account.profiles] == [("a", 1), ("b", 4), ("a", 9)]
    store.close()


def test_accounts_that_share_an_identifier_are_one_and_have_the_native_id(store_path: Path) -> None:
    page, local = Alias("url", "https://a.example/@stad"), Alias("local-id", "a.example#9")
    items = [
        post("1", author=AccountRef(None, "stad@a.example", url=page.value, aliases=(page,))),
        Account("x", AccountRef("u/stad", aliases=(local,)), owner=True, created=Moment(None, "ooit")),
        Account("x", AccountRef(None, aliases=(page, local)), created=Moment(5, "toen")),
    ]
    store = build(store_path, items)
    (account,) = store.accounts()
    assert (account.native_id, account.own, account.created) == ("u/stad", True, Moment(5, "toen"))
    assert [(one.author.native_id, one.klass) for one in store.posts()] == [("u/stad", "own")]
    store.close()


def test_accounts_with_ids_of_their_own_are_not_one_for_a_page_or_name_that_they_share(store_path: Path) -> None:
    page, name = Alias("url", "https://a.example"), Alias("acct", "acct:stad@a.example")
    items = [
        Account("x", AccountRef("ap/1", aliases=(page, name))),
        Account("x", AccountRef("ap/2", aliases=(page, name))),
        Account("x", AccountRef(None, aliases=(page, name)), owner=True),
    ]
    store = build(store_path, items)
    assert [(one.native_id, one.own) for one in store.accounts()] == [("ap/1", True), ("ap/2", False)]
    store.close()


def test_two_accounts_known_by_handles_that_both_bore_are_one(store_path: Path) -> None:
    def renamed(old: str, new: str) -> ProfileVersion:
        return ProfileVersion("x", AccountRef(None, old), Moment(5), handle=new)

    store = build(store_path, [renamed("oud", "nieuw"), renamed("nieuw", "oud")])
    (account,) = store.accounts()
    assert {one.value for one in account.handles} == {"oud", "nieuw"}
    assert len(account.profiles) == 2
    store.close()


def test_word_that_a_post_is_gone_needs_no_post(store_path: Path) -> None:
    gone = Observation("x", post="77", account=CITY, at=Moment(5), status="deleted", evidence=(Evidence("c.jsonl"),))
    (found,) = posts(build(store_path, [gone]))
    assert (found.native_id, found.observations[0].status, found.latest.text) == ("77", "deleted", None)


def test_a_post_gets_its_author_when_one_is_named_whatever_was_read_first(store_path: Path) -> None:
    word = Observation(
        "x", "1", created=Moment(5, "5"), status="deleted", evidence=(Evidence("a.jsonl", "bytes", 1, 2),)
    )
    seen = post("1", kind="repost", evidence=(Evidence("b.jsonl", "bytes", 0, 5),))
    for order in ([word, seen], [post("1", author=AccountRef()), word, seen]):
        (one,) = build(store_path, order).posts()
        assert (one.author.native_id, one.kind, one.klass, one.observations[0].status) == (
            "100",
            "repost",
            "own",
            "deleted",
        )


def test_word_of_a_post_can_say_whose_it_was_and_when_it_was_made(store_path: Path) -> None:
    where = (Evidence("a.jsonl", "bytes", 1, 2),)
    word = Observation("x", "1", CITY, status="deleted", evidence=where, created=Moment(5, "5"))
    (gone, _) = build(store_path, [post("2", day=3), word]).posts()
    assert (gone.native_id, gone.klass, gone.created) == ("1", "own", Moment(5, "5"))
    assert gone.observations[0].status == "deleted"


def test_withdrawal_and_resources_are_kept(store_path: Path) -> None:
    page = Resource(
        "page", "https://x.com/vbstad", Moment(3), "Profiel", 200, evidence=(Evidence("w.warc", "bytes", 0, 9),)
    )
    store = build(store_path, [post("1", withdrawn=Withdrawal("deleted", Moment(4), "account")), page])
    assert next(store.posts()).withdrawn == Withdrawal("deleted", Moment(4), "account")
    (kept,) = store.resources()
    assert (kept.url, kept.evidence[0].capture) == ("https://x.com/vbstad", "01")
    store.close()


def test_a_store_of_another_version_is_refused(store_path: Path) -> None:
    build(store_path, [post("1")]).close()
    with sqlite3.connect(store_path) as db:
        db.execute("PRAGMA user_version = 999")
    db.close()
    with pytest.raises(OutdatedStoreError):
        HistoryStore(store_path)


def test_text_is_searched_in_full(store_path: Path) -> None:
    store = build(store_path, [post("1", "De Stationsweg is dicht"), post("2", "Iets anders", day=2)])
    rows = store.db.execute("SELECT rowid FROM text_search WHERE text_search MATCH 'stationsweg'").fetchall()
    assert len(rows) == 1
    store.close()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (PostState(text="a &amp; b"), PostState(text="a & b"), True),
        (PostState(text="e\u0301"), PostState(text="\u00e9"), True),
        (PostState(text="a"), PostState(text="b"), False),
        (PostState(text=None), PostState(text="b"), True),
        (PostState(text="a", language="nl"), PostState(text="a", language="en"), False),
        (PostState(text="a", media=()), PostState(text="a", media=(Media(),)), False),
        (PostState(text="a", media=None), PostState(text="a", media=(Media(),)), True),
        (PostState(text="a", media=(Media(alt="1"),)), PostState(text="a", media=(Media(alt="2"),)), False),
        (PostState(text="a", media=(Media(alt="1 &amp; 2"),)), PostState(text="a", media=(Media(alt="1 & 2"),)), True),
        (PostState(text="a", media=(Media(native_id="1"),)), PostState(text="a", media=(Media(native_id="2"),)), False),
    ],
)
def test_one_version_when_no_field_that_both_can_state_differs(one: PostState, other: PostState, same: bool) -> None:  # noqa: FBT001
    assert same_version(one, other) is same
    assert same_version(other, one) is same


def test_canonical_text_levels_what_platforms_change() -> None:
    assert canonical(" a\n b https://t.co/xyz ") == "a b"


def test_a_third_sighting_finds_what_the_second_brought(store_path: Path) -> None:
    items = [post(str(number), f"bericht {number}") for number in range(10)]
    edited = post("1", "aangepast", edited=Moment(7))
    (found, *_) = [one for one in posts(build(store_path, items, [edited], [edited])) if one.native_id == "1"]
    assert [version.state.text for version in found.versions] == ["bericht 1", "aangepast"]


def test_who_wrote_all_is_taken_also_where_it_was_placed_on_pages_of_others(store_path: Path) -> None:
    other = AccountRef("300")
    items = [post("1"), post("2", placed_on=CITIZEN), post("3", placed_on=other)]
    assert own_codes(store_path, *items) == ["SMA-H003"]


def test_an_export_that_does_not_name_its_owner_is_of_the_nameless_author(store_path: Path) -> None:
    loader = Loader(store_path)
    index = loader.capture(Capture(id="01", technique="platform-export"))
    for item in (
        post("1", author=AccountRef()),
        post("2", author=CITIZEN, placed_on=AccountRef()),
        post("3", author=CITIZEN),
    ):
        loader.add(index, item)
    db = loader.finish()
    order_threads(db)
    assert [finding.code for finding in find_own(db, ())] == ["SMA-H003"]
    classify(db)
    found = {row[0]: row[1] for row in db.execute("SELECT native_id, class FROM post")}
    assert found == {"1": "own", "2": "by-others", "3": "incidental"}
    db.close()


@pytest.mark.parametrize(("other", "told"), [("a.zip", ["SMA-H003"]), ("b.zip", ["SMA-H003", "SMA-H008"])])
def test_only_a_part_of_an_export_with_posts_may_be_without_an_account(
    other: str, told: list[str], store_path: Path
) -> None:
    loader = Loader(store_path)
    one, _ = (
        loader.capture(Capture(id=name, technique="platform-export", delivered=(file,)))
        for name, file in (("01", "a.zip"), ("02", other))
    )
    loader.add(one, post("1"))
    db = loader.finish()
    order_threads(db)
    assert [finding.code for finding in find_own(db, ())] == told
    db.close()
