"""Keys, pseudonyms, names and numbers in texts: found in every spelling, and ordinary words left alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sma_plugin.privacy.called import Name, says, spelt
from sma_plugin.privacy.folding import fold, folded_only
from sma_plugin.privacy.keys import By, Keys
from sma_plugin.privacy.names import NOBODY, Names, Scene, counted
from sma_plugin.privacy.particulars import initials, particulars
from sma_plugin.privacy.pseudonyms import Pseudonyms
from sma_plugin.provenance import Stamps

STAMPS = Stamps("proef")


def made(tmp_path: Path, *reasons: str) -> Keys:
    keys = Keys(tmp_path / "sleutels" / "pseudoniemen.key")
    for reason in reasons or ("Besluit 1",):
        keys.new(By(STAMPS, "archivaris", reason))
    return keys


def test_a_pseudonym_is_the_same_every_time_and_another_under_another_key(tmp_path: Path) -> None:
    first, second = (Pseudonyms(key) for key in made(tmp_path, "1", "2"))
    name = first.of("person", "x", "12345")
    again = Keys(tmp_path / "sleutels" / "pseudoniemen.key").get(first.key_id)
    assert name == Pseudonyms(again).of("person", "x", "12345")
    others = {
        second.of("person", "x", "12345"),
        first.of("post", "x", "12345"),
        first.of("person", "mastodon", "12345"),
        first.of("person", "x", "12346"),
    }
    assert name not in others
    assert len(others) == 4
    assert name.startswith(f"p{first.key_id.removeprefix('k-')}-")
    assert len(name) == len("p12345-") + 16


def hits(text: str, *names: Name, present: tuple[str, ...] = ()) -> list[tuple[str, str | None]]:
    known = Names(one._replace(text=folded_only(one.text).strip()) for one in names)
    folded = fold(text)
    hits = counted(known.met(folded.text), text, folded.at, Scene(here=present), address=False)
    return sorted((text[hit.start : hit.end], hit.bearer) for hit in hits)


JAN = Name("Jan Jansen", "p1", "sure")
ROOS = Name("Roos", "p2", "word")


@pytest.mark.parametrize(
    "written",
    ["Jan Jansen", "JAN JANSEN", "jan jansen", "J\u200ban Jan\u00adsen", "Ｊａｎ Ｊａｎｓｅｎ", "𝐉𝐚𝐧 𝐉𝐚𝐧𝐬𝐞𝐧"],
)
def test_a_name_is_found_however_it_is_spelt(written: str) -> None:
    assert hits(f"Dag é {written}, tot morgen", JAN) == [(written, "p1")]


@pytest.mark.parametrize("text", ["van Jan Jansenstraat", "xJan Jansen", "Jan Jansense"])
def test_a_part_of_a_longer_word_is_no_name(text: str) -> None:
    assert hits(text, JAN) == []


def test_a_common_word_is_doubtful_unless_its_bearer_is_there() -> None:
    assert hits("Een roos voor iedereen", ROOS) == [("roos", None)]
    assert hits("Dank je, Roos!", ROOS, present=("p2",)) == [("Roos", "p2")]


def test_of_names_that_overlap_each_is_found() -> None:
    assert hits("Jan Jansen de Vries", JAN, Name("Jan Jansen de Vries", "p3", "sure")) == [
        ("Jan Jansen", "p1"),
        ("Jan Jansen de Vries", "p3"),
    ]
    assert hits("Piet Roos Jansen", Name("Piet Roos", "p4", "sure"), Name("Roos Jansen", "p5", "sure")) == [
        ("Piet Roos", "p4"),
        ("Roos Jansen", "p5"),
    ]


def test_a_longer_name_that_is_no_word_does_not_hide_a_shorter_one() -> None:
    assert hits("Jan Jansen devriesen", JAN, Name("Jan Jansen devries", "p3", "sure")) == [("Jan Jansen", "p1")]


def test_a_genitive_is_still_a_name() -> None:
    assert hits("Jan Jansens fiets", JAN) == [("Jan Jansens", "p1")]


@pytest.mark.parametrize("text", ["foto_jan_jansen_1.jpg", "jan-jansen", "Jan.Jansen", "jan+jansen", "Jan  Jansen"])
def test_what_stands_between_the_words_of_a_name_does_not_hide_it(text: str) -> None:
    assert [bearer for _, bearer in hits(text, JAN)] == ["p1"]


def test_a_handle_like_no_word_is_found_within_longer_words() -> None:
    assert hits("xjan_jansen84x", Name("jan_jansen84", "p1", "sure")) == [("jan_jansen84", "p1")]
    assert hits("112345678", Name("12345678", "p1", "sure")) == []


def test_which_names_say_enough_by_themselves() -> None:
    assert [says(name) for name in ("jan jansen", "jan_84", "roos", "o'neill", "roos 🌹")] == [
        "sure",
        "sure",
        "word",
        "sure",
        "word",
    ]


def test_a_name_is_looked_for_without_what_people_put_around_it() -> None:
    told = {(one.text, one.weight) for one in spelt("🌷 jan de vries-jansen | arts", "p1", technical=False)}
    assert {("jan de vries-jansen", "sure"), ("jan", "part"), ("vries", "part")} < told
    assert ("de", "part") not in told
    assert {one.weight for one in spelt("jandevries", "p1", technical=True, joined={"jandevries"})} == {"sure"}


SPELLINGS = (
    lambda name: name,
    lambda name: name.upper(),
    "\u200b".join,
    lambda name: "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in name),
)


@given(
    st.text("abcdefghijklmnopqrstuvwxyzé", min_size=3, max_size=12),
    st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=12),
    st.sampled_from(SPELLINGS),
    st.text(" .,!?#@()\n'’—🙂", min_size=1, max_size=5),
    st.text(max_size=20),
)
def test_a_planted_name_is_found_where_it_stands(
    first: str, last: str, spelling: Callable[[str], str], around: str, before: str
) -> None:
    name = f"{first} {last}"
    text = f"{before} {around}{spelling(name)}{around}"
    found = hits(text, Name(name, "p1", "sure"))
    assert any(folded_only(one) == folded_only(name) for one, _ in found)


def found(text: str) -> set[tuple[str, str, str]]:
    return {(one.sort, text[one.start : one.end], one.identity) for one in particulars(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mail naar J.Jansen@mail.example aub", ("email", "J.Jansen@mail.example", "j.jansen@mail.example")),
        ("j.jansen (at) mail.example", ("email", "j.jansen (at) mail.example", "j.jansen@mail.example")),
        ("bel 06-12345678 vanavond", ("phone", "06-12345678", "+31612345678")),
        ("bel +31 (0)20 555 1234", ("phone", "+31 (0)20 555 1234", "+31205551234")),
        ("BSN 1112.22.333", ("bsn", "1112.22.333", "111222333")),
        ("mijn bsn is 111222333.", ("bsn", "111222333", "111222333")),
        ("NL91 ABNA 0417 1643 00 graag", ("iban", "NL91 ABNA 0417 1643 00", "NL91ABNA0417164300")),
        ("op nl91abna0417164300", ("iban", "nl91abna0417164300", "NL91ABNA0417164300")),
    ],
)
def test_particulars_are_found(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in found(text)


@pytest.mark.parametrize(
    "text", ["zaak 111222334", "op 12-03-2025 om 14:00", "€ 1.250.000 in 2026", "NL91 ABNA 0417 1643 01", "@gemeente"]
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert found(text) == set()


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("We zoeken het uit. ^JK", ["JK"]),
        ("Komt goed ^jk https://t.co/a", ["jk"]),
        ("Dank! /MV", ["MV"]),
        ("Fijn! - JK", ["JK"]),
        ("Prima (JK)", ["JK"]),
        ("Komt goed *JK", ["JK"]),
        ("Groetjes, Sanne", ["Sanne"]),
        ("Met vriendelijke groet, Sanne de Vries", ["Sanne de Vries"]),
        ("Gr. Jan van der Berg, team Webcare", ["Jan van der Berg"]),
        ("Groet, Gemeente Voorbeeldstad", []),
        ("De A2 is dicht (RWS)", []),
        ("groen / rood", []),
        ("10^6 euro", []),
    ],
)
def test_marks_of_staff_are_found(text: str, marks: list[str]) -> None:
    assert [one.identity for one in initials(text)] == marks


def test_a_long_text_without_an_end_takes_no_time() -> None:
    text = "a" * 200_000 + "@" + "1 " * 50_000
    assert found(text) == set()


@given(st.text(st.sampled_from("aßİJ\u030c\u0301ﬁΐ\u200bé\u0345🙂 "), max_size=12))
def test_what_is_folded_stands_where_it_says(text: str) -> None:
    folded = fold(text)
    assert len(folded.at) == len(folded.text) + 1
    assert list(folded.at) == sorted(folded.at)
    for start in range(len(folded.text)):
        assert folded.text[start] in folded_only(text[folded.at[start] : _next(folded.at, start)])


def _next(at: Sequence[int], start: int) -> int:
    return next(place for place in at[start:] if place > at[start])


@pytest.mark.parametrize(
    ("handle", "text", "found"),
    [
        ("jan_voorbeeld84", "zie jan-voorbeeld84 en jan voorbeeld84", 2),
        ("jan_voorbeeld84", "https://elders.example/janvoorbeeld84/1", 1),
        ("jan@elders.example", "https://ring.example/p/jan_elders.example/index.html", 1),
        ("de_stad", "in de stad is het druk", 0),
        ("de_stad", "https://elders.example/de-stad/1", 0),
        ("onze_stad", "https://elders.example/onze-stad/1", 1),
    ],
)
def test_a_handle_is_known_with_other_signs_between_its_words(handle: str, text: str, found: int) -> None:
    folded, address = fold(text), "//" in text
    met = Names(spelt(handle, "p", technical=True)).met(folded.text, address=address)
    hits = counted(met, text, folded.at, NOBODY, address=address)
    assert len({hit.start for hit in hits}) == found
