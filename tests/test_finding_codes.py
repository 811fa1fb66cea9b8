"""Every finding code is raised by a delivery or package of its own, and nothing else is told than what is listed."""

from __future__ import annotations

import itertools
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import finding_cases_aipmets
import finding_cases_am_fpr
import finding_cases_bluesky
import finding_cases_bundle
import finding_cases_client
import finding_cases_copies
import finding_cases_decide
import finding_cases_formats
import finding_cases_history
import finding_cases_inside
import finding_cases_install
import finding_cases_kenmerken
import finding_cases_keys
import finding_cases_linkedin
import finding_cases_lists
import finding_cases_mastodon
import finding_cases_meta_api
import finding_cases_meta_export
import finding_cases_package
import finding_cases_pictures
import finding_cases_plan
import finding_cases_posts
import finding_cases_preferred
import finding_cases_privacy
import finding_cases_register
import finding_cases_rights
import finding_cases_suppliers
import finding_cases_video
import finding_cases_wacz
import finding_cases_warc
import finding_cases_web
import finding_cases_workflow
import finding_cases_x
import finding_cases_youtube_takeout
from finding_cases import MEASURED, PAGE, Bench, Case, Contents, shown, told
from making import mastodon, note
from sma_plugin import findings
from sma_plugin.findings import Finding, gather, parameters
from sma_plugin.findings.joined import _same_place
from sma_plugin.ingest import ingest
from sma_plugin.reporting import Quiet
from sma_plugin.validate import schemas
from sma_plugin.validate.step import validate_path
from test_mastodon_api import status
from test_x_api import flat, lines
from warc_builders import record

MODULES = (
    finding_cases_aipmets,
    finding_cases_am_fpr,
    finding_cases_bluesky,
    finding_cases_bundle,
    finding_cases_client,
    finding_cases_copies,
    finding_cases_decide,
    finding_cases_history,
    finding_cases_inside,
    finding_cases_kenmerken,
    finding_cases_install,
    finding_cases_keys,
    finding_cases_linkedin,
    finding_cases_lists,
    finding_cases_mastodon,
    finding_cases_formats,
    finding_cases_meta_api,
    finding_cases_meta_export,
    finding_cases_package,
    finding_cases_pictures,
    finding_cases_plan,
    finding_cases_posts,
    finding_cases_preferred,
    finding_cases_privacy,
    finding_cases_register,
    finding_cases_rights,
    finding_cases_warc,
    finding_cases_wacz,
    finding_cases_web,
    finding_cases_workflow,
    finding_cases_x,
    finding_cases_youtube_takeout,
    finding_cases_suppliers,
    finding_cases_video,
)
CASES = [case for module in MODULES for case in module.CASES]
RECORDS = b"".join(record(number=number, WARC_Date=f"dag {number}") for number in range(2500))
PARAMETER = re.compile(r"\{(\w+)\}")
LANGUAGES: tuple[findings.Language, ...] = ("nl", "en")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound package, with what its steps left beside it."""
    bench = Bench(tmp_path_factory.mktemp("package"), pytest.MonkeyPatch(), Path())
    delivery = bench.deliver(mastodon([note(1, "De Stationsweg is dicht"), note(2, "en weer open")]))
    result = ingest([delivery], bench.home / "out", bench.settings(), Quiet(), keep=True)
    (made,) = result.packages
    assert result.work is not None
    steps = f"{made.path.name}.steps"
    shutil.copytree(result.work / "packages" / steps, made.path.with_name(steps))
    assert [one.code for one in validate_path(made.path) if one.code != "SMA-V002"] == []
    return made.path


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: Path) -> Bench:
    monkeypatch.delenv("SMA_SEED", raising=False)
    return Bench(tmp_path, monkeypatch, package)


def proved(case: Case, bench: Bench) -> list[Finding]:
    """The findings of a case, without those of most: that schemas are not at hand, that a WARC has no digests, or
    what was measured of essential characteristics.
    """
    aside = {"SMA-W046", *MEASURED, *(["SMA-V002"] if schemas.missing() else [])} - {*case.told, case.code}
    return [one for one in gather(case.run(bench)) if one.code not in aside]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.told[0].replace(' ', '')}")
def test_a_case_tells_its_code_and_nothing_else(case: Case, bench: Bench) -> None:
    found = proved(case, bench)
    lines = told(found)
    assert (lines if PAGE not in case.told else sorted(PAGE if line in PAGES else line for line in lines)) == case.told
    assert case.code in {one.code for one in found}
    for one in found:
        assert one.severity == findings.code(one.code).severity
        for language in LANGUAGES:
            texts = findings.code(one.code).text[language] + findings.code(one.code).remedy[language]
            assert set(PARAMETER.findall(texts)) <= set(parameters(one, language))
    SEEN.update(_folded(found))


PAGES = (PAGE, f"SMA-H010 > {PAGE}")
"""That a capture of pages holds no posts; with it, where there are any, that it holds pages."""
SEEN: set[tuple[str, str]] = set()
"""Consequence and cause, as the cases above met them at one place."""


def _folded(found: list[Finding]) -> Iterator[tuple[str, str]]:
    """Pairs of consequence and cause of which every place of the first is one of the second."""
    for one, other in itertools.permutations(found, 2):
        if all(any(_same_place(place, where) for where in other.places) for place in one.places):
            yield one.code, other.code


def test_every_code_has_a_case() -> None:
    assert {case.code for case in CASES} == set(findings.codes())


def test_every_code_that_may_be_a_consequence_has_a_case_with_its_cause() -> None:
    if not SEEN:
        pytest.skip("the cases did not run")
    folded = {name for name, cause in SEEN if cause in findings.code(name).implied_by}
    assert {name for name, code in findings.codes().items() if code.implied_by} - folded == set()


@pytest.mark.parametrize(
    ("delivery", "name", "code"),
    [
        (lines(flat(1)) + b'{"id": "2", \n' * 2500 + lines(flat(2)), "tweets.jsonl", "SMA-R001"),
        (RECORDS, "pagina.warc", "SMA-W018"),
        ({f"{number:04d}.json": b"[" + json.dumps(status(number)).encode() for number in range(300)}, "", "SMA-R003"),
    ],
)
def test_thousands_of_a_kind_are_one_finding_with_ten_places(
    delivery: Contents, name: str, code: str, bench: Bench
) -> None:
    (one,) = [one for one in gather(shown(delivery, name)(bench)) if one.code == code]
    assert one.count == (300 if isinstance(delivery, dict) else 2500)
    assert len(one.places) == len(set(one.places)) == 10
