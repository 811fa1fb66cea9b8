"""What a role has to decide: questions with a proposal and its reason, and how each was answered.

A question is told from others by its subject, its account and, where an account may have several of a subject, a key.
It is answered by a decision from the configured folder (``answers.py``), else by the standing policy of its subject
(``[policies.<subject>]``), else it stays open. Texts are data (``questions.toml``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from sma_plugin.findings import Finding, Language, make
from sma_plugin.notation import as_chosen
from sma_plugin.package import WorkArea
from sma_plugin.package.files import read_json
from sma_plugin.selection.answers import Answer, load_answers
from sma_plugin.selection.records import Decision
from sma_plugin.selection.subjects import Words, choices, subjects
from sma_plugin.settings import Policy, Settings
from sma_plugin.texts import LANGUAGES


class Option(msgspec.Struct, frozen=True):
    """Something that may be decided: its name in the software, and its words."""

    name: str
    words: Words


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """One question. ``options`` are what may be decided, anything when there are none; ``decision`` answers it."""

    id: str
    subject: str
    account: str
    ask: Words
    proposal: str
    reason: Words
    options: tuple[Option, ...] = ()
    decision: Decision | None = None
    details: dict[str, str] = {}
    """What is proposed beside the decision, by column: a period, hashtags."""

    @property
    def blocks(self) -> bool:
        """Whether the account waits for the answer."""
        return subjects()[self.subject].blocks

    def proposed(self, language: Language) -> str:
        """What is proposed, in words."""
        return next((one.words[language] for one in self.options if one.name == self.proposal), self.proposal)


def question_id(subject: str, platform: str, native_id: str, key: str = "") -> str:
    """The identifier of a question, the same in every run."""
    return "/".join(part for part in (subject, platform, native_id, key) if part)


def question(
    subject: str,
    identifier: str,
    account: str,
    proposal: str,
    reason: str,
    *,
    options: tuple[Option, ...] | None = None,
    **params: str | int,
) -> Question:
    """A question with its texts filled in; a parameter ``x_nl`` stands for ``{x}`` in Dutch."""
    kind = subjects()[subject]
    return Question(
        identifier,
        subject,
        account,
        _filled(kind.ask, account=account, **params),
        proposal,
        _filled(kind.reasons[reason], account=account, **params),
        tuple(Option(name, words) for name, words in kind.choices.items()) if options is None else options,
    )


def _filled(words: Words, **params: str | int) -> Words:
    return {
        language: words[language].format_map(
            params | {name[:-3]: value for name, value in params.items() if name.endswith(f"_{language}")}
        )
        for language in LANGUAGES
    }


def options_of(subject: str, settings: Settings) -> tuple[Option, ...]:
    """What may be decided on a subject in this archive."""
    return tuple(Option(name, words) for name, words in choices(subject, settings).items())


def waiting(put: Question) -> Finding:
    """That an account waits for the answer to a question."""
    texts = {"ask": put.ask, "why": put.reason}
    told: dict[str, Any] = {f"{name}_{one}": words[one] for name, words in texts.items() for one in words}
    told |= {f"proposal_{language}": put.proposed(language) for language in LANGUAGES}
    return make("SMA-S021", account=put.account, **told)


def asked_in(place: WorkArea) -> list[Question]:
    """The questions that were put in a working area, each once, also those that are decided."""
    paths = (place.questions, place.asked_by_compose, *place.asked_of_packages)
    put = (one for path in paths if path.is_file() for one in read_json(path, list[Question]))
    return list({one.id: one for one in put}.values())


def open_in(place: WorkArea) -> list[Question]:
    """The questions of a working area that nobody has decided, those that an account waits for first."""
    return sorted((one for one in asked_in(place) if one.decision is None), key=lambda one: not one.blocks)


class Asking:
    """Puts questions and finds their answers, also in tables that are ``more`` than those of the folder.

    ``questions`` are all that were put, ``findings`` what was wrong.
    """

    def __init__(self, settings: Settings, more: Sequence[Path] = ()) -> None:
        self._policies = settings.policies
        self._answers, found = load_answers(settings, more)
        self.findings: list[Finding] = found
        self._put: dict[str, Question] = {}

    @property
    def questions(self) -> list[Question]:
        """Every question that was put, as it was put last."""
        return list(self._put.values())

    def put(self, one: Question, *, standing: bool = True) -> Decision | None:
        """The decision on a question, or ``None`` while it is open; ``standing``: a policy may decide it."""
        answer = self._answers.get(one.id)
        decision = self._decided(one, answer) if answer else self._by_policy(one) if standing else None
        self._put[one.id] = msgspec.structs.replace(one, decision=decision)
        return decision

    def answer(self, one: Question) -> Answer | None:
        """What was filled in beside the decision on a question: a period, hashtags, a number."""
        return self._answers.get(one.id)

    def details(self, one: Question) -> dict[str, str]:
        """What was filled in beside a decision, else what was proposed."""
        answer = self._answers.get(one.id)
        return answer.details if answer and answer.details else one.details

    def answers_to(self, beginnings: Sequence[str]) -> Iterator[Answer]:
        """The answers to questions whose identifiers are, or begin with, one of these."""
        for name, answer in self._answers.items():
            if any(name == one or name.startswith(f"{one}/") for one in beginnings):
                yield answer

    def standing(self, subject: str) -> Policy | None:
        """The standing policy of a subject."""
        return self._policies.get(subject)

    def _decided(self, one: Question, answer: Answer) -> Decision | None:
        chosen = _chosen(one.options, answer.decided)
        if chosen is None:
            known: dict[str, Any] = {f"known_{name}": _named(one.options, name) for name in LANGUAGES}
            self.findings.append(make("SMA-S023", path=answer.path, item=str(answer.row), row=answer.row, **known))
            return None
        return Decision(
            one.subject, one.proposal, one.reason["en"], chosen, answer.role, answer.date, answer.ground, one.id
        )

    def _by_policy(self, one: Question) -> Decision | None:
        policy = self._policies.get(one.subject)
        return decided_by(policy, one) if policy else None


def decided_by(policy: Policy, one: Question) -> Decision:
    """What a standing policy decides: what it chooses, else what such a policy is for, else what is proposed."""
    chosen = policy.choose or subjects()[one.subject].standing or one.proposal
    return Decision(
        one.subject, one.proposal, one.reason["en"], chosen, policy.role, policy.date, policy.ground, one.id
    )


def _chosen(options: tuple[Option, ...], decided: str) -> str | None:
    """The option that was meant, by its name or by its words in either language; anything goes where none are given."""
    told = as_chosen(decided)
    for one in options:
        if told in (as_chosen(one.name), *(as_chosen(words) for words in one.words.values())):
            return one.name
    return None if options else decided


def _named(options: tuple[Option, ...], language: Language) -> str:
    return "; ".join(one.words[language] for one in options)
