"""What the operator chose in the dashboard, as a decision of the role that operators have (``[archivematica]``).

It answers what is asked about an incomplete capture, and nothing else. It is kept as a table in the working area,
which is read together with those of the folder for decisions, so that it is found and checked like any other.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from lxml import etree

from sma_plugin.archivematica.unit import Unit
from sma_plugin.archivematica.workflow.fragment import answer_id, fragment
from sma_plugin.compose.permits import INCOMPLETE
from sma_plugin.describe.xml import safe_parser
from sma_plugin.findings import Finding, make
from sma_plugin.notation import word_in_each
from sma_plugin.package import WorkArea
from sma_plugin.package.files import write_json
from sma_plugin.selection.asking import asked_in
from sma_plugin.selection.decision_table import may_decide, write_decisions
from sma_plugin.selection.subjects import choices
from sma_plugin.settings import Settings
from sma_plugin.texts import text

HOLD, REJECT = "hold", "reject"
PROCESSING = "processingMCP.xml"


def _table(place: WorkArea) -> Path:
    return place.root / "operator" / "dashboard.csv"


def with_choice(place: WorkArea, settings: Settings) -> Settings:
    """Settings with what an operator chose before for this transfer."""
    table = _table(place)
    return msgspec.structs.replace(settings, answered=(str(table),)) if table.is_file() else settings


def unusable(unit: Unit, settings: Settings) -> Finding | None:
    """Why a choice cannot be followed, if it cannot: it is not offered, or the role of operators may not make it."""
    known = choices(INCOMPLETE, settings)
    if unit.decision not in known:
        return make("SMA-A094", value=unit.decision or "", known=", ".join(known))
    role = settings.archivematica.operator_role
    if unit.decision not in (HOLD, REJECT) and role not in may_decide(INCOMPLETE, settings):
        return make("SMA-A092", role=role or "-", known=", ".join(may_decide(INCOMPLETE, settings)) or "-")
    return None


def keep_preset(place: WorkArea, unit: Unit) -> None:
    """Take the processing configuration out of a transfer, with what it chose on record in the working area.

    Archivematica put it there for its question alone: no step may take it for a part of the delivery, and a run that
    is done again has to know who chose. Archivematica includes it again further on in its workflow.
    """
    path = unit.root / PROCESSING
    if path.is_file() and unit.decision and _chose(path, unit.decision):
        write_json(_preset(place), unit.decision)
    path.unlink(missing_ok=True)


def forget_preset(place: WorkArea, unit: Unit) -> None:
    """Take away all that answers beforehand: what is asked next is put to a person."""
    (unit.root / PROCESSING).unlink(missing_ok=True)
    _preset(place).unlink(missing_ok=True)


def was_preset(place: WorkArea) -> bool:
    """Whether a processing configuration made the choice, and nobody was asked."""
    return _preset(place).is_file()


def not_standing(unit: Unit, settings: Settings) -> Finding | None:
    """Why a choice that was made beforehand is not followed: it is no standing policy of the archive."""
    policy = settings.policies.get(INCOMPLETE)
    if policy and policy.choose == unit.decision:
        return None
    return make("SMA-A093", path=PROCESSING, value=unit.decision or "-")


def _preset(place: WorkArea) -> Path:
    return place.root / "operator" / "preset.json"


def _chose(path: Path, decision: str) -> bool:
    """Whether a processing configuration makes this choice at our decision point.

    One that is not plain XML is said to: rather a person is asked again than that it decides.
    """
    try:
        told = etree.parse(path, safe_parser())
    except etree.XMLSyntaxError:
        return True
    wanted = (fragment().ids["decide"], answer_id(decision))
    rows = ((one.findtext("appliesTo"), one.findtext("goToChain")) for one in told.iter("preconfiguredChoice"))
    return told.docinfo.internalDTD is not None or wanted in rows


def keep_choice(place: WorkArea, unit: Unit, settings: Settings) -> Settings:
    """Write down what was chosen on each question about an incomplete capture; gives settings that know of it."""
    language = settings.defaults.language
    filled = {
        "decided": unit.decision or "",
        "role": settings.archivematica.operator_role or "",
        "date": date.today().isoformat(),  # noqa: DTZ011 -- the day as the operator's calendar has it
        "ground": text("transfer_ground", language),
    }
    asked = [one for one in asked_in(place) if one.subject == INCOMPLETE]
    if asked:
        write_decisions(_table(place), [(one, filled) for one in asked], settings, language)
    return with_choice(place, settings)


def by_whom(settings: Settings) -> dict[str, Any]:
    """The role of operators, in words; where they have none of the archive's roles, that they are operators."""
    role = settings.archivematica.operator_role
    return word_in_each("role", "role", role if role in settings.roles else "operator")
