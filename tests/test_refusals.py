"""Why a file was not converted is told in both languages, with what to do, and one reason is not told for another."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from conftest import ROOT
from sma_plugin.findings import gather, remedy, text
from sma_plugin.formats.conversion import MissingToolError, NotConvertibleError
from sma_plugin.formats.refusals import Refusal, _table, reasons
from sma_plugin.preferred.converting import Made
from sma_plugin.preferred.step import _findings
from sma_plugin.texts import LANGUAGES

RAISED = {"NotConvertibleError": 0, "Refusal": 0, "_require": 1}
"""Where in a call the name of a reason stands."""


def modules() -> Iterator[ast.AST]:
    for room in ("formats", "preferred"):
        for path in sorted((ROOT / "sma_plugin" / room).rglob("*.py")):
            yield ast.parse(path.read_text(encoding="utf-8"))


def given() -> Iterator[str]:
    """Every reason that is written out in a call."""
    for module in modules():
        for node in ast.walk(module):
            name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            if isinstance(node, ast.Call) and name in RAISED and len(node.args) > RAISED[name]:
                told = node.args[RAISED[name]]
                for one in (told.body, told.orelse) if isinstance(told, ast.IfExp) else (told,):
                    if isinstance(one, ast.Constant) and isinstance(one.value, str):
                        yield one.value


def test_every_reason_that_the_code_gives_is_known_and_none_is_left_over() -> None:
    found = set(given())
    assert len(found) > 20
    assert found <= set(reasons())
    written = {node.value for module in modules() for node in ast.walk(module) if isinstance(node, ast.Constant)}
    assert set(reasons()) <= written
    assert {one.advice for one in reasons().values()} == set(_table().advice)


def test_a_reason_has_a_clause_and_advice_in_both_languages() -> None:
    for name in reasons():
        for language in LANGUAGES:
            clause, advice = Refusal(name).sentence(language), Refusal(name).advice(language)
            assert clause[0].islower()
            assert advice[0].isupper()
            assert not (clause + advice).endswith(".")


def refused(path: str, why: str, detail: str = "") -> Made:
    return Made(path, "0", "image-png", "2024-01-01T00:00:00Z", refusal=Refusal(why, detail))


def test_files_that_were_refused_for_different_reasons_are_different_findings() -> None:
    made = [refused("a.webp", "empty"), refused("b.webp", "deep-colours", "HEIF"), refused("c.webp", "empty")]
    told = gather(_findings(made))
    assert [(one.count, one.params["cause"]) for one in told] == [(2, "empty"), (1, "deep-colours")]
    assert text(told[0], "nl").endswith("bewaard zoals het is: het bestand is leeg.")
    assert "HEIF" not in text(told[1], "nl")
    assert remedy(told[0], "nl").startswith("Kijk of het bestand bij de archiefvormer")
    assert remedy(told[1], "en").startswith("Leave the file as it is")


def test_what_the_tool_said_is_told_to_machines_and_logs() -> None:
    assert str(NotConvertibleError("undecodable", "moov atom not found")) == (
        "the file does not decode (moov atom not found)"
    )
    assert MissingToolError("ffmpeg").refusal == Refusal("no-tool", "ffmpeg")
