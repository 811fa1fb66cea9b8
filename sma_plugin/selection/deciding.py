"""Deciding per account: whose it is, under which values its posts fall, and the packages that follow.

Proposals come from the register and the lists; a role decides (``asking.py``), or the account waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from sma_plugin import notation
from sma_plugin.bundle.names import ascii_path
from sma_plugin.readers.values import iso_text
from sma_plugin.selection.desk import Desk, Met, Share
from sma_plugin.selection.holds import decided_on
from sma_plugin.selection.linking import undecided
from sma_plugin.selection.periods import periods
from sma_plugin.selection.plan import AccountPlan, PlannedPackage
from sma_plugin.selection.records import AccountRecord, PackageDecisions, Reference
from sma_plugin.selection.register import Entry
from sma_plugin.selection.restricting import Restricting
from sma_plugin.selection.scenario import chosen
from sma_plugin.selection.showing import is_corporate, office_question
from sma_plugin.selection.terms import with_term
from sma_plugin.selection.values import by_value
from sma_plugin.settings import Settings

_SPAN = """
SELECT min(coalesce(root.created_us, post.created_us)), max(coalesce(root.created_us, post.created_us)) FROM post
LEFT JOIN thread_order AS told ON told.post = post.id LEFT JOIN post AS root ON root.id = told.thread
WHERE post.account = ?"""
_OWN_SPAN = "SELECT min(created_us), max(created_us) FROM post WHERE account = ? AND class = 'own'"
_HANDLES = "SELECT value FROM handle WHERE account = ? ORDER BY last_seen, value"
"""The one that was seen last is what an account is called."""
_NAME = """
SELECT json_extract(state, '$.name') AS name FROM profile_version WHERE account = ? AND name IS NOT NULL
ORDER BY at_us IS NULL, at_us DESC, id DESC LIMIT 1"""


class Deciding:
    """What becomes of the accounts of one run."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._names: set[str] = set()

    def accounts(self) -> Iterator[AccountPlan]:
        """What becomes of every own account."""
        rows = self._desk.history.execute(
            "SELECT id, platform, native_id, url FROM account WHERE own ORDER BY platform, native_id"
        )
        for number, platform, native, url in rows.fetchall():
            handles = [row[0] for row in self._desk.history.execute(_HANDLES, (number,))]
            entry = self._desk.register.find(platform, native, handles)
            met = self._met(number, platform, native, url, handles, entry)
            if self._desk.settings.paths.key_file and not is_corporate(met.record):  # else there are no copies
                self._desk.asking.put(office_question(met.record))
            shares = self._shares(met, entry)
            restricting = Restricting(self._desk, met) if shares else None
            packages = tuple(
                one for share in shares or () if restricting for one in self._packages(met, share, entry, restricting)
            )
            yield AccountPlan(number, met.label, met.record, packages, shares is None)

    def _met(
        self, number: int, platform: str, native: str, url: str | None, handles: list[str], entry: Entry | None
    ) -> Met:
        record = self._described(number, platform, native, url, handles, entry.account if entry else None)
        # An account that nobody names has the id that the history gives it; that is no word for users.
        shown = "@" + handles[-1] if handles else native.removeprefix("name:") if native != "unknown" else "(?)"
        stem = f"{platform}-{handles[-1] if handles else Path(native).name or native}"
        return Met(number, f"{notation.platform(platform)} {shown}", stem, record, tuple(handles))

    def _described(
        self, number: int, platform: str, native: str, url: str | None, handles: list[str], known: AccountRecord | None
    ) -> AccountRecord:
        """What the register says, and where it is silent the configuration and the captures."""
        known = known or AccountRecord(platform, native)
        return msgspec.structs.replace(
            known,
            platform=platform,
            native_id=native,
            # What a personal account says of itself is no government information, and enters no package.
            name=known.name or (None if known.kind == "personal" else self._shown_name(number)),
            handle=known.handle or (handles[-1] if handles else None),
            url=known.url or url,
            creator=known.creator or _creator(self._desk.settings),
            custodian=known.custodian or _custodian(self._desk.settings),
        )

    def _shown_name(self, account: int) -> str | None:
        """The name that stands on the newest profile, for an account that the register gives no name."""
        row = self._desk.history.execute(_NAME, (account,)).fetchone()
        return str(row[0]) if row and row[0] else None

    def _shares(self, met: Met, entry: Entry | None) -> Sequence[Share] | None:
        """The account's posts by value; ``None`` while it is held, with the finding that says why."""
        if entry is not None:
            return (chosen if met.record.scenario == "C" else by_value)(self._desk, met, entry)
        if not self._desk.settings.undecided:
            self._desk.tell("SMA-S001", met)
            return None
        self._desk.tell("SMA-S002", met)
        return [Share(undecided(self._desk, met))]

    def _packages(
        self, met: Met, share: Share, entry: Entry | None, restricting: Restricting
    ) -> Iterator[PlannedPackage]:
        """The packages of a share. An open end is called after its own posts, not after what they answer."""
        first, latest = self._desk.history.execute(_SPAN, (met.number,)).fetchone()
        own = self._desk.history.execute(_OWN_SPAN, (met.number,)).fetchone()
        restricted = restricting.applied(share.decisions)
        cuts = (entry.cuts if entry else ()) or (self._desk.settings.defaults.period_cut,)
        for start, end in periods(cuts, first, latest, entry.borders if entry else ()):
            days = [_day(us) for us in (start or own[0] or first, end or own[1] or latest)]
            shown = "-".join(day.replace("-", "") for day in days if day)
            name = self._name(part for part in (met.stem, shown, share.part) if part)
            last = latest if end is None else min(end, latest)
            decided = with_term(self._desk, met, self._with_holds(met, restricted), _day(last))
            if entry:
                decided = msgspec.structs.replace(decided, account=self._in_period(met, entry, days))
            yield PlannedPackage(name, restricting.ended(decided, _day(last)), start, end, share.part)

    def _with_holds(self, met: Met, decided: PackageDecisions) -> PackageDecisions:
        """The decisions with the legal holds that are in force for the account now."""
        today = self._desk.settings.stamps.now("time/select")[:10]
        found = self._desk.holds.of(met.record, today, met.handles)
        by = tuple(decided_on(one) for one in found)
        return msgspec.structs.replace(decided, holds=found, decisions=(*decided.decisions, *by))

    def _in_period(self, met: Met, entry: Entry, days: list[str | None]) -> AccountRecord:
        """What the register says of the account in the period of a package."""
        mine = met.record
        names = [mine.handle] if mine.handle else []
        return self._described(met.number, mine.platform, mine.native_id, mine.url, names, entry.during(*days))

    def _name(self, parts: Iterable[str]) -> str:
        name = ascii_path("-".join(parts).replace("/", "-").lower())
        while name in self._names:
            name += "-x"
        self._names.add(name)
        return name


def _day(us: int | None) -> str | None:
    return str(iso_text(us))[:10] if us else None


def _creator(settings: Settings) -> Reference:
    body = settings.organisation
    return Reference(body.creator, body.creator_identifier, body.creator_identifier_source)


def _custodian(settings: Settings) -> Reference:
    body = settings.organisation
    return Reference(body.custodian or body.creator, body.custodian_identifier, body.custodian_identifier_source)
