"""What stops destruction now: legal holds and hotspots of the configuration, also for packages that were made before.

A package tells which holds it fell under when it was made. Where the table has a hold of that name, the table holds, so
that one that was lifted there is lifted. A hotspot that was put on a list since is tried on the posts of the package.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from sma_plugin.destruction.records import Item, Why
from sma_plugin.findings import text as finding_text
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.model import PostHistory
from sma_plugin.selection.answers import load_answers
from sma_plugin.selection.asking import question_id
from sma_plugin.selection.choosing import Candidate, Chooser
from sma_plugin.selection.holds import load_holds
from sma_plugin.selection.hotspots import Spot, load_hotspots
from sma_plugin.selection.naming import names_it
from sma_plugin.selection.records import AccountRecord, Hold, PackageDecisions
from sma_plugin.selection.register import load_register
from sma_plugin.selection.spotting import slug
from sma_plugin.settings import Settings
from sma_plugin.texts import LANGUAGES, UserError


class Stops:
    """The tables of holds and hotspots as they are now. Raises :class:`UserError` when a row cannot be used."""

    def __init__(self, settings: Settings) -> None:
        self._register, holds, hotspots = load_register(settings), load_holds(settings), load_hotspots(settings)
        self._held, self._spots = holds.held, hotspots.spots
        self._answers = load_answers(settings)[0]
        for finding in (*holds.findings, *hotspots.findings):
            if finding.severity == "error":
                raise UserError(
                    "destruction_tables", **{f"told_{one}": finding_text(finding, one) for one in LANGUAGES}
                )

    def holds(self, account: AccountRecord, known: Iterable[Hold], *days: str) -> list[Hold]:
        """The holds on an account that are in force on one of these days (ISO dates)."""
        here = [one.hold for one in self._held if names_it(one.accounts, account, self._handles(account))]
        named = {one.name for one in here}
        every = [*here, *(one for one in known if one.name not in named)]
        return [one for one in every if any(in_force(one, day) for day in days)]

    def spots(self, item: Item, decided: PackageDecisions) -> list[Spot]:
        """The hotspots that posts of a package may belong to by account and days, and on which nobody decided yet."""
        account = decided.account
        kept = {one.name for one in decided.hotspots}
        return [
            one
            for one in self._spots
            if one.hotspot.name not in kept
            and question_id("hotspot", account.platform, account.native_id, slug(one.hotspot.name)) not in self._answers
            and names_it(one.accounts, account, self._handles(account))
            and (item.period_from or "") <= (one.choice.until or "9")
            and (one.choice.since or "") <= (item.period_until or "9")
        ]

    def _handles(self, account: AccountRecord) -> tuple[str, ...]:
        """The handles that the account has or had by the register."""
        entry = self._register.find(account.platform, account.native_id, [account.handle] if account.handle else [])
        return tuple(entry.handles) if entry else ()


def in_force(hold: Hold, on: str) -> bool:
    """Whether a hold holds on a day."""
    return hold.since <= on and (hold.until is None or hold.until >= on)


def met(posts: Path, spots: Iterable[Spot]) -> Iterator[Why]:
    """The hotspots that own posts of a package belong to by their days and words, with how many."""
    choosers = {one: Chooser(one.choice) for one in spots}
    counted = dict.fromkeys(choosers, 0)
    for line in read_lines(posts):
        item = line.item
        if isinstance(item, PostHistory) and item.klass == "own":
            for spot, chooser in choosers.items():
                counted[spot] += chooser.means(_candidate(item))
    for spot, count in counted.items():
        if count:
            version = f" {spot.hotspot.list_version}" if spot.hotspot.list_version else ""
            told = {"name": spot.hotspot.name, "list": f"{spot.hotspot.list_name}{version}", "count": str(count)}
            yield Why("hotspot-proposed", told)


def _candidate(item: PostHistory) -> Candidate:
    named = frozenset(filter(None, (item.native_id, item.url)))
    states = tuple(version.state for version in item.versions)
    return Candidate(
        post=0,
        thread=0,
        parent=None,
        own=True,
        created=item.created.us,
        native=item.native_id,
        named=named,
        states=states,
    )
