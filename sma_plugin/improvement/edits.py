"""What people said of the points of plans: the tables that came back, in the configured folder.

Owner, due date, measure and the state of the work may be filled in by who prepares the plan. That a lack is accepted
is for a role to decide (``improvement`` in ``[roles]``), with its date and ground. That a point is closed is said by
nobody: it follows from what was captured. Of a point in several tables the last table counts, in the order of their
names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from sma_plugin.findings import Finding, make
from sma_plugin.notation import meant, word
from sma_plugin.package.improvement import SAID, Point, Status
from sma_plugin.selection.configured import dates_of, read_configured, unusable
from sma_plugin.selection.tables import Row, columns, in_words, read_table
from sma_plugin.settings import Settings
from sma_plugin.texts import LANGUAGES

TABLE = "plan"
ACT = "improvement"
"""What a role must be allowed to decide on to accept a lack."""
_PERSON = re.compile(r"@|\+?\d[\d ().-]{7,}")
"""An e-mail address, a handle or a telephone number: not a function."""
_DECIDED = ("role", "date", "ground")


class Edit(msgspec.Struct, frozen=True):
    """What was said of one point; ``None`` is what was left empty. ``place`` is the table and row."""

    place: str
    status: Status | None = None
    measure: str | None = None
    owner: str | None = None
    due: str | None = None
    role: str | None = None
    date: str | None = None
    ground: str | None = None


class Edits(msgspec.Struct, frozen=True):
    """Every edit by the point's full name (``platform/account/category:name``), with what was wrong in the tables."""

    by_point: dict[str, Edit] = {}
    findings: tuple[Finding, ...] = ()

    def of(self, platform: str, native_id: str) -> dict[str, Edit]:
        """The edits of one account's points, by the point's own name."""
        before = full_name(platform, native_id, "")
        return {name.removeprefix(before): edit for name, edit in self.by_point.items() if name.startswith(before)}


def full_name(platform: str, native_id: str, point: str) -> str:
    """What a point is called among those of all accounts."""
    return f"{platform}/{native_id}/{point}"


def load_edits(settings: Settings) -> Edits:
    """Read the configured tables of the plan; a folder for them that is not there yet holds none."""
    edits: dict[str, Edit] = {}
    there = tuple(name for name in settings.paths.plans if Path(name).suffix or settings.resolve(name).exists())
    settings = replace(settings, paths=replace(settings.paths, plans=there))
    findings = read_configured(settings, "plans", lambda path, found: _read(path, settings, edits, found))
    return Edits(edits, findings)


def edited(point: Point, edit: Edit | None) -> Point:
    """A point with what was said of it; a state that follows from captures stays, unless the lack is accepted."""
    if edit is None:
        return point
    said = {name: told for name in ("measure", "owner", "due", *_DECIDED) if (told := getattr(edit, name))}
    follows = point.status == "closed" or (point.status == "partly" and edit.status != "accepted")
    follows = follows or (edit.status == "done" and edit.place == point.disproved)
    return replace(point, **said, status=point.status if follows or edit.status is None else edit.status)


def _read(path: Path, settings: Settings, edits: dict[str, Edit], findings: list[Finding]) -> None:
    names = [one.name for one in columns(TABLE)]
    for number, told in read_table(path, TABLE, findings):
        row = dict.fromkeys(names, "") | told  # who sends back a few columns leaves the others as they are
        where: dict[str, Any] = {"path": str(path), "item": str(number), "row": number}
        if not row["point"]:
            findings.append(make("SMA-S012", **where, **in_words(TABLE, "point")))
            continue
        days = dates_of(TABLE, ("due", "date"), row, path, number, findings)
        if days is None:
            continue
        status = _status(row, where, settings, findings)
        edits[row["point"]] = Edit(
            f"{path.name}:{number}",
            status,
            row["measure"] or None,
            _function(row["owner"], where, findings),
            days["due"],
            row["role"] or None,
            days["date"],
            row["ground"] or None,
        )


def _status(row: Row, where: Mapping[str, Any], settings: Settings, findings: list[Finding]) -> Status | None:
    """The state that a row gives; ``None`` for what follows from captures, is unknown, or may not be said so."""
    told = row["status"]
    status = meant("plan_status", told) if told else None
    if told and status is None:
        known: dict[str, Any] = {
            f"known_{name}": "; ".join(word("plan_status", one, name) for one in SAID) for name in LANGUAGES
        }
        findings.append(unusable("SMA-S014", TABLE, Path(where["path"]), where["row"], "status", told, **known))
    if status != "accepted":
        return next((one for one in SAID if one == status), None)
    role = settings.roles.get(row["role"])
    if absent := next((name for name in _DECIDED if not row[name]), None):
        findings.append(make("SMA-K034", **where, **in_words(TABLE, absent)))
    elif role is None or ACT not in role.decides:
        findings.append(make("SMA-S020", **where, role=row["role"], subject=ACT))
    else:
        return "accepted"
    return None


def _function(told: str, where: Mapping[str, Any], findings: list[Finding]) -> str | None:
    """Who sees to it, by function; what is an address or a number of a person is not taken over."""
    if told and _PERSON.search(told):
        findings.append(make("SMA-K035", **where))
        return None
    return told or None
