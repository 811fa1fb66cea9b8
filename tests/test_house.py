"""The laws of the house that a machine can hold: imports go one way, and functions are short."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from configparser import ConfigParser
from fnmatch import fnmatch
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from conftest import ROOT

PACKAGE = ROOT / "sma_plugin"


@cache
def nodes() -> dict[Path, list[ast.AST]]:
    """What every module of the package is made of."""
    return {path: list(ast.walk(ast.parse(path.read_text(encoding="utf-8")))) for path in PACKAGE.rglob("*.py")}


def imported(path: Path) -> Iterator[str]:
    """The rooms that a module takes something from, inside functions too."""
    for node in nodes()[path]:
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [one.name for one in node.names] if isinstance(node, ast.Import) else []
        yield from (name.split(".")[1] for name in names if name.startswith("sma_plugin."))


@cache
def rooms() -> dict[str, set[str]]:
    """Every room (a folder or a module of the package) with those that it imports."""
    found: dict[str, set[str]] = {}
    for path in nodes():
        room = path.relative_to(PACKAGE).with_suffix("").parts[0]
        found.setdefault(room, set()).update(set(imported(path)) - {room})
    return found


def test_no_room_is_known_to_one_that_it_knows() -> None:
    order = list(TopologicalSorter(rooms()).static_order())
    assert order.index("model") < order.index("history") < order.index("cli")


@pytest.mark.parametrize(
    ("room", "known"),
    [
        ("model", set()),
        ("findings", set()),
        ("facts", set()),
        ("secrets", {"model", "facts"}),
        ("readers", {"model", "secrets", "facts"}),
    ],
)
def test_the_first_rooms_know_no_others(room: str, known: set[str]) -> None:
    assert rooms()[room] == known


@pytest.mark.parametrize("room", ["history", "describe", "validate"])
def test_who_works_on_the_history_knows_no_reader(room: str) -> None:
    platforms = {f"sma_plugin.readers.{one.name}" for one in (PACKAGE / "readers").iterdir() if one.is_dir()}
    modules = [path.read_text(encoding="utf-8") for path in (PACKAGE / room).rglob("*.py")]
    assert not [one for one in platforms if any(f"{one}." in text for text in modules)]


def test_nobody_knows_the_commands() -> None:
    assert [room for room, known in rooms().items() if "cli" in known] == []


def test_no_function_is_longer_than_sixty_lines() -> None:
    functions = [
        (node.end_lineno or 0) - node.lineno + 1
        for made_of in nodes().values()
        for node in made_of
        if isinstance(node, ast.FunctionDef)
    ]
    assert max(functions) <= 60
    assert sorted(functions)[len(functions) // 2] <= 8


def test_the_extra_all_names_every_extra_that_a_user_may_want() -> None:
    told = ConfigParser()
    told.read(ROOT / "setup.cfg", encoding="utf-8")
    extras = told["options.extras_require"]
    named = re.fullmatch(r"sma-plugin\[(.*)\]", extras["all"].strip())
    assert named
    assert named[1].split(",") == sorted(extras.keys() - {"all", "test", "lint", "bench"})


def test_an_installed_plugin_is_complete() -> None:
    """Tests run on the checkout: a package or data file that setup.cfg forgets is missed only where it is installed."""
    told = ConfigParser()
    told.read(ROOT / "setup.cfg", encoding="utf-8")
    packages = set(told["options"]["packages"].split())
    data = {name: re.split(r"[\s,]+", value.strip()) for name, value in told["options.package_data"].items()}
    elsewhere = [line.split(" = ") for line in told["options"]["package_dir"].strip().splitlines()]
    homes = {"sma_plugin": PACKAGE} | {name: ROOT / folder for name, folder in elsewhere}
    forgotten = []
    for home, folder in homes.items():
        for path in folder.rglob("*"):
            if not path.is_file() or path.parent.name == "__pycache__":
                continue
            package = next(one for one in path.parents if (one / "__init__.py").is_file())
            name = ".".join((home, *package.relative_to(folder).parts))
            within = path.relative_to(package).as_posix()
            named = path.suffix == ".py" or any(fnmatch(within, one) for one in data.get(name, ()))
            if name not in packages or not named:
                forgotten.append(path.relative_to(ROOT).as_posix())
    assert forgotten == []
