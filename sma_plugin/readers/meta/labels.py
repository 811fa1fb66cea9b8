"""Values that Meta names by labels in the account's language: ``string_map_data`` and ``label_values``.

The labels are data (``labels.toml``). A label in a language that is not there means nothing here: it is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

import msgspec

from sma_plugin.facts import facts
from sma_plugin.readers.meta.text import members_of, objects, words

Meaning = Literal[
    "comment",
    "owner",
    "time",
    "username",
    "name",
    "bio",
    "website",
    "private",
    "photo",
    "text",
    "place",
    "target",
    "url",
]
_DEEPEST = 8
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])|_")


class _Labels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    labels: tuple[str, ...]


@cache
def _known() -> dict[str, frozenset[str]]:
    return {name: frozenset(one.labels) for name, one in facts(__package__, "labels.toml", dict[str, _Labels]).items()}


def means(label: str, meaning: Meaning) -> bool:
    """Whether a label, once repaired, means this.

    >>> means("Media-eigenaar", "owner"), means("Tijd", "time"), means("Tijd", "name")
    (True, True, False)
    """
    return " ".join(label.casefold().split()) in _known()[meaning]


def is_known(label: str) -> bool:
    """Whether a label means anything here."""
    folded = " ".join(label.casefold().split())
    return any(folded in labels for labels in _known().values())


class Labelled:
    """The named values of one item, of either form, each with all that it holds: ``value``, ``timestamp``, ``href``.

    Beside its label a value can have a name that is the same in every language (``ent_field_name``).
    """

    def __init__(self, item: dict[str, Any]) -> None:
        mapped = members_of(item.get("string_map_data")) | members_of(item.get("media_map_data"))
        self._values: list[tuple[tuple[str, ...], dict[str, Any]]] = []
        self._values += (((label,), members_of(value)) for label, value in mapped.items())
        self._values += _flat(item.get("label_values"), _DEEPEST)

    @property
    def unknown(self) -> list[str]:
        """The labels that mean nothing here."""
        return [labels[0] for labels, _ in self._values if labels[0] and not any(map(is_known, labels))]

    def of(self, meaning: Meaning) -> dict[str, Any]:
        """What stands under the first label with this meaning; nothing when there is none."""
        return next(self._under(meaning), {})

    def text(self, meaning: Meaning) -> str | None:
        """The text of the first label with this meaning that has one."""
        return next(filter(None, (words(value.get("value")) for value in self._under(meaning))), None)

    def time(self) -> Any:
        """The moment, in seconds since the epoch: the one so labelled, else the only one there is."""
        stamps = [value.get("timestamp") or value.get("timestamp_value") for _, value in self._values]
        named = self.of("time")
        said = [stamp for stamp in stamps if stamp]
        return named.get("timestamp") or named.get("timestamp_value") or (said[0] if len(said) == 1 else None)

    def texts(self) -> list[str]:
        """Every value that is text, in order."""
        return [said for _, value in self._values if (said := words(value.get("value")))]

    def media(self) -> list[dict[str, Any]]:
        """The media that stand under labels."""
        return [one for _, value in self._values for one in objects(value.get("media"))]

    def _under(self, meaning: Meaning) -> Iterator[dict[str, Any]]:
        return (value for labels, value in self._values if any(means(label, meaning) for label in labels))


def _flat(values: Any, depth: int) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Labels and values, those in groups after the group itself (``dict``, with its ``title`` as label)."""
    for value in objects(values):
        label, name = value.get("label") or value.get("title"), value.get("ent_field_name")
        labels = [label if isinstance(label, str) else ""]
        labels += [_CAPITAL.sub(" ", name)] if isinstance(name, str) else []
        yield tuple(labels), value
        if depth:
            yield from _flat(value.get("dict"), depth - 1)
            yield from _flat(value.get("vec"), depth - 1)
