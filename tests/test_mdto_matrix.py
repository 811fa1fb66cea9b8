"""Every combination of what can be decided gives MDTO records that are valid and say just that."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import etree

import describe_cases as cases
import describe_records as known
from describe_records import CATEGORY, NS, PRIVACY
from describe_schemas import errors
from sma_plugin.describe import mdto
from sma_plugin.describe.context import Subject
from sma_plugin.describe.files import FileTable
from sma_plugin.describe.mdto_files import FileRecords
from sma_plugin.describe.mdto_writing import standalone
from sma_plugin.package import Package
from sma_plugin.package.files import read_json_lines
from sma_plugin.package.records import ExcludedRecord, FileRecord
from sma_plugin.selection.records import (
    UNDETERMINED,
    AccessCopy,
    Hold,
    Hotspot,
    LegalPosition,
    PackageDecisions,
    Restriction,
    Term,
)

SCHEMA = "mdto/MDTO-XML1.0.1.xsd"
RESTRICTED: dict[str, tuple[Restriction, ...]] = {
    "nothing decided": (),
    "one ground": (PRIVACY,),
    "two grounds, decided": (
        Restriction("Auteursrecht", "Lijst", "A/1.0", number="2026/7", date="2026-02-01", media=("image", "video")),
        Restriction("Overig", "", trigger="Overlijden betrokkene", trigger_code="T/1.0", duration="P10Y"),
    ),
    "a term of every part": (
        Restriction(
            "Geen beperking", "Lijst", trigger="Creatie", starts="2024-05-02", duration="P75Y", until="2099-05-02"
        ),
    ),
}
HOTSPOT = Hotspot("Wateroverlast", "Hotspotlijst Voorbeeldstad", "2026", "H1", "2024-01-01", "2024-02-01", "besluit 4")
HOLD = Hold("Rechtszaak", "brief 12", "2026-01-05", "2026-09-01", "archivist", "2026-01-06")
POSITIONS = (
    None,
    LegalPosition("outplaced", "Archiefwet 1995", "2026-01-01", "U/1", "archivist"),
    LegalPosition("transferred early", "Archiefwet 1995", "2026"),
    LegalPosition("transferred", "Archiefwet 2021", "2026-03-01", "O/9"),
)
EVENT_OF = {"outplaced": "Uitplaatsing", "transferred early": "Overbrenging", "transferred": "Overbrenging"}
TERM = Term("P5Y", "Sluiting dossier", "2024-05-02", "2029-05-02")
COPY = AccessCopy("6f9619ff-8b86-4d01-b42d-00c04fc964ff", "reading-room", (PRIVACY,))
SCENARIOS = ("A", "B", "C", None)


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    """A package as describe sees it before it writes, with files of every use."""
    root = tmp_path_factory.mktemp("matrix")
    package = cases.make_package(root)
    copied = read_json_lines(package.files, FileRecord)
    spare = msgspec.structs.replace(next(iter(copied)), path="objects/derived/access/posts.jsonl", use="access")
    with FileTable(root / "files.sqlite", (*read_json_lines(package.files, FileRecord), spare)) as files:
        excluded = ExcludedRecord((), "a" * 64)
        yield Subject(
            package,
            cases.CONTEXT,
            known.record(),
            known.decisions(),
            known.assessment(),
            excluded,
            files,
            tuple(package.events("compose", "normalise")),
            "2025-01-03T00:00:00Z",
        )


def decided(
    value: str, restricted: str, hotspots: int, scenario: str | None, position: Any, term: Term | None, holds: int
) -> PackageDecisions:
    base = known.decisions(value, CATEGORY, RESTRICTED[restricted])
    return msgspec.structs.replace(
        base,
        account=msgspec.structs.replace(base.account, scenario=scenario),
        hotspots=(HOTSPOT,) * hotspots,
        holds=(HOLD,) * holds,
        legal_position=position,
        term=term,
    )


def drawn(subject: Subject) -> Iterator[tuple[str, Any]]:
    """Each kind of record as a document by itself: the informatieobjecten, and a Bestand of each use."""
    for one in mdto.records(subject):
        yield one.name, etree.fromstring(b"".join(standalone(one, subject.source)))
    render = FileRecords(subject).render
    for file in {file.use: file for file in subject.files}.values():
        yield f"bestand ({file.use})", etree.fromstring(render(file))


def texts(tree: Any, path: str) -> list[str]:
    return [found.text for found in tree.xpath(path, namespaces=NS)]


def labels(tree: Any, event: str) -> int:
    return texts(tree, "//mdto:event/mdto:eventType/mdto:begripLabel").count(event)


@pytest.mark.parametrize("value", "BVN")
@pytest.mark.parametrize("restricted", RESTRICTED)
@pytest.mark.parametrize("position", POSITIONS, ids=lambda one: one.position if one else "not known")
def test_every_combination_is_valid_and_says_what_was_decided(
    subject: Subject, value: str, restricted: str, position: LegalPosition | None
) -> None:
    combined = product((0, 1), SCENARIOS, (TERM, Term("P1Y"), None), (0, 1), (None, COPY))
    for hotspots, scenario, term, holds, copy in combined:
        known_term = term if value == "V" else None
        decisions = decided(value, restricted, hotspots, scenario, position, known_term, holds)
        for name, tree in drawn(_with(subject, decisions, copy)):
            assert errors(tree, SCHEMA) == [], (name, hotspots, scenario, term, holds)
            if name in ("dossier", "archiefstuk"):
                _says(tree, decisions)
            elif name == "raadpleegkopie":
                _says_of_copy(tree, decisions)


def _with(subject: Subject, decisions: PackageDecisions, copy: AccessCopy | None) -> Subject:
    return Subject(**{**vars_of(subject), "decisions": decisions, "access": copy})


def vars_of(subject: Subject) -> dict[str, Any]:
    return {name: getattr(subject, name) for name in Subject.__dataclass_fields__}


def _says(tree: Any, decisions: PackageDecisions) -> None:
    """Value, category, term, hotspots, restrictions, holds and position, each as often as decided."""
    assert texts(tree, "//mdto:waardering/mdto:begripCode") == [decisions.value]
    assert texts(tree, "//mdto:informatiecategorie/mdto:begripCode") == [CATEGORY.code]
    assert texts(tree, "//mdto:classificatie/mdto:begripLabel") == [one.name for one in decisions.hotspots]
    assert texts(tree, "//mdto:bewaartermijn/mdto:termijnLooptijd") == (
        [decisions.term.duration] if decisions.term else []
    )
    restricted = decisions.restrictions or (UNDETERMINED,)
    assert texts(tree, "//mdto:beperkingGebruikType/mdto:begripLabel") == [one.label for one in restricted]
    assert texts(tree, "//mdto:beperkingGebruikDocumentatie//mdto:identificatieKenmerk") == [
        one.number for one in restricted if one.number
    ]
    ends = [one.until for one in restricted if one.until]
    assert texts(tree, "//mdto:beperkingGebruikTermijn/mdto:termijnEinddatum") == ends
    assert labels(tree, "Bevriezing") == len(decisions.holds)
    position = decisions.legal_position
    for event in set(EVENT_OF.values()):
        assert labels(tree, event) == (position is not None and EVENT_OF[position.position] == event)
    assert texts(tree, "//mdto:betrokkene") == []


def _says_of_copy(tree: Any, decisions: PackageDecisions) -> None:
    assert texts(tree, "//mdto:waardering/mdto:begripCode") == [decisions.value]
    assert texts(tree, "//mdto:beperkingGebruikType/mdto:begripLabel") == [PRIVACY.label]
    relation = "//mdto:gerelateerdInformatieobjectTypeRelatie/mdto:begripLabel"
    assert texts(tree, relation) == ["Is een versie van"]
    assert "de studiezaal" in texts(tree, "//mdto:omschrijving")[0]
    assert len(texts(tree, "//mdto:heeftRepresentatie/mdto:verwijzingNaam")) == 1


def test_the_series_is_the_same_whatever_its_packages_hold(subject: Subject) -> None:
    """Byte for byte: an account, a period, a hotspot, a hold, an access copy change nothing in it."""
    several = set()
    for value, restricted, position in product("BV", RESTRICTED, POSITIONS):
        decisions = decided(value, restricted, int(value == "B"), "C", position, TERM if value == "V" else None, 1)
        other = msgspec.structs.replace(
            decisions, account=msgspec.structs.replace(decisions.account, native_id=restricted, process="Anders")
        )
        series = next(mdto.records(_with(subject, other, COPY)))
        several.add(b"".join(standalone(series, subject.source)))
    assert len(several) == 1
    assert b"20.1.2" in several.pop()


@pytest.mark.parametrize("code", ["H1", None])
def test_without_a_category_the_hotspot_is_the_category(subject: Subject, code: str | None) -> None:
    spot = msgspec.structs.replace(HOTSPOT, code=code)
    decisions = msgspec.structs.replace(known.decisions(), value="B", term=None, category=None, hotspots=(spot,))
    records = dict(drawn(_with(subject, decisions, None)))
    for name in ("dossier", "archiefstuk"):
        assert texts(records[name], "//mdto:informatiecategorie/mdto:begripCode") == [code or HOTSPOT.name]
        assert texts(records[name], "//mdto:informatiecategorie//mdto:verwijzingNaam") == [
            "Hotspotlijst Voorbeeldstad 2026"
        ]
    assert texts(records["serie"], "//mdto:waardering/mdto:begripCode") == ["N"]


def test_the_copy_and_what_it_was_made_of_name_each_other(subject: Subject) -> None:
    records = dict(drawn(_with(subject, known.decisions(), COPY)))
    kenmerk = "mdto:verwijzingIdentificatie/mdto:identificatieKenmerk"
    item, copy = records["archiefstuk"], records["raadpleegkopie"]
    own = "/mdto:MDTO/*/mdto:identificatie/mdto:identificatieKenmerk"
    assert texts(item, f"//mdto:gerelateerdInformatieobjectVerwijzing/{kenmerk}") == texts(copy, own)
    assert texts(copy, f"//mdto:gerelateerdInformatieobjectVerwijzing/{kenmerk}") == texts(item, own)
    assert texts(records["dossier"], f"//mdto:bevatOnderdeel/{kenmerk}") == texts(item, own) + texts(copy, own)
    assert texts(records["bestand (access)"], f"//mdto:isRepresentatieVan/{kenmerk}") == texts(copy, own)
    assert texts(records["bestand (original)"], f"//mdto:isRepresentatieVan/{kenmerk}") == texts(item, own)
    assert "posts.jsonl" not in texts(item, "//mdto:heeftRepresentatie/mdto:verwijzingNaam")


def test_a_package_with_an_access_copy_on_record_describes_it(tmp_path: Path) -> None:
    package = cases.make_package(tmp_path)
    package.access_record.write_bytes(msgspec.json.encode(COPY))
    assert cases.describe_package(package, cases.CONTEXT, cases.read_lines) == []
    _described(package, present=True)
    package.access_record.unlink()
    assert cases.describe_package(package, cases.CONTEXT, cases.read_lines) == []
    _described(package, present=False)


def _described(package: Package, *, present: bool) -> None:
    assert (package.mdto / "raadpleegkopie.MDTO.xml").is_file() is present
    rows = (package.metadata / "source-metadata.csv").read_text(encoding="utf-8")
    assert ("mdto/raadpleegkopie.MDTO.xml" in rows) is present
    assert bool(cases.find(cases.mets_of(package), "//mets:dmdSec[@ID='dmd-raadpleegkopie']")) is present


def test_the_account_has_its_number_and_its_address(subject: Subject) -> None:
    def identified(**account: Any) -> list[tuple[str, str]]:
        base = known.decisions()
        changed = msgspec.structs.replace(base, account=msgspec.structs.replace(base.account, **account))
        tree = dict(drawn(_with(subject, changed, None)))["dossier"]
        own = "/mdto:MDTO/*/mdto:identificatie/mdto:"
        return list(zip(texts(tree, f"{own}identificatieKenmerk"), texts(tree, f"{own}identificatieBron"), strict=True))

    address = "https://social.example/@voorbeeldstad"
    assert identified() == [("1", "Mastodon"), (address, "Webadres")]
    assert identified(native_id=address) == [(address, "Mastodon")]
    assert identified(native_id="name:voorbeeldstad") == [(address, "Webadres")]
    assert identified(native_id="name:voorbeeldstad", url=None) == [("voorbeeldstad", "Mastodon")]


def test_a_closed_account_is_found_online_no_more(subject: Subject) -> None:
    base = known.decisions()
    closed = msgspec.structs.replace(base, account=msgspec.structs.replace(base.account, status="closed"))
    assert texts(dict(drawn(_with(subject, base, None)))["dossier"], "//mdto:raadpleeglocatieOnline")
    assert texts(dict(drawn(_with(subject, closed, None)))["dossier"], "//mdto:raadpleeglocatie") == []
