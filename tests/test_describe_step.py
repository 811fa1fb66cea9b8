"""The step describe: hostile and broken input, what it leaves, the same every time."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import describe_cases as cases
import describe_records as known
from describe_cases import described, find, make_package, mets_of
from describe_schemas import errors
from sma_plugin.describe.describing import describe_package
from sma_plugin.describe.moments import time_of
from sma_plugin.describe.step import describe
from sma_plugin.describe.xml import escaped, quoted, xml_text
from sma_plugin.findings import Finding, make
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.package.files import read_json, read_json_lines, write_json_lines
from sma_plugin.package.records import FileRecord, PackageRecord, read_record, write_record
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import Settings

# --- hostile input ---------------------------------------------------------------------------------------------------


def test_text_that_xml_cannot_hold_is_marked(tmp_path: Path) -> None:
    tree = mets_of(described(tmp_path)[0])
    detail = find(tree, "//premis:eventDetail[contains(., 'einde')]")[0].text
    assert detail == "nul⟨U+0000⟩ bel⟨U+0007⟩ ]]> <b>&amp;\u202e⟨U+FFFE⟩ einde"
    handle = find(tree, "//sma:earlierHandle")[0].text
    assert handle.startswith("oud⟨U+D83D⟩nul")


@pytest.mark.parametrize("text", [known.HOSTILE, "half \ud83d", "\r\n\t", "a]]>b", "\"'&<>", "\x7f\x85\u2028"])
def test_escaped_text_reads_back(text: str) -> None:
    parsed = etree.fromstring(f'<a b="{quoted(text)}">{escaped(text)}</a>'.encode())
    assert parsed.text == parsed.get("b") == xml_text(text)


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters()))
def test_any_text_stands_in_xml(text: str) -> None:
    parsed = etree.fromstring(f'<a b="{quoted(text)}">{escaped(text)}</a>'.encode())
    assert (parsed.text or "") == parsed.get("b") == xml_text(text)


def test_hostile_records_give_valid_documents(tmp_path: Path) -> None:
    hostile = "kwaad\u202e <x> ]]> & \"'\x0b"
    base = known.decisions("V")
    replace = msgspec.structs.replace
    decided = replace(
        base,
        account=replace(base.account, handle=hostile, name=hostile, url="javascript:alert(1)", administrator=hostile),
        series=replace(base.series, name=hostile, identifier=hostile),
        restrictions=(replace(known.PRIVACY, label=hostile, note=hostile, citation=hostile, until="ooit"),),
        term=replace(base.term, duration="vijf jaar", starts="gisteren", ends="2029-13-45") if base.term else None,
    )
    events = [known.event(hostile, hostile, (hostile, "capture:none", "../../etc"), detail=hostile)]
    package, _ = described(tmp_path, decided=decided, events=events)
    assert errors(mets_of(package)) == []
    assert errors(etree.parse(str(package.metadata / "premis.xml")), "premis/premis-v3.xsd") == []
    for path in package.mdto.iterdir():
        assert errors(etree.parse(str(path)), "mdto/MDTO-XML1.0.1.xsd") == []


def test_an_empty_package_is_described(tmp_path: Path) -> None:
    package = make_package(tmp_path, found=[], events=[])
    for name in (package.files, package.step("normalise") / "files.jsonl", package.step("normalise") / "events.jsonl"):
        name.write_bytes(b"")
    for path in list(package.objects.rglob("*")):
        if path.is_file():
            path.unlink()
    assert describe_package(package, cases.CONTEXT, read_lines) == []
    assert errors(mets_of(package)) == []
    assert not (package.metadata / "premis.xml").exists()


# --- findings --------------------------------------------------------------------------------------------------------


def codes(findings: list[Finding]) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.places[0].path if finding.places else None) for finding in findings]


def test_files_that_differ_from_the_list_are_errors(tmp_path: Path) -> None:
    package = make_package(tmp_path)
    package.path("objects/stray.txt").write_text("erbij")
    package.path(known.SPARE).unlink()
    package.path(known.PHOTO).write_bytes(b"andere grootte")
    findings = describe_package(package, cases.CONTEXT, read_lines)
    assert codes(findings) == [
        ("SMA-D001", "objects/stray.txt"),
        ("SMA-D002", known.PHOTO),
        ("SMA-D002", known.SPARE),
    ]


def test_posts_that_cannot_be_read_are_an_error_and_the_rest_is_described(tmp_path: Path) -> None:
    package = make_package(tmp_path)
    data = package.posts.read_bytes()
    package.posts.write_bytes(data[:-100] + b"{" * 100)
    findings = describe_package(package, cases.CONTEXT, read_lines)
    assert codes(findings) == [("SMA-D005", known.POSTS)]
    assert errors(mets_of(package)) == []


@pytest.mark.parametrize("name", ["captures.toml", "decisions.json", "characteristics.json", "excluded.json"])
def test_a_record_that_cannot_be_read_is_an_error(tmp_path: Path, name: str) -> None:
    package = make_package(tmp_path)
    (package.sma / name).write_bytes(b"\xff[kapot")
    findings = describe_package(package, cases.CONTEXT, read_lines)
    assert codes(findings) == [("SMA-D006", f"metadata/sma/{name}")]
    assert read_json(package.all_findings, list[Finding])[0].code == "SMA-D006"


@pytest.mark.parametrize("line", [b"{kapot\n", b'{"path": "objects/x", "sha256": "no", "size": 1}\n'])
def test_a_list_of_files_that_cannot_be_read_is_an_error(tmp_path: Path, line: bytes) -> None:
    package = make_package(tmp_path)
    package.files.write_bytes(line)
    assert codes(describe_package(package, cases.CONTEXT, read_lines)) == [("SMA-D006", "steps/compose/files.jsonl")]


# --- what the step leaves --------------------------------------------------------------------------------------------


def test_the_same_package_gives_the_same_bytes(tmp_path: Path) -> None:
    def contents(folder: Path) -> dict[str, bytes]:
        described(folder)
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_describing_again_changes_nothing(tmp_path: Path) -> None:
    package, _ = described(tmp_path)
    before = {path: path.read_bytes() for path in package.metadata.rglob("*") if path.is_file()}
    describe_package(package, cases.CONTEXT, read_lines)
    assert before == {path: path.read_bytes() for path in package.metadata.rglob("*") if path.is_file()}
    assert sorted(path.name for path in package.step("describe").iterdir()) == ["events.jsonl", "findings.jsonl"]


def test_events_and_findings_of_the_steps_are_merged(tmp_path: Path) -> None:
    package = make_package(tmp_path)
    found = [make("SMA-D001", path="a"), make("SMA-D001", path="b")]
    events = list(package.events("compose"))
    package.log("compose", [*events, events[0]], found)
    describe_package(package, cases.CONTEXT, read_lines)
    merged = [event.type for event in package.events("compose")][:-1]
    with package.all_events.open() as stream:
        assert len(stream.readlines()) == len(merged) + 2
    assert [(one.code, one.count) for one in read_json(package.all_findings, list[Finding])] == [("SMA-D001", 2)]


def test_a_missing_file_identifier_follows_from_the_path(tmp_path: Path) -> None:
    package = make_package(tmp_path)
    records = [msgspec.structs.replace(one, id="") for one in read_json_lines(package.files, FileRecord)]
    write_json_lines(package.files, records)
    describe_package(package, cases.CONTEXT, read_lines)
    first = find(mets_of(package), "//mets:file/@ID")
    describe_package(package, cases.CONTEXT, read_lines)
    assert len(set(first)) == 6
    assert find(mets_of(package), "//mets:file/@ID") == first


def test_the_step_takes_its_context_from_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMA_SEED", "describe")
    package = make_package(tmp_path)
    report = Quiet()
    assert describe(package, Settings(), report) is Outcome.OK
    package.path("objects/stray.txt").write_text("erbij")
    assert describe(package, Settings(), report) is Outcome.ERRORS
    assert [finding.code for finding in report.findings] == ["SMA-D001"]
    assert find(mets_of(package), "//mets:agent[@ROLE='CUSTODIAN']/mets:name")[0].text == "Onbekend archief"


def test_a_step_on_a_broken_package_ends_in_errors(tmp_path: Path) -> None:
    package = make_package(tmp_path)
    package.record.unlink()
    report = Quiet()
    assert describe(package, Settings(), report) is Outcome.ERRORS
    assert [finding.code for finding in report.findings] == ["SMA-D006"]


def test_nested_folders_beyond_what_parsers_follow_become_one_label(tmp_path: Path) -> None:
    deep = f"objects/captures/{known.EXPORT}/" + "a/" * 300 + "b.txt"
    package, findings = described(tmp_path, contents={deep: b"diep"})
    assert findings == []
    assert errors(mets_of(package)) == []


@pytest.mark.parametrize(
    ("recorded", "text"),
    [
        ("2024", "2024"),
        ("2024-05", "2024-05"),
        ("2024-05-01", "2024-05-01"),
        ("2024-02-30", "otherwise"),
        ("2024-05-01T10:00:00Z", "2024-05-01T10:00:00+00:00"),
        ("2024-05-01T10:00:00", "2024-05-01T10:00:00+00:00"),
        ("2024-05-01T10:00:00+23:30", "2024-04-30T10:30:00+00:00"),
        ("20240501", "otherwise"),
        ("", "otherwise"),
        (None, "otherwise"),
    ],
)
def test_recorded_times_are_made_fit_without_inventing(recorded: str | None, text: str) -> None:
    assert time_of(recorded, "otherwise").text == text


def test_captures_without_uuid_and_with_odd_names_have_sound_ids(tmp_path: Path) -> None:
    package = make_package(tmp_path)
    known = read_record(package.record)
    odd = msgspec.structs.replace(known.capture[0], id="01 vreemd/é", uuid=None)
    write_record(package.record, PackageRecord(known.package, (odd, known.capture[1])))
    describe_package(package, cases.CONTEXT, read_lines)
    tree = mets_of(package)
    assert errors(tree) == []
    assert find(tree, "//mets:amdSec[@ID='amd-rep-01_vreemd__']")
