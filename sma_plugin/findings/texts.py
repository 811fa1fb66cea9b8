"""What findings say, in the language of who reads them."""

from __future__ import annotations

import re

from sma_plugin.findings.finding import Finding, Language, Place, code, sayings

_CHOSEN = re.compile(r"\{(\w+):[^}|]*\|([^}]*)\}")


def pattern(template: str) -> str:
    """A text as lists of findings show it: parameters in braces, words in the plural.

    >>> pattern("{count:post|posts} of {account}")
    '{count} posts of {account}'
    """
    return _CHOSEN.sub(r"{\1} \2", template)


def text(finding: Finding, language: Language) -> str:
    """The finding's sentence; parameters that are missing show as ``?`` rather than raise."""
    return _fill(code(finding.code).text[language], finding, language)


def remedy(finding: Finding, language: Language) -> str:
    """What to do about the finding."""
    return _fill(code(finding.code).remedy[language], finding, language)


class _Lenient(dict[str, str | int]):
    def __missing__(self, key: str) -> _Unknown:
        return _Unknown("?")


class _Unknown(str):
    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return f"? {spec.split('|', 1)[1]}" if "|" in spec else "?"


class _Count(int):
    """A number as the reader writes it; ``{count:item|items}`` is the number with the form of the word it needs."""

    language: Language = "en"

    def __format__(self, spec: str) -> str:
        shown = f"{int(self):,}".replace(",", "." if self.language == "nl" else ",")
        if "|" not in spec:
            return shown
        one, many = spec.split("|", 1)
        return f"{shown} {one if self == 1 else many}"


class _DutchCount(_Count):
    language = "nl"


def _fill(template: str, finding: Finding, language: Language) -> str:
    """A template filled in; a parameter ``name_nl`` stands for ``{name}`` in Dutch, ``name_en`` in English."""
    return template.format_map(_Lenient(parameters(finding, language)))


def parameters(finding: Finding, language: Language) -> dict[str, str | int]:
    """What a finding's texts are filled with; a reason of ours is put in the reader's language."""
    first = finding.places[0] if finding.places else Place()
    known: dict[str, str | int | None] = {
        "path": first.path,
        "count": finding.count,
        "account": finding.account,
        "capture": finding.capture,
        **finding.params,
        **{name[:-3]: value for name, value in finding.params.items() if name.endswith(f"_{language}")},
    }
    if "reason" in known:
        reason = str(known["reason"])
        ours = sayings("reasons").get(reason)
        known["reason"] = ours[language] if ours else reason.rstrip(" .")
    number = _DutchCount if language == "nl" else _Count
    return {name: number(value) if type(value) is int else value for name, value in known.items() if value is not None}
