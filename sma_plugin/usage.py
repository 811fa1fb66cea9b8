"""Help, wrong use and failures of the command line in the reader's language; the library underneath speaks English."""

from __future__ import annotations

import os
import re
import sqlite3
import sys
from collections.abc import Callable
from typing import Any

from typer.core import TyperCommand, TyperGroup

from sma_plugin.findings import Language
from sma_plugin.reporting import Outcome
from sma_plugin.stopping import STOPPED
from sma_plugin.texts import UserError, refused, text
from sma_plugin.texts import language as chosen_language

_HELP = {
    "Usage:": "help_usage",
    "Arguments:": "help_arguments",
    "Options:": "help_options",
    "Commands:": "help_commands",
    "[OPTIONS]": "help_word_options",
    "COMMAND [ARGS]...": "help_word_command",
    "Show this message and exit.": "help_this",
    "[required]": "help_required",
}
"""Words of the library's help, and the text that stands for each."""
_TYPE = re.compile(r" <list\[[^\]]*\]>| <path>| <str>| <int>")
"""Names of types in Python, which say nothing to a user; blanks take their place so that columns stay aligned."""


_BRACES = re.compile(r"\{([A-Z]+)\}")


class Command(TyperCommand):
    """A command whose help is in one language throughout."""

    def get_help(self, ctx: Any) -> str:
        """The help."""
        return _in_language(super().get_help(ctx))


class Group(TyperGroup):
    """A group of commands whose help is in one language throughout."""

    def get_short_help_str(self, limit: int = 0) -> str:  # noqa: ARG002 -- the library cuts sentences off there
        """What the group is for, whole: the list of commands wraps it."""
        return self.help or ""

    def get_help(self, ctx: Any) -> str:
        """The help."""
        return _in_language(super().get_help(ctx))


def _in_language(shown: str) -> str:
    chosen = chosen_language(sys.argv[1:])
    for words, name in _HELP.items():
        shown = shown.replace(words, text(name, chosen))
    return _BRACES.sub(r"\1", _TYPE.sub(lambda found: " " * len(found.group()), shown))


WRONG_USE = 2


def ended(command: Callable[[], object], language: Language) -> tuple[int, str]:
    """Run a command; gives its exit code, and the sentence that says why when it ended before its time.

    With ``SMA_DEBUG`` set, a fault of the software itself is raised instead.
    """
    try:
        returned = command()
        code = returned if isinstance(returned, int) else 0
        return code, text("stopped", language) if code == STOPPED else ""
    except UserError as error:
        return WRONG_USE, error.sentence(language)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return int(Outcome.ERRORS), f"{place}{refused(error, language)}"
    except Exception as error:
        if is_wrong_use(error):
            return WRONG_USE, sentence(error)
        name = _fault(error)
        if name == "fault" and os.environ.get("SMA_DEBUG"):
            raise
        told = {"kind": type(error).__name__, "name": getattr(error, "name", None)}
        return int(Outcome.ERRORS), text(name, language, **told)


def _fault(error: Exception) -> str:
    """The text about an error that the software did not look for."""
    if isinstance(error, sqlite3.OperationalError) and "full" in str(error):
        return "system_enospc"
    return "no_extra" if isinstance(error, ModuleNotFoundError) else "fault"


def is_wrong_use(error: Exception) -> bool:
    """Whether the library says that the command line cannot be understood."""
    return hasattr(error, "format_message")


def sentence(error: Any) -> str:
    """What is wrong with the command line, and what to do, in one or two sentences."""
    chosen = chosen_language(sys.argv[1:])
    kind = type(error).__name__
    command = getattr(getattr(error, "ctx", None), "command_path", None) or "sma"
    near = ", ".join(f"'{name}'" for name in getattr(error, "possibilities", None) or ())
    parameter = getattr(error, "param", None)
    if kind == "NoSuchOption":
        name = "usage_no_option_near" if near else "usage_no_option"
        return text(name, chosen, option=error.option_name, near=near, command=command)
    if kind == "MissingParameter" and parameter is not None:
        wanted = parameter.opts[0] if parameter.opts[0].startswith("-") else parameter.metavar or parameter.name
        return text("usage_missing", chosen, name=wanted, command=command)
    unknown = re.match(r"No such command '([^']*)'\.?(.*)", error.format_message())
    if unknown:
        near = ", ".join(re.findall(r"'[^']*'", unknown.group(2)))
        name = "usage_no_command_near" if near else "usage_no_command"
        return text(name, chosen, name=unknown.group(1), near=near, command=command)
    return text("usage_wrong", chosen, message=error.format_message(), command=command)
