"""METS of a package: valid, complete, pointing right, free of third parties, the same every time."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import describe_cases as cases
import metsrw
import msgspec
import pytest
from describe_cases import NS, described, errors, make_package, make_post, mets_of
from lxml import etree

from sma_plugin.describe.describing import describe_package
from sma_plugin.describe.mets_structmap import MAX_LEVELS
from sma_plugin.describe.moments import time_of
from sma_plugin.describe.step import describe
from sma_plugin.describe.xml import escaped, quoted, xml_text
from sma_plugin.findings import Finding, make
from sma_plugin.formats.activitystreams import decode, read_lines
from sma_plugin.model import Evidence, Media
from sma_plugin.package import Package
from sma_plugin.package.files import read_json, read_json_lines, write_json_lines
from sma_plugin.package.records import FileRecord, PackageRecord, read_record, write_record
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import Settings


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    made, findings = described(tmp_path_factory.mktemp("described"))
    assert findings == []
    return made


@pytest.fixture(scope="module")
def tree(package: Package) -> Any:
    return mets_of(package)


def find(tree: Any, path: str) -> list[Any]:
    return list(tree.xpath(path, namespaces=NS))


# --- the document ----------------------------------------------------------------------------------------------------


def test_mets_is_valid_with_premis_and_mdto_in_it(tree: Any) -> None:
    assert errors(tree) == []


def test_every_id_is_unique_and_every_reference_resolves(tree: Any) -> None:
    ids = find(tree, "//@ID")
    assert not [name for name, count in Counter(ids).items() if count > 1]
    references = find(tree, "//@ADMID | //@DMDID | //@FILEID")
    assert {part for reference in references for part in reference.split()} <= set(ids)


def test_every_file_is_in_the_file_section_and_in_both_maps(package: Package, tree: Any) -> None:
    on_disk = {path.relative_to(package.root).as_posix() for path in package.objects.rglob("*") if path.is_file()}
    assert set(find(tree, "//mets:FLocat/@xlink:href")) == on_disk
    files = set(find(tree, "//mets:file/@ID"))
    for kind in ("physical", "logical"):
        inside = f"//mets:structMap[@TYPE='{kind}']"
        assert set(find(tree, f"{inside}//mets:fptr/@FILEID | {inside}//mets:area/@FILEID")) == files


def test_metsrw_reads_every_file_with_path_checksum_and_use(package: Package) -> None:
    document = metsrw.METSDocument.fromfile(str(package.mets))
    read = {entry.path: (entry.checksum, entry.use) for entry in document.all_files() if entry.type == "Item"}
    records = [
        record
        for path in (package.files, package.step("normalise") / "files.jsonl")
        for record in read_json_lines(path, FileRecord)
    ]
    assert read == {record.path: (record.sha256, record.use) for record in records}


def test_header_names_software_creator_and_archive(tree: Any) -> None:
    agents = {agent.get("ROLE"): agent[0].text for agent in find(tree, "//mets:metsHdr/mets:agent")}
    expected = {"CREATOR": "sma-plugin", "ARCHIVIST": "Gemeente Voorbeeldstad", "CUSTODIAN": "Voorbeeldarchief"}
    assert agents == expected


def test_one_series_one_account_one_timeline(tree: Any) -> None:
    shape = "/mets:mets/mets:structMap[@TYPE='logical']/mets:div[@TYPE='series']/mets:div[@TYPE='account']"
    assert len(find(tree, f"{shape}/mets:div[@TYPE='timeline'][@DMDID='dmd-archiefstuk']")) == 1
    assert len(find(tree, f"{shape}/mets:div[@TYPE='profile']")) == 2


# --- pointers --------------------------------------------------------------------------------------------------------


def sliced(package: Package, tree: Any, area: Any) -> bytes:
    target = find(tree, f"//mets:file[@ID='{area.get('FILEID')}']/mets:FLocat/@xlink:href")[0]
    begin = int(area.get("BEGIN"))
    return package.path(target).read_bytes()[begin : begin + int(area.get("EXTENT"))]


def test_the_first_area_of_every_post_is_its_own_line(package: Package, tree: Any) -> None:
    posts = [line.item for line in cases.lines_of(package) if type(line.item).__name__ == "PostHistory"]
    divs = find(tree, "//mets:structMap[@TYPE='logical']//mets:div[@TYPE='post' or @TYPE='reply']")
    assert len(divs) == len(posts) == 6
    for div, post in zip(divs, posts, strict=True):
        assert decode(sliced(package, tree, div.find("mets:fptr/mets:area", NS))) == post


def test_every_area_lies_in_its_file(package: Package, tree: Any) -> None:
    areas = find(tree, "//mets:area")
    assert len(areas) > 10
    assert all(len(sliced(package, tree, area)) == int(area.get("EXTENT")) for area in areas)


def test_evidence_stands_once_as_area_or_whole_file(tree: Any) -> None:
    post = find(tree, "//mets:div[@ID='div-1']")[0]
    areas, wholes = post.findall("mets:fptr/mets:area", NS), post.xpath("mets:fptr[@FILEID]", namespaces=NS)
    assert [(area.get("BEGIN"), area.get("EXTENT")) for area in areas[1:]] == [("2", "10")]
    assert len(wholes) == 1


def test_media_that_was_not_captured_has_no_division(tree: Any) -> None:
    assert len(find(tree, "//mets:div[@ID='div-1']/mets:div[@TYPE='media']")) == 1


def test_pointers_that_lead_nowhere_are_findings(tmp_path: Path) -> None:
    outside = Evidence(cases.JSON_PATH, "bytes", 200, 500)
    gone = Evidence("objects/captures/gone.json", "bytes", 0, 1)
    post = make_post("p1", evidence=(outside, gone), media=(Media(path="objects/captures/gone.png"),))
    package, findings = described(tmp_path, found=[post])
    assert [(finding.code, finding.count) for finding in findings] == [("SMA-D003", 2), ("SMA-D004", 1)]
    assert errors(mets_of(package)) == []


# --- threads ---------------------------------------------------------------------------------------------------------


def test_replies_stand_under_what_they_answer(tree: Any) -> None:
    nesting = {div.get("ID"): div.getparent().get("ID") for div in find(tree, "//mets:div[@TYPE='reply']")}
    assert nesting == {"div-2": "div-1", "div-3": "div-2", "div-4": "div-1"}


def test_deep_threads_go_on_as_siblings_that_name_what_they_answer(tmp_path: Path) -> None:
    depth = MAX_LEVELS + 3
    found: list[Any] = [make_post("p0")]
    found += [make_post(f"p{n}", parent=f"p{n - 1}", depth=n) for n in range(1, depth)]
    found.append(make_post("last", parent="p1", depth=2))
    package, _ = described(tmp_path, found=found)
    tree = mets_of(package)
    assert errors(tree) == []
    label = "{http://www.w3.org/1999/xlink}label"
    named = {div.get("LABEL"): div.get(label) for div in find(tree, "//mets:div[@xlink:label]")}
    assert named == {f"p{n}": f"in-reply-to:div-{n}" for n in range(MAX_LEVELS, depth)}
    assert find(tree, "//mets:div[@LABEL='last']")[0].getparent().get("LABEL") == "p1"


def test_a_reply_whose_parent_is_not_here_is_a_post_of_its_own(tmp_path: Path) -> None:
    package, _ = described(tmp_path, found=[make_post("p1"), make_post("p2", parent="elsewhere", depth=3)])
    parents = [div.getparent().get("TYPE") for div in find(mets_of(package), "//mets:div[@TYPE='post']")]
    assert parents == ["timeline", "timeline"]


# --- people ----------------------------------------------------------------------------------------------------------


def test_third_parties_have_running_numbers_only(package: Package, tree: Any) -> None:
    labels = find(tree, "//mets:structMap[@TYPE='logical']//mets:div[@TYPE='post' or @TYPE='reply']/@LABEL")
    assert labels == ["p1", "reactie 2", "r2", "reactie 4", "bericht van een ander 5", "p2"]
    for path in package.metadata.rglob("*"):
        if path.suffix in (".xml", ".csv", ".sha256") or path.name == "identifiers.json":
            text = path.read_text()
            assert cases.THIRD not in text, path
            assert "@derde" not in text, path


# --- hostile input ---------------------------------------------------------------------------------------------------


def test_text_that_xml_cannot_hold_is_marked(tree: Any) -> None:
    detail = find(tree, "//premis:eventDetail[contains(., 'einde')]")[0].text
    assert detail == "nul⟨U+0000⟩ bel⟨U+0007⟩ ]]> <b>&amp;\u202e⟨U+FFFE⟩ einde"
    handle = find(tree, "//sma:earlierHandle")[0].text
    assert handle.startswith("oud⟨U+D83D⟩nul")


@pytest.mark.parametrize("text", [cases.HOSTILE, "half \ud83d", "\r\n\t", "a]]>b", "\"'&<>", "\x7f\x85\u2028"])
def test_escaped_text_reads_back(text: str) -> None:
    parsed = etree.fromstring(f'<a b="{quoted(text)}">{escaped(text)}</a>'.encode())
    assert parsed.text == parsed.get("b") == xml_text(text)


def test_hostile_records_give_valid_documents(tmp_path: Path) -> None:
    hostile = "kwaad\u202e <x> ]]> & \"'\x0b"
    base = cases.decisions("V")
    replace = msgspec.structs.replace
    decided = replace(
        base,
        account=replace(base.account, handle=hostile, name=hostile, url="javascript:alert(1)", administrator=hostile),
        series=replace(base.series, name=hostile, identifier=hostile),
        restrictions=(replace(cases.PRIVACY, label=hostile, note=hostile, citation=hostile, until="ooit"),),
        term=replace(base.term, duration="vijf jaar", starts="gisteren", ends="2029-13-45") if base.term else None,
    )
    events = [cases._event(hostile, hostile, (hostile, "capture:none", "../../etc"), detail=hostile)]
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
    package.path(cases.SPARE).unlink()
    package.path(cases.PHOTO).write_bytes(b"andere grootte")
    findings = describe_package(package, cases.CONTEXT, read_lines)
    assert codes(findings) == [
        ("SMA-D001", "objects/stray.txt"),
        ("SMA-D002", cases.PHOTO),
        ("SMA-D002", cases.SPARE),
    ]


def test_posts_that_cannot_be_read_are_an_error_and_the_rest_is_described(tmp_path: Path) -> None:
    package = make_package(tmp_path)
    data = package.posts.read_bytes()
    package.posts.write_bytes(data[:-100] + b"{" * 100)
    findings = describe_package(package, cases.CONTEXT, read_lines)
    assert codes(findings) == [("SMA-D005", cases.POSTS)]
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


def test_nested_folders_beyond_what_parsers_follow_become_one_label(tmp_path: Path) -> None:
    deep = f"objects/captures/{cases.EXPORT}/" + "a/" * 300 + "b.txt"
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
