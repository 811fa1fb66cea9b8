"""What a processing configuration chooses beforehand: followed as the standing policy, or else put to a person."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from am_transfers import LACKING, ROLE, SOUND, Transfer, configuration, transfer
from sma_plugin.archivematica import operator_choice
from sma_plugin.archivematica.operator_choice import PROCESSING
from sma_plugin.bundle.delivery import DeliveryRecord
from sma_plugin.package import Package, WorkArea
from sma_plugin.package.files import read_json
from sma_plugin.selection.records import PackageDecisions
from sma_plugin.settings import Policy
from test_am_inside_transfers import DAMAGED, STANDING, KilledError


def put(made: Transfer, text: str = configuration("accept")) -> Transfer:
    """Archivematica includes a configuration, as it does between what is open and the decision."""
    (made.root / PROCESSING).write_text(text, encoding="utf-8")
    return made


def standing(made: Transfer, policy: Policy = STANDING) -> Transfer:
    """The same transfer, where this is the standing policy on incomplete captures."""
    made.settings = transfer(made.home, {}, policies=made.settings.policies | {"incomplete": policy}).settings
    return made


@pytest.mark.parametrize("choice", ["accept", "accept-incomplete:gone", "hold", "reject"])
def test_what_is_no_policy_is_told_and_a_person_is_asked(tmp_path: Path, choice: str) -> None:
    made = transfer(tmp_path, LACKING)
    made.run("receive")
    put(made, configuration(choice))
    assert (made.run("compose", choice), made.codes) == (3, ["SMA-A093"])
    assert made.told.findings[0].params["value"] == choice
    assert made.run("receive") == 3
    assert made.names() == ["capture.toml", "delivery"]
    assert made.run("compose", "accept") == 0  # now by the operator


@pytest.mark.parametrize("policy", [None, Policy(ROLE, "2026-01-01", "Besluit 2", choose="accept")])
def test_a_choice_beside_the_policy_is_not_followed(tmp_path: Path, policy: Policy | None) -> None:
    """Also where the policy would decide by itself: who filled in something else has to be told."""
    made = transfer(tmp_path, LACKING)
    made.run("receive")
    made = standing(made, policy) if policy else made
    put(made, configuration("accept-incomplete:gone"))
    assert (made.run("compose", "accept-incomplete:gone"), made.codes) == (3, ["SMA-A093"])


def test_a_choice_that_became_the_policy_is_followed_as_the_policy(tmp_path: Path) -> None:
    made = transfer(tmp_path, LACKING)
    assert made.run("receive") == 3
    put(standing(made), configuration("accept-incomplete:gone"))
    assert made.run("compose", "accept-incomplete:gone") == 0
    (one,) = [one for one in read_json(Package(made.root).decisions, PackageDecisions).decisions if one.role == ROLE]
    assert (one.decided, one.at, one.ground) == ("accept-incomplete:gone", "2026-01-01", "Besluit 2")


def test_damage_is_put_to_somebody_though_the_choice_is_the_policy(tmp_path: Path) -> None:
    made = standing(transfer(tmp_path, DAMAGED))
    assert made.run("receive") == 3
    put(made, configuration("accept-incomplete:gone"))
    assert (made.run("compose", "accept-incomplete:gone"), "SMA-A093" in made.codes) == (3, False)
    assert (made.run("receive"), made.names()) == (3, ["capture.toml", "delivery"])
    assert made.run("compose", "accept-incomplete:gone") == 0


def test_a_policy_to_hold_is_no_hold_without_end(tmp_path: Path) -> None:
    made = standing(transfer(tmp_path, LACKING), Policy(ROLE, "2026-01-01", "Besluit 2", choose="hold"))
    assert made.run("receive") == 3
    put(made, configuration("hold"))
    assert [made.run("compose", "hold"), made.run("receive")] == [3, 3]
    assert made.names() == ["capture.toml", "delivery"]
    assert made.run("compose", "accept") == 0


def test_an_operator_s_own_choice_counts_though_a_configuration_names_the_question(tmp_path: Path) -> None:
    """Of a reason that is gone Archivematica makes no answer: it asks."""
    made = transfer(tmp_path, LACKING)
    made.run("receive")
    put(made, configuration("accept-incomplete:vervallen"))
    assert (made.run("compose", "accept"), made.names()) == (0, ["metadata", "objects"])


@pytest.mark.parametrize(
    "text",
    [
        configuration("accept")[:-40],
        '<!DOCTYPE a [<!ENTITY one "x">]>' + configuration("accept"),
        "",
        "\x00",
    ],
    ids=["cut short", "with entities", "empty", "no XML"],
)
def test_of_a_configuration_that_is_not_plain_no_choice_is_followed(tmp_path: Path, text: str) -> None:
    made = transfer(tmp_path, LACKING)
    made.run("receive")
    put(made, text)
    assert (made.run("compose", "accept"), made.codes) == (3, ["SMA-A093"])


def test_in_another_encoding_it_is_the_same_choice(tmp_path: Path) -> None:
    made = transfer(tmp_path, LACKING)
    made.run("receive")
    (made.root / PROCESSING).write_bytes(configuration("accept").encode("utf-16"))
    assert (made.run("compose", "accept"), made.codes) == (3, ["SMA-A093"])


def test_the_configuration_is_no_change_of_the_delivery_and_no_part_of_it(tmp_path: Path) -> None:
    made = transfer(tmp_path, LACKING)
    made.run("receive")
    done = made.work / "steps" / "receive" / "done.json"
    before = done.stat().st_mtime_ns
    put(made, configuration("hold").replace("appliesTo>", "appliesToNot>"))
    assert made.run("compose", "hold") == 3
    assert done.stat().st_mtime_ns == before
    put(made)
    assert made.run("receive") == 3
    assert done.stat().st_mtime_ns == before
    delivered = read_json(WorkArea(made.work).delivery, DeliveryRecord)
    assert not [one for one in delivered.members if PROCESSING in one.path]
    put(made, "<processingMCP/>")
    assert made.run("compose", "accept") == 0
    assert made.names() == ["metadata", "objects"]
    assert sorted(one.name for one in made.returned.iterdir()) == ["capture.toml", "delivery"]
    assert not [path for path in made.root.rglob("*") if PROCESSING in path.name]


def test_it_does_not_go_back_with_the_delivery(tmp_path: Path) -> None:
    """After a rejection, and where composing could not even begin."""
    for job, name in (("compose", "een"), ("give_back", "twee")):
        (tmp_path / name).mkdir()
        made = transfer(tmp_path / name, LACKING)
        made.run("receive")
        put(made)
        shutil.rmtree(made.work / "operator", ignore_errors=True)
        assert made.run(job, "%smaDecision%") == (3 if job == "compose" else 0)
        assert made.run("give_back") == 0
        assert sorted(one.name for one in made.returned.iterdir()) == ["capture.toml", "delivery"]
        assert made.names() == []


def test_one_that_a_delivery_brings_is_refused_and_goes_back_with_it(tmp_path: Path) -> None:
    made = put(transfer(tmp_path, SOUND))
    assert (made.run("receive"), made.codes) == (1, ["SMA-A090"])
    assert (made.run("receive"), made.codes) == (1, ["SMA-A090"])  # also for a worker that does it again
    assert made.run("give_back") == 0
    assert sorted(one.name for one in made.returned.iterdir()) == ["capture.toml", "delivery", PROCESSING]


@pytest.mark.parametrize(
    ("job", "at"),
    [("compose", "preset.json"), ("compose", PROCESSING), ("receive", PROCESSING), ("receive", "preset.json")],
)
def test_a_run_that_was_killed_knows_who_chose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, job: str, at: str
) -> None:
    """Killed when it writes down the choice, or takes something away; then the same job is done again."""
    made = transfer(tmp_path, LACKING)
    made.run("receive")
    put(made)
    if job == "receive":
        assert made.run("compose", "accept") == 3
        put(made)  # as after a run that could not take it away
    with monkeypatch.context() as patched:
        patched.setattr(operator_choice, "write_json", killed if at == "preset.json" else operator_choice.write_json)
        patched.setattr(Path, "unlink", killing(at))
        with pytest.raises(KilledError):
            made.run(job, "accept" if job == "compose" else "%smaDecision%")
    if job == "compose":
        assert [(made.run("compose", "accept"), made.codes) for _ in "12"] == [(3, ["SMA-A093"])] * 2
    assert [made.run("receive"), made.run("receive")] == [3, 3]
    assert (made.names(), made.run("compose", "accept")) == (["capture.toml", "delivery"], 0)


def test_a_working_area_that_was_cleared_meanwhile_makes_nobody_answer_twice(tmp_path: Path) -> None:
    made = transfer(tmp_path, LACKING)
    made.run("receive")
    put(made)
    shutil.rmtree(made.work)
    assert [made.run("compose", "accept"), made.run("receive"), made.run("compose", "accept")] == [3, 3, 0]


def killed(*_args: object, **_told: object) -> None:
    raise KilledError


def killing(name: str) -> Callable[..., None]:
    """Taking away that is killed before it takes away the file of this name."""
    real = Path.unlink

    def unlink(path: Path, *, missing_ok: bool = False) -> None:
        if path.name == name:
            raise KilledError
        real(path, missing_ok=missing_ok)

    return unlink
