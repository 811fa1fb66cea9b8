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
        series=_series(desk.settings, met, category),
        category=category,
        restrictions=(UNDETERMINED,),
        decisions=(decision,),
    )


def undecided(desk: Desk, met: Met) -> PackageDecisions:
    """Value N, on nobody's decision: what was proposed stands open."""
    open_decision = Decision("category", "N", "the account stands in no register; --undecided was given")
    series = _series(desk.settings, met, None)
    return PackageDecisions(met.record, "N", series, restrictions=(UNDETERMINED,), decisions=(open_decision,))


def _series(settings: Settings, met: Met, category: Category | None) -> Reference:
    """The series as the register calls it, else the social media of the creator: under one category of one list."""
    creator = met.record.creator.name if met.record.creator else settings.organisation.creator
    named = met.record.series
    listed = (category.list_name, category.list_version, category.code) if category else ("nader-te-bepalen",)
    identifier = "-".join(("serie", *((named,) if named else ()), "sociale-media", creator, *listed)).lower()
    name = named or f"Sociale media van {creator}"
    return Reference(name, ascii_path(identifier.replace("/", "-")), settings.archive.name)
