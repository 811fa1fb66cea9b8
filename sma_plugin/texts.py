"""What users read on the terminal: ``texts*.toml``, one per field, in the language they chose or the system has."""

from __future__ import annotations

import errno
import os
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import cast

from sma_plugin.findings import Language

LANGUAGES: tuple[Language, ...] = ("nl", "en")


@cache
def _texts() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for path in files(__package__).iterdir():
        if path.name.startswith("texts") and path.name.endswith(".toml"):
            found |= tomllib.loads(path.read_text(encoding="utf-8"))
    return found


def names() -> frozenset[str]:
    """The names of all texts."""
    return frozenset(_texts())


def language(arguments: Sequence[str] = ()) -> Language:
    """The language on the command line (``--lang``), else that of the locale; English when that is neither."""
    chosen = ""
    for number, word in enumerate(arguments):
        if word == "--lang" and number + 1 < len(arguments):
            chosen = arguments[number + 1]
        elif word.startswith("--lang="):
            chosen = word[7:]
    if not chosen:
        names = ("LC_ALL", "LC_MESSAGES", "LANG")
        chosen = next((value for name in names if (value := os.environ.get(name))), "")
    return cast("Language", chosen[:2]) if chosen[:2] in LANGUAGES else "en"


class UserError(ValueError):
    """An error that a user can cause, as one sentence in both languages: what is wrong, where, and what to do.

    ``name`` is a text of ``texts*.toml``. ``str()`` gives the English sentence, for machines and logs.
    """

    def __init__(self, name: str, /, **params: object) -> None:
        self.name, self.params = name, params
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """The sentence in the reader's language; a parameter ``x_nl`` stands for ``{x}`` in Dutch."""
        own = {name[:-3]: value for name, value in self.params.items() if name.endswith(f"_{language}")}
        return text(self.name, language, **{**self.params, **own})


def text(name: str, language: Language, /, **params: object) -> str:
    """A text with its parameters filled in. Raises ``KeyError`` for a name that is not there."""
    return _texts()[name][language].format_map(params) if params else _texts()[name][language]


def refused(error: OSError, language: Language) -> str:
    """Why the system refused, in the reader's language where it is a common reason."""
    name = f"system_{errno.errorcode.get(error.errno or 0, '').lower()}"
    return text(name, language) if name in names() else error.strerror or str(error)


def refusal(error: OSError) -> dict[str, str]:
    """Why the system refused, as the parameter ``{reason}`` of a :class:`UserError`."""
    return {f"reason_{one}": refused(error, one).removesuffix(".") for one in LANGUAGES}
