"""What lies in folders of packages and AIPs, and what may be destroyed of it on a day. Everything is only read."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from sma_plugin.characteristics.records import Assessment
from sma_plugin.destruction.judging import held_by, judged, named_category
from sma_plugin.destruction.records import DestructionList, Item, Why
from sma_plugin.destruction.stopping import Stops, met
from sma_plugin.destruction.telling import VERDICTS
from sma_plugin.package import Package
from sma_plugin.package.files import read_json
from sma_plugin.selection.hotspots import Spot
from sma_plugin.selection.records import Category, PackageDecisions
from sma_plugin.settings import Settings
from sma_plugin.stored.holders import places
from sma_plugin.stored.opened import RECORDS, Stored, open_stored
from sma_plugin.texts import UserError

T = TypeVar("T")
_MDTO = "archiefstuk.MDTO.xml"


def listed(paths: Iterable[Path], on: str, settings: Settings) -> DestructionList:
    """Every package at these paths with what may happen to it on a day, those that may be destroyed first.

    Raises :class:`UserError` for a path where nothing is, and where no package is at any of them.
    """
    items: dict[str, Item] = {}
    stops = Stops(settings)
    for path in paths:
        if not path.exists():
            raise UserError("nothing_there", path=path)
        for place in places(path):
            for item, _ in looked_at(place, stops, on, named=place == path):
                items.setdefault(item.id or item.path, item)
    if not items:
        raise UserError("destruction_no_packages", paths=", ".join(str(path) for path in paths))
    return DestructionList(
        on=on,
        made=settings.stamps.now("time/destruction"),
        archive=settings.archive.name,
        custodian=settings.organisation.custodian or settings.organisation.creator,
        items=tuple(sorted(items.values(), key=_order)),
    )


def _order(item: Item) -> tuple[int, str, str, str]:
    return VERDICTS.index(item.verdict), item.series, item.category, item.name


def looked_at(place: Path, stops: Stops, on: str, *more: str, named: bool = True) -> Iterator[tuple[Item, str]]:
    """The packages at one place on a day, each with its MDTO record; nothing of it stays unpacked.

    What is in force on one of ``more`` days stops destruction too. What cannot be read is an item of which nobody can
    tell. An archive that holds no package is passed over, unless the user ``named`` it: that raises :class:`UserError`.
    """
    with tempfile.TemporaryDirectory(prefix="sma-") as scratch:
        try:
            stored = open_stored([place], Path(scratch), RECORDS)
        except UserError as error:
            if error.name == "stored_no_package" and not named:
                return
            if error.name in ("stored_no_package", "stored_no_7z"):
                raise
            yield _unreadable(place, error), ""
            return
        for one in stored:
            record = one.package.mdto / _MDTO
            item, decided = _item(one, on, stops, (on, *more))
            if decided and item.verdict == "may" and (spots := stops.spots(item, decided)):
                item = _beside(item, decided, on, _met(place, item.id, spots))
            yield item, record.read_text(encoding="utf-8") if record.is_file() else ""


def _unreadable(place: Path, error: UserError) -> Item:
    why = Why("unreadable", {"reason": str(error.params.get("reason") or error)})
    return Item("", place.name, str(place), "", "unknown", (why,))


def _met(place: Path, identifier: str, spots: Sequence[Spot]) -> list[Why]:
    """The hotspots that a package belongs to by its posts, which are unpacked for it."""
    with tempfile.TemporaryDirectory(prefix="sma-") as scratch:
        (found,) = (one for one in open_stored([place], Path(scratch)) if one.record.package.id == identifier)
        return list(met(found.package.posts, spots)) if found.package.posts.is_file() else []


def _beside(item: Item, decided: PackageDecisions, on: str, stopped: Sequence[Why]) -> Item:
    verdict, why = judged(decided, on, stopped)
    return msgspec.structs.replace(item, verdict=verdict, why=why)


def _item(one: Stored, on: str, stops: Stops, days: Sequence[str]) -> tuple[Item, PackageDecisions | None]:
    known = one.record.package
    item = Item(
        id=known.id,
        name=known.name,
        path=str(one.named),
        digest=digest_of(one.package),
        verdict="unknown",
        why=(Why("no-decisions"),),
        account=known.account.name or known.account.handle or known.account.native_id or known.name,
        platform=known.platform,
        native_id=known.account.native_id or "",
        handle=known.account.handle,
        period_from=(known.period_from or "")[:10] or None,
        period_until=(known.period_until or "")[:10] or None,
        bytes=_size(one),
        entity_id=known.entity_id,
    )
    counts = _read(one.package.characteristics, Assessment)
    decided = _read(one.package.decisions, PackageDecisions)
    if counts:
        item = msgspec.structs.replace(
            item, posts=counts.counts.get("posts", 0), replies=counts.counts.get("replies", 0)
        )
    if decided is None:
        return item, None
    holds = stops.holds(decided.account, decided.holds, *days)
    return _beside(_with_decisions(item, decided), decided, on, [held_by(one) for one in holds]), decided


def _with_decisions(item: Item, decided: PackageDecisions) -> Item:
    term = decided.term
    return msgspec.structs.replace(
        item,
        series=decided.series.name,
        category=named_category(decided.category) if decided.category else "",
        value=decided.value,
        ground=_ground(decided.category),
        term=(term and term.duration) or None,
        trigger=(term and term.trigger) or None,
        starts=term and term.starts,
        ends=term and term.ends,
    )


def _ground(category: Category | None) -> str | None:
    """The list and category by which it is kept no longer, and why the list says so."""
    if category is None:
        return None
    return "; ".join(part for part in (named_category(category), category.ground, category.place) if part)


def digest_of(package: Package) -> str:
    """SHA-256 over the records that say what a package holds and what was decided for it."""
    digest = hashlib.sha256()
    for path in (package.record, package.decisions, package.mets):
        if path.is_file():
            with path.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def _size(one: Stored) -> int:
    """Bytes on disk: of the folder, or of the archive that it is packed in."""
    if one.named.is_file() and not one.named.name.endswith(".xml"):
        return one.named.stat().st_size
    root = one.package.root
    return sum(os.lstat(Path(folder, name)).st_size for folder, _, names in os.walk(root) for name in names)


def _read(path: Path, kind: type[T]) -> T | None:
    try:
        return read_json(path, kind)
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
        return None
