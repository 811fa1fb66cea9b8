"""What the configuration says of rights: codes, restrictions, legal position, terms of platforms; read once a run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sma_plugin.findings import Finding
from sma_plugin.selection.accessions import Accessions, load_accessions
from sma_plugin.selection.code_lists import Codes
from sma_plugin.selection.lists import Lists
from sma_plugin.selection.platform_terms import Clause, load_terms
from sma_plugin.selection.register import Register
from sma_plugin.selection.restriction_table import Rules, load_rules
from sma_plugin.settings import Settings


class Rights(NamedTuple):
    """Lists of codes and tables, with what is wrong in them."""

    codes: Codes
    rules: Rules
    accessions: Accessions
    terms: dict[str, tuple[Clause, ...]]
    told: tuple[Finding, ...] = ()
    """What is wrong with the archive's own files of terms."""

    @property
    def findings(self) -> Iterator[Finding]:
        """What was wrong in the lists and tables."""
        yield from self.codes.findings
        yield from self.rules.findings
        yield from self.accessions.findings
        yield from self.told


def load_rights(settings: Settings, register: Register, lists: Lists) -> Rights:
    """Read the lists of codes and the tables of restrictions and accessions."""
    codes = Codes(settings)
    rules, accessions = load_rules(settings, codes, register, lists), load_accessions(settings, register, lists)
    terms, told = load_terms(settings)
    return Rights(codes, rules, accessions, terms, tuple(told))
