"""The receipt of a stored package: what came where, and what of it was found again. JSON, and a page to read."""

from __future__ import annotations

from functools import partial

import msgspec

from sma_plugin import __version__, notation
from sma_plugin.archivematica.reconciling import Reconciled
from sma_plugin.describe.pages import template
from sma_plugin.findings import Finding, Language, remedy, worst
from sma_plugin.findings import text as finding_text
from sma_plugin.model import AccountRef
from sma_plugin.texts import text


class Receipt(msgspec.Struct, frozen=True, omit_defaults=True):
    """``<name>.receipt.json``. ``mets_sha256`` is that of the AIP's METS, which lies beside the receipt."""

    package: str
    package_id: str
    name: str
    platform: str
    account: AccountRef
    period: tuple[str | None, str | None]
    dashboard: str
    storage_service: str
    aip: str
    status: str
    path: str
    size: int
    made: str
    mets_sha256: str
    reconciled: Reconciled | None = None
    """``None`` when the AIP's METS cannot be read."""
    findings: tuple[Finding, ...] = ()
    """What is wrong, and what was not reconciled."""
    location: str | None = None
    stored: str | None = None
    transfer: str | None = None
    type: str | None = None
    processing: str | None = None
    accession: str | None = None
    asked: str | None = None
    archivematica: str | None = None
    """The version of Archivematica."""
    software: str = __version__
    schema: int = 1

    @property
    def is_whole(self) -> bool:
        """Whether everything was found again."""
        tallies = (self.reconciled.files, self.reconciled.events, self.reconciled.records) if self.reconciled else ()
        return bool(tallies) and all(one.is_whole for one in tallies)

    @property
    def is_sound(self) -> bool:
        """Whether everything was found again and nothing is wrong with it."""
        return self.is_whole and worst(self.findings) != "error"


def receipt_page(receipt: Receipt, language: Language) -> bytes:
    """The receipt as a page that loads nothing from outside."""
    shown = {
        one.__name__: partial(one, language=language)
        for one in (notation.moment, notation.number, notation.period, notation.size, notation.word)
    }
    page = template(__package__, "receipt.html").render(
        language=language,
        receipt=receipt,
        say=lambda name, **params: text(name, language, **params),
        told=partial(finding_text, language=language),
        remedy=partial(remedy, language=language),
        platform=notation.platform,
        **shown,
    )
    return page.encode()
