"""Whether the MDTO records of a package say what was decided for it (``decisions.json``).

That their appraisal value is the decided one, the account record and the profile's rules tell already.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import msgspec
from lxml import etree

from sma_plugin.describe.mdto import MASKED_RECORD
from sma_plugin.describe.mdto_parts import explained, lists
from sma_plugin.describe.media_rights import naming_files
from sma_plugin.describe.moments import day_of, is_duration
from sma_plugin.describe.xml import MDTO, safe_parser
from sma_plugin.findings import Finding, make
from sma_plugin.package import Package
from sma_plugin.package.files import read_json
from sma_plugin.selection.records import KEYS, UNDETERMINED, MaskedCopy, PackageDecisions

_RECORDS = ("dossier", "archiefstuk")
_TITLES = {
    "category": ("de categorie", "the category"),
    "term": ("de bewaartermijn", "the retention term"),
    "hotspots": ("hotspots", "hotspots"),
    "restrictions": ("beperkingen", "restrictions"),
    "keys": ("bestanden met sleutels erin", "files with keys in them"),
    "events": ("bevriezing en overbrenging", "holds and transfer"),
}
_EVENTS = ("Bevriezing", "Overbrenging", "Uitplaatsing")
Said = dict[str, list[str]]


def check_mdto(package: Package) -> Iterator[Finding]:
    """A finding per matter on which a record differs; what cannot be read has been told."""
    try:
        known = read_json(package.decisions, PackageDecisions)
        there = package.masked_record.is_file()
        masked = read_json(package.masked_record, MaskedCopy) if there else None
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
        return
    decided = decided_in(known, masked)
    for name in _RECORDS:
        yield from _apart(package, package.mdto / f"{name}.MDTO.xml", decided)
    if masked and masked.copies:
        yield from _apart(package, package.mdto / f"{MASKED_RECORD}.MDTO.xml", decided_in(known))
    if masked and decided["keys"]:
        yield from _given_out(package, masked)


def _apart(package: Package, path: Path, decided: Said) -> Iterator[Finding]:
    """On what a record says other than was decided."""
    for matter, told in _said(path).items():
        if told != decided[matter]:
            yield _differs(package, path, matter, _shown(told), _shown(decided[matter]))


def _given_out(package: Package, masked: MaskedCopy) -> Iterator[Finding]:
    """Whether Archivematica is told, of every file with keys in it, that it is not to be given out."""
    path = package.metadata / "rights.csv"
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            kept = {
                row["file"] for row in csv.DictReader(stream) if row["grant_restriction"] == masked.restriction.grant
            }
    except (OSError, ValueError, csv.Error, KeyError):
        return  # told by what checks the import files
    if open_files := sorted(masked.with_keys - kept):
        yield _differs(package, path, "keys", _shown(open_files), masked.restriction.grant)


def _differs(package: Package, path: Path, matter: str, stated: str, decided: str) -> Finding:
    nl, en = _TITLES[matter]
    place = path.relative_to(package.root).as_posix()
    return make("SMA-D007", path=place, item=matter, matter_nl=nl, matter_en=en, stated=stated, decided=decided)


def decided_in(known: PackageDecisions, masked: MaskedCopy | None = None) -> Said:
    """What decisions say, as MDTO says it."""
    held = bool(masked and masked.files)
    settled = any(KEYS in one.media for one in known.restrictions)
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
            if one.label != UNDETERMINED.label and (held or one.media != (KEYS,))
        ),
        "keys": [explained(naming_files(masked.restriction, masked)) or ""] if masked and held and not settled else [],
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
        "keys": list(_open_keys(root)),
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


def _open_keys(root: etree._Element) -> Iterator[str]:
    """What is said of files with keys in them, while that is yet to be determined."""
    for one in root.iter(f"{{{MDTO}}}beperkingGebruik"):
        label = one.findtext(f"{{{MDTO}}}beperkingGebruikType/{{{MDTO}}}begripLabel", "")
        said = one.findtext(f"{{{MDTO}}}beperkingGebruikNadereBeschrijving", "")
        if label == UNDETERMINED.label and lists()["media"][KEYS] in said:
            yield said


def _shown(told: list[str]) -> str:
    return "; ".join(told)[:200] or "-"
