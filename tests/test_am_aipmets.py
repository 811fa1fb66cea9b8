"""The METS of an AIP with the package's description in it: what goes in, what stays, what is refused."""

from __future__ import annotations

import gc
import re
import shutil
import tracemalloc
import weakref
from collections.abc import Callable
from pathlib import Path

import metsrw
import pytest
from lxml import etree

from bench import aip_mets
from sma_plugin.archivematica import aip_mets_step
from sma_plugin.archivematica.aip_mets_step import describe_aip
from sma_plugin.archivematica.insertions import Insertion, attributes_in, write_with
from sma_plugin.archivematica.outlined_files import FileTag, OutlinedFiles
from sma_plugin.archivematica.sip import packages_in
from sma_plugin.archivematica.stored_files import match
from sma_plugin.findings import Finding
from sma_plugin.package import Package, packages_at
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import Settings
from sma_plugin.validate.aip import check_aip_mets
from sma_plugin.validate.mets_stream import MetsReader, read_mets
from sma_plugin.validate.profile import rules
from sma_plugin.validate.step import validate_path
from stored_package import UNIT, sip
from test_mets_profiles import NS

NAME = f"METS.{UNIT}.xml"
Tree = etree._Element


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    return sip(tmp_path)


def described(unit: Path) -> list[Finding]:
    """What is found in describing the METS of a SIP that is in order."""
    report = Quiet()
    outcome = describe_aip(unit, UNIT, Settings(), report)
    assert outcome == (Outcome.ERRORS if any(one.severity == "error" for one in report.findings) else Outcome.OK)
    return [one for one in report.findings if one.code != "SMA-V002"]


def validated(path: Path) -> list[Finding]:
    """What `sma validate` finds, wherever there are schemas."""
    return [one for one in validate_path(path) if one.code != "SMA-V002"]


def tree_of(unit: Path) -> Tree:
    return etree.parse(str(unit / NAME)).getroot()


def at(tree: Tree, path: str) -> list[Tree]:
    found: list[Tree] = tree.xpath(path, namespaces=NS)
    return found


def aip_of(unit: Path, folder: Path) -> Path:
    """The SIP as an unpacked AIP."""
    shutil.copytree(unit, folder / "data")
    return folder


def changed(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))


# --- what goes in ------------------------------------------------------------------------------------------------


def test_every_part_of_the_description_goes_in(unit: Path) -> None:
    assert described(unit) == []
    tree = tree_of(unit)
    levels = at(tree, "//mdto:aggregatieniveau/mdto:begripLabel")
    assert sorted(one.text or "" for one in levels) == ["Archiefstuk", "Dossier", "Serie"]
    assert {one.get("OTHERMDTYPE") for one in at(tree, "//mets:mdWrap[@MDTYPE='OTHER']")} == {
        "MDTO",
        "SMA-ACCOUNT",
        "SMA-CHARACTERISTICS",
    }
    kinds = at(tree, "/mets:mets/mets:amdSec/mets:techMD//premis:object/@xsi:type")
    assert [str(kind) for kind in kinds].count("premis:representation") == 2
    assert at(tree, "//premis:significantProperties")
    assert at(tree, "//premis:rightsStatement")
    events = {one.text for one in at(tree, "//mets:amdSec[contains(@ID, 'amd-package')]//premis:eventType")}
    assert {"creation", "appraisal", "redaction", "normalization"} <= events
    assert at(tree, "//premis:eventType[. = 'metadata modification']")


def test_files_are_called_what_archivematica_calls_them(unit: Path) -> None:
    described(unit)
    tree = tree_of(unit)
    known = {
        str(one) for one in at(tree, "//mets:amdSec[starts-with(@ID, 'amdSec_')]//premis:objectIdentifierValue/text()")
    }
    held = at(
        tree, "//premis:relationship[premis:relationshipSubType = 'includes']//premis:relatedObjectIdentifierValue"
    )
    assert held
    assert {one.text for one in held} <= known
    for bestand in at(tree, "//mdto:bestand"):
        ours, theirs = (
            one.findtext("mdto:identificatieKenmerk", "", NS) for one in bestand.iterfind("mdto:identificatie", NS)
        )
        assert theirs in known
        assert ours not in known


def test_what_archivematica_wrote_stays_byte_for_byte(unit: Path) -> None:
    before = (unit / NAME).read_bytes()
    described(unit)
    after = (unit / NAME).read_bytes()
    rest = iter(after)
    assert all(byte in rest for byte in before)  # nothing is gone, and all of it is in its order
    for tag in (rb"<mets:amdSec ID=\"amdSec_\d+\">.*?</mets:amdSec>", rb"<mets:metsHdr[^>]*>"):
        assert re.findall(tag, after, re.DOTALL) == re.findall(tag, before, re.DOTALL)


def test_describing_twice_gives_the_same(unit: Path) -> None:
    described(unit)
    once = (unit / NAME).read_bytes()
    assert described(unit) == []
    assert (unit / NAME).read_bytes() == once


def test_folders_lead_to_what_they_are_represented_by(unit: Path) -> None:
    described(unit)
    folders = at(tree_of(unit), "//mets:structMap[@TYPE='physical']//mets:div[@ADMID]")
    led = {str(one.get("LABEL")): str(one.get("ADMID")) for one in folders}
    assert set(led) == {"objects", "01-mastodon-platform-export", "normalised"}
    assert led["normalised"].endswith("-amd-rep-normalised")
    objects = next(one for one in folders if one.get("LABEL") == "objects")
    assert len(str(objects.get("DMDID")).split()) == 6  # Archivematica's own, and five of ours


def test_a_structmap_that_was_not_imported_goes_in_whole(tmp_path: Path) -> None:
    unit = sip(tmp_path)
    data = (unit / NAME).read_bytes()
    start = data.index(b'<mets:structMap ID="sma-')
    (unit / NAME).write_bytes(data[:start] + b"</mets:mets>\n")
    assert described(unit) == []
    tree = tree_of(unit)
    assert len(at(tree, "//mets:structMap[@TYPE='logical']//mets:div[@TYPE='post']")) == 2
    (reply,) = at(tree, "//mets:structMap[@TYPE='logical']//mets:div[@TYPE='reply']")
    assert str(reply.get("ID")).startswith("sma-")


def test_records_that_archivematica_imported_do_not_go_in_again(unit: Path) -> None:
    (metadata,) = unit.glob("objects/metadata/transfers/*")
    record = (metadata / "mdto" / "dossier.MDTO.xml").read_bytes().partition(b"?>")[2]
    wrapped = (
        b'<mets:dmdSec ID="dmdSec_99" CREATED="2026-01-01T00:00:00" STATUS="original"><mets:mdWrap MDTYPE="OTHER"'
        b' OTHERMDTYPE="MDTO-DOSSIER"><mets:xmlData>' + record + b"</mets:xmlData></mets:mdWrap></mets:dmdSec>"
    )
    changed(unit / NAME, b"<mets:amdSec ", wrapped + b"<mets:amdSec ")
    changed(unit / NAME, b'LABEL="objects" DMDID="', b'LABEL="objects" DMDID="dmdSec_99 ')
    assert described(unit) == []
    (account,) = at(tree_of(unit), "//mets:div[@TYPE='account']")
    assert "dmdSec_99" in str(account.get("DMDID")).split()


# --- memory ------------------------------------------------------------------------------------------------------


def test_memory_does_not_grow_with_what_is_written(tmp_path: Path) -> None:
    """With 3 kB for each file, as an outline in memory takes, these would be 9 MB."""

    unit = aip_mets.make(tmp_path, 3_000, 10, 1)
    (package,) = packages_in(unit)
    tracemalloc.start()
    try:
        assert aip_mets_step._write(tmp_path / "part", unit / NAME, package, Settings()) == []
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (tmp_path / "part").stat().st_size > (unit / NAME).stat().st_size
    assert peak < 4 << 20


def test_what_was_read_of_a_mets_goes_without_the_collector_of_cycles(unit: Path) -> None:
    gc.disable()
    try:
        reader = MetsReader(unit / NAME, NAME, "aip", keep=False)
        gone = weakref.ref(reader)
        assert reader.read().files
        del reader
        assert gone() is None
    finally:
        gc.enable()


def test_a_file_that_one_of_the_records_does_not_list_is_found(unit: Path) -> None:
    """Records of as many parts as there are files are told by what all of the parts say."""
    described(unit)
    document = (unit / NAME).read_bytes()
    for pattern in (
        rb"<heeftRepresentatie>.*?</heeftRepresentatie>",
        rb"(?<=>includes</premis:relationshipSubType>)<premis:relatedObjectIdentifier>.*?</premis:relatedObjectIdentifier>",
    ):
        (unit / NAME).write_bytes(without(pattern)(document))
        (package,) = packages_in(unit)
        found = check_aip_mets(unit / NAME, read_mets(package.mets, keep=False))
        assert "Q05" in {one.params.get("rule") for one in found}


# --- others read it ----------------------------------------------------------------------------------------------


def test_metsrw_reads_it_and_what_it_writes_gets_back_what_it_lost(unit: Path) -> None:
    described(unit)
    document = metsrw.METSDocument.fromfile(str(unit / NAME))
    objects = document.get_file(label="objects", type="Directory")
    assert len(objects.dmdsecs) == 6
    posts = document.get_file(path="objects/derived/normalised/posts.jsonl")
    assert [one.contents.othermdtype for one in posts.dmdsecs] == ["MDTO"]
    root = document.serialize(normative_structmap=False)
    etree.ElementTree(root).write(str(unit / NAME), xml_declaration=True, encoding="UTF-8")
    assert described(unit) == []
    tree = tree_of(unit)
    assert tree.get("PROFILE")
    assert len(at(tree, "//mdto:informatieobject")) == 3
    assert len(at(tree, "//premis:eventType[. = 'metadata modification']")) == 1


# --- the stored AIP ----------------------------------------------------------------------------------------------


def test_a_stored_aip_is_accepted(unit: Path, tmp_path: Path) -> None:
    described(unit)
    assert validated(aip_of(unit, tmp_path / "aip")) == []


def test_an_aip_without_the_description_says_so(unit: Path, tmp_path: Path) -> None:
    assert [one.code for one in validated(aip_of(unit, tmp_path / "aip"))] == ["SMA-A054"]


def test_the_mets_alone_is_held_against_the_rules(unit: Path) -> None:
    described(unit)
    assert validated(unit / NAME) == []
    changed(unit / NAME, b'TYPE="Social media account"', b'TYPE="x"')
    assert [one.params.get("rule") for one in validated(unit / NAME)] == ["R20"]


AREA = re.compile(rb'BEGIN="(\d+)" EXTENT="(\d+)"')


def moved_area(data: bytes) -> bytes:
    return AREA.sub(lambda found: b'BEGIN="%s" EXTENT="%d"' % (found[1], int(found[2]) - 1), data, count=1)


def without(pattern: bytes) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        found = re.sub(pattern, b"", data, count=1, flags=re.DOTALL)
        assert found != data
        return found

    return change


ACCOUNT = re.compile(rb"<mets:div ID=.sma-[^>]*account. TYPE=.account.[^>]*>")
HARMED: dict[str, Callable[[bytes], bytes]] = {
    "Q01": without(rb"<premis:size>\d+</premis:size>"),
    "Q02": lambda data: ACCOUNT.sub(b'<mets:div TYPE="other">', data),
    "Q03": moved_area,
    "Q04": lambda data: re.sub(rb"(<premis:messageDigest>)[0-9a-f]{4}", rb"\g<1>0000", data, count=1),
    "Q05": without(rb"<mets:digiprovMD ID=.sma-[^>]*event-[^>]*>.*?</mets:digiprovMD>"),
}


def test_every_rule_of_an_aip_has_a_fault_that_breaks_it() -> None:
    assert set(HARMED) == {name for name, rule in rules().items() if rule.forms == ("aip",)}


@pytest.mark.parametrize("rule", HARMED)
def test_a_damaged_aip_is_found(unit: Path, tmp_path: Path, rule: str) -> None:
    described(unit)
    (unit / NAME).write_bytes(HARMED[rule]((unit / NAME).read_bytes()))
    found = validated(aip_of(unit, tmp_path / "aip"))
    assert rule in {one.params.get("rule") for one in found}
    assert any(one.severity == "error" for one in found)


@pytest.mark.parametrize(
    ("rule", "pattern"),
    [
        ("F06", rb' DMDID="sma-[^"]*-dmd-file-[^"]*"'),
        ("I01", rb"<mets:dmdSec[^>]* ID=.sma-[^>]*-dmd-account.*?</mets:dmdSec>"),
        ("R08", rb"<mets:dmdSec[^>]* ID=.sma-[^>]*-dmd-serie.*?</mets:dmdSec>"),
        ("E05", rb"<mets:amdSec[^>]* ID=.sma-[^>]*amd-rep-normalised.*?</mets:amdSec>"),
    ],
)
def test_a_rule_of_both_forms_holds_for_an_aip(unit: Path, rule: str, pattern: bytes) -> None:
    described(unit)
    (unit / NAME).write_bytes(without(pattern)((unit / NAME).read_bytes()))
    assert rule in {one.params.get("rule") for one in validated(unit / NAME)}


# --- what is refused ---------------------------------------------------------------------------------------------


def refused(unit: Path) -> list[str]:
    """Codes of a METS that is not described, and stays what it was."""
    before = (unit / NAME).read_bytes()
    found = [one.code for one in described(unit)]
    assert (unit / NAME).read_bytes() == before
    assert list(unit.glob("*.part")) == []
    return found


def test_a_file_that_was_given_another_name_is_known_by_its_bytes(unit: Path) -> None:
    data = (unit / NAME).read_bytes()
    (unit / NAME).write_bytes(data.replace(b"/avatar.png", b"/avatar_1.png"))
    (unit / "objects/captures/01-mastodon-platform-export/avatar.png").rename(
        unit / "objects/captures/01-mastodon-platform-export/avatar_1.png"
    )
    assert [one.params.get("rule") for one in described(unit)] == ["Q03"]


def test_one_file_of_archivematica_does_not_stand_for_two_of_ours() -> None:
    """Both lost their names, and have the same bytes: which of them is there nobody can say."""
    with OutlinedFiles() as own, OutlinedFiles() as stored:
        for name in ("a", "b"):
            own.add_file(FileTag(f"file-{name}", 1, f"objects/{name}.png", "sum"), "")
        stored.add_object("amdSec_1", "uuid", "sum")
        stored.add_file(FileTag("file-uuid", 5, "objects/c.png", ""), "amdSec_1")
        assert [(one.code, one.places[0].path) for one in match(own, stored)] == [("SMA-A050", "objects/b.png")]
        assert list(own.places()) == [("a", 5)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<mets",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
        "<?xml version='1.0' encoding='UTF-16'?><x/>".encode("utf-16"),
    ],
)
def test_what_is_no_mets_is_refused(unit: Path, data: bytes) -> None:
    (unit / NAME).write_bytes(data)
    assert refused(unit) == ["SMA-A055"]


@pytest.mark.parametrize(("name", "code"), [("captures.toml", "SMA-V006"), ("mets.xml", "SMA-V001")])
def test_a_record_of_the_package_that_cannot_be_read_stops_it(unit: Path, name: str, code: str) -> None:
    (path,) = unit.glob(f"objects/metadata/transfers/*/sma/{name}")
    path.write_bytes(b"<\xff")
    assert refused(unit) == [code]


def test_what_an_earlier_run_left_half_written_is_of_no_account(unit: Path) -> None:
    (unit / f"{NAME}.part").write_bytes(b"half")
    assert described(unit) == []
    assert list(unit.glob("*.part")) == []


def test_a_sip_of_others_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "objects").mkdir()
    (tmp_path / NAME).write_bytes(b"theirs")
    assert described(tmp_path) == []
    assert (tmp_path / NAME).read_bytes() == b"theirs"


def test_a_result_that_is_not_valid_does_not_take_its_place(unit: Path) -> None:
    (own,) = unit.glob("objects/metadata/transfers/*/sma/mets.xml")
    changed(own, b"<sma:value>N</sma:value>", b"<sma:value>B</sma:value>")
    assert set(refused(unit)) == {"SMA-V010"}


# --- putting bytes in --------------------------------------------------------------------------------------------


def test_insertions_keep_their_order_at_one_place(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.write_bytes(b"abcdef")
    with (tmp_path / "out").open("wb") as target:
        write_with(
            source,
            target,
            [Insertion(0, [b"1", b"1"]), Insertion(3, [b"2"]), Insertion(3, [b"3"]), Insertion(6, [b"!"])],
        )
    assert (tmp_path / "out").read_bytes() == b"11abc23def!"


@pytest.mark.parametrize(
    ("tag", "wanted", "expected"),
    [
        (b"<a/>", {"DMDID": "x"}, b'<a DMDID="x"/>'),
        (b"<a DMDID='y' />", {"DMDID": "x y"}, b"<a DMDID='y x' />"),
        (b'<a LABEL="1 > 0" ADMID="x">', {"ADMID": "x", "TYPE": "t"}, b'<a LABEL="1 > 0" ADMID="x" TYPE="t">'),
        (b'<a TYPE="other">', {"TYPE": "t"}, b'<a TYPE="other">'),
    ],
)
def test_attributes_go_beside_those_that_are_there(
    tmp_path: Path, tag: bytes, wanted: dict[str, str], expected: bytes
) -> None:
    source = tmp_path / "in"
    source.write_bytes(b"  " + tag)
    with source.open("rb") as stream:
        made = attributes_in(stream, 2, wanted)
    with (tmp_path / "out").open("wb") as target:
        write_with(source, target, made)
    assert (tmp_path / "out").read_bytes() == b"  " + expected


def test_an_aip_is_known_as_one(unit: Path, tmp_path: Path) -> None:
    (found,) = packages_at(aip_of(unit, tmp_path / "aip"))
    assert isinstance(found, Package)
    assert not found.alone
