"""One history of earlier packages and of what is delivered now, so that the second can be related to the first.

It is made beside the history of the delivery, from which packages are composed: those hold their own evidence only.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.formats.activitystreams import MalformedLineError
from sma_plugin.history.attribution import classify
from sma_plugin.history.load import Loader
from sma_plugin.history.threads import order_threads
from sma_plugin.model import Capture, Item
from sma_plugin.notation import platform
from sma_plugin.package.files import PART, publish, read_json, read_only, write_json
from sma_plugin.package.improvement import Plan
from sma_plugin.package.items import without_collector
from sma_plugin.stored.fixity import verified
from sma_plugin.stored.loading import load_package
from sma_plugin.stored.naming import account_named, account_of
from sma_plugin.stored.opened import Stored, open_stored
from sma_plugin.stored.records import Predecessor, Sides

CHAIN = "chain.sqlite"
SIDES = "chain.json"
PLANS = "plans.json"
"""The improvement plans of the packages in the chain, by the package's identifier."""


def relate_all(
    folder: Path, previous: Sequence[Path], history: Path, captures: list[Capture], items: Iterable[tuple[int, Item]]
) -> Iterator[Finding]:
    """Make the chain of a delivery in ``folder``; gives why packages are not in it.

    ``history`` is the delivery's own store, ``items`` what its readers yielded, by number of capture. Raises
    :class:`~sma_plugin.texts.UserError` for a path that is no package.
    """
    for name in (CHAIN, SIDES, PLANS):
        (folder / name).unlink(missing_ok=True)
    if not previous:
        return
    with tempfile.TemporaryDirectory(prefix="sma-", dir=folder) as scratch, closing(_opened(history)) as own:
        accounts = list(own.execute("SELECT platform, native_id FROM account WHERE own"))
        usable: list[tuple[Stored, Predecessor]] = []
        plans: dict[str, Plan] = {}
        for stored in open_stored(previous, Path(scratch)):
            told = _refused(stored, own) or _digest(stored)
            if isinstance(told, Finding):
                yield told
            else:
                usable.append((stored, _predecessor(stored, told)))
                keep = partial(plans.__setitem__, stored.record.package.id)
                yield from plan_in(stored.package.plan, stored.name, keep)
        if usable:
            write_json(folder / PLANS, plans)
            yield from _build(folder, usable, accounts, captures, items)


def plan_in(path: Path, package: str, keep: Callable[[Plan], None]) -> Iterator[Finding]:
    """Give the plan of a package, where it has one, to ``keep``; one that cannot be read is a finding."""
    try:
        if path.is_file():
            keep(read_json(path, Plan))
    except (OSError, ValueError, msgspec.MsgspecError):
        yield make("SMA-K036", package=package)


def plans_of(folder: Path, packages: Iterable[Predecessor]) -> tuple[Plan, ...]:
    """The plans of these packages of the chain in a folder, in their order."""
    path = folder / PLANS
    known = read_json(path, dict[str, Plan]) if path.is_file() else {}
    return tuple(known[one.id] for one in packages if one.id in known)


def _opened(history: Path) -> sqlite3.Connection:
    return sqlite3.connect(read_only(history), uri=True)


def _refused(stored: Stored, own: sqlite3.Connection) -> Finding | None:
    """A package of an account that is not among those of the delivery says nothing about them."""
    known = stored.record.package
    account = account_named(own, known.platform, known.account)
    is_own = own.execute("SELECT own FROM account WHERE id = ?", (account,)).fetchone()
    return None if is_own and is_own[0] else make("SMA-H018", path=stored.name, platform=platform(known.platform))


def _digest(stored: Stored) -> str | Finding:
    """The digest of the posts of a package; why not, where they are no longer what was stored."""
    digest = verified(stored.package) if stored.package.posts.is_file() else None
    return digest or make("SMA-H017", path=stored.name, item=stored.record.package.id)


def _predecessor(stored: Stored, digest: str) -> Predecessor:
    known = stored.record.package
    return Predecessor(
        known.id,
        known.name,
        known.entity_id,
        known.platform,
        known.account.native_id or "",
        digest,
        known.period_from,
        known.period_until,
        max((one.captured for one in stored.record.capture if one.captured), default=None),
    )


def _build(
    folder: Path,
    usable: list[tuple[Stored, Predecessor]],
    accounts: list[tuple[str, str]],
    captures: list[Capture],
    items: Iterable[tuple[int, Item]],
) -> Iterator[Finding]:
    part = folder / (CHAIN + PART)
    part.unlink(missing_ok=True)
    loader = Loader(part)
    old: list[int] = []
    kept: list[Predecessor] = []
    with without_collector():
        for stored, predecessor in usable:
            try:
                old += load_package(loader, stored, lean=True)
                kept.append(predecessor)
            except (MalformedLineError, OSError):
                yield make("SMA-H017", path=stored.name, item=predecessor.id)
        before = loader.withdrawn()
        new = loader.package({capture.id: capture for capture in captures})
        for number, capture in zip(new, captures, strict=True):
            loader.declare(number, capture)
        for number, item in items:
            loader.add(new[number], item)
    db = loader.finish()
    _settle(db, accounts, before)
    publish(part, folder / CHAIN)
    write_json(folder / SIDES, Sides(tuple(old), tuple(new), tuple(kept)))


def _settle(db: sqlite3.Connection, accounts: list[tuple[str, str]], before: list[int]) -> None:
    order_threads(db)
    db.execute("BEGIN")
    own = [(account_of(db, platform, native),) for platform, native in accounts]
    db.executemany("UPDATE account SET own = 1 WHERE id = ?", own)
    classify(db)
    db.execute("CREATE TABLE withdrawn_before (post INTEGER PRIMARY KEY)")
    db.executemany("INSERT INTO withdrawn_before VALUES (?)", [(post,) for post in before])
    db.execute("COMMIT")
    db.close()


def sides_of(folder: Path) -> Sides | None:
    """What the chain in a folder is made of; ``None`` when there is none."""
    path = folder / SIDES
    return msgspec.json.decode(path.read_bytes(), type=Sides) if path.is_file() else None
