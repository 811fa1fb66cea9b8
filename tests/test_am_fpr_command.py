"""``sma archivematica fpr``: what an administrator is told, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from finding_cases_am_fpr import installed, stock
from sma_plugin.archivematica.fpr_export import RegistryExport
from sma_plugin.cli import app
from sma_plugin.texts import UserError


def written(path: Path, found: RegistryExport) -> Path:
    path.write_bytes(msgspec.json.encode(found))
    return path


def test_a_registry_that_holds_ours_is_told_to_and_one_that_does_not_is_an_error(tmp_path: Path) -> None:
    for found, code, told in ((installed(), 0, "SMA-A036"), (stock(), 1, "SMA-A030")):
        path = written(tmp_path / f"{code}.json", found)
        done = CliRunner().invoke(app, ["archivematica", "fpr", "diff", "--registry", str(path)])
        assert (done.exit_code, told in done.output) == (code, True)
        done = CliRunner().invoke(app, ["archivematica", "fpr", "diff", "--json", "--registry", str(path)])
        assert (done.exit_code, [one["code"] for one in json.loads(done.stdout)]) == (code, [told])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b'{"schema": 2, "tables": {}, "changes": null}',
        b'{"schema":1,"tables":{"a":[{}]},"changes":[]}',
    ],
)
def test_what_is_no_export_is_said_to_be_none(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "register.json"
    path.write_bytes(data)
    done = CliRunner().invoke(app, ["archivematica", "fpr", "diff", "--registry", str(path)])
    assert isinstance(done.exception, UserError)
    assert done.exception.name == "fpr_no_export"


def test_what_cannot_tell_is_named_with_what_to_do(tmp_path: Path) -> None:
    silent = tmp_path / "python"
    silent.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    out = tmp_path / "register.json"
    for python, key in ((tmp_path / "none", "am_bad_python"), (silent, "am_bad_python")):
        words = ["archivematica", "fpr", "export", "--out", str(out), "--python", str(python)]
        done = CliRunner().invoke(app, words)
        assert isinstance(done.exception, UserError)
        assert (done.exception.name, out.exists()) == (key, False)
