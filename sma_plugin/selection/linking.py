"""What follows from the row of the register that links an account to a category of a selection list."""

from __future__ import annotations

from sma_plugin.bundle.names import ascii_path
from sma_plugin.selection.asking import question_id
from sma_plugin.selection.desk import Desk, Met
from sma_plugin.selection.records import UNDETERMINED, Category, Decision, PackageDecisions, Reference
from sma_plugin.selection.register import Link
from sma_plugin.settings import Settings


def linked(desk: Desk, met: Met, link: Link) -> PackageDecisions:
    """Value, category and series by a row of the register; N, and told, where no list has its category."""
    meant = desk.lists.meant(link.list_name, link.list_version, link.category)
    category = meant[0] if len(meant) == 1 else None
    if category is None:
        code = "SMA-S005" if not link.category else "SMA-S006" if meant else "SMA-S003"
        register, _, row = link.place.rpartition(":")
        desk.tell(code, met, category=link.category or "", register=register, row=row)
    return PackageDecisions(
        account=met.record,
        value=category.value if category else "N",
        series=_series(desk.settings, category, met.record.series),
        category=category,
        restrictions=(UNDETERMINED,),
        decisions=(_decision(desk.settings, met, category, link),),
    )


def undecided(desk: Desk, met: Met) -> PackageDecisions:
    """Value N, on nobody's decision: what was proposed stands open."""
    open_decision = Decision("category", "N", "the account stands in no register; --undecided was given")
    series = _series(desk.settings, None)
    return PackageDecisions(met.record, "N", series, restrictions=(UNDETERMINED,), decisions=(open_decision,))


def _decision(settings: Settings, met: Met, category: Category | None, link: Link) -> Decision:
    """Who linked the account: whoever the standing policy names, else the register itself."""
    policy = settings.policies.get("category")
    code = f"{category.list_name} {category.list_version}, {category.code}" if category else "N"
    return Decision(
        "category",
        code,
        f"linked in the register, {link.place}",
        code,
        policy.role if policy else "accountregister",
        policy.date if policy else settings.stamps.now("time/select"),
        policy.ground if policy else f"register {link.place}",
        question_id("category", met.record.platform, met.record.native_id),
    )


def _series(settings: Settings, category: Category | None, named: str | None = None) -> Reference:
    """The series as the register calls it, else the social media of the creator."""
    creator = settings.organisation.creator
    code = category.code if category else "nader-te-bepalen"
    identifier = ascii_path(f"serie-{named or f'sociale-media-{creator}'}-{code}".lower().replace("/", "-"))
    return Reference(named or f"Sociale media van {creator}", identifier, settings.archive.name)
