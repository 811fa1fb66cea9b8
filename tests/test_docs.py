"""The documents: what is made from data is up to date, and every command and option is told in both languages."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from sma_plugin.cli import app
from sma_plugin.findings import codes

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text(encoding="utf-8")
sys.path.insert(0, str(DOCS))

import make_docs  # noqa: E402 - the folder of the script has to be on the path first

COMMANDS: dict[str, Any] = dict(make_docs._commands(get_command(app)))
LANGUAGES = {"nl": ("opdrachten.md", "Gebruik:", "Opties:"), "en": ("commands.md", "Usage:", "Options:")}


def test_what_is_made_from_data_is_up_to_date() -> None:
    assert make_docs.differences() == [], "run: make docs"


def test_every_command_and_option_is_documented_in_both_languages() -> None:
    for document, _, _ in LANGUAGES.values():
        told = (DOCS / document).read_text(encoding="utf-8")
        for name, command in COMMANDS.items():
            section = told.split(f"## sma {name}\n", 1)[1].split("\n## ", 1)[0]
            assert re.search(rf"(Example|Voorbeeld): `sma {name}", section), name
            for option in command.params:
                assert option.name == "help" or all(f"`{one}`" in section for one in option.opts if one[0] == "-")
            assert f"sma {name}" in README


GROUPS = sorted({name.rpartition(" ")[0] for name in COMMANDS})
SHOWING = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
calls = json.loads(sys.argv.pop())
from sma_plugin.cli import main
told = []
for words in calls:
    sys.argv[1:] = words
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as error:
        try:
            main()
        except SystemExit as end:
            assert end.code == 0, (words, error.getvalue())
    told.append((out.getvalue(), error.getvalue()))
print(json.dumps(told))
"""


@cache
def shown(options: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """What every command shows with --help and every group without it: output and errors.

    The language is settled when the commands are loaded, so that one process shows all of them in one language.
    """
    calls = [[*name.split(), "--help", *options] for name in COMMANDS]
    calls += [[*name.split(), *options] for name in GROUPS]
    done = subprocess.run(
        [sys.executable, "-c", SHOWING, *options, json.dumps(calls)], capture_output=True, text=True, check=True
    )
    return dict(zip((*COMMANDS, *GROUPS), json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_is_in_one_language_throughout(name: str, language: str) -> None:
    help_, _ = shown(("--lang", language))[name]
    _, usage, options = LANGUAGES[language]
    other = next(words for one, (_, *words) in LANGUAGES.items() if one != language)
    assert usage in help_
    assert options in help_
    assert not any(words in help_ for words in other)
    assert "{" not in help_
    assert "<" not in help_


@pytest.mark.parametrize(
    ("options", "begins"),
    [((), ("Usage: ", "Gebruik: ")), (("--lang", "nl"), "Gebruik: "), (("--lang", "en"), "Usage: ")],
)
@pytest.mark.parametrize("group", GROUPS)
def test_a_group_without_a_command_shows_its_help(
    group: str, options: tuple[str, ...], begins: str | tuple[str, ...]
) -> None:
    help_, errors = shown(options)[group]
    assert errors == ""
    assert help_.startswith(begins)
    assert [name for name in COMMANDS if name.startswith(group) and name[len(group) :].split()[0] not in help_] == []
    assert "..." not in help_.replace("[...]", "")


def test_every_finding_is_explained_in_both_languages() -> None:
    for document in make_docs.FILES["findings"].values():
        told = (DOCS / document).read_text(encoding="utf-8")
        assert [name for name in codes() if f"| {name} |" not in told] == []


def test_links_between_documents_lead_somewhere() -> None:
    for document in (ROOT / "README.md", *DOCS.glob("*.md"), ROOT / "examples" / "README.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_readme_names_what_the_makefile_can_do() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (targets,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert [name for name in targets.split() if name != "clean" and f"make {name}" not in README] == []
