"""What compose needs a role for: files that cannot be cut, files that nobody recognised, mentions, what is lacking.

A package that lacks something waits until a role accepts it so (PRODUCT.md, 4.7). For other answers none waits: without
one it is made as proposed, and the question stays open. What is decided later, also that it was right, makes another
package.
"""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

import msgspec

from sma_plugin.characteristics.records import Assessment
from sma_plugin.compose.accepting import accepted
from sma_plugin.compose.taking import OWN_LIKES, WHOLE_FILES, Permit, Taking
from sma_plugin.findings import Finding, make, remedy, worst
from sma_plugin.findings import text as finding_text
from sma_plugin.improvement.edits import load_edits
from sma_plugin.improvement.held import held
from sma_plugin.notation import word_in_each
from sma_plugin.selection.asking import Asking, Question, options_of, question, question_id, waiting
from sma_plugin.selection.choosing import listed
from sma_plugin.selection.plan import AccountPlan
from sma_plugin.selection.records import Decision, PackageDecisions
from sma_plugin.selection.subjects import choices, subjects
from sma_plugin.settings import Settings
from sma_plugin.texts import LANGUAGES

MENTIONS, INCOMPLETE, REPORTED, UNRECOGNISED = "mentions", "incomplete", "reported", "unrecognised"
SUBJECTS = (WHOLE_FILES, OWN_LIKES, UNRECOGNISED, MENTIONS, INCOMPLETE, REPORTED)
_LATER = ("conversion",)
"""What a later step puts, and whose answers decide too what becomes of a package."""
REJECTION = "SMA-S119"
"""The finding that a role rejected a capture."""
_ACCEPTED = "accept"
"""How the answers begin by which a package is made of what lacks something."""


@cache
def lacking_codes() -> frozenset[str]:
    """The findings by which a capture is not all that it should be (``lacking.toml``)."""
    told = tomllib.loads(files(__package__).joinpath("lacking.toml").read_text(encoding="utf-8"))
    return frozenset(code for codes in told.values() for code in codes)


class Permits:
    """Puts the questions of compose, account by account, and remembers how they were answered."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._asking = Asking(settings)
        self._edits = load_edits(settings)
        self._totals: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._lacking: dict[str, set[str]] = defaultdict(set)

    @property
    def questions(self) -> list[Question]:
        """Every question that was put."""
        return self._asking.questions

    def key(self, account: AccountPlan) -> list[object]:
        """Everything of this that decides what is in an account's packages, moments excepted."""
        beginning = [self._id(account, subject) for subject in (*SUBJECTS, *_LATER)]
        given = [msgspec.structs.replace(one, date="", path="", row=0) for one in self._asking.answers_to(beginning)]
        return [*map(self._asking.standing, SUBJECTS), *given]

    def mentions(self, account: AccountPlan, count: int) -> Decision | None:
        """Whether what mentions the account is kept with its posts; ``None`` while nobody decided otherwise."""
        if not count:
            return None
        decision = self._put(account, MENTIONS, self._settings.defaults.mentions, "counted", count=count)
        return decision if decision.decided else None

    def stuck(self, account: AccountPlan, takings: Iterable[Taking], *, standing: bool = True) -> Iterator[Decision]:
        """What was decided on the files that cannot be cut: those with posts from elsewhere, and with own likes.

        ``standing``: a policy for all accounts may decide it too.
        """
        held = [one for taking in takings for one in taking.held if not one.barred]
        for subject, counts in ((WHOLE_FILES, [one.posts for one in held]), (OWN_LIKES, [one.items for one in held])):
            if files := sum(count > 0 for count in counts):
                yield self._counted(
                    account, subject, "hold", "uncut", standing=standing, count=sum(counts), files=files
                )

    def unrecognised(self, account: AccountPlan, takings: Iterable[Taking]) -> Iterator[Decision]:
        """What was decided on the files that no reader recognised."""
        if count := sum(len(taking.unrecognised) for taking in takings):
            yield self._counted(account, UNRECOGNISED, "leave-out", "unclaimed", count=count)

    def permit(self, account: AccountPlan, decided: Iterable[Decision]) -> Permit:
        """What these decisions let in."""
        kept = {one.subject for one in decided if one.decided == "keep"}
        if UNRECOGNISED not in kept:
            return Permit(frozenset(kept))
        named = [one.details.get("files", "") for one in self._asking.answers_to([self._id(account, UNRECOGNISED)])]
        return Permit(frozenset(kept), listed(", ".join(named)) or ("*",))

    def lacking(self, account: AccountPlan, findings: Iterable[Finding]) -> Iterator[Decision]:
        """Whether a package that lacks something is accepted so."""
        found = {one.code: one for one in findings if one.code in lacking_codes()}
        if not found:
            return
        damaged = worst(found.values()) == "error"
        because = [one.name for one in options_of(INCOMPLETE, self._settings) if one.name.startswith("accept-")]
        proposal = "hold" if damaged else because[0]
        every = self._lacking[account.label] = self._lacking[account.label] | set(found)
        put: list[Decision] = []
        for codes in (found, every):  # the question is about all packages of the account
            told = ", ".join(sorted(codes))
            put.append(self._put(account, INCOMPLETE, proposal, "damaged" if damaged else "lacking", codes=told))
        yield put[0]

    def accepted(self, account: AccountPlan, assessment: Assessment) -> Iterator[Decision]:
        """What a role accepted of what a package lacks of its characteristics."""
        return accepted(account, held(assessment), self._asking, self._edits)

    def stopped(self, account: AccountPlan, decided: Iterable[Decision]) -> Finding | None:
        """Why a package is not made of a capture that lacks something: nobody accepted it so.

        Without a decision only an account goes on that stands in no register, where that was asked for.
        """
        one = next((one for one in decided if one.subject == INCOMPLETE), None)
        if one is None or (one.decided or "").startswith(_ACCEPTED):
            return None
        if one.decided is None:
            asked = next(put for put in self.questions if put.id == one.question)
            return None if self._settings.undecided and not account.record.registered else waiting(asked)
        code = "SMA-S118" if one.decided == "hold" else REJECTION
        codes = ", ".join(sorted(self._lacking[account.label]))
        told: dict[str, Any] = {"date": one.at or "", "ground": one.ground or "", "codes": codes}
        return make(code, account=account.label, **told, **_by(one))

    def reported(self, account: AccountPlan, findings: Iterable[Finding]) -> Iterator[Decision]:
        """What was decided on what readers put to a role."""
        for code, group in groupby(sorted((one for one in findings if _asks(one)), key=_code), key=_code):
            told = next(group)
            texts = {f"{name}_{language}": say(told, language) for name, say in _SAID.items() for language in LANGUAGES}
            yield self._put(account, REPORTED, "as-is", "told", key=code, **texts)

    def _counted(
        self, account: AccountPlan, subject: str, proposal: str, reason: str, *, standing: bool = True, **counts: int
    ) -> Decision:
        """The decision on a question that several packages of an account put: each with its own numbers on record."""
        own = self._decided(self._question(account, subject, proposal, reason, key="", **counts), standing=standing)
        totals = self._totals[account.label, subject]
        totals.update(counts)
        self._decided(self._question(account, subject, proposal, reason, key="", **totals), standing=standing)
        return own

    def _put(
        self, account: AccountPlan, subject: str, proposal: str, reason: str, *, key: str = "", **params: str | int
    ) -> Decision:
        return self._decided(self._question(account, subject, proposal, reason, key=key, **params))

    def _question(
        self, account: AccountPlan, subject: str, proposal: str, reason: str, *, key: str, **params: str | int
    ) -> Question:
        identifier = self._id(account, subject, key)
        options = options_of(subject, self._settings)
        return question(subject, identifier, account.label, proposal, reason, options=options, **params)

    def _decided(self, put: Question, *, standing: bool = True) -> Decision:
        """What was decided, else what is proposed."""
        decision = self._asking.put(put, standing=standing)
        return decision or Decision(put.subject, put.proposal, put.reason["en"], question=put.id)

    def _id(self, account: AccountPlan, subject: str, key: str = "") -> str:
        return question_id(subject, account.record.platform, account.record.native_id, key)


_SAID = {"said": finding_text, "remedy": remedy}


def _code(finding: Finding) -> str:
    return finding.code


def _asks(finding: Finding) -> bool:
    """Whether a reader put something to a role."""
    return finding.severity == "decision" and finding.code.startswith("SMA-R")


def still_open(told: Iterable[Finding], decided: PackageDecisions) -> Iterator[Finding]:
    """The findings without those that a role has decided on since."""
    settled = {_settled_by(one) for one in decided.decisions if one.decided}
    return (one for one in told if one.code not in settled)


def by_roles(decided: PackageDecisions, settings: Settings) -> Iterator[Finding]:
    """What a role decided instead of it being told as open."""
    for one in decided.decisions:
        if one.decided and one.question and (one.subject == INCOMPLETE or _settled_by(one)):
            words, label = choices(one.subject, settings)[one.decided], subjects()[one.subject].label
            known: dict[str, Any] = {f"decided_{name}": words[name] for name in LANGUAGES}
            asked: dict[str, Any] = {f"label_{name}": label[name] for name in LANGUAGES}
            yield make("SMA-S110", date=one.at or "", ground=one.ground or "", **known, **_by(one), **asked)


def _by(decision: Decision) -> dict[str, Any]:
    """The role that decided, in words."""
    return word_in_each("role", "role", decision.role or "")


def _settled_by(decision: Decision) -> str | None:
    """The finding that a decision is about."""
    if decision.subject == REPORTED:
        return (decision.question or "").rpartition("/")[2]
    return "SMA-B015" if decision.subject == UNRECOGNISED else None
