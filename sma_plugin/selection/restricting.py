"""Restrictions and legal position per account: what the tables say, what a role decides, when it ends.

Where nothing was decided the restriction is "Nader te bepalen", which lets the account go on. A term that runs from the
last post is worked out per package, and held against the statute that applies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.selection.asking import Question, question, question_id
from sma_plugin.selection.desk import Desk, Met
from sma_plugin.selection.laws import Statute, law_of, laws, statute_named
from sma_plugin.selection.records import KEYS, UNDETERMINED, Category, Decision, PackageDecisions, Restriction
from sma_plugin.selection.restriction_table import Rule, restriction_named
from sma_plugin.selection.scope import near
from sma_plugin.selection.tables import in_words
from sma_plugin.selection.terms import ends
from sma_plugin.selection.weighing import weighed
from sma_plugin.settings import Settings

SUBJECT = "restriction"
_SEPARATOR = re.compile(r"\s*[;,\n]\s*")


class Restricting:
    """What is restricted of one account. Its question is put once, however many packages there are."""

    def __init__(self, desk: Desk, met: Met) -> None:
        self._desk, self._rights, self._met = desk, desk.rights, met
        self._rules = [one for one in desk.rights.rules.rules if one.scope.names(met.record, met.handles)]
        answered, by = self._asked()
        taken, limited = weighed(desk, met)
        self._answered = [*answered, *filter(None, [limited])]
        self._by = tuple(filter(None, [by, taken]))

    def applied(self, decided: PackageDecisions) -> PackageDecisions:
        """The decisions for a share of the posts, with its restrictions and legal position."""
        category = decided.category
        rules = _narrowest(one for one in self._rules if one.decided and one.scope.of_series(category))
        restricted = {_matter(one): one for one in (*(rule.restriction for rule in rules), *self._answered)}
        taken = (*(_taken(rule, self._met) for rule in rules), *self._by)
        return msgspec.structs.replace(
            decided,
            restrictions=tuple(restricted.values()) or (UNDETERMINED,),
            series_restrictions=self._of_series(category) or (UNDETERMINED,),
            legal_position=self._rights.accessions.of(self._met.record, self._met.handles, category),
            decisions=(*decided.decisions, *taken),
        )

    def ended(self, decided: PackageDecisions, last: str | None) -> PackageDecisions:
        """The decisions for a package of which ``last`` is the day of its last post, with ends worked out."""
        restrictions = tuple(_ended(one, last) for one in decided.restrictions)
        found = msgspec.structs.replace(decided, restrictions=restrictions)
        for code, params in checked(found, last, self._desk.settings):
            self._desk.tell(code, self._met, **params)
        return found

    def _of_series(self, category: Category | None) -> tuple[Restriction, ...]:
        """What holds for everything under the category: for whichever account it was decided, it says the same."""
        rules = self._rights.rules.rules
        shared = [one for one in rules if one.decided and one.scope.rank < 2 and one.scope.of_series(category)]
        return tuple(one.restriction for one in _narrowest(shared))

    def _asked(self) -> tuple[list[Restriction], Decision | None]:
        """What a role decided apart from the tables; asked where these decide nothing."""
        record = self._met.record
        proposed = [one.restriction.code or one.restriction.label for one in self._rules if not one.decided]
        put = question(
            SUBJECT,
            question_id(SUBJECT, record.platform, record.native_id),
            self._met.label,
            "; ".join(dict.fromkeys(proposed)) or UNDETERMINED.label,
            "proposed" if proposed else "nothing",
        )
        if any(
            one.decided and one.restriction.media != (KEYS,) for one in self._rules
        ) and not self._desk.asking.answer(put):
            return [], None
        decision = self._desk.asking.put(put)
        if decision is None or not decision.decided:
            return [], None
        return self._meant(put, decision), decision

    def _meant(self, put: Question, decision: Decision) -> list[Restriction]:
        """The restrictions that a decision names, by that decision; one that is not known is told."""
        found = []
        for told in self._parts(decision.decided or ""):
            known = restriction_named(told, self._rights.codes)
            if known is None:
                self._desk.asking.findings.append(self._unknown(put, told))
            else:
                day = decision.at[:10] if decision.at else None
                found.append(msgspec.structs.replace(known, number=decision.ground, date=day))
        return found

    def _parts(self, told: str) -> Sequence[str]:
        """What a decision names: one restriction, in whose label a semicolon may stand, or several."""
        return [told] if restriction_named(told, self._rights.codes) else _SEPARATOR.split(told.strip())

    def _unknown(self, put: Question, told: str) -> Finding:
        answer = self._desk.asking.answer(put)
        where: dict[str, Any] = {"path": answer.path if answer else "sma.toml", "row": answer.row if answer else 0}
        words = in_words("decision", "decided") | near(told, self._rights.codes.names())
        return make("SMA-S090", item=str(where["row"]), value=told, **where, **words)


def checked(decided: PackageDecisions, last: str | None, settings: Settings) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a statute has against the restrictions of a package: codes of findings, with their parameters."""
    position = decided.legal_position
    applies = statute_named(position.statute if position else settings.archive.statute)
    for one in decided.restrictions:
        statute = _limiting(one)
        if statute is None:
            continue
        if applies and applies.key != statute.key:
            yield "SMA-S097", {"statute": applies.name, "other": statute.name, "label": one.label}
        if position and position.position == "outplaced" and statute.at_transfer:
            yield "SMA-S098", {"article": statute.article or "", "statute": statute.name, "label": one.label}
        yield from _too_long(one, statute, last)


def _too_long(one: Restriction, statute: Statute, last: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
    if not one.until and not one.duration:
        yield "SMA-S096", {"statute": statute.name, "label": one.label}
    allowed = ends(last, statute.limit) if last and statute.limit else None
    # An end that the calendar has no date for is certainly later.
    told_end = one.until or (f"{one.starts} + {one.duration}" if one.starts and one.duration else None)
    if told_end and allowed and (not one.until or one.until > allowed) and not one.beyond:
        years = (statute.limit or "").strip("PY")
        told = {"limit_nl": f"{years} jaar", "limit_en": f"{years} years", "last": last, "label": one.label}
        yield "SMA-S095", {"until": told_end, **told}


def _limiting(one: Restriction) -> Statute | None:
    """The statute that limits a restriction."""
    code = one.code or ""
    return next((known for known in laws().statute if known.limited and code.startswith(known.limited)), None)


def _ended(one: Restriction, last: str | None) -> Restriction:
    """A restriction with its start and end, where what is known of its term tells them."""
    starts = one.starts or (last if one.trigger_code in laws().at_last_post.codes else None)
    until = one.until or (ends(starts, one.duration) if starts and one.duration else None)
    return msgspec.structs.replace(one, starts=starts, until=until)


def _matter(one: Restriction) -> tuple[str, tuple[str, ...]]:
    """What a restriction is about: two on the same matter are one."""
    return one.code or one.label, one.media


def _narrowest(rules: Iterable[Rule]) -> list[Rule]:
    """Rules in their order; of several on one matter the narrowest, and of those the last."""
    found: dict[tuple[str, tuple[str, ...]], Rule] = {}
    for one in rules:
        known = found.get(_matter(one.restriction))
        if known is None or one.scope.rank >= known.scope.rank:
            found[_matter(one.restriction)] = one
    return list(found.values())


def _taken(rule: Rule, met: Met) -> Decision:
    """A row of the table as a decision about an account."""
    one, record = rule.restriction, met.record
    named = one.code or one.label
    law = law_of(one.code) if one.code else None
    reason = f"table of restrictions, {rule.place}" + (f"; {law.citation}" if law and law.citation else "")
    put = question_id(SUBJECT, record.platform, record.native_id, rule.place)
    return Decision(SUBJECT, named, reason, named, rule.role, one.date, one.number, put)
