"""The processing configuration: every question on the way of a package is answered, none to the loss of evidence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import etree

from making_workflow import choice, identity, link, stock
from sma_plugin.archivematica.processing import presets, processing_xml
from sma_plugin.archivematica.workflow import decisions, merged
from sma_plugin.archivematica.workflow.document import Document
from sma_plugin.archivematica.workflow.fragment import fragment
from sma_plugin.archivematica.workflow.way import way
from sma_plugin.settings import Settings
from sma_plugin.texts import UserError
from test_am_workflow import with_other_ids

CHOICES = decisions(Settings())


@pytest.fixture(scope="module")
def real(shared: Path) -> bytes:
    return (shared / "archivematica" / "workflow-1.17-dev.json").read_bytes()


def answered(workflow: bytes) -> dict[str, str]:
    """The answers by question, in the words that the dashboard shows."""
    return {one.name: one.answered for one in presets(workflow)}


def test_what_would_lose_evidence_or_show_people_is_answered_with_no(real: bytes) -> None:
    told = answered(real)
    assert {name: told[name] for name in ("extract-packages", "delete-packages", "examine-contents", "transcribe")} == {
        "extract-packages": "No",
        "delete-packages": "No",
        "examine-contents": "Skip examine contents",
        "transcribe": "No",
    }
    assert told["upload-dip"] == "Do not upload DIP"
    assert told["normalise"] == "Do not normalize"
    assert told["thumbnails"] == "No"


def test_a_package_goes_from_its_approval_into_storage_without_a_question(real: bytes) -> None:
    """Past ours in their order, each once; what is asked there is our own decision alone, when something is open."""
    workflow = Document(merged(real, CHOICES)).workflow
    answers = {one.link: one.answer for one in presets(real)}
    gone = way(workflow, workflow.chains[fragment().ids["approved"]].link_id, answers)
    commands = [workflow.links[name].execute for name in gone]
    assert [one for one in commands if one.startswith("sma_")] == [
        "sma_receive_v0.0",
        "sma_compose_v0.0",
        "sma_check_v0.0",
        "sma_provenance_v0.0",
        "sma_aip_mets_v0.0",
    ]
    order = [
        commands.index(one)
        for one in (
            "sma_compose_v0.0",
            "removeHiddenFilesAndDirectories_v0.0",
            "assignFileUUIDs_v0.0",
            "sma_provenance_v0.0",
            "createMETS_v2.0",
            "sma_aip_mets_v0.0",
            "bagit_v0.0",
            "storeAIP_v0.0",
        )
    ]
    assert order == sorted(order)
    assert workflow.links[gone[-1]].end or not workflow.links[gone[-1]].exit_codes["0"].link_id
    assert [name for name in gone if workflow.links[name].asks and name not in answers] == []


def test_a_package_that_stays_on_disk_as_it_was_delivered_is_not_extracted(real: bytes) -> None:
    workflow = Document(merged(real, CHOICES)).workflow
    answers = {one.link: one.answer for one in presets(real)}
    gone = way(workflow, workflow.chains[fragment().ids["approved"]].link_id, answers)
    commands = {workflow.links[name].execute.partition("_v")[0] for name in gone}
    assert commands & {"extractContents", "examineContents", "transcribeFile", "upload-qubit", "bindPID"} == set()


def test_questions_are_found_by_what_they_are_about_whatever_their_ids(real: bytes) -> None:
    assert answered(with_other_ids(real)) == answered(real)


def test_the_merged_workflow_asks_what_the_stock_one_asks(real: bytes) -> None:
    assert presets(merged(real, CHOICES)) == presets(real)
    assert fragment().ids["decide"].encode() not in processing_xml(merged(real, CHOICES))


def test_the_file_is_as_archivematica_reads_it(real: bytes) -> None:
    root = etree.fromstring(processing_xml(real))
    rows = {
        one.findtext("appliesTo"): one.findtext("goToChain")
        for one in root.findall("preconfiguredChoices/preconfiguredChoice")
    }
    assert root.tag == "processingMCP"
    assert rows == {one.link: one.answer for one in presets(real)}
    assert len(rows) == len(presets(real))


def test_an_archive_has_answers_of_its_own_and_leaves_others_to_the_operator(real: bytes) -> None:
    own = {"aip-location": "/api/v2/location/6e1f3f1e-0000-4000-8000-000000000001/", "store-dip": None}
    told = {one.name: one.answer for one in presets(real, own=own)}
    assert told["aip-location"] == own["aip-location"]
    assert "store-dip" not in told
    assert len(told) == len({one.name for one in presets(real)}) - 1
    (row,) = (one for one in etree.fromstring(processing_xml(real, own=own)).iter("goToChain") if "6e1f" in one.text)
    assert own["aip-location"] in row.getparent().getprevious().text  # what is said beside it is what is chosen


def test_no_words_of_a_question_spoil_the_file(real: bytes) -> None:
    told = processing_xml(real.replace(b'"en": "No"', b'"en": "No --- or -- not"'))
    assert b"No - or - not" in told
    assert etree.fromstring(told).tag == "processingMCP"


def test_a_workflow_that_cannot_be_told_not_to_extract_is_refused(real: bytes) -> None:
    value = json.loads(real)
    for one in value["links"].values():
        if one["description"]["en"] == "Extract packages?":
            one["config"]["chain_choices"] = one["config"]["chain_choices"][:1]
    with pytest.raises(UserError, match=r"'extract-packages' is found 0 times .* WARC and WACZ stay whole") as refused:
        presets(json.dumps(value).encode())
    assert "WARC en WACZ blijven heel" in refused.value.sentence("nl")


def test_a_question_that_a_version_does_not_ask_is_left_out(real: bytes) -> None:
    value = json.loads(real)
    for one in value["links"].values():
        if one["description"]["en"] == "Bind PIDs?":
            one["config"]["chain_choices"] = one["config"]["chain_choices"][:1]
    assert set(answered(real)) - set(answered(json.dumps(value).encode())) == {"bind-pids"}


def test_viruses_are_scanned_for_by_whichever_name_a_version_has(real: bytes) -> None:
    later = real.replace(b"archivematicaClamscan_v0.0", b"antivirus_v0.0")
    scans = [[one.answer for one in presets(made) if one.name.startswith("virus-scan")] for made in (real, later)]
    assert scans[0] == scans[1]
    assert len(scans[0]) > 1


def test_a_way_ends_at_a_question_that_is_not_answered() -> None:
    workflow = Document(stock(ask=choice("approving", "rejecting"), before=link("x", "ask"))).workflow
    assert way(workflow, identity("before"), {}) == [identity("before"), identity("ask")]
    assert way(workflow, identity("before"), {identity("ask"): identity("rejecting")})[-1] == identity("rejected")
