"""What the commands share: the options that several have, and how they look at what they were given."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console

from sma_plugin.findings import Finding, gather, worst
from sma_plugin.package.files import json_bytes
from sma_plugin.pipeline import StepError
from sma_plugin.reporting import Outcome
from sma_plugin.selection.standing import load_checked
from sma_plugin.settings import Settings
from sma_plugin.terminal import print_findings
from sma_plugin.texts import UserError, language, text
from sma_plugin.usage import Command, Group

_Function = TypeVar("_Function", bound=Callable[..., Any])
LANGUAGE = language(sys.argv[1:])
"""Help is made when the module is loaded, so the language is settled here, once."""


def say(name: str, **params: object) -> str:
    """A text in the language of this run; an error among what is filled in is said in it too."""
    filled = {key: one.sentence(LANGUAGE) if isinstance(one, UserError) else one for key, one in params.items()}
    return text(name, LANGUAGE, **filled)


out_console = Console(soft_wrap=False)
err_console = Console(stderr=True)

Config = Annotated[
    Path | None, typer.Option("--config", envvar="SMA_CONFIG", show_envvar=False, help=say("help_config"))
]
Lang = Annotated[str | None, typer.Option("--lang", help=say("help_lang"))]
AsJson = Annotated[bool, typer.Option("--json", help=say("help_json"))]


def commands(name: str) -> typer.Typer:
    """A group of commands with one name before them (``sma schemas install``)."""
    group = typer.Typer(cls=Group, help=say(f"help_{name}"), rich_markup_mode=None)
    group.callback(invoke_without_command=True)(common)
    return group


def command(group: typer.Typer, name: str, texts: str) -> Callable[[_Function], _Function]:
    """A command of a group, whose help are the texts ``help_…`` and ``short_…`` in the reader's language."""
    return group.command(name, cls=Command, help=say(f"help_{texts}"), short_help=say(f"short_{texts}"))


def common(ctx: typer.Context, lang: Lang = None) -> None:
    """The language may stand before the command too; a group that is named without a command shows its help."""
    check_lang(lang)
    if ctx.invoked_subcommand is None:
        sys.stdout.write(f"{ctx.get_help()}\n")


def settings_of(config: Path | None, lang: str | None) -> Settings:
    """The configuration, once the language that was asked for is known to exist."""
    check_lang(lang)
    return load_checked(config)


def check_lang(lang: str | None) -> None:
    """Refuse a language that there are no texts in."""
    if lang not in (None, "nl", "en"):
        raise StepError("bad_lang", lang=lang)


def must_exist(path: Path) -> None:
    """Refuse a path at which nothing is."""
    if not path.exists():
        raise StepError("nothing_there", path=path)


def tell(findings: Sequence[Finding]) -> None:
    """Print what was wrong, if anything was; an error is exit code 1."""
    if findings:
        print_findings(err_console, gather(list(findings)), LANGUAGE)
    if worst(findings) == "error":
        raise typer.Exit(int(Outcome.ERRORS))


def print_json(value: Any) -> None:
    """A value for machines."""
    sys.stdout.write(json_bytes(value).decode())
