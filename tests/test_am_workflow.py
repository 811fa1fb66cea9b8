"""Archivematica's workflow with ours in it: every way goes past our links, all else stays, and ours comes out again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from making_workflow import MODULES, identity, link, links, stock
from sma_plugin.archivematica.client_modules import client_modules
from sma_plugin.archivematica.workflow import altered, checked, decisions, merged, merged_by, stock_workflow
from sma_plugin.archivematica.workflow.fragment import fragment
from sma_plugin.archivematica.workflow.graph import reached, starts, ways
from sma_plugin.archivematica.workflow.model import Workflow
from sma_plugin.settings import InWords, Settings
from sma_plugin.texts import UserError

CHOICES = decisions(Settings())
IDS = fragment().ids
ANYTHING = b'{"properties": {"links": {}}}'
"""A schema to which every workflow is right."""
ID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def real(shared: Path) -> bytes:
    """The workflow that comes with Archivematica 1.17 (and 1.18)."""
    return (shared / "archivematica" / "workflow-1.17-dev.json").read_bytes()


@pytest.fixture(scope="module")
def schema(shared: Path) -> bytes:
    return (shared / "archivematica" / "workflow-schema-v1.json").read_bytes()


@pytest.fixture(scope="module")
def modules(shared: Path) -> bytes:
    return client_modules((shared / "archivematica" / "archivematicaClientModules-1.17-dev").read_bytes())


def read(data: bytes) -> Workflow:
    return msgspec.json.decode(data, type=Workflow)


def with_other_ids(data: bytes) -> bytes:
    """A workflow that does the same, with ids of another version."""
    return ID.sub(lambda found: str(uuid5(NAMESPACE_URL, found.group().decode())).encode(), data)


def doing(workflow: Workflow, execute: str) -> list[str]:
    """The links that call a client module."""
    return [name for name, one in workflow.links.items() if one.execute.startswith(execute)]


# --- on the real workflow --------------------------------------------------------------------------------------------


def test_merged_with_the_real_workflow_nothing_is_wrong(real: bytes, schema: bytes, modules: bytes) -> None:
    made = merged(real, CHOICES)
    assert checked(made, modules, schema) == []
    assert [one.code for one in checked(made, modules)] == ["SMA-A007"]


def test_links_of_later_versions_tell_what_becomes_of_a_package(real: bytes, modules: bytes) -> None:
    """``package_status``, which the schema of 1.18's successor takes; ours lead to such links and need none."""
    value = json.loads(real)
    for number, one in enumerate(value["links"].values()):
        one["package_status"] = ("done", "failed")[number % 2]
    made = merged(json.dumps(value, indent=2).encode(), CHOICES)
    assert [one.code for one in checked(made, modules)] == ["SMA-A007"]
    assert b'"package_status": null' not in made


def test_the_real_workflow_comes_back_byte_for_byte(real: bytes) -> None:
    made = merged(real, CHOICES)
    assert made != real
    assert stock_workflow(made) == real
    assert merged(made, CHOICES) == made


def test_what_archivematica_has_itself_changes_in_where_it_leads_alone(real: bytes) -> None:
    made, before = json.loads(merged(real, CHOICES)), json.loads(real)
    told = merged_by(merged(real, CHOICES))
    assert told is not None
    back = {name.encode(): target.encode() for name, target in told.inserted.items()}
    for section in ("links", "chains"):
        for name, one in before[section].items():
            now = ID.sub(lambda found: back.get(found.group(), found.group()), json.dumps(made[section][name]).encode())
            assert json.loads(now) == one
        assert set(made[section]) - set(before[section]) <= set(told.added)
    assert made["watched_directories"][1:] == before["watched_directories"]


def test_every_way_to_a_mets_and_into_a_bag_goes_past_ours(real: bytes) -> None:
    workflow = read(merged(real, CHOICES))
    after, begin = ways(workflow), starts(workflow)
    everything = reached(after, begin)
    for place, ours in (("createMETS_", "sma_provenance"), ("bagit_", "sma_aip_mets")):
        reachable, past = doing(workflow, place), reached(after, begin, doing(workflow, ours))
        assert reachable
        assert set(reachable) <= everything
        assert past & set(reachable) == set()


@pytest.mark.parametrize(
    "directory", ["standardTransfer", "zippedDirectory", "dataverseTransfer", "baggitDirectory", "TRIM", "maildir"]
)
def test_a_package_that_came_as_another_type_is_checked(real: bytes, directory: str) -> None:
    workflow = read(merged(real, CHOICES))
    watched = next(one for one in workflow.watched_directories if one.path.strip("/") == f"activeTransfers/{directory}")
    begin = [workflow.chains[watched.chain_id].link_id]
    becomes_sip = set(doing(workflow, "createSIP"))
    assert becomes_sip & reached(ways(workflow), begin)
    assert not becomes_sip & reached(ways(workflow), begin, doing(workflow, "sma_check"))


def test_a_reingested_aip_goes_past_both_links_before_it_is_bagged(real: bytes) -> None:
    workflow = read(merged(real, CHOICES))
    watched = next(one for one in workflow.watched_directories if "reingest" in one.path)
    begin, bags = [workflow.chains[watched.chain_id].link_id], set(doing(workflow, "bagit_"))
    assert bags & reached(ways(workflow), begin)
    for ours in ("sma_provenance", "sma_aip_mets"):
        assert not bags & reached(ways(workflow), begin, doing(workflow, ours))


def test_a_workflow_with_other_ids_gets_the_same_steps(real: bytes, schema: bytes, modules: bytes) -> None:
    other = with_other_ids(real)
    made = merged(other, CHOICES)
    assert checked(made, modules, schema) == []
    assert stock_workflow(made) == other
    here, there = read(merged(real, CHOICES)), read(made)
    for ours in ("sma_", "moveTransfer"):
        assert len(doing(here, ours)) == len(doing(there, ours))


# --- on a small one --------------------------------------------------------------------------------------------------


def test_exit_codes_lead_where_they_should() -> None:
    workflow = read(merged(stock(), CHOICES))
    leads = {
        name: {code: one.link_id for code, one in workflow.links[IDS[name]].exit_codes.items()}
        | {"else": workflow.links[IDS[name]].fallback_link_id}
        for name in ("move", "type", "receive", "preset", "decide", "compose", "look", "return", "refuse")
    }
    onward, failed = identity("hidden"), identity("failed")
    assert leads == {
        "move": {"0": IDS["type"], "else": IDS["return"]},
        "type": {"0": IDS["receive"], "else": IDS["return"]},
        "receive": {"0": IDS["compose"], "3": IDS["preset"], "4": onward, "else": IDS["return"]},
        "preset": {"0": IDS["decide"], "else": IDS["decide"]},
        "decide": {"0": IDS["compose"], "else": None},
        "compose": {"0": onward, "3": IDS["look"], "6": identity("reject"), "else": IDS["return"]},
        "look": {"0": IDS["decide"], "3": IDS["decide"], "else": IDS["return"]},
        "return": {"0": failed, "else": failed},
        "refuse": {"0": identity("reject"), "else": identity("reject")},
    }


def test_from_the_decision_no_way_leads_back_to_what_answers_it_beforehand(real: bytes) -> None:
    """Else a preset and what is still open could go round forever."""
    after = ways(read(merged(real, CHOICES)))
    assert IDS["decide"] in reached(after, [IDS["preset"]])
    assert IDS["decide"] in reached(after, after[IDS["decide"]])
    assert IDS["preset"] not in reached(after, [IDS["decide"]])


def test_a_preset_is_taken_from_the_configuration_as_the_stock_step_takes_it(real: bytes) -> None:
    """The same file, but over whatever lies there, and in a folder whose name may lack the slash at its end."""
    workflow = read(merged(real, CHOICES))
    ours = workflow.links[IDS["preset"]]
    stock_ones = {
        str(one.config["arguments"])
        for name, one in workflow.links.items()
        if name != IDS["preset"] and "%processingConfiguration%" in str(one.config.get("arguments"))
    }
    arguments = str(ours.config["arguments"])
    assert "%SIPDirectory%/" in arguments
    assert stock_ones == {f"{arguments.replace('%SIPDirectory%/', '%SIPDirectory%')} -n"}
    assert ours.execute == "copy_v0.0"


def test_a_bundle_is_approved_moved_and_given_its_type_before_anything_is_taken_out_of_it() -> None:
    workflow = read(merged(stock(), CHOICES))
    watched = workflow.watched_directories[0]
    assert (watched.path, watched.unit_type, watched.only_dirs) == (
        "/activeTransfers/socialMediaBundle",
        "Transfer",
        True,
    )
    name, way = workflow.chains[watched.chain_id].link_id, []
    assert workflow.links[name].config["chain_choices"] == [IDS["refused"], IDS["approved"]]
    assert workflow.chains[IDS["refused"]].link_id == IDS["refuse"]
    name = workflow.chains[IDS["approved"]].link_id
    while name != identity("hidden"):
        way.append(workflow.links[name].execute)
        name = workflow.links[name].exit_codes["0"].link_id or ""
    assert way == ["moveTransfer_v0.0", "archivematicaSetTransferType_v0.0", "sma_receive_v0.0", "sma_compose_v0.0"]


def test_the_operator_chooses_among_the_configured_reasons_in_both_languages() -> None:
    own = Settings(reasons={"incomplete": {"te-laat": InWords(nl="te laat gevraagd", en="asked for too late")}})
    offered = read(merged(stock(), decisions(own))).links[IDS["decide"]].config["replacements"]
    assert [one["items"]["smaDecision"] for one in offered] == [
        "accept",
        "accept-incomplete:te-laat",
        "hold",
        "reject",
    ]
    assert offered[1]["description"] == {
        "en": "accept as incomplete: asked for too late",
        "nl": "als onvolledig aanvaarden: te laat gevraagd",
    }
    shipped = read(merged(stock(), CHOICES)).links[IDS["decide"]].config["replacements"]
    assert {one["id"] for one in offered} & {one["id"] for one in shipped} == {
        one["id"] for one in offered if ":" not in one["items"]["smaDecision"]
    }


def test_ids_stay_from_version_to_version() -> None:
    """They stand in processing configurations, and in what runs inside Archivematica."""
    own = fragment()
    assert own.ids == {name: own.identity(name) for name in own.ids}
    assert {UUID(one).version for one in own.ids.values()} == {5}
    assert own.ids["decide"] == "1dd3c6b7-cdf0-5280-a894-a8466936a556"
    assert own.ids["approved"] == "ea09e7a6-1d59-5f1d-8d67-efb948b04bfc"


def older(made: bytes) -> bytes:
    """A merged workflow as an older version left it, which had one link more before the bag."""
    mark = merged_by(made)
    assert mark is not None
    extra, bag = "00000000-0000-4000-8000-000000000001", identity("bag")
    text = re.sub(rf'(?<!\\)"{bag}"(?!:)', f'"{extra}"', made.decode())
    entry = json.dumps(link("sma_old_v0.0", "bag", "bag"))
    text = text.replace('"links": {', f'"links": {{\n    "{extra}": {entry},', 1)
    was = msgspec.structs.replace(
        mark, version="0.0.1", added=[*mark.added, extra], inserted=mark.inserted | {extra: bag}
    )
    there, here = (json.dumps(msgspec.json.encode(one).decode(), ensure_ascii=False) for one in (mark, was))
    assert there in text
    return text.replace(there, here).encode()


def test_a_workflow_that_an_older_version_merged_becomes_as_merged_anew() -> None:
    before = older(merged(stock(), CHOICES))
    told = merged_by(before)
    assert told is not None
    assert told.version == "0.0.1"
    assert stock_workflow(before) == stock()
    assert merged(before, CHOICES) == merged(stock(), CHOICES)


FORMS: list[Callable[[Any], str]] = [
    json.dumps,
    lambda value: json.dumps(value, indent=4, sort_keys=True),
    lambda value: json.dumps(value, indent="\t", separators=(" ,", " : ")).replace("\n", "\r\n"),
    lambda value: "\n\n " + json.dumps(value, indent=1) + "\n\n",
]


@pytest.mark.parametrize("form", FORMS)
def test_however_the_file_is_laid_out_it_comes_back(form: Callable[[Any], str]) -> None:
    before = form(json.loads(stock())).encode()
    made = merged(before, CHOICES)
    assert checked(made, client_modules(MODULES), ANYTHING) == []
    assert stock_workflow(made) == before


@settings(max_examples=25)
@given(st.permutations(sorted(links())), st.sampled_from(["é", '"', "\\", "zxx:", "\u2028", "{", "}"]))
def test_in_whatever_order_links_stand_and_whatever_they_are_called_it_comes_back(order: list[str], sign: str) -> None:
    whole = json.loads(stock())
    whole["links"] = {identity(name): whole["links"][identity(name)] for name in order}
    whole["links"][identity("bag")]["description"]["en"] = f'{sign} "{identity("bag")}" {sign}'
    before = json.dumps(whole, indent=2, ensure_ascii=False).encode()
    assert stock_workflow(merged(before, CHOICES)) == before


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        ("hidden", "where hidden files are taken out of a transfer"),
        ("failed", "where a failed transfer is reported"),
        ("failed-sip", "where a failed SIP is reported"),
        ("reject", "where a rejected transfer is cleaned up"),
        ("verify", "where it is verified that a transfer complies"),
        ("bag-in", "where a bag is verified and restructured"),
    ],
)
def test_a_place_that_is_not_there_is_named(gone: str, told: str) -> None:
    with pytest.raises(UserError, match=rf"am\.json has no place {told}"):
        merged(stock(**{gone.replace("-", "_"): link("other_v0.0")}), CHOICES, Path("am.json"))


def test_a_place_that_is_there_twice_is_named_with_both() -> None:
    again = link("removeHiddenFilesAndDirectories_v0.0", "unneeded")
    with pytest.raises(UserError, match=rf"several places where hidden files .*{identity('again')}") as refused:
        merged(stock(again=again), CHOICES)
    assert "waar verborgen bestanden uit een transfer worden gehaald" in refused.value.sentence("nl")


def test_of_two_that_do_the_same_the_one_of_the_expected_group_is_taken() -> None:
    mine = link("removeHiddenFilesAndDirectories_v9.1", "unneeded", group="Verify transfer compliance")
    workflow = read(merged(stock(mine=mine), CHOICES))
    assert workflow.links[IDS["compose"]].exit_codes["0"].link_id == identity("mine")


def whole(data: bytes) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(data)
    return value


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"{",
        b'{"links": {}, "chains": {}, "watched_directories": []}',
        b"[" * 100_000,
        json.dumps(whole(stock()) | {"links": {"not-an-id": link("x")}}).encode(),
    ],
)
def test_what_is_no_workflow_is_refused_in_one_sentence(content: bytes) -> None:
    with pytest.raises(UserError, match=r"^flow\.json is no workflow of Archivematica: ") as refused:
        merged(content, CHOICES, Path("flow.json"))
    assert "\n" not in str(refused.value)


def test_an_id_that_stands_twice_is_refused() -> None:
    text = stock().decode()
    again = text.replace('"links": {', f'"links": {{"{identity("bag")}": {json.dumps(link("x"))},', 1)
    with pytest.raises(UserError, match=f"{identity('bag')} twice"):
        merged(again.encode(), CHOICES)


def test_a_key_that_stands_twice_deep_down_is_left_so() -> None:
    """Archivematica 1.11 and 1.12 have such ones."""
    twice = stock().replace(b'"execute": "bagit_v0.0"', b'"execute": "bagit_v0.0", "execute": "bagit_v0.0"')
    assert stock_workflow(merged(twice, CHOICES)) == twice


def test_ours_have_the_empty_keys_that_all_of_their_kind_have() -> None:
    """Up to 1.15 the schema asks for them."""
    value = whole(stock())
    for one in value["links"].values():
        if one["config"]["@manager"] == "linkTaskManagerDirectories":
            one["config"]["filter_file_start"] = None
        one.setdefault("fallback_link_id", None)
    made = read(merged(json.dumps(value).encode(), CHOICES))
    assert made.links[IDS["receive"]].config["filter_file_start"] is None
    assert made.links[IDS["receive"]].fallback_link_id == IDS["return"]
    assert "filter_file_start" not in made.links[IDS["decide"]].config
    assert "filter_file_start" not in read(merged(stock(), CHOICES)).links[IDS["receive"]].config


def test_what_was_changed_in_a_merged_workflow_is_seen_and_kept() -> None:
    made = merged(stock(), CHOICES)
    changed = made.replace(b"Do bagit_v0.0", b"Put in a bag")
    assert not altered(made)
    assert not altered(stock())
    assert altered(changed)
    assert b"Put in a bag" in merged(changed, CHOICES)


@pytest.mark.parametrize("schema", [b"", b"[]", b"{}", b'{"properties": 3}', stock()])
def test_what_is_no_schema_of_a_workflow_is_refused(schema: bytes) -> None:
    with pytest.raises(UserError, match=r"^The schema that the workflow would be checked with"):
        checked(merged(stock(), CHOICES), None, schema)


def test_ours_put_in_by_hand_is_refused() -> None:
    with pytest.raises(UserError, match=IDS["return"]):
        merged(
            json.dumps(whole(stock()) | {"links": whole(stock())["links"] | {IDS["return"]: link("x")}}).encode(),
            CHOICES,
        )
    value = whole(stock())
    value["watched_directories"][0]["path"] = "/activeTransfers/socialMediaBundle/"
    with pytest.raises(UserError, match="socialMediaBundle"):
        merged(json.dumps(value).encode(), CHOICES)


def test_a_mark_that_cannot_be_read_is_refused() -> None:
    made = merged(stock(), CHOICES).replace(rb"{\"version\"", rb"{\"versie\"")
    with pytest.raises(UserError, match="cannot be taken out"):
        stock_workflow(made)
