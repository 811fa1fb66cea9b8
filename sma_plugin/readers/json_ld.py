"""JSON-LD in the scripts of pages, in the words of schema.org."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sma_plugin.model import Counts, Moment
from sma_plugin.readers.ladder import tolerant
from sma_plugin.readers.values import number

_SCRIPT = re.compile(
    rb"<script\b[^>]{0,500}\bapplication/ld\+json\b[^>]{0,500}>(.*?)</script", re.IGNORECASE | re.DOTALL
)


def described(page: bytes) -> Iterator[tuple[int, Any]]:
    """What the scripts say that are JSON, each with its place among the scripts, from 1."""
    for place, found in enumerate(_SCRIPT.finditer(page), 1):
        script = found.group(1).strip()
        # Saved pages can have it with entities, as if it were text.
        for data in (script, html.unescape(script.decode("utf-8", "replace")).encode("utf-8", "surrogatepass")):
            try:
                value = tolerant(data)
            except ValueError:
                continue
            yield place, value
            break


def counts(node: Mapping[str, Any], actions: Mapping[str, str], at: Moment | None) -> Counts | None:
    """The numbers of a thing; ``actions`` says what the interactions of schema.org count."""
    stated = node.get("interactionStatistic")
    found: dict[str, int] = {}
    for one in stated if isinstance(stated, list) else [stated]:
        if isinstance(one, dict):
            action = one.get("interactionType")
            kind = str(action.get("@type") if isinstance(action, dict) else action).rpartition("/")[2]
            value = number(one.get("userInteractionCount"))
            if kind in actions and value is not None:
                found[actions[kind]] = value
    replies = number(node.get("commentCount"))
    if replies is not None:
        found.setdefault("replies", replies)
    return Counts(found, at) if found else None
