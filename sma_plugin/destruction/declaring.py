"""What was done after an approval: checked against it, against holds, and against packages that are still there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from sma_plugin.destruction.days import day_told, today
from sma_plugin.destruction.judging import held_by
from sma_plugin.destruction.listing import looked_at
from sma_plugin.destruction.records import COVERS, Answer, Approval, Declaration, Executed
from sma_plugin.destruction.stopping import Stops
from sma_plugin.destruction.telling import said
from sma_plugin.findings import Language
from sma_plugin.notation import choices, meant, word
from sma_plugin.package.files import read_json
from sma_plugin.selection.records import AccountRecord
from sma_plugin.selection.subjects import nearest
from sma_plugin.selection.tables import TableError, columns, read_table
from sma_plugin.settings import Settings
from sma_plugin.stored.holders import places
from sma_plugin.tables_out import OutColumn, OutRow, write_table
from sma_plugin.texts import LANGUAGES, UserError, text

SAID = ("date", "manner", "executor")
REMARK = "remark"


def read_approval(path: Path) -> Approval:
    """An approval. Raises :class:`UserError` when that is none: without approval nothing is declared."""
    if not path.is_file():
        raise UserError("nothing_there", path=path)
    try:
        return read_json(path, Approval)
    except (ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise UserError("destruction_no_approval", path=path) from error


def declare(approval: Approval, told: Mapping[str, str], where: Sequence[Path], settings: Settings) -> Declaration:
    """The declaration of what was done. Raises :class:`UserError` for what cannot be declared so."""
    executed = executed_as(told)
    for first in (approval.on, approval.date):
        if executed.date < first:
            raise UserError("destruction_too_early", date=executed.date, first=first)
    stops = Stops(settings)
    _not_held(approval, stops, executed.date)
    _gone(approval, stops, where)
    return Declaration(
        id=settings.stamps.identifier(f"declaration/{approval.id}"),
        approval=approval,
        executed=executed,
        made=settings.stamps.now("time/declaration"),
    )


def executed_as(told: Mapping[str, str]) -> Executed:
    """What was filled in or said. Raises :class:`UserError` for what is missing or has no such answer."""
    missing = [name for name in (*SAID, *COVERS) if not told.get(name, "").strip()]
    if missing:
        asked = {f"asked_{name}": "; ".join(asked_for(one, name) for one in missing) for name in LANGUAGES}
        raise UserError("destruction_unanswered", names=", ".join(missing), **asked)
    covered: dict[str, Answer] = {}
    for name in COVERS:
        answer = meant("answered", told[name]) or meant("answer_short", told[name])
        if answer is None:
            known = {f"known_{one}": choices("answer_short", one) for one in LANGUAGES}
            asked = {f"asked_{one}": asked_for(name, one) for one in LANGUAGES}
            raise UserError("destruction_cover", value=told[name], **asked, **known)
        covered[name] = answer  # type: ignore[assignment]
    date, manner, executor = (told[name].strip() for name in SAID)
    return Executed(day_told(date), manner, executor, covered, told.get(REMARK, "").strip() or None)


def _not_held(approval: Approval, stops: Stops, date: str) -> None:
    """Raises :class:`UserError` for a package that is under a hold now, or was on the day of destruction."""
    for one in approval.approved:
        account = AccountRecord(one.item.platform, one.item.native_id, handle=one.item.handle)
        for hold in stops.holds(account, (), date, today()):
            why = {f"why_{name}": said(held_by(hold), name) for name in LANGUAGES}
            raise UserError("destruction_held_back", name=one.item.name, **why)


def _gone(approval: Approval, stops: Stops, where: Sequence[Path]) -> None:
    """Raises :class:`UserError` while a package that is declared destroyed is still there."""
    named = [place for path in where for place in places(path)]
    known = {one.item.id: one.item for one in approval.approved}
    for spot in (*named, *{Path(item.path) for item in known.values()}):
        for item, _ in looked_at(spot, stops, approval.on, named=False) if spot.exists() else ():
            if item.id in known:
                raise UserError("destruction_still_there", name=item.name, path=spot)


# --- the form --------------------------------------------------------------------------------------------------------


def asked_for(name: str, language: Language) -> str:
    """What is asked, in words."""
    if name in COVERS:
        return text("destruction_asked_covered", language, what=word("covers", name, language))
    return text(f"destruction_asked_{name}", language)


def write_form(path: Path, language: Language) -> None:
    """Write the form on which is said what was done. Raises :class:`UserError`."""
    shown = [
        OutColumn(one.words[language], {"ask": 60, "answer": 44}.get(one.name, 16), one.name == "answer")
        for one in columns("declared")
    ]
    offered = [word("answered", one, language) for one in ("yes", "no", "not-applicable")]
    rows = [
        OutRow([name, asked_for(name, language), ""], {2: offered} if name in COVERS else {})
        for name in (*SAID, *COVERS, REMARK)
    ]
    write_table(path, text("destruction_form", language), shown, rows)


def read_form(path: Path) -> dict[str, str]:
    """What was filled in, by question. Raises :class:`UserError`."""
    try:
        found = {row["key"]: row["answer"] for _, row in read_table(path, "declared", [])}
    except TableError as error:
        raise UserError("destruction_no_form", path=path) from error
    for name in found:
        if name not in (*SAID, *COVERS, REMARK):
            raise UserError("destruction_form_row", path=path, name=name, **nearest(name, (*SAID, *COVERS, REMARK)))
    return found
