"""The questions about a capture, and answers to them as a :class:`~sma_plugin.model.Capture`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

import msgspec

from sma_plugin.facts import facts
from sma_plugin.findings import Finding, Language, make
from sma_plugin.model import AccountRef, Capture
from sma_plugin.notation import choices, meant, moment_meant, platform_meant, words


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field of the form: its name in ``capture.toml`` and in words, what is asked, an example.

    ``kind`` is ``moment`` for a date, the kind of value in ``words.toml`` for a choice, empty for text.
    """

    field: str
    name: dict[Language, str]
    ask: dict[Language, str]
    example: str = ""
    kind: str = ""


class Declaration(NamedTuple):
    """What was declared, and what of it could not be used."""

    capture: Capture
    findings: list[Finding]


@cache
def questions() -> tuple[Question, ...]:
    """The form, as data (``capture_form.toml``)."""
    return facts(__package__, "capture_form.toml", dict[str, tuple[Question, ...]])["question"]


def named(fields: list[str], language: Language) -> str:
    """Fields of ``capture.toml`` in words."""
    known = {question.field: question.name[language] for question in questions()}
    return ", ".join(known[field] for field in fields)


def answers_of(capture: Capture) -> dict[str, str]:
    """What is known of a capture, by field; what is not is absent."""
    values: dict[str, Any] = msgspec.to_builtins(capture)
    values |= {f"account.{name}": value for name, value in (values.get("account") or {}).items()}
    told = {question.field: values.get(question.field) for question in questions()}
    return {field: str(value) for field, value in told.items() if value not in (None, "", "unknown")}


def declaration(answers: dict[str, Any], path: str) -> Declaration:
    """A capture from answers by field; an answer that cannot be used is a finding, and the others hold."""
    asked = {question.field: question for question in (*questions(), *_MORE)}
    findings: list[Finding] = []
    fields: dict[str, Any] = {}
    for field, answer in answers.items():
        question = asked.get(field)
        if question is None:
            findings.append(_unknown(field, path, list(asked)))
            continue
        value = _value(question, answer)
        if value is None:
            findings.append(_unusable(question, answer, path))
        elif value:
            fields[field] = value
    account = {name.partition(".")[2]: fields.pop(name) for name in list(fields) if name.startswith("account.")}
    if "handle" in account:
        account["handle"] = account["handle"].lstrip("@")
    return Declaration(Capture(**fields, account=AccountRef(**account) if account else None), findings)


def _value(question: Question, answer: Any) -> str | None:
    """An answer as the record has it; ``None`` when it cannot be used."""
    if isinstance(answer, datetime | date):
        return answer.isoformat()
    if not isinstance(answer, str):
        return None if isinstance(answer, dict | list) else str(answer)
    text = answer.strip()
    if question.field == "platform":
        return platform_meant(text)
    if not text or not question.kind:
        return text
    return moment_meant(text) if question.kind == "moment" else meant(question.kind, text)


_MORE = tuple(Question(f"account.{name}", {}, {}) for name in ("name", "url"))
"""What a ``capture.toml`` may say besides; nobody is asked for it."""


def _unknown(field: str, path: str, known: list[str]) -> Finding:
    near = difflib.get_close_matches(field, known, 1)
    name = {language: f"'{near[0]}'" if near else word for language, word in (("nl", "niets"), ("en", "nothing"))}
    return make("SMA-B031", path=path, name=field, near_nl=name["nl"], near_en=name["en"])


def _unusable(question: Question, answer: Any, path: str) -> Finding:
    known = {language: _known(question, language) for language in _LANGUAGES}
    return make(
        "SMA-B030",
        path=path,
        value=str(answer)[:100],
        field_nl=question.name["nl"],
        field_en=question.name["en"],
        known_nl=known["nl"],
        known_en=known["en"],
    )


_LANGUAGES: tuple[Language, ...] = ("nl", "en")
_DATES = {"nl": "een datum als 2026-01-31 of 31-01-2026 14:00", "en": "a date such as 2026-01-31 or 2026-01-31 14:00"}


def _known(question: Question, language: Language) -> str:
    return choices(question.kind, language) if question.kind in words() else _DATES[language]


def flat(values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The answers of a ``capture.toml``: a table such as ``[account]`` by dotted names."""
    for name, value in values.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", one) for inner, one in value.items())
        else:
            yield name, value
