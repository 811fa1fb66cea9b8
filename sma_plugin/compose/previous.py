"""What a package says of the earlier packages of its account: a record, an event and findings."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cached_property
from pathlib import Path

import msgspec

from sma_plugin.findings import MAX_PLACES, Finding, Place, make
from sma_plugin.model import Event
from sma_plugin.notation import day
from sma_plugin.package.files import read_only
from sma_plugin.package.improvement import Carried, joined
from sma_plugin.selection.plan import AccountPlan, PlannedPackage
from sma_plugin.settings import Settings
from sma_plugin.stored.chain import CHAIN, plans_of, sides_of
from sma_plugin.stored.records import NotFound, Related
from sma_plugin.stored.relating import Relating

STEP = "compose"
_IS_HERE = """
SELECT 1 FROM post JOIN post_version ON post_version.post = post.id
WHERE post.class = 'own' AND (post.native_id = ?1 OR post.id IN (SELECT post FROM alias WHERE value = ?1))"""


class Previous:
    """Relates packages with the history that *assess* left in ``folder``, if there is one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _relating(self) -> Relating | None:
        sides = sides_of(self._folder)
        if sides is None:
            return None
        return Relating(sqlite3.connect(read_only(self._folder / CHAIN), uri=True, isolation_level=None), sides)

    @property
    def key(self) -> str:
        """What the relation is made from, so that a package related otherwise is another package."""
        sides = sides_of(self._folder)
        return "" if sides is None else msgspec.json.encode(sides.predecessors).decode()

    def related(self, account: AccountPlan, planned: PlannedPackage) -> Related | None:
        """How a package relates to earlier ones; ``None`` when there are none."""
        if self._relating is None:
            return None
        known = account.record
        return self._relating.related(known.platform, known.native_id, (planned.period_from, planned.period_until))

    def carried(self, related: Related, history: Path) -> Carried:
        """What the plans of the packages that one is related to bring to it; ``history`` is its own slice."""
        points = joined(plans_of(self._folder, related.predecessors))
        named = {post for point in points for lack in point.lacks for post in lack.posts}
        with closing(sqlite3.connect(read_only(history), uri=True)) as db:
            here = [post for post in sorted(named) if db.execute(_IS_HERE, (post,)).fetchone()]
        return Carried(points, related.absent, tuple(here))


def told(related: Related, account: str) -> Iterator[Finding]:
    """What is to be said of the relation of an account's package."""
    counts = related.counts
    yield make(
        "SMA-H015",
        account=account,
        packages=len(related.predecessors),
        known=counts["known"],
        changed=counts["changed"],
        new=counts["new"],
    )
    intervals: dict[tuple[str, str], list[NotFound]] = {}
    for one in related.not_found:
        intervals.setdefault((one.last, one.since), []).append(one)
    for (last, since), posts in intervals.items():
        finding = make(
            "SMA-H016",
            account=account,
            last_nl=day(last, "nl"),
            last_en=day(last, "en"),
            date_nl=day(since, "nl"),
            date_en=day(since, "en"),
        )
        places = tuple(Place(item=one.native_id) for one in posts[:MAX_PLACES])
        yield msgspec.structs.replace(finding, count=len(posts), places=places)


def event_of(related: Related, settings: Settings, package: str) -> Event:
    """That the package was compared with earlier ones, and what came of it."""
    counted = ", ".join(f"{count} {name}" for name, count in related.counts.items())
    return settings.stamps.event(
        "metadata extraction",
        f"posts compared with those of earlier packages ({', '.join(one.id for one in related.predecessors)})",
        step=STEP,
        key=f"previous/{package}",
        note=counted,
    )
