"""METS of a package: valid, complete, pointing right, free of third parties, the same every time."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import metsrw
import pytest

import describe_cases as cases
import describe_records as known
from describe_cases import described, find, make_post, mets_of
from describe_records import NS
from describe_schemas import errors
from sma_plugin.describe.mets_structmap import MAX_LEVELS
from sma_plugin.formats.activitystreams import decode
from sma_plugin.model import Evidence, Media
from sma_plugin.package import Package
from sma_plugin.package.files import read_json_lines
from sma_plugin.package.records import FileRecord


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    made, findings = described(tmp_path_factory.mktemp("described"))
    assert findings == []
    return made


@pytest.fixture(scope="module")
def tree(package: Package) -> Any:
    return mets_of(package)


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
    outside = Evidence(known.JSON_PATH, "bytes", 200, 500)
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
            assert known.THIRD not in text, path
            assert "@derde" not in text, path
