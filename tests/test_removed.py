"""What a role removed on somebody's request enters no new package, whatever form it came in."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from conversations import JAN, ROOS, TALK, home
from planting import PUBLIC, SECRET, Made, made_of, placed
from sma_plugin.compose.extract import Cut, extract
from sma_plugin.compose.users import users
from sma_plugin.findings import Finding
from sma_plugin.ingest import ingest
from sma_plugin.model import Event
from sma_plugin.package import Package
from sma_plugin.package.files import read_json, read_json_lines
from sma_plugin.privacy.entering import Asked, end, enter
from sma_plugin.privacy.keys import By, Keys
from sma_plugin.provenance import Stamps
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.selection.records import PackageDecisions
from sma_plugin.selection.standing import load_checked
from sma_plugin.settings import Paths, Policy, Role, Settings
from sma_plugin.validate.step import validate_path
from test_deciding import LISTS
from test_mastodon_api import status
from warc_builders import record, warcinfo

HOST = "https://elders.example"
OWNER = "https://sociaal.voorbeeldstad.example/users/gemeente"
BY = By(Stamps.from_environment(), "archivaris", "AVG art. 17")
Files = dict[str, bytes]


def configured(home: Path, **policies: Policy) -> Settings:
    rows = ["platform,native_id,handle,kind,list,category", f"mastodon,{OWNER},,corporate,lijst,1"]
    (home / "register.csv").write_text("\n".join(rows) + "\n")
    (home / "selection-list.csv").write_text(LISTS)
    accepted = {"incomplete": Policy("archivaris", "2026-01-01", "Besluit 1", "accept")}
    settings = Settings(
        base=str(home),
        paths=Paths(key_file="keys/k"),
        roles={"archivaris": Role(("requests", "incomplete", "whole-files"))},
        policies=accepted | policies,
    )
    keys = Keys(home / "keys" / "k")
    if keys.current is None:
        keys.new(BY)
    return settings


def removed(home: Path, *posts: str, account: str = "", outcome: str = "removed") -> str:
    keys = Keys(home / "keys" / "k")
    return enter(keys, Asked(outcome, "mastodon", account, posts, "2026/7", "2026-02-01"), BY, ()).request.id


def by_other(number: int, text: str) -> dict[str, Any]:
    """A reply by somebody else."""
    other = {"id": "9", "username": "buurt", "acct": "buurt@elders.example", "url": f"{HOST}/@buurt"}
    account = status(1)["account"] | other | {"uri": f"{HOST}/users/buurt"}
    told = status(number, account=account, content=f"<p>{text}</p>")
    told |= {"uri": f"{HOST}/users/buurt/statuses/{number}", "url": f"{HOST}/@buurt/{number}"}
    return told | {"in_reply_to_id": "1", "in_reply_to_account_id": status(1)["account"]["id"]}


def talk() -> list[dict[str, Any]]:
    return [status(1, content=f"<p>{PUBLIC}</p>"), by_other(7, SECRET), by_other(8, "dag")]


def answered(number: int, told: dict[str, Any]) -> bytes:
    """A record with an answer of the API."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    url = f"https://sociaal.voorbeeldstad.example/api/v1/statuses/{told['id']}"
    return record(block=head + json.dumps(told).encode(), number=number, url=url)


def shared() -> list[dict[str, Any]]:
    """The same, and the account shares one of the replies."""
    return [*talk(), status(2, reblog=by_other(7, SECRET), content="")]


FORMS: dict[str, Files] = {
    "list": {"statuses.json": json.dumps(talk()).encode()},
    "lines": {"statuses.jsonl": b"".join(json.dumps(one).encode() + b"\n" for one in talk())},
    "warc": {"oogst.warc": warcinfo() + b"".join(answered(number, one) for number, one in enumerate(talk(), 1))},
}


def made(home: Path, files: Files, settings: Settings) -> Made:
    return made_of(placed(home / "in", files, 0), home / "out", settings)


def codes(found: list[Finding]) -> set[str]:
    return {one.code for one in found}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("whole", [False, True])
def test_a_removed_post_is_in_no_file_of_the_package(tmp_path: Path, *, form: str, whole: bool) -> None:
    settings = configured(tmp_path)
    before = made_of(placed(tmp_path / "before", FORMS[form], 0), tmp_path / "first", settings)
    assert before.marked(), before.told
    name = removed(tmp_path, account="buurt@elders.example") if whole else removed(tmp_path, f"{HOST}/@buurt/7")
    found = made(tmp_path, FORMS[form], settings)
    assert found.result.packages, found.told
    (package,) = found.result.packages
    assert found.marked() == []
    assert found.errors() == []
    assert found.unread([PUBLIC]) == []
    assert found.unread(["dag"]) == (["dag"] if whole else [])
    assert "removed" in found.kinds
    known = read_json(Package(package.path).decisions, PackageDecisions)
    (decision,) = (one for one in known.decisions if one.subject == "request")
    assert (decision.decided, decision.role, decision.at, decision.ground) == (
        "removed",
        "archivaris",
        "2026-02-01",
        "2026/7; AVG art. 17",
    )
    assert decision.reason == f"posts that are removed on request {name}: {2 if whole else 1}"
    events = [one for one in read_json_lines(Package(package.path).all_events, Event) if "request" in one.detail]
    assert [one.type for one in events] == ["appraisal"]
    assert "SMA-P040" in codes(package.findings)
    if whole:
        assert found.marked("elders.example") == []


@pytest.mark.parametrize(
    "files",
    [
        {"statuses.json.gz": gzip.compress(json.dumps(talk()).encode())},
        {"statuses.json": json.dumps(shared()).encode()},  # the account's own share holds it, in its own bytes
    ],
    ids=["packed", "shared"],
)
def test_what_cannot_be_cut_is_held_and_no_policy_lets_it_in(tmp_path: Path, files: Files) -> None:
    settings = configured(tmp_path, **{"whole-files": Policy("archivaris", "2026-01-01", "Besluit 2")})
    name = removed(tmp_path, f"{HOST}/@buurt/7")
    found = made(tmp_path, files, settings)
    assert (found.result.packages, found.result.outcome) == ([], Outcome.NEEDS_DECISION)
    assert "SMA-P041" in codes(found.result.findings)
    keys = Keys(tmp_path / "keys" / "k")
    end(keys, name, BY)
    removed(tmp_path, f"{HOST}/@buurt/7", outcome="suppressed")
    (package,) = ingest([tmp_path / "in"], tmp_path / "out", settings, Quiet()).packages
    assert "SMA-P007" in codes(package.findings)


def test_a_request_after_the_package_was_made_says_that_it_would_now_be_another(tmp_path: Path) -> None:
    settings = configured(tmp_path)
    ingest([placed(tmp_path / "in", FORMS["list"], 0)], tmp_path / "out", settings, Quiet(), keep=True)
    removed(tmp_path, f"{HOST}/@buurt/8888")
    again = ingest([tmp_path / "in"], tmp_path / "out", settings, Quiet(), keep=True)
    assert "SMA-S115" not in codes(again.findings)
    removed(tmp_path, f"{HOST}/@buurt/7")
    again = ingest([tmp_path / "in"], tmp_path / "out", settings, Quiet(), keep=True)
    assert "SMA-S115" in codes(again.findings)
    forced = ingest([tmp_path / "in"], tmp_path / "out", settings, Quiet(), force=True)
    assert "SMA-P040" in codes(forced.packages[0].findings)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (b'{"a": 1, "post": {"id": 7}, "b": 2}', b'{"a": 1,  "b": 2}'),
        (b'{"a": 1, "post" : {"id": 7}}', b'{"a": 1}'),
        (b'{"post":{"id": 7}}', b"{}"),
        (b'[{"id": 7}, {"id": 8}]', b'[ {"id": 8}]'),
    ],
)
def test_the_name_of_an_object_goes_with_it(text: bytes, left: bytes) -> None:
    out = io.BytesIO()
    at = text.index(b'{"id": 7}')
    extract(io.BytesIO(text), out.write, [Cut(at, 9, "x")])
    assert out.getvalue() == left


def test_a_document_that_is_cut_off_is_not_taken_apart() -> None:
    assert list(users(b'{"users":[{"id":"9"},{"id":"8"', ["9"], [])) == []
    assert len(list(users(b'{"users":[{"id":"9"}]}\n{"users":[{"id":"9"', ["9"], []))) == 1


def test_whom_a_role_removed_is_in_no_list_of_users_either(tmp_path: Path) -> None:
    place = home(tmp_path)
    (tmp_path / "antwoord.json").write_bytes(TALK)
    enter(Keys(place.keys.path), Asked("removed", "x", JAN["id"], (), "2026/7", "2026-02-01"), BY, ())
    result = ingest([tmp_path / "antwoord.json"], place.out, load_checked(place.config), Quiet())
    (package,) = result.packages
    (kept,) = (path.read_bytes() for path in Package(package.path).captures.rglob("antwoord.json"))
    told = json.loads(kept)
    assert [one["id"] for one in told["includes"]["users"]] == ["1", ROOS["id"]]
    assert [one["id"] for one in told["data"]] == ["20", "31"]
    assert JAN["name"].encode() not in kept
    assert not [one for one in validate_path(package.path) if one.severity == "error"]
