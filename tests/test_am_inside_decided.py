"""A bundle goes through our links as the merged workflow leads it, by jobs, up to where a person is asked.

What Archivematica does itself is done here in small: following exit codes, filling in arguments, copying a file, and
taking an answer from the ``processingMCP.xml`` in the transfer (as ``FACTS.md`` tells).
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from lxml import etree

from am_jobs import UNIT, TaskJob, script
from am_transfers import LACKING, Transfer, configuration, transfer
from making_workflow import stock
from sma_plugin.archivematica.operator_choice import PROCESSING
from sma_plugin.archivematica.workflow import decisions, merged
from sma_plugin.archivematica.workflow.fragment import fragment
from sma_plugin.archivematica.workflow.model import Workflow
from sma_plugin.settings import Settings
from test_am_inside_transfers import DAMAGED

IDS = fragment().ids
NAMES = {name: key for key, name in IDS.items()}
STEP = Path(sys.executable).with_name("sma-step")
SETTINGS = """[paths]
working_area = "work"
[archivematica]
returned = "returned"
operator_role = "archivaris"
[roles.archivaris]
decides = ["incomplete", "platform-terms"]
[policies.platform-terms]
role = "archivaris"
date = "2026-01-01"
ground = "Besluit 1"
"""
POLICY = """[policies.incomplete]
role = "archivaris"
date = "2026-01-01"
ground = "Besluit 2"
choose = "accept-incomplete:gone"
"""
ASKED = ["receive", "preset", "decide"]

pytestmark = pytest.mark.skipif(not STEP.is_file(), reason="sma-step is not installed beside this Python")


class Way:
    """The way of a transfer; ``output`` is what its tasks said."""

    def __init__(self, made: Transfer) -> None:
        self.made, self.output = made, ""
        self.workflow = msgspec.json.decode(merged(stock(), decisions(Settings())), type=Workflow)
        self.configurations = made.home / "shared/sharedMicroServiceTasksConfigs/processingMCPConfigs"
        self.configurations.mkdir(parents=True)

    def goes(self, *answers: str, begin: str = "receive") -> list[str]:
        """The names of the links that it comes past, up to a question that nobody is there for, or out of ours."""
        told, given, link = [], iter(answers), begin
        while link and len(told) < 20:
            told.append(link)
            link = self._decided(given) if link == "decide" else self._done(link)
        return told

    def _done(self, name: str) -> str:
        """Carry out a link; gives the one that follows."""
        link = self.workflow.links[IDS[name]]
        job = TaskJob(link.execute, *self._arguments(str(link.config["arguments"])))
        if link.execute == "copy_v0.0":
            words = ["cp", *job.args[1:]]  # what Archivematica's own client script calls
            job.code = subprocess.run(words, check=False, capture_output=True).returncode
        else:
            script(link.execute.partition("_v")[0]).call([job])
        self.output += job.out + job.err
        led = link.exit_codes.get(str(job.code))
        return NAMES.get((led.link_id if led else link.fallback_link_id) or "", "")

    def _arguments(self, words: str) -> Iterator[str]:
        known = {
            "%SIPDirectory%": str(self.made.root),  # of a transfer that the API started, without a slash at its end
            "%SIPUUID%": UNIT,
            "%SIPName%": "bundel",
            "%sharedPath%": f"{self.made.home}/shared/",
            "%processingConfiguration%": "eigen",
            "%smaDecision%": getattr(self, "decision", "%smaDecision%"),
        }
        for one in words.strip('"').split('" "'):
            word = one
            for name, value in known.items():
                word = word.replace(name, value)
            yield word

    def _decided(self, given: Iterator[str]) -> str:
        choices = self.workflow.links[IDS["decide"]].config["replacements"]
        path, chosen = self.made.root / PROCESSING, set[str]()
        if path.is_file():
            rows = etree.parse(path).iter("preconfiguredChoice")
            chosen = {str(one.findtext("goToChain")) for one in rows if one.findtext("appliesTo") == IDS["decide"]}
        preset = next((one["items"]["smaDecision"] for one in choices if one["id"] in chosen), None)
        self.decision = preset or next(given, "")
        return "compose" if self.decision else ""


@pytest.fixture
def way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Way:
    """The way of a bundle that lacks something."""
    (tmp_path / "sma.toml").write_text(SETTINGS, encoding="utf-8")
    monkeypatch.setenv("SMA_STEP", str(STEP))
    monkeypatch.setenv("SMA_CONFIG", str(tmp_path / "sma.toml"))
    return Way(transfer(tmp_path, LACKING))


def chosen(way: Way, decision: str) -> None:
    (way.configurations / "eigenProcessingMCP.xml").write_text(configuration(decision), encoding="utf-8")


@pytest.mark.parametrize("choice", ["accept", "hold", "reject"])
def test_a_choice_that_is_no_policy_comes_to_a_person_after_one_round(way: Way, choice: str) -> None:
    chosen(way, choice)
    assert way.goes() == [*ASKED, "compose", "look", "decide"]
    assert way.output.count("SMA-A093") == 1
    assert way.made.names() == ["capture.toml", "delivery"]
    assert way.goes("hold", "accept", begin="decide") == ["decide", "compose", "look", "decide", "compose"]
    assert way.made.names() == ["metadata", "objects"]
    assert sorted(one.name for one in way.made.returned.iterdir()) == ["capture.toml", "delivery"]


def test_under_a_standing_policy_nothing_is_asked(way: Way) -> None:
    chosen(way, "accept-incomplete:gone")
    (way.made.home / "sma.toml").write_text(SETTINGS + POLICY, encoding="utf-8")
    assert way.goes() == ["receive", "compose"]
    assert way.made.names() == ["metadata", "objects"]


def test_a_policy_that_came_before_the_decision_is_followed(way: Way) -> None:
    chosen(way, "accept-incomplete:gone")
    assert way.goes()[-2:] == ["look", "decide"]
    (way.made.home / "sma.toml").write_text(SETTINGS + POLICY, encoding="utf-8")
    assert way.goes(begin="preset") == ["preset", "decide", "compose"]
    assert way.made.names() == ["metadata", "objects"]


def test_damage_comes_to_a_person_under_a_policy_too(way: Way) -> None:
    for name, data in DAMAGED.items():
        (way.made.root / "delivery" / name).write_bytes(data)
    chosen(way, "accept-incomplete:gone")
    (way.made.home / "sma.toml").write_text(SETTINGS + POLICY, encoding="utf-8")
    assert way.goes() == [*ASKED, "compose", "look", "decide"]
    assert "SMA-A093" not in way.output
    assert way.goes("reject", begin="decide") == ["decide", "compose"]
    assert sorted(one.name for one in way.made.returned.iterdir()) == ["capture.toml", "delivery"]


def test_without_the_configuration_a_person_is_asked(way: Way) -> None:
    assert way.goes() == ASKED
    assert way.goes("accept", begin="decide") == ["decide", "compose"]


def test_a_configuration_in_the_delivery_is_refused_before_it_is_of_use(way: Way) -> None:
    (way.made.root / PROCESSING).write_text(configuration("accept"), encoding="utf-8")
    assert way.goes() == ["receive", "return"]
    assert "SMA-A090" in way.output
    assert (way.made.returned / PROCESSING).is_file()
