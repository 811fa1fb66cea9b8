"""Plans over packages, out as a table that people edit, and back into the configured folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec

from sma_plugin import notation
from sma_plugin.findings import Finding, Language, make
from sma_plugin.improvement.edits import TABLE, Edits, edited, full_name, load_edits
from sma_plugin.improvement.wording import features, lacking, techniques
from sma_plugin.package.improvement import SAID, Plan, Point, joined
from sma_plugin.selection.tables import columns
from sma_plugin.settings import Settings
from sma_plugin.stored.chain import plan_in
from sma_plugin.stored.opened import RECORDS, open_stored
from sma_plugin.tables_out import OutColumn, OutRow, OutSheet, write_table
from sma_plugin.texts import UserError, text

_WIDTHS = {"point": 34, "account": 22, "label": 26, "lacks": 40, "supplied_by": 30, "proposal": 50, "measure": 50}
_ASKED = ("owner", "due")


class Plans(NamedTuple):
    """The plan of each account as it stands now, and what was wrong in packages and tables."""

    plans: tuple[Plan, ...]
    findings: tuple[Finding, ...]


def plans_now(packages: Sequence[Path], settings: Settings) -> Plans:
    """The plans of these packages, each account's joined over its packages, with what people said of the points.

    Raises :class:`~sma_plugin.texts.UserError` for a path that is no package.
    """
    found: list[Plan] = []
    findings: list[Finding] = []
    with tempfile.TemporaryDirectory(prefix="sma-") as scratch:
        for stored in open_stored(packages, Path(scratch), RECORDS):
            findings += plan_in(stored.package.plan, stored.name, found.append)
    by_account: dict[tuple[str, str], list[Plan]] = {}
    for plan in found:
        by_account.setdefault((plan.platform, plan.native_id), []).append(plan)
    edits = load_edits(settings)
    now = tuple(_now(plans, edits) for _, plans in sorted(by_account.items()))
    return Plans(now, (*findings, *edits.findings))


def _now(plans: Sequence[Plan], edits: Edits) -> Plan:
    """One account's plan over its packages, oldest first; that of the last one as edited since."""
    last = plans[-1]
    said = edits.of(last.platform, last.native_id)
    points = sorted((edited(one, said.get(one.id)) for one in joined(plans)), key=lambda one: one.rank)
    return msgspec.structs.replace(last, points=tuple(points))


def unknown_points(edits: Edits, plans: Iterable[Plan]) -> Iterator[Finding]:
    """The rows that name what is no point of any of these plans."""
    known = {full_name(plan.platform, plan.native_id, point.id) for plan in plans for point in plan.points}
    for name, edit in edits.by_point.items():
        if name not in known:
            path, _, row = edit.place.rpartition(":")
            yield make("SMA-K033", path=path, item=row, row=row, point=name)


# --- the table -------------------------------------------------------------------------------------------------------


def write_plans(path: Path, plans: Sequence[Plan], language: Language) -> None:
    """Write the plans as one table to be edited. Raises as :func:`~sma_plugin.tables_out.write_table`."""
    known = columns(TABLE)
    states = [notation.word("plan_status", one, language) for one in SAID]
    shown = [
        OutColumn(one.words[language], _WIDTHS.get(one.name, 18), one.name in _ASKED, states if one.choices else ())
        for one in known
    ]
    rows = [_cells(plan, point, language) for plan in plans for point in plan.points]
    further = [_explanation(language)]
    write_table(
        path,
        text("plan_page_title", language),
        shown,
        [OutRow([row.get(column.name, "") for column in known]) for row in rows],
        further,
    )


def _cells(plan: Plan, point: Point, language: Language) -> dict[str, str]:
    told = {name: getattr(point, name) or "" for name in ("measure", "owner", "due", "role", "date", "ground")}
    return told | {
        "point": full_name(plan.platform, plan.native_id, point.id),
        "account": f"{notation.platform(plan.platform)} {plan.label}",
        "label": point.label[language],
        "level": notation.word("plan_level", point.level, language) if point.level else "",
        "lacks": "; ".join(lacking(lack, language) for lack in point.lacks),
        "duto": features(point.duto, language),
        "supplied_by": techniques(point.supplied_by, language),
        "proposal": point.proposal.get(language, ""),
        "status": notation.word("plan_status", point.status, language),
    }


def _explanation(language: Language) -> OutSheet:
    headings = [OutColumn(text(name, language), width) for name, width in _HEADINGS]
    rows = [OutRow([column.words[language], column.holds[language]]) for column in columns(TABLE)]
    return OutSheet(text("register_explained", language), headings, rows)


_HEADINGS = (("register_column", 26), ("register_holds", 90))


# --- back ------------------------------------------------------------------------------------------------------------


class Taken(NamedTuple):
    """Where a table that came back stands now; nothing where it was not taken in, for the findings."""

    path: Path | None
    changed: int
    findings: tuple[Finding, ...]


def take_in(table: Path, packages: Sequence[Path], settings: Settings) -> Taken:
    """Put a table that came back into the configured folder, when nothing in it is wrong.

    Raises :class:`UserError` for a table that is not there, and where no folder is configured.
    """
    if not table.is_file():
        raise UserError("plan_no_table" if table.exists() else "nothing_there", path=table)
    folder = _folder(settings)
    now = plans_now(packages, settings)
    alone = msgspec.structs.replace(settings.paths, plans=(str(table.resolve()),))
    edits = load_edits(msgspec.structs.replace(settings, paths=alone))
    wrong = (*edits.findings, *unknown_points(edits, now.plans))
    findings = (*now.findings, *wrong)
    if any(one.severity in ("error", "warning") for one in wrong):
        return Taken(None, 0, findings)
    target = next(path for path in _names(folder, table) if not path.exists())
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(table, part)
    part.replace(target)
    return Taken(target, _changed(now.plans, edits), findings)


def _folder(settings: Settings) -> Path:
    """The first of the configured folders. Raises :class:`UserError` where there is none."""
    folders = [path for name in settings.paths.plans if not (path := settings.resolve(name)).is_file()]
    if not folders:
        raise UserError("plan_no_folder")
    return folders[0]


def _names(folder: Path, table: Path) -> Iterator[Path]:
    """Names in the order of which tables are read: by day, then by number."""
    today = date.today().isoformat()  # noqa: DTZ011 -- the day as the user's calendar has it
    yield from (folder / f"plan-{today}-{number:03}{table.suffix.lower()}" for number in range(1, 1 << 16))


def _changed(plans: Iterable[Plan], edits: Edits) -> int:
    """How many points are other with a table than without."""
    return sum(
        edited(point, edits.by_point.get(full_name(plan.platform, plan.native_id, point.id))) != point
        for plan in plans
        for point in plan.points
    )
