"""Lists in answers of a Graph API: what a member is, and which pages stand beside one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.facebook.graph_addresses import FACEBOOK
from sma_plugin.readers.facebook.graph_kinds import RULES
from sma_plugin.readers.facebook.graph_parts import REACTIONS
from sma_plugin.readers.fields import Fields


def addresses_in(paging: Any) -> Iterator[str]:
    """The addresses of the pages beside one."""
    given = paging if isinstance(paging, dict) else {}
    yield from (one for name in ("next", "previous") if isinstance(one := given.get(name), str))


def first_form(paging: Any) -> dict[str, Any]:
    """The next page, as Instagram's first API says it."""
    return {"next": paging["next_url"]} if isinstance(paging, dict) and "next_url" in paging else {}


def holds_objects(value: Any) -> bool:
    """Whether a member is a list of objects."""
    data = value.get("data") if isinstance(value, dict) else value
    return isinstance(data, list) and any(isinstance(one, dict) for one in data)


def rule_inside(name: str) -> str | None:
    """The rule by which a list inside an object stays out."""
    kind = name.lower().removeprefix("reactions_").removeprefix("reaction_")
    return RULES["reactor"] if kind in REACTIONS else rule_for(FACEBOOK, f"/0/{name}")


def whose_wall(data: list[Any]) -> str | None:
    """The page that every post of a list without an address stands on, if it wrote any of them: ``<page>_<post>``.

    >>> whose_wall([{"id": "19_101", "from": {"id": "19"}}, {"id": "19_102", "from": {"id": "7"}}])
    '19'
    >>> whose_wall([{"id": "19_101", "from": {"id": "7"}}]), whose_wall([{"id": "101_7"}, {"id": "102_8"}])
    (None, None)
    """
    posts = [Fields(one) for one in data if isinstance(one, dict)]
    walls = {(one.text("id") or "").partition("_")[0] for one in posts}
    if len(walls) != 1:
        return None
    (wall,) = walls
    return wall if any(one.object("from").text("id") == wall for one in posts) else None
