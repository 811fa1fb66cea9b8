"""Codes are data: complete in both languages, and their parameters are those that are given."""

from __future__ import annotations

import re

import pytest

from sma_plugin import findings
from sma_plugin.findings import Code, Finding, Place, consequences, gather, make, remedy, text

PARAMETER = re.compile(r"\{(\w+)(?::[^}]*)?\}")


@pytest.mark.parametrize("name", findings.codes())
def test_every_code_is_complete_in_both_languages(name: str) -> None:
    code = findings.code(name)
    assert re.fullmatch(r"SMA-[BWZRHKSPFDVA]\d{3}", name)
    assert set(code.text) == set(code.remedy) == {"nl", "en"}
    assert all(part.strip() and part.strip()[-1] in ".)?" for part in (*code.text.values(), *code.remedy.values()))
    assert set(PARAMETER.findall(code.text["nl"])) == set(PARAMETER.findall(code.text["en"]))
    assert code.source
    assert set(code.implied_by) <= set(findings.codes())


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(findings.UnknownCodeError):
        make("SMA-B999")


def test_thousands_of_a_kind_are_one_finding_with_the_first_ten_places() -> None:
    many = (make("SMA-R001", path="a.jsonl", offset=number, reason="x") for number in range(2500))
    (joined,) = gather(many)
    assert joined.count == 2500
    assert [place.offset for place in joined.places] == list(range(10))


def test_findings_are_told_worst_first() -> None:
    found = gather([make("SMA-B007", path="a"), make("SMA-B001", path="b"), make("SMA-B015", count=1)])
    assert [one.severity for one in found] == ["error", "decision", "info"]


def test_texts_are_filled_and_missing_parameters_do_not_raise() -> None:
    finding = make("SMA-B011", path="a.json", manifest="manifest-sha256.txt")
    assert text(finding, "en") == "The checksum of a.json does not agree with manifest-sha256.txt."
    assert "?" in text(Finding("SMA-B011", "error"), "nl")
    assert remedy(finding, "nl").startswith("Het bestand")


def test_consequences_are_folded_under_their_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    text = {"nl": "x.", "en": "x."}
    rows = {
        "SMA-B002": Code("error", text, text, "test"),
        "SMA-X001": Code("error", text, text, "test", ("SMA-B002",)),
    }
    monkeypatch.setattr(findings, "codes", lambda: rows)
    cause = Finding("SMA-B002", "error", places=(Place("a.zip"),))
    effect = Finding("SMA-X001", "error", places=(Place("a.zip"),))
    elsewhere = Finding("SMA-X001", "error", places=(Place("b.zip"),))
    assert list(consequences([effect, cause, elsewhere])) == [(cause, [effect]), (elsewhere, [])]


def test_words_follow_their_number_and_numbers_the_language() -> None:
    assert findings.text(findings.make("SMA-H006", count=1), "nl").startswith("1 reactie antwoordt op")
    assert findings.text(findings.make("SMA-H006", count=12345), "nl").startswith("12.345 reacties antwoorden op")
    assert findings.text(findings.make("SMA-H006", count=12345), "en").startswith("12,345 replies answer")
    assert findings.text(findings.make("SMA-H006"), "en").startswith("1 reply")
