"""What follows from the row of the register that links an account to a category of a selection list."""

from __future__ import annotations

from sma_plugin.bundle.names import ascii_path
from sma_plugin.selection.categories import category_of
from sma_plugin.selection.desk import Desk, Met
from sma_plugin.selection.records import UNDETERMINED, Category, Decision, PackageDecisions, Reference
from sma_plugin.selection.register import Link
from sma_plugin.settings import Settings


def linked(desk: Desk, met: Met, link: Link, key: str = "") -> PackageDecisions:
    """Value, category and series by a row of the register; N while no category is known."""
    category, decision = category_of(desk, met, link, key)
    return PackageDecisions(
        account=met.record,
        value=category.value if category else "N",
        series=_series(desk.settings, category, met.record.series),
        category=category,
        restrictions=(UNDETERMINED,),
        decisions=(decision,),
    )


def undecided(desk: Desk, met: Met) -> PackageDecisions:
    """Value N, on nobody's decision: what was proposed stands open."""
    open_decision = Decision("category", "N", "the account stands in no register; --undecided was given")
    series = _series(desk.settings, None)
    return PackageDecisions(met.record, "N", series, restrictions=(UNDETERMINED,), decisions=(open_decision,))


def _series(settings: Settings, category: Category | None, named: str | None = None) -> Reference:
    """The series as the register calls it, else the social media of the creator."""
    creator = settings.organisation.creator
    code = category.code if category else "nader-te-bepalen"
    identifier = ascii_path(f"serie-{named or f'sociale-media-{creator}'}-{code}".lower().replace("/", "-"))
    return Reference(named or f"Sociale media van {creator}", identifier, settings.archive.name)
