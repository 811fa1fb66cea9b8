"""Codes are data: complete in both languages, and their parameters are those that are given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sma_plugin import findings
from sma_plugin.findings import Finding, consequences, gather, make, remedy, text
from sma_plugin.findings.finding import sayings

PACKAGE = Path(findings.__file__).parent.parent
LANGUAGES: tuple[findings.Language, ...] = ("nl", "en")
PARAMETER = re.compile(r"\{(\w+)(?::[^}]*)?\}")


@pytest.mark.parametrize("name", findings.codes())
def test_every_code_is_complete_in_both_languages(name: str) -> None:
    code = findings.code(name)
    assert re.fullmatch(r"SMA-[BWZRHKSPFDVA]\d{3}", name)
    assert set(code.text) == set(code.remedy) == {"nl", "en"}
    assert all(part.strip() and part.strip()[-1] in ".)?" for part in (*code.text.values(), *code.remedy.values()))
    assert set(PARAMETER.findall(code.text["nl"])) == set(PARAMETER.findall(code.text["en"]))
    assert all(findings.source(name, language).strip() for language in LANGUAGES)
    assert not re.search(r"\.md\b", code.source)  # what a reader cannot look up is no source
    assert set(code.implied_by) <= set(findings.codes())


def test_a_consequence_is_never_its_own_cause() -> None:
    def causes(name: str, seen: tuple[str, ...] = ()) -> None:
        assert name not in seen, " ← ".join((*seen, name))
        for cause in findings.code(name).implied_by:
            causes(cause, (*seen, name))

    for name in findings.codes():
        causes(name)


@pytest.mark.parametrize("name", ["reasons", "sources"])
def test_our_own_sayings_are_there_in_both_languages(name: str) -> None:
    said = sayings(name)
    assert all(set(saying) == set(LANGUAGES) and all(saying.values()) for saying in said.values())
    if name == "sources":
        assert set(said) == {code.source for code in findings.codes().values()} & set(said)


def reasons_in_code() -> Iterator[tuple[str, str]]:
    """Every reason that is written out in the code: given to a finding, or raised to become one in a reader."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            given: list[ast.expr] = []
            if isinstance(node, ast.Call):
                given = [word.value for word in node.keywords if word.arg == "reason"]
                if "readers" in path.parts and isinstance(node.func, ast.Name) and node.func.id == "ValueError":
                    given += node.args
            elif isinstance(node, ast.Dict):
                pairs = zip(node.keys, node.values, strict=True)
                given = [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "reason"]
            yield from (
                (path.name, one.value) for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )


def test_a_reason_that_the_code_gives_is_told_in_both_languages() -> None:
    found = set(reasons_in_code())
    assert len(found) > 10
    assert {(file, reason) for file, reason in found if reason not in sayings("reasons")} == set()
    finding = make("SMA-B009", path="a.json", reason="overlap")
    assert text(finding, "nl").endswith("(twee bestanden overlappen elkaar).")
    assert text(make("SMA-B016", path="a", reason="Input/output error."), "nl").endswith(": Input/output error.")


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(findings.UnknownCodeError):
        make("SMA-B999")


def test_thousands_of_a_kind_are_one_finding_with_the_first_ten_places() -> None:
    many = (make("SMA-R001", path="a.jsonl", offset=number, reason="x") for number in range(2500))
    (joined,) = gather(many)
    assert joined.count == 2500
    assert [place.offset for place in joined.places] == list(range(10))


def test_what_differs_in_a_value_is_one_kind_and_what_differs_in_a_class_is_not() -> None:
    sizes = [make("SMA-W003", path="a.warc", offset=size, declared=size, delivered=1) for size in range(300)]
    fields = [make("SMA-W011", path="a.warc", field=name) for name in ("WARC-Type", "WARC-Date", "WARC-Type")]
    assert [(one.code, one.count, one.params) for one in gather([*sizes, *fields])] == [
        ("SMA-W003", 300, {"declared": 0, "delivered": 1}),
        ("SMA-W011", 2, {"field": "WARC-Type"}),
        ("SMA-W011", 1, {"field": "WARC-Date"}),
    ]


def test_findings_are_told_worst_first() -> None:
    found = gather([make("SMA-B007", path="a"), make("SMA-B001", path="b"), make("SMA-B015", count=1)])
    assert [one.severity for one in found] == ["error", "decision", "info"]


def test_texts_are_filled_and_missing_parameters_do_not_raise() -> None:
    finding = make("SMA-B011", path="a.json", manifest="manifest-sha256.txt")
    assert text(finding, "en") == "The checksum of a.json does not agree with manifest-sha256.txt."
    assert "?" in text(Finding("SMA-B011", "error"), "nl")
    assert remedy(finding, "nl").startswith("Het bestand")


def test_words_follow_their_number_and_numbers_the_language() -> None:
    assert findings.text(findings.make("SMA-H006", count=1), "nl").startswith("1 reactie antwoordt op")
    assert findings.text(findings.make("SMA-H006", count=12345), "nl").startswith("12.345 reacties antwoorden op")
    assert findings.text(findings.make("SMA-H006", count=12345), "en").startswith("12,345 replies answer")
    assert findings.text(findings.make("SMA-H006"), "en").startswith("1 reply")


def folded(*found: Finding) -> list[tuple[str, list[str]]]:
    return [(cause.code, [effect.code for effect in effects]) for cause, effects in consequences(found)]


def test_consequences_are_folded_under_their_cause() -> None:
    cut = make("SMA-Z001", path="a.wacz", count=3)
    harmed = make("SMA-Z007", path="a.wacz", item="datapackage.json")
    unreadable = make("SMA-Z010", path="a.wacz", item="datapackage.json")
    assert folded(unreadable, harmed, cut) == [("SMA-Z001", ["SMA-Z010", "SMA-Z007"])]
    assert folded(unreadable) == [("SMA-Z010", [])]
    elsewhere = make("SMA-Z010", path="b.wacz", item="datapackage.json")
    assert folded(elsewhere, harmed) == [("SMA-Z010", []), ("SMA-Z007", [])]
    another = make("SMA-Z010", path="a.wacz", item="datapackage-digest.json")
    assert folded(another, harmed) == [("SMA-Z010", []), ("SMA-Z007", [])]


def test_a_fault_elsewhere_in_the_file_is_not_hidden_under_another() -> None:
    damaged = make("SMA-W014", path="a.warc.gz", offset=500, reason="data")
    digests = [make("SMA-W020", path="a.warc.gz", offset=at, algorithm="sha1") for at in (500, 900)]
    assert folded(damaged, digests[0]) == [("SMA-W014", ["SMA-W020"])]
    assert folded(damaged, *gather(digests)) == [("SMA-W014", []), ("SMA-W020", [])]


def test_more_consequences_than_places_are_folded_only_under_as_many_causes() -> None:
    many = [make("SMA-W014", path="a.warc.gz", offset=at, reason="data") for at in range(12)]
    digests = [make("SMA-W020", path="a.warc.gz", offset=at, algorithm="sha1") for at in range(12)]
    assert folded(*gather([*many, *digests])) == [("SMA-W014", ["SMA-W020"])]
    assert folded(*gather([*many[:11], *digests])) == [("SMA-W014", []), ("SMA-W020", [])]
    whole = make("SMA-V033", path="posts.jsonl")
    posts = [make("SMA-V020", path="posts.jsonl", offset=at, reason="no post") for at in range(40)]
    assert folded(*gather([whole, *posts])) == [("SMA-V033", ["SMA-V020"])]


def test_nothing_is_lost_by_folding() -> None:
    found = gather(make(name, path="a") for name in findings.codes())
    told = [one for cause, effects in consequences(found) for one in (cause, *effects)]
    assert sorted(one.code for one in told) == sorted(findings.codes())
