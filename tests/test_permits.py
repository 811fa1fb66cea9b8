"""What compose needs a role for: files that cannot be cut or are not recognised, mentions, what is lacking."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from making import ACTOR, mastodon, note, zipped
from sma_plugin.compose.permits import lacking_codes
from sma_plugin.findings import codes
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.ingest import Result, ingest, work_area
from sma_plugin.model import Event, PostHistory
from sma_plugin.package import Package
from sma_plugin.package.files import read_json, read_json_lines
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.selection.asking import Question
from sma_plugin.selection.records import Decision, PackageDecisions
from sma_plugin.settings import Defaults, InWords, Paths, Policy, Role, Settings
from test_deciding import LISTS, decide
from test_mastodon_api import status

HEAD = "platform,native_id,handle,kind,list,category"
REST = "https://sociaal.voorbeeldstad.example/users/gemeente"
SUBJECTS = ("unrecognised", "whole-files", "mentions", "incomplete", "reported")
BY_YEAR = Defaults(period_cut="year")


def configured(tmp_path: Path, defaults: Defaults = Defaults(), **policies: Policy) -> Settings:  # noqa: B008
    (tmp_path / "register.csv").write_text(
        f"{HEAD}\nmastodon,{ACTOR},,corporate,lijst,1\nmastodon,{REST},,corporate,lijst,1\n"
    )
    (tmp_path / "selection-list.csv").write_text(LISTS)
    roles = {"archivaris": Role(SUBJECTS)}
    paths = Paths(decisions="besluiten")
    return Settings(base=str(tmp_path), paths=paths, roles=roles, policies=policies, defaults=defaults)


def run(tmp_path: Path, settings: Settings, members: dict[str, bytes], **options: Any) -> Result:
    bundle = tmp_path / "archief.zip"
    if not bundle.exists():
        zipped(bundle, members)
    return ingest([bundle], tmp_path / "out", settings, Quiet(), **options)


def archive() -> dict[str, bytes]:
    return mastodon([note(1, "Dag")]) | {"extra/plan.pdf": b"%PDF-1.4 plan", "brieven.json": b'{"geheim": 1}'}


def asked(tmp_path: Path, settings: Settings) -> dict[str, Question]:
    return {one.id: one for one in read_json(work_area(tmp_path / "out", settings).asked_by_compose, list[Question])}


def decisions(package: Path, subject: str) -> list[Decision]:
    known = read_json(Package(package).decisions, PackageDecisions)
    return [one for one in known.decisions if one.subject == subject]


def test_files_that_nobody_recognised_stay_out_and_the_question_is_open(tmp_path: Path) -> None:
    settings = configured(tmp_path)
    result = run(tmp_path, settings, archive(), keep=True)
    (package,) = result.packages
    assert "SMA-B015" in {one.code for one in package.findings}
    put = asked(tmp_path, settings)[f"unrecognised/mastodon/{ACTOR}"]
    assert (put.proposal, put.decision) == ("leave-out", None)
    assert "bestanden: 2" in put.reason["nl"]
    (known,) = decisions(package.path, "unrecognised")
    assert (known.decided, known.role) == (None, None)


@pytest.mark.parametrize(
    ("files", "kept"), [("*.pdf", {"plan.pdf"}), ("", {"plan.pdf", "brieven.json"}), ("brieven.json", {"brieven.json"})]
)
def test_a_role_says_which_of_them_are_kept(tmp_path: Path, files: str, kept: set[str]) -> None:
    decide(tmp_path, question=f"unrecognised/mastodon/{ACTOR}", decided="bewaren", files=files)
    (package,) = run(tmp_path, configured(tmp_path), archive()).packages
    found = {path.name for path in Package(package.path).captures.rglob("*") if path.is_file()}
    assert found & {"plan.pdf", "brieven.json"} == kept
    (known,) = decisions(package.path, "unrecognised")
    assert (known.decided, known.role, known.at, known.ground) == ("keep", "archivaris", "2026-02-01", "Besluit 12")
    assert "SMA-B015" not in {one.code for one in package.findings}
    assert "SMA-S110" in {one.code for one in package.findings}


def test_that_they_stay_out_is_a_decision_too(tmp_path: Path) -> None:
    policy = Policy("archivaris", "2026-01-01", "Besluit 1")
    (package,) = run(tmp_path, configured(tmp_path, unrecognised=policy), archive()).packages
    events = [one for one in read_json_lines(Package(package.path).all_events, Event) if "unrecognised" in one.detail]
    assert [(one.type, one.agents[0].name, one.at) for one in events] == [
        ("appraisal", "archivaris", "2026-01-01T00:00:00+00:00")
    ]
    assert events[0].detail.startswith("unrecognised: decided leave-out; proposed leave-out, because ")
    assert events[0].detail.endswith("; ground: Besluit 1")


def two_years() -> dict[str, bytes]:
    told = [status(1, created_at="2024-05-01T10:00:00.000Z"), status(2, created_at="2025-05-01T10:00:00.000Z")]
    return {"statuses.json.gz": gzip.compress(json.dumps(told).encode())}


def test_one_answer_on_a_file_that_cannot_be_cut_holds_for_every_period(tmp_path: Path) -> None:
    settings = configured(tmp_path, BY_YEAR)
    waiting = run(tmp_path, settings, two_years())
    assert (waiting.outcome, waiting.packages) == (Outcome.NEEDS_DECISION, [])
    (put,) = (one for name, one in asked(tmp_path, settings).items() if name.startswith("whole-files/"))
    assert put.reason["en"] == "such files: 2; posts in them that belong elsewhere: 2"
    decide(tmp_path, question=put.id, decided="keep whole")
    result = run(tmp_path, settings, two_years())
    assert len(result.packages) == 2
    for package in result.packages:
        (known,) = decisions(package.path, "whole-files")
        assert known.reason == "such files: 1; posts in them that belong elsewhere: 1"


def mentioned() -> dict[str, bytes]:
    other = {"id": "9", "username": "buurt", "acct": "buurt@elders.example", "url": "https://elders.example/@buurt"}
    names = [{"id": "1", "username": "gemeente", "acct": "gemeente", "url": status(1)["account"]["url"]}]
    by_other = status(7, account=status(1)["account"] | other, mentions=names, content="<p>@gemeente dag</p>")
    by_other |= {"uri": "https://elders.example/users/buurt/statuses/7", "url": "https://elders.example/@buurt/7"}
    return {"statuses.json": json.dumps([status(1), by_other]).encode()}


@pytest.mark.parametrize(("choose", "count"), [(None, 1), ("count", 1), ("keep", 2)])
def test_mentions_are_kept_where_a_policy_says_so(tmp_path: Path, choose: str | None, count: int) -> None:
    policies = {"mentions": Policy("archivaris", "2026-01-01", "Besluit 1", choose)} if choose else {}
    (package,) = run(tmp_path, configured(tmp_path, **policies), mentioned()).packages
    assert sum(isinstance(line.item, PostHistory) for line in read_lines(Package(package.path).posts)) == count
    known = decisions(package.path, "mentions")
    assert [one.decided for one in known] == ([choose] if choose else [])


LACKING = [{"type": "Document", "mediaType": "image/png", "url": "/weg.png"}]


def lacking() -> dict[str, bytes]:
    return mastodon([note(1, "Dag", attachment=LACKING)])


def test_who_lacks_something_waits_until_a_role_accepts_it(tmp_path: Path) -> None:
    settings = configured(tmp_path)
    waiting = run(tmp_path, settings, lacking())
    assert (waiting.outcome, waiting.packages, len(waiting.held)) == (Outcome.NEEDS_DECISION, [], 1)
    (said,) = (one for one in waiting.findings if one.severity == "decision")
    assert said.code == "SMA-S021"
    put = asked(tmp_path, settings)[f"incomplete/mastodon/{ACTOR}"]
    assert put.blocks
    assert put.proposal == "accept-incomplete:follow-up"
    assert put.reason["en"].endswith(": SMA-H005")
    decide(tmp_path, question=put.id, decided="als onvolledig aanvaarden: bij de bron is het er niet meer")
    result = run(tmp_path, settings, lacking())
    (package,) = result.packages
    (known,) = decisions(package.path, "incomplete")
    assert (known.decided, known.role, known.ground) == ("accept-incomplete:gone", "archivaris", "Besluit 12")
    assert "SMA-S110" in {one.code for one in package.findings}
    assert result.outcome is Outcome.OK


@pytest.mark.parametrize(
    ("decided", "code", "outcome", "held"),
    [
        ("aanhouden tot er beter is aangeleverd", "SMA-S118", Outcome.NEEDS_DECISION, 1),
        ("reject", "SMA-S119", Outcome.ERRORS, 0),
    ],
)
def test_what_a_role_holds_or_rejects_is_in_no_package(
    tmp_path: Path, decided: str, code: str, outcome: Outcome, held: int
) -> None:
    decide(tmp_path, question=f"incomplete/mastodon/{ACTOR}", decided=decided)
    result = run(tmp_path, configured(tmp_path), lacking())
    assert (result.outcome, result.packages, len(result.held)) == (outcome, [], held)
    assert code in {one.code for one in result.findings}


def test_one_answer_holds_for_every_period_and_what_lacks_nothing_goes_on(tmp_path: Path) -> None:
    notes = [note(1, "Dag", attachment=LACKING), note(2, "Later", published="2026-05-01T10:00:00Z")]
    settings = configured(tmp_path, BY_YEAR)
    waiting = run(tmp_path, settings, mastodon(notes))
    assert (waiting.outcome, len(waiting.packages), len(waiting.held)) == (Outcome.NEEDS_DECISION, 1, 1)
    assert decisions(waiting.packages[0].path, "incomplete") == []


@pytest.mark.parametrize(
    ("choose", "decided"), [(None, "accept-incomplete:not-offered"), ("accept", "accept"), ("hold", None)]
)
def test_a_standing_policy_decides_unattended(tmp_path: Path, choose: str | None, decided: str | None) -> None:
    reasons = {"incomplete": {"not-offered": InWords("geeft het platform niet", "the platform does not give it")}}
    settings = configured(tmp_path, incomplete=Policy("archivaris", "2026-01-01", "Besluit 1", choose))
    result = run(tmp_path, msgspec.structs.replace(settings, reasons=reasons), lacking())
    found = [known.decided for package in result.packages for known in decisions(package.path, "incomplete")]
    assert found == ([decided] if decided else [])


def test_an_account_in_no_register_goes_on_undecided_where_that_was_asked_for(tmp_path: Path) -> None:
    settings = msgspec.structs.replace(configured(tmp_path), undecided=True)
    (tmp_path / "register.csv").write_text(f"{HEAD}\nmastodon,{REST},,corporate,lijst,1\n")
    (package,) = run(tmp_path, settings, lacking()).packages
    (known,) = decisions(package.path, "incomplete")
    assert (known.decided, known.role) == (None, None)
    (tmp_path / "register.csv").write_text(f"{HEAD}\nmastodon,{ACTOR},,corporate,lijst,1\n")
    assert ingest([tmp_path / "archief.zip"], tmp_path / "again", settings, Quiet()).packages == []


def test_every_code_that_says_what_is_lacking_is_one() -> None:
    assert all(codes()[code].severity in ("warning", "error") for code in lacking_codes())


def test_a_delivered_package_is_not_made_again_for_another_policy(tmp_path: Path) -> None:
    settings = configured(tmp_path)
    run(tmp_path, settings, archive(), keep=True)
    other = msgspec.structs.replace(settings, policies={"scenario": Policy("archivaris", "2026-01-01", "Besluit 1")})
    (path,) = (tmp_path / "out").glob("mastodon-*/metadata/sma/mets.xml")
    before = path.stat().st_mtime_ns
    assert run(tmp_path, other, archive(), keep=True).outcome is Outcome.OK
    assert path.stat().st_mtime_ns == before
