"""What identifies somebody in a text without naming them: e-mail addresses, telephone numbers, BSN, IBAN.

Numbers are looked for only where there are enough digits, and count only when their check digits are right: a case
number or a date is no BSN. Which marks staff leave under answers is data (``initials.toml``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

Sort = Literal["email", "phone", "bsn", "iban", "initials"]
_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%-]++(?:@|\s?[(\[]\s?(?:at|apenstaartje)\s?[)\]]\s?)(?:[\w-]+\.)+[a-z]{2,24}\b", re.IGNORECASE
)
_MAILED = re.compile(r"@(?<=[\w%+-]@)[\w-]")
_MAILED_IN_WORDS = re.compile(r"[(\[]\s?(?:at|apen)", re.IGNORECASE)
_DIGITS = re.compile(r"\d(?:[\s./()-]{0,3}\d){7}")
"""Enough digits for a telephone number or a BSN, with what people write between them."""
_PHONE = re.compile(r"(?<![\d+])(?:\+|\(?0)(?=[\s\d(])")
_GROUP = re.compile(r"\d+")
_APART, _LONGEST = 4, 40
"""Characters that may stand between two groups of digits of one number, and from its beginning to its end."""
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}\b", re.IGNORECASE)
_BSN = re.compile(r"(?<!\d)\d{4}[ .-]?\d{2}[ .-]?\d{3}(?!\d)|(?<!\d)\d{3}[ .-]?\d{3}[ .-]?\d{3}(?!\d)")


class Particular(NamedTuple):
    """Something found: what it is, from and until where in the text, and its one spelling."""

    sort: Sort
    start: int
    end: int
    identity: str


def holds_mail(text: str) -> bool:
    """Whether an e-mail address may stand in a text; quick, for every text there is."""
    if "@" in text and _MAILED.search(text):
        return True
    return ("(" in text or "[" in text) and _MAILED_IN_WORDS.search(text) is not None


def holds_number(text: str) -> bool:
    """Whether there are enough digits for a number of somebody."""
    return _DIGITS.search(text) is not None


def particulars(text: str, region: str = "NL") -> Iterator[Particular]:
    """Everything of the kind in a text, in no order; places may overlap. ``region``: where local numbers are of."""
    if holds_mail(text):
        for found in _EMAIL.finditer(text):
            yield Particular("email", *found.span(), re.sub(r"\s?[(\[]\s?\w+\s?[)\]]\s?", "@", found.group()).lower())
    if holds_number(text):
        yield from _bsn(text)
        yield from _phones(text, region)
        yield from _ibans(text)


def _bsn(text: str) -> Iterator[Particular]:
    from stdnum.nl import bsn  # noqa: PLC0415 -- an extra

    for found in _BSN.finditer(text):
        digits = re.sub(r"\D", "", found.group())
        if bsn.is_valid(digits):
            yield Particular("bsn", *found.span(), digits)


def _ibans(text: str) -> Iterator[Particular]:
    from stdnum import iban  # noqa: PLC0415 -- an extra

    for found in _IBAN.finditer(text):
        compact = re.sub(r"[ -]", "", found.group()).upper()
        for size in range(len(compact), 14, -1):  # a word that follows may have been taken for its end
            if iban.is_valid(compact[:size]):
                yield Particular("iban", found.start(), _end_of(found.group(), size) + found.start(), compact[:size])
                break


def _end_of(written: str, size: int) -> int:
    """Where the ``size``-th character that is no space ends."""
    seen = 0
    for at, character in enumerate(written, 1):
        seen += character not in " -"
        if seen == size:
            return at
    return len(written)


def _phones(text: str, region: str) -> Iterator[Particular]:
    """Numbers that begin as telephone numbers do: each with as many of the groups that follow as make a valid one."""
    reached = 0
    for begin in _PHONE.finditer(text):
        if begin.start() < reached:
            continue
        for end in reversed(_ends(text, begin.start())):
            if number := _valid(text[begin.start() : end], region):
                yield Particular("phone", begin.start(), end, number)
                reached = end
                break


def _ends(text: str, start: int) -> list[int]:
    """Where the groups of digits end that may belong to one number of at most 15 digits (E.164)."""
    ends: list[int] = []
    digits = 0
    for group in _GROUP.finditer(text, start, start + _LONGEST):
        if group.start() - (ends[-1] if ends else start) > _APART:
            break
        digits += len(group.group())
        if digits > 2 + 15:
            break
        ends.append(group.end())
    return ends


def _valid(written: str, region: str) -> str | None:
    import phonenumbers  # noqa: PLC0415 -- an extra

    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def initials(text: str) -> Iterator[Particular]:
    """The marks that staff leave under an answer, such as ``^JK``: at its end."""
    start = max(0, len(text) - _SIGNED)
    end = text[start:].lower()
    for hints, pattern in _signatures():
        if any(map(end.__contains__, hints)):
            for found in pattern.finditer(text, start):
                yield Particular("initials", *found.span("initials"), found["initials"])


_SIGNED = 80
"""Characters at the end of an answer in which it is signed."""


@cache
def _signatures() -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    """What has to stand there, any of it, and the pattern, of each way to sign."""
    told = tomllib.loads(files(__package__).joinpath("initials.toml").read_text(encoding="utf-8"))["signature"]
    return tuple((tuple(one["hints"]), re.compile(one["pattern"])) for one in told)
