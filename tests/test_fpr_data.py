"""The data for Archivematica's registry is whole: what a row names is there, and runs."""

from __future__ import annotations

import tomllib

import pytest

from conftest import ROOT
from sma_plugin.format_command import USAGE
from sma_plugin.formats.magic import is_own, signatures

DATA = tomllib.loads((ROOT / "fpr_rules" / "archivematica.toml").read_text(encoding="utf-8"))
OWN = {row.id for row in signatures("own_formats") if is_own(row.id)}


def test_every_rule_names_a_command_and_formats_that_are_there() -> None:
    commands = {row["name"] for row in DATA["command"]}
    named = {puid for rule in DATA["rule"] for puid in rule["formats"]}
    assert {rule["command"] for rule in DATA["rule"]} <= commands
    assert {puid for puid in named if is_own(puid)} <= OWN


def test_every_format_of_our_own_has_a_group() -> None:
    assert {row.mime for row in signatures("own_formats")} <= set(DATA["groups"])


@pytest.mark.parametrize("row", [*DATA["command"], DATA["conversion"]], ids=lambda row: row["usage"])
def test_every_command_is_one_line_that_calls_the_script(row: dict[str, str]) -> None:
    assert "\n" not in row["command"]
    assert " ".join(row["command"].split()[:2]) in USAGE


def test_what_compressed_web_archives_are_told_to_be_has_no_rule_that_unpacks_them() -> None:
    unpacked = {"x-fmt/263", "x-fmt/265", "x-fmt/266", "x-fmt/268", "fmt/484"}
    assert not unpacked & {puid for rule in DATA["rule"] for puid in rule["formats"]}
    assert all(rule["purpose"] != "extract" for rule in DATA["rule"])
