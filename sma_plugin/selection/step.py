"""The step *select*: link each account to its category, decide or hold, plan the packages."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec

from sma_plugin import notation
from sma_plugin.bundle.names import ascii_path
from sma_plugin.findings import Finding, make, worst
from sma_plugin.model import Agent, Event
from sma_plugin.package import WorkArea
from sma_plugin.package.files import read_only, write_json
from sma_plugin.readers.values import iso_text
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.selection.periods import periods, term_of
from sma_plugin.selection.plan import AccountPlan, Plan, PlannedPackage
from sma_plugin.selection.records import (
    AccountRecord,
    Category,
    Decision,
    PackageDecisions,
    Reference,
    Restriction,
)
from sma_plugin.selection.register import Entry, Register, load_register
from sma_plugin.settings import Settings

STEP = "select"
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
_UNDETERMINED = Restriction("Nader te bepalen", "Begrippenlijst BeperkingGebruikType MDTO")


def select(place: WorkArea, settings: Settings, report: Reporter) -> Outcome:
    """Decide per account from the register; what needs a role is held and the others go on."""
    report.start(STEP)
    register = load_register(settings)
    stage = _Selecting(settings, register)
    db = sqlite3.connect(read_only(place.history), uri=True)
    try:
        plan = Plan(tuple(stage.accounts(db)))
    finally:
        db.close()
    write_json(place.decisions, plan)
    findings = [*register.findings, *stage.findings]
    for finding in findings:
        report.finding(finding)
    place.log(STEP, list(_events(settings, plan)), findings)
    if worst(register.findings) == "error":
        return Outcome.ERRORS
    return Outcome.NEEDS_DECISION if any(account.held for account in plan.accounts) else Outcome.OK


class _Selecting:
    def __init__(self, settings: Settings, register: Register) -> None:
        self._settings, self._register = settings, register
        self.findings: list[Finding] = []
        self._names: set[str] = set()

    def accounts(self, db: sqlite3.Connection) -> Iterator[AccountPlan]:
        rows = db.execute("SELECT id, platform, native_id, url FROM account WHERE own ORDER BY platform, native_id")
        for number, platform, native, url in rows.fetchall():
            handles = [row[0] for row in db.execute(_HANDLES, (number,))]
            entry = self._register.find(platform, native, handles)
            # An account that nobody names has the id that the history gives it; that is no word for users.
            shown = "@" + handles[-1] if handles else native.removeprefix("name:") if native != "unknown" else "(?)"
            label = f"{notation.platform(platform)} {shown}"
            record = self._record(entry, platform, native, handles, url)
            if not record.name:
                record = msgspec.structs.replace(record, name=_shown_name(db, number))
            first, last = db.execute(_SPAN, (number,)).fetchone()
            decisions = self._decide(entry, record, label, last)
            held = decisions is None
            own = db.execute(_OWN_SPAN, (number,)).fetchone()
            packages = () if held else tuple(self._packages(platform, handles, native, (first, last), own))
            yield AccountPlan(number, label, decisions or self._open(record), packages, held)

    def _record(
        self, entry: Entry | None, platform: str, native: str, handles: list[str], url: str | None
    ) -> AccountRecord:
        known = entry.account if entry else AccountRecord(platform, native)
        return msgspec.structs.replace(
            known,
            native_id=native,
            handle=known.handle or (handles[-1] if handles else None),
            url=known.url or url,
            creator=known.creator or self._creator(),
            custodian=known.custodian or self._custodian(),
        )

    def _creator(self) -> Reference:
        body = self._settings.organisation
        return Reference(body.creator, body.creator_identifier, body.creator_identifier_source)

    def _custodian(self) -> Reference:
        body = self._settings.organisation
        return Reference(body.custodian or body.creator, body.custodian_identifier, body.custodian_identifier_source)

    def _decide(
        self, entry: Entry | None, record: AccountRecord, label: str, last: int | None
    ) -> PackageDecisions | None:
        """The decisions for an account; ``None`` while it is held, with the finding that says why."""
        if entry is None:
            if not self._settings.undecided:
                self.findings.append(make("SMA-S001", account=label))
                return None
            self.findings.append(make("SMA-S002", account=label))
            return self._undecided(record)
        if record.scenario == "C":
            self.findings.append(make("SMA-S004", account=label))
            return None
        category = self._register.category(entry)
        if category is None:
            code = "SMA-S005" if not entry.category else "SMA-S006" if self._register.meant(entry) else "SMA-S003"
            self.findings.append(make(code, account=label, category=entry.category or ""))
        decided = self._decided(record, category, f"register {entry.place}", f"linked in the register, {entry.place}")
        if category and category.value == "V" and category.term:
            return msgspec.structs.replace(decided, term=term_of(category, last))
        return decided

    def _open(self, record: AccountRecord) -> PackageDecisions:
        return PackageDecisions(record, "N", self._series(None))

    def _series(self, category: Category | None) -> Reference:
        creator = self._settings.organisation.creator
        code = category.code if category else "nader-te-bepalen"
        identifier = ascii_path(f"serie-sociale-media-{creator}-{code}".lower().replace("/", "-"))
        return Reference(f"Sociale media van {creator}", identifier, self._settings.archive.name)

    def _undecided(self, record: AccountRecord) -> PackageDecisions:
        """Value N, on nobody's decision: what was proposed stands open."""
        open_decision = Decision("category", "N", "the account stands in no register; --undecided was given")
        return msgspec.structs.replace(self._open(record), restrictions=(_UNDETERMINED,), decisions=(open_decision,))

    def _decided(self, record: AccountRecord, category: Category | None, ground: str, reason: str) -> PackageDecisions:
        policy = self._settings.policies.get("category")
        at = self._settings.stamps.now("time/select")
        code = f"{category.list_name} {category.list_version}, {category.code}" if category else "N"
        category_decision = Decision(
            "category",
            code,
            reason,
            code,
            policy.role if policy else "accountregister",
            policy.date if policy else at,
            policy.ground if policy else ground,
        )
        return PackageDecisions(
            account=record,
            value=category.value if category else "N",
            series=self._series(category),
            category=category,
            restrictions=(_UNDETERMINED,),
            decisions=(category_decision,),
        )

    def _packages(
        self,
        platform: str,
        handles: list[str],
        native: str,
        span: tuple[int | None, int | None],
        own: tuple[int | None, int | None],
    ) -> Iterator[PlannedPackage]:
        """The packages of an account; an open end is called after its own posts, not after what they answer."""
        stem = f"{platform}-{handles[-1] if handles else Path(native).name or native}"
        for start, end in periods(self._settings.defaults.period_cut, *span):
            ends = (start or own[0] or span[0], end or own[1] or span[1])
            shown = "-".join(str(iso_text(us))[:10].replace("-", "") for us in ends if us)
            name = ascii_path("-".join(part for part in (stem, shown) if part).replace("/", "-").lower())
            while name in self._names:
                name += "-x"
            self._names.add(name)
            yield PlannedPackage(name, start, end)


def _shown_name(db: sqlite3.Connection, account: int) -> str | None:
    """The name that stands on the newest profile, for an account that the register gives no name."""
    row = db.execute(_NAME, (account,)).fetchone()
    return str(row[0]) if row and row[0] else None


def _events(settings: Settings, plan: Plan) -> Iterator[Event]:
    for account in plan.accounts:
        if account.held:
            continue
        decision = account.decisions.decisions[0]
        agents = (Agent(decision.role, "person", "authorizer"),) if decision.role else ()
        for kind, detail in (
            ("appraisal", f"value {account.decisions.value}: {decision.reason}"),
            (
                "policy assignment",
                f"category {decision.decided or 'not decided'}; {decision.ground or decision.reason}",
            ),
        ):
            yield settings.stamps.event(
                kind,
                detail,
                step=STEP,
                key=account.label,
                at=_moment(decision.at),
                agents=agents,
                objects=(f"account:{account.label}",),
                ours=not agents,
            )


def _moment(at: str | None) -> str | None:
    """A decision's moment with zone; a date alone is its midnight UTC."""
    return f"{at}T00:00:00+00:00" if at and len(at) == 10 else at
