"""The decision of a role on a list: packages are looked at again, and a list that no longer holds is refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from sma_plugin.destruction.days import day_told, today
from sma_plugin.destruction.listing import looked_at
from sma_plugin.destruction.records import Approval, Approved, DestructionList, LeftOut
from sma_plugin.destruction.stopping import Stops
from sma_plugin.destruction.telling import reasons
from sma_plugin.findings import Finding
from sma_plugin.notation import choices, meant
from sma_plugin.package.files import read_json
from sma_plugin.selection.subjects import nearest
from sma_plugin.selection.tables import TableError, in_words, read_table
from sma_plugin.settings import Settings
from sma_plugin.stored.holders import places
from sma_plugin.texts import LANGUAGES, UserError

SUBJECT = "destruction"


class Decided(NamedTuple):
    """What whoever approves said on the command line: role, date, ground, and the packages that stay (by name)."""

    role: str | None = None
    date: str | None = None
    ground: str | None = None
    left_out: tuple[str, ...] = ()


class Row(NamedTuple):
    """A package on a list that may be destroyed; ``decided`` where somebody filled that in."""

    number: int
    id: str
    name: str
    digest: str
    path: str
    decided: str
    role: str
    date: str
    ground: str


_CELLS = ("id", "name", "digest", "place", "decided", "role", "date", "ground")


class Listed(NamedTuple):
    """A list as it was read back: its day, and the packages that it says may be destroyed."""

    on: str
    rows: list[Row]


def approve(listing: Path, where: Sequence[Path], decided: Decided, settings: Settings) -> Approval:
    """The approval of a list. Raises :class:`UserError` for what nobody could approve so, or what changed since."""
    told = _read(listing)
    chosen, left = _chosen(listing, told, decided.left_out)
    role = _one(listing, "role", decided.role, chosen)
    if role not in settings.roles or SUBJECT not in settings.roles[role].decides:
        may = [name for name, one in settings.roles.items() if SUBJECT in one.decides]
        raise UserError("destruction_role", role=role, **nearest(role, may))
    date = day_told(_one(listing, "date", decided.date, chosen))
    return Approval(
        id=settings.stamps.identifier(f"approval/{told.on}/{role}/{date}"),
        on=told.on,
        role=role,
        date=date,
        ground=_one(listing, "ground", decided.ground, chosen),
        made=settings.stamps.now("time/approval"),
        archive=settings.archive.name,
        custodian=settings.organisation.custodian or settings.organisation.creator,
        approved=tuple(_still(chosen, where, told.on, Stops(settings))),
        left_out=tuple(LeftOut(row.id, row.name) for row in left),
    )


def _read(listing: Path) -> Listed:
    """A list as JSON or as a table. Raises :class:`UserError`."""
    if not listing.is_file():
        raise UserError("nothing_there", path=listing)
    if listing.suffix.lower() == ".json":
        try:
            made = read_json(listing, DestructionList)
        except (ValueError, msgspec.MsgspecError, RecursionError) as error:
            raise UserError("destruction_no_list", path=listing) from error
        rows = [
            Row(number, one.id, one.name, one.digest, one.path, "", "", "", "")
            for number, one in enumerate(made.of("may"), 1)
        ]
        return Listed(made.on, rows)
    wrong: list[Finding] = []
    try:
        found = list(read_table(listing, "destruction", wrong))
    except TableError as error:
        raise UserError("destruction_no_list", path=listing) from error
    days = {row["on"] for _, row in found}
    if wrong or len(days) != 1:
        raise UserError("destruction_no_list", path=listing)
    told = [
        Row(number, *(row.get(name, "") for name in _CELLS))
        for number, row in found
        if meant("verdict", row.get("verdict", "")) == "may" or row.get("decided", "-") not in ("", "-")
    ]
    return Listed(days.pop(), told)


def _chosen(listing: Path, told: Listed, left_out: Sequence[str]) -> tuple[list[Row], list[Row]]:
    """The packages that go and those that stay: as filled in, else all but those that were named to stay."""
    filled = any(row.decided for row in told.rows)
    chosen: list[Row] = []
    left: list[Row] = []
    names = {row.name: row for row in told.rows} | {row.id: row for row in told.rows}
    for name in left_out:
        if name not in names:
            raise UserError(
                "destruction_not_listed", name=name, path=listing, **nearest(name, (row.name for row in told.rows))
            )
    for row in told.rows:
        meaning = meant("destroy", row.decided) if row.decided else None
        if row.decided and meaning is None:
            known = {f"known_{name}": choices("destroy", name) for name in LANGUAGES}
            raise UserError("destruction_answer", path=listing, row=row.number, value=row.decided, **known)
        stays = row.name in left_out or row.id in left_out or (filled and meaning != "destroy")
        (left if stays else chosen).append(row)
    if not chosen:
        raise UserError("destruction_nothing", path=listing)
    return chosen, left


def _one(listing: Path, column: str, told: str | None, rows: Iterable[Row]) -> str:
    """What was said on the command line, else what every row that goes says alike."""
    values = {told} if told else {str(getattr(row, column)) for row in rows}
    found = values.pop()
    if values:
        raise UserError("destruction_several", path=listing, **in_words("destruction", column))
    if not found.strip():
        raise UserError("destruction_missing", path=listing, option=column, **in_words("destruction", column))
    return found.strip()


def _still(chosen: Sequence[Row], where: Sequence[Path], on: str, stops: Stops) -> Iterable[Approved]:
    """The packages as they are now. Raises :class:`UserError` when one is gone, changed, or may not go any more."""
    spots = [place for path in where for place in places(path)] or sorted({Path(row.path) for row in chosen})
    found = {
        item.id: Approved(item, mdto)
        for spot in spots
        if spot.exists()
        for item, mdto in looked_at(spot, stops, on, today(), named=False)
    }
    for row in chosen:
        one = found.get(row.id)
        if one is None:
            raise UserError("destruction_not_found", name=row.name, path=row.path)
        if one.item.digest != row.digest:
            raise UserError("destruction_changed", name=row.name)
        if one.item.verdict != "may":
            why = {f"why_{name}": reasons(one.item, name) for name in LANGUAGES}
            raise UserError("destruction_may_not", name=row.name, **why)
        yield one
