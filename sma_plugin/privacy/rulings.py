"""What roles decided on copies for access: for whom, whose names stay, which files and words were looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sma_plugin.notation import moment_meant, word_in_each
from sma_plugin.package import Package
from sma_plugin.package.files import read_json
from sma_plugin.privacy.people import Shown
from sma_plugin.readers.values import iso_moment
from sma_plugin.selection.asking import Asking, Question, question, question_id
from sma_plugin.selection.records import AccountRecord, Decision, PackageDecisions
from sma_plugin.selection.register import Register, load_register
from sma_plugin.selection.showing import is_corporate, label_of, office_question
from sma_plugin.settings import Settings

AUDIENCE, GONE, REVIEW, NAMES = "audience", "gone", "review", "names"
_LAST = 24 * 3600 * 10**6 - 1
"""Microseconds from the beginning of a day to its last."""


@dataclass
class Rulings:
    """What holds for the copies of one account. ``questions`` are those that were put, with their answers."""

    account: AccountRecord
    asking: Asking
    audience: str = "custodian"
    keep_gone: bool = False
    shown: list[Shown] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    """SHA-256 by package path of the files that may be in the copy."""
    words: dict[str, str] = field(default_factory=dict)
    """``mask`` or ``keep`` by folded word, e-mail address or number."""
    decisions: list[Decision] = field(default_factory=list)
    """Those that a role took on the copy as a whole."""
    named: bool = False
    """Whether the account's own name stays."""

    def is_decided(self, sha256: str, path: str) -> bool:
        """Whether a role decided on a file, either way."""
        put = id_of(REVIEW, self.account, f"{sha256}/{path}")
        return any(one.id == put and one.decision is not None for one in self.asking.questions)


def id_of(subject: str, account: AccountRecord, key: str = "") -> str:
    """The identifier of a question about an account's copies."""
    return question_id(subject, account.platform, account.native_id, key)


def rulings(package: Package, settings: Settings) -> Rulings:
    """Everything that was decided so far for the copies of a package."""
    return rulings_for(read_json(package.decisions, PackageDecisions).account, settings)


def rulings_for(account: AccountRecord, settings: Settings) -> Rulings:
    """Everything that was decided so far for the copies of an account's packages."""
    found = Rulings(account, Asking(settings))
    asking, label = found.asking, label_of(account)
    if decision := asking.put(question(AUDIENCE, id_of(AUDIENCE, account), label, "custodian", "default")):
        found.audience = decision.decided or "custodian"
        found.decisions.append(decision)
    if decision := asking.put(question(GONE, id_of(GONE, account), label, "leave-out", "gone")):
        found.keep_gone = decision.decided == "keep"
        found.decisions.append(decision)
    register = load_register(settings)
    found.shown = [*_registered(register), *_own(found, register)]
    _read_reviews(found)
    return found


def _registered(register: Register) -> Iterator[Shown]:
    """Every corporate account of the register, by each handle that it bore."""
    for entry in register.entries:
        account = entry.account
        if is_corporate(account):
            for handle in (*(one.value for one in entry.held.get("handle", ())), account.handle):
                yield Shown(account.platform, account.native_id or None, handle)


def _own(found: Rulings, register: Register) -> Iterator[Shown]:
    """The account itself where it is corporate, and every account that a role let keep its name."""
    account = found.account
    found.named = is_corporate(account)
    if found.named:
        yield Shown(account.platform, account.native_id, account.handle)
    known = (one.account for one in register.entries)
    others = [one for one in known if not is_corporate(one) and not _is_same(one, account)]
    for one in others if found.named else (account, *others):
        put = office_question(one)
        decision = found.asking.put(put)
        if decision is None:
            continue
        found.decisions.append(decision)
        if decision.decided == "show":
            answer = found.asking.answer(put)
            details = answer.details if answer else {}
            since, until = _day(details.get("from")), _day(details.get("until"))
            yield Shown(one.platform, one.native_id or None, one.handle, since, until and until + _LAST)
            found.named = found.named or one is account


def _is_same(registered: AccountRecord, account: AccountRecord) -> bool:
    """Whether a row of the register is about an account, which may stand there by its handle alone."""
    if registered.platform != account.platform:
        return False
    if registered.native_id:
        return registered.native_id == account.native_id
    return (registered.handle or "").casefold() == (account.handle or "").casefold()


def _day(told: str | None) -> int | None:
    """The beginning of a day as microseconds."""
    meant = moment_meant(told) if told else None
    moment = iso_moment(meant[:10]) if meant else None
    return moment.us if moment else None


def _read_reviews(found: Rulings) -> None:
    """What was decided file by file and word by word."""
    for subject in (REVIEW, NAMES):
        beginning = id_of(subject, found.account)
        for answer in list(found.asking.answers_to([beginning])):
            key = answer.question.removeprefix(f"{beginning}/")
            put = (
                file_question(found.account, *key.partition("/")[::2])
                if subject == REVIEW
                else word_question(found.account, key)
            )
            decision = found.asking.put(put)
            if decision is None:
                continue
            if subject == NAMES:
                found.words[key] = decision.decided or ""
            elif decision.decided == "show":
                sha256, _, path = key.partition("/")
                found.files[path] = sha256


def file_question(account: AccountRecord, sha256: str, path: str, *, size: int = 0, kind: str = "unknown") -> Question:
    """Whether a file may be in copies: told by its path and SHA-256, so that a changed file is another question."""
    return question(
        REVIEW,
        id_of(REVIEW, account, f"{sha256}/{path}"),
        label_of(account),
        "leave-out",
        "unseen",
        file=path,
        size=size,
        **word_in_each("kind", "medium", kind),
    )


def word_question(account: AccountRecord, word: str, count: int = 0, *, own: bool = False) -> Question:
    """Whether a word, or an e-mail address or number in own posts, is to be masked."""
    proposal, reason = ("mask", "own") if own else ("keep", "word")
    return question(NAMES, id_of(NAMES, account, word), label_of(account), proposal, reason, word=word, count=count)
