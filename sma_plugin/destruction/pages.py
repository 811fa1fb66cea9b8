"""The list and the declaration as a page to read, print and sign. It loads nothing from outside."""

from __future__ import annotations

from functools import partial

from sma_plugin import notation
from sma_plugin.describe.pages import template
from sma_plugin.destruction.records import Declaration, DestructionList
from sma_plugin.destruction.telling import VERDICTS, answer, held, reasons
from sma_plugin.findings import Language
from sma_plugin.texts import text


def list_page(made: DestructionList, language: Language) -> bytes:
    """A list, by what may happen to the packages."""
    return _page("list.html", language, made=made, answer=answer(made, language), verdicts=VERDICTS)


def declaration_page(made: Declaration, language: Language) -> bytes:
    """The declaration of destruction, with room for signatures."""
    return _page("declaration.html", language, made=made)


def _page(name: str, language: Language, **values: object) -> bytes:
    shown = {
        one.__name__: partial(one, language=language)
        for one in (notation.day, notation.moment, notation.number, notation.period, notation.size, notation.word)
    }
    told = {"held": partial(held, language=language), "reasons": partial(reasons, language=language)}
    page = template(__package__, name).render(
        language=language,
        say=lambda name, **params: text(name, language, **params),
        role=lambda name: notation.word("role", name, language),
        platform=notation.platform,
        **shown,
        **told,
        **values,
    )
    return page.encode()
