"""Lists of codes as archives publish them: read whole, repaired where that is no guess, and told."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from conftest import SHARED
from sma_plugin.findings import Finding
from sma_plugin.selection.code_lists import load_codes, read_codes, repaired
from sma_plugin.settings import Paths, Settings

HEAD = "begripCode;begripLabel;definitie\r\n"


def read(text: str, encoding: str = "latin-1") -> tuple[list[tuple[str, str]], list[Finding]]:
    findings: list[Finding] = []
    found = read_codes((HEAD + text).encode(encoding), Path("lijst.csv"), findings)
    return [(code.code, code.label) for code in found], findings


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
def test_a_list_is_read_in_the_encodings_that_occur(encoding: str) -> None:
    codes, findings = read('AVG/Geen/1.0;"geen; categorieën";"x"\r\n', encoding)
    assert codes == [("AVG/Geen/1.0", "geen; categorieën")]
    assert [one.code for one in findings] == (["SMA-S092"] if encoding == "latin-1" else [])


def test_a_damaged_code_is_repaired_and_told() -> None:
    codes, findings = read("AW/Macht /1.0;macht;x\r\nAW/Data-n/1.0;data;x\r\nAW/Besloten-/1.0;besloten;x\r\n")
    assert [code for code, _ in codes] == ["AW/Macht/1.0", "AW/Data/1.0", "AW/Besloten/1.0"]
    assert [(one.code, one.params["raw"]) for one in findings] == [
        ("SMA-S030", "AW/Macht /1.0"),
        ("SMA-S030", "AW/Data-n/1.0"),
        ("SMA-S030", "AW/Besloten-/1.0"),
    ]


@pytest.mark.parametrize("code", ["https://licenties.example/by-n/4.0/", "AW/Een-Twee/1.0", "zonder versie"])
def test_a_sound_code_stays_as_it_is(code: str) -> None:
    assert repaired(code) == code


def test_two_codes_with_one_label_are_told() -> None:
    _, findings = read("WOO/Kroon/1.0;bedrijfsgegevens;x\r\nWOO/Bedrijf/1.0;bedrijfsgegevens;x\r\n")
    assert [(one.code, one.params["other"]) for one in findings] == [("SMA-S031", "WOO/Kroon/1.0")]


def test_what_is_no_list_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("code,label\n1,2\n")
    codes, findings = load_codes(Settings(base=str(tmp_path), paths=Paths(restriction_codes=("a.csv", "weg.csv"))))
    assert (codes, [one.code for one in findings]) == ({}, ["SMA-S011", "SMA-S010"])


def test_published_lists_are_read_whole() -> None:
    folder = SHARED / "standards" / "data" / "nha"
    if not folder.is_dir():
        pytest.skip("the published lists are not at hand")
    names = tuple(str(path) for path in sorted(folder.glob("[iopt]*.csv")))
    codes, findings = load_codes(Settings(paths=Paths(restriction_codes=names)))
    rows = sum(len([line for line in Path(name).read_bytes().split(b"\r\n") if line.strip()]) - 1 for name in names)
    assert len(codes) == rows
    told = Counter(one.code for one in findings)
    assert told == {"SMA-S030": 12, "SMA-S031": 1, "SMA-S092": 6, "SMA-S093": 1}
    assert not [code for code in codes if " " in code or "-/" in code]
