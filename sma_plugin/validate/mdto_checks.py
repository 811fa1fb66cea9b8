"""Whether the MDTO records of a package say what was decided for it (``decisions.json``).

That their appraisal value is the decided one, the account record and the profile's rules tell already.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
from lxml import etree

from sma_plugin.describe.mdto_parts import lists
from sma_plugin.describe.moments import day_of, is_duration
from sma_plugin.describe.xml import MDTO, safe_parser
from sma_plugin.findings import Finding, make
from sma_plugin.package import Package
from sma_plugin.package.files import read_json
from sma_plugin.selection.records import UNDETERMINED, PackageDecisions

_RECORDS = ("dossier", "archiefstuk")
_TITLES = {
    "category": ("de categorie", "the category"),
    "term": ("de bewaartermijn", "the retention term"),
    "hotspots": ("hotspots", "hotspots"),
    "restrictions": ("beperkingen", "restrictions"),
    "events": ("bevriezing en overbrenging", "holds and transfer"),
}
_EVENTS = ("Bevriezing", "Overbrenging", "Uitplaatsing")
Said = dict[str, list[str]]


def check_mdto(package: Package) -> Iterator[Finding]:
    """A finding per matter on which a record differs; what cannot be read has been told."""
    try:
        decided = decided_in(read_json(package.decisions, PackageDecisions))
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
        return
    for name in _RECORDS:
        path = package.mdto / f"{name}.MDTO.xml"
        said = _said(path)
        for matter, told in said.items():
            if told != decided[matter]:
                yield make(
                    "SMA-D007",
                    path=path.relative_to(package.root).as_posix(),
                    item=matter,
                    matter_nl=_TITLES[matter][0],
                    matter_en=_TITLES[matter][1],
                    stated=_shown(told),
                    decided=_shown(decided[matter]),
                )


def decided_in(known: PackageDecisions) -> Said:
    """What decisions say, as MDTO says it."""
    term = known.term if known.value == "V" else None
    position = known.legal_position
    basis = known.category.code if known.category else known.hotspots[0].as_code if known.hotspots else None
    return {
        "category": [basis] if basis else [],
        "term": [part for part in (_length(term.duration), day_of(term.ends)) if part] if term else [],
        "hotspots": [one.name for one in known.hotspots],
        "restrictions": sorted(
            f"{one.code or one.label} {day_of(one.until) or ''}".strip()
            for one in known.restrictions
            if one.label != UNDETERMINED.label
        ),
        "events": sorted(
            ["Bevriezing"] * len(known.holds) + ([lists()["positions"][position.position]] if position else [])
        ),
    }


def _length(duration: str | None) -> str | None:
    return duration if is_duration(duration) else None


def _said(path: Path) -> Said:
    """What a record says; nothing of one that is not there or is no XML."""
    try:
        root = etree.parse(str(path), safe_parser(huge=True)).getroot()
    except (OSError, etree.XMLSyntaxError):
        return {}

    def texts(inside: str) -> list[str]:
        found = root.findall(f"{{{MDTO}}}informatieobject/" + "/".join(f"{{{MDTO}}}{one}" for one in inside.split("/")))
        return [one.text or "" for one in found]

    return {
        "category": texts("informatiecategorie/begripCode"),
        "term": texts("bewaartermijn/termijnLooptijd") + texts("bewaartermijn/termijnEinddatum"),
        "hotspots": texts("classificatie/begripLabel"),
        "restrictions": sorted(_restrictions(root)),
        "events": sorted(one for one in texts("event/eventType/begripLabel") if one in _EVENTS),
    }


def _restrictions(root: etree._Element) -> Iterator[str]:
    """Each restriction by code, else label, with its end; what is yet to be determined decides nothing."""
    for one in root.iter(f"{{{MDTO}}}beperkingGebruik"):
        kind = f"{{{MDTO}}}beperkingGebruikType/{{{MDTO}}}"
        label = one.findtext(f"{kind}begripLabel", "")
        ends = one.findtext(f"{{{MDTO}}}beperkingGebruikTermijn/{{{MDTO}}}termijnEinddatum", "")
        if label != UNDETERMINED.label:
            yield f"{one.findtext(f'{kind}begripCode') or label} {ends}".strip()


def _shown(told: list[str]) -> str:
    return "; ".join(told)[:200] or "-"
