"""Copies without keys and cookies: a representation of their own, and the originals restricted by themselves."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import etree

from conversations import CONFIG, home
from planting_web import MARK, PLATFORMS, marks_in
from sma_plugin.ingest import ingest
from sma_plugin.package import Package
from sma_plugin.package.files import read_json
from sma_plugin.privacy import masked_block
from sma_plugin.reporting import Quiet
from sma_plugin.selection.records import MaskedCopy
from sma_plugin.settings import load
from sma_plugin.validate.mdto_checks import check_mdto
from sma_plugin.validate.step import validate_path
from test_masked_warc import film, request, response
from warc_builders import members, wacz, warcinfo

X = PLATFORMS["x"].public
NS = {
    "mets": "http://www.loc.gov/METS/", "premis": "http://www.loc.gov/premis/v3",
    "mdto": "https://www.nationaalarchief.nl/mdto", "xlink": "http://www.w3.org/1999/xlink",
}  # fmt: skip
CODE = "Openbaarheid/AW1995/BeperktOpenbaar-Benadeling/1.0"


def packaged(
    folder: Path, files: dict[str, bytes], *, mask: bool = True, config: str = "", sound: bool = True
) -> Package:
    place = home(folder)
    inside = folder / "in"
    inside.mkdir()
    for name, data in files.items():
        (inside / name).parent.mkdir(parents=True, exist_ok=True)
        (inside / name).write_bytes(data)
    (inside / "capture.toml").write_text('platform = "x"\naccount = { native_id = "7" }\n')
    place.config.write_text(CONFIG.replace('decides = ["keys"', 'decides = ["restriction", "keys"') + config)
    settings = load(place.config)
    defaults = msgspec.structs.replace(settings.defaults, mask_secrets=mask)
    settings = msgspec.structs.replace(settings, undecided=True, defaults=defaults)
    (made,) = ingest([inside], place.out, settings, Quiet()).packages
    if sound:
        assert [one.code for one in validate_path(made.path) if one.severity == "error"] == []
    return Package(made.path)


WEB = members(warcinfo(), response(f"Set-Cookie: guest_id={MARK}", body=X.data), request(cookie="x"))


def kept(package: Package) -> str:
    (found,) = (one for one in package.captures.rglob("web.*"))
    return found.relative_to(package.root).as_posix()


def copied(package: Package) -> str:
    (found,) = package.masked.iterdir()
    return found.relative_to(package.root).as_posix()


def texts(root: Any, path: str) -> list[str]:
    return [str(one) for one in root.xpath(path, namespaces=NS)]


def mdto(package: Package, name: str) -> Any:
    return etree.parse(str(package.mdto / f"{name}.MDTO.xml"))


def rights(package: Package, path: str) -> list[dict[str, str]]:
    with (package.metadata / "rights.csv").open(newline="", encoding="utf-8") as stream:
        return [row for row in csv.DictReader(stream) if row["file"] == path]


def statements(package: Package) -> dict[str, set[str]]:
    """What each rights statement of the METS says, and the objects that it is about."""
    mets = etree.parse(str(package.mets))
    return {
        "; ".join(texts(one, ".//premis:restriction/text() | .//premis:statuteCitation/text()")): set(
            texts(one, "premis:linkingObjectIdentifier/premis:linkingObjectIdentifierValue/text()")
        )
        for one in mets.xpath("//premis:rightsStatement", namespaces=NS)
    }


def uuid_of(package: Package, path: str) -> str:
    mets = etree.parse(str(package.mets))
    (found,) = mets.xpath("//mets:file[mets:FLocat/@xlink:href=$path]/@ID", namespaces=NS, path=path)
    return str(found).removeprefix("file-")


@pytest.mark.parametrize("form", ["warc", "wacz"])
def test_a_package_gets_a_copy_beside_the_original(form: str, tmp_path: Path) -> None:
    files = {"web.warc.gz": WEB} if form == "warc" else {"web.wacz": wacz(WEB)}
    package = packaged(tmp_path, files)
    copy = package.root / copied(package)
    assert MARK.encode() not in copy.read_bytes()
    if form == "warc":
        assert MARK.encode() in gzip.decompress((package.root / kept(package)).read_bytes())
    events = [json.loads(line) for line in package.all_events.read_bytes().splitlines()]
    (told,) = (one for one in events if one["type"] == "redaction" and "web archive" in one["detail"])
    assert told["objects"] == [kept(package), copied(package), "representation:masked"]
    assert copied(package) in (package.metadata / "checksum.sha256").read_text()
    assert marks_in(package.metadata) == []


@pytest.mark.parametrize("name", ["web.WARC.GZ", "web.bin"])
def test_a_web_archive_is_known_by_what_is_in_it(name: str, tmp_path: Path) -> None:
    package = packaged(tmp_path, {name: WEB})
    (copy,) = package.masked.iterdir()
    assert MARK.encode() not in copy.read_bytes()
    assert {row["grant_restriction"] for row in rights(package, kept(package))} >= {"Disallow"}


def test_without_the_option_or_without_keys_there_is_no_copy(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    clean = members(warcinfo(), response(body=X.data))
    for package in (
        packaged(tmp_path / "a", {"web.warc.gz": WEB}, mask=False),
        packaged(tmp_path / "b", {"web.warc.gz": clean}),
    ):
        assert not package.masked.exists()
        assert not package.masked_record.exists()
        assert not (package.mdto / "kopie-zonder-sleutels.MDTO.xml").exists()
        assert {row["grant_restriction"] for row in rights(package, kept(package))} == {"Conditional"}


# --- a representation of its own -------------------------------------------------------------------------------------


def test_copies_are_a_representation_made_of_the_capture_by_the_event(tmp_path: Path) -> None:
    package = packaged(tmp_path, {"web.warc.gz": WEB})
    mets = etree.parse(str(package.mets))
    copy, source = uuid_of(package, copied(package)), uuid_of(package, kept(package))
    groups = "//mets:fileGrp[mets:file/@ID=$id]"
    (group,) = mets.xpath(groups, namespaces=NS, id=f"file-{copy}")
    assert dict(group.attrib) == {"ID": "grp-masked", "USE": "masked", "ADMID": "amd-rep-masked"}
    (normalised,) = mets.xpath("//mets:fileGrp[@USE='preservation']", namespaces=NS)
    assert all("normalised" in one for one in texts(normalised, "mets:file/mets:FLocat/@xlink:href"))
    (made,) = mets.xpath("//mets:amdSec[@ID='amd-rep-masked']//premis:object", namespaces=NS)
    (uuid,) = texts(made, "premis:objectIdentifier/premis:objectIdentifierValue/text()")
    assert tied(made) == {"represents": [entity(mets)], "includes": [copy], "has Source": captures(mets)}
    (file,) = mets.xpath(f"//mets:amdSec[@ID='amd-file-{copy}']//premis:object", namespaces=NS)
    assert tied(file) == {"is Included In": [uuid], "has Source": [source]}
    (event,) = (
        one
        for one in mets.xpath("//premis:event[premis:eventType='redaction']", namespaces=NS)
        if "web archive" in one.xpath("string(.//premis:eventDetail)", namespaces=NS)
    )
    roles = {
        one.xpath("string(premis:linkingObjectIdentifierValue)", namespaces=NS): one.xpath(
            "string(premis:linkingObjectRole)", namespaces=NS
        )
        for one in event.xpath("premis:linkingObjectIdentifier", namespaces=NS)
    }
    assert roles == {source: "source", copy: "outcome", uuid: "outcome"}


def tied(made: Any) -> dict[str, list[str]]:
    return {
        one.xpath("string(premis:relationshipSubType)", namespaces=NS): texts(
            one, "premis:relatedObjectIdentifier/premis:relatedObjectIdentifierValue/text()"
        )
        for one in made.xpath("premis:relationship", namespaces=NS)
    }


def entity(mets: Any) -> str:
    path = "//mets:techMD[@ID='tech-package']//premis:objectIdentifierValue/text()"
    return texts(mets, path)[0]


def captures(mets: Any) -> list[str]:
    path = "//premis:object[premis:significantProperties/premis:significantPropertiesType='context:techniek']"
    return texts(mets, f"{path}/premis:objectIdentifier/premis:objectIdentifierValue/text()")


def test_only_the_capture_that_had_keys_is_the_source(tmp_path: Path) -> None:
    clean = members(warcinfo(), response(body=X.data))
    package = packaged(tmp_path, {"a/web.warc.gz": WEB, "b/schoon.warc.gz": clean})
    record = read_json(package.masked_record, MaskedCopy)
    assert [(one.source, one.path) for one in record.files] == [(kept(package), copied(package))]
    (made,) = etree.parse(str(package.mets)).xpath("//mets:amdSec[@ID='amd-rep-masked']//premis:object", namespaces=NS)
    assert len(tied(made)["has Source"]) == 1


def test_copies_are_an_archiefstuk_of_their_own(tmp_path: Path) -> None:
    package = packaged(tmp_path, {"web.warc.gz": WEB})
    item, copy = mdto(package, "archiefstuk"), mdto(package, "kopie-zonder-sleutels")
    shown = "//mdto:heeftRepresentatie/mdto:verwijzingNaam/text()"
    assert texts(copy, shown) == [Path(copied(package)).name]
    assert Path(copied(package)).name not in texts(item, shown)
    relation = "//mdto:gerelateerdInformatieobjectTypeRelatie/mdto:begripLabel/text()"
    assert texts(copy, relation) == ["Is een versie van"]
    assert texts(item, relation).count("Heeft Versie") == 2  # the copy for access too
    (identifier,) = texts(copy, "//mdto:informatieobject/mdto:identificatie/mdto:identificatieKenmerk/text()")
    held = texts(mdto(package, "dossier"), "//mdto:bevatOnderdeel//mdto:identificatieKenmerk/text()")
    assert identifier in held
    file = f"//mets:dmdSec[@ID='dmd-file-{uuid_of(package, copied(package))}']"
    mets = etree.parse(str(package.mets))
    assert texts(mets, f"{file}//mdto:isRepresentatieVan//mdto:identificatieKenmerk/text()") == [identifier]
    changed = "//mdto:event[mdto:eventType/mdto:begripLabel='Wijziging']"
    assert len(copy.xpath(changed, namespaces=NS)) == 1
    rows = (package.metadata / "source-metadata.csv").read_text().splitlines()
    assert "objects,mdto/kopie-zonder-sleutels.MDTO.xml,MDTO-MASKED" in rows


def test_archivematica_is_told_of_the_event_on_the_one_copy(tmp_path: Path) -> None:
    package = packaged(
        tmp_path,
        {
            "web.warc.gz": WEB,
            "meer.warc.gz": members(warcinfo(), response(f"Set-Cookie: a={MARK}", body=X.data, number=8)),
        },
    )
    premis = etree.parse(str(package.metadata / "premis.xml"))
    copies = {one.relative_to(package.root).as_posix() for one in package.masked.iterdir()}
    assert len(copies) == 2
    names = {
        texts(one, "premis:objectIdentifier/premis:objectIdentifierValue/text()")[0]: texts(
            one, "premis:originalName/text()"
        )[0]
        for one in premis.xpath("//premis:object", namespaces=NS)
    }
    told = [
        [
            names[uuid]
            for uuid in texts(one, "premis:linkingObjectIdentifier/premis:linkingObjectIdentifierValue/text()")
        ]
        for one in premis.xpath("//premis:event[premis:eventType='redaction']", namespaces=NS)
        if "web archive" in one.xpath("string(.//premis:eventDetail)", namespaces=NS)
    ]
    assert sorted(told) == [[one] for one in sorted(copies)]


# --- the originals ---------------------------------------------------------------------------------------------------


def test_files_with_keys_are_restricted_by_themselves_until_somebody_decides(tmp_path: Path) -> None:
    package = packaged(tmp_path, {"web.warc.gz": WEB})
    said = "//mdto:beperkingGebruik[contains(mdto:beperkingGebruikNadereBeschrijving, 'sleutels')]"
    for name in ("archiefstuk", "dossier"):
        (found,) = mdto(package, name).xpath(said, namespaces=NS)
        assert texts(found, "mdto:beperkingGebruikType/mdto:begripLabel/text()") == ["Nader te bepalen"]
        (told,) = texts(found, "mdto:beperkingGebruikNadereBeschrijving/text()")
        assert told.startswith("web.warc.gz: Niet uit te geven")
        assert CODE in told
        assert "Archiefwet 1995, artikel 15, eerste lid, onder c" in told
        assert not found.xpath("mdto:beperkingGebruikTermijn", namespaces=NS)
    for name in ("kopie-zonder-sleutels", "raadpleegkopie", "serie"):
        assert not mdto(package, name).xpath(said, namespaces=NS)
    (about,) = (objects for told, objects in statements(package).items() if "artikel 32" in told)
    assert about == {uuid_of(package, kept(package))}
    (row,) = (one for one in rights(package, kept(package)) if one["basis"] == "Statute")
    assert (row["grant_restriction"], row["grant_end_date"]) == ("Disallow", "open")
    assert "artikel 15, eerste lid, onder c" in row["citation"]
    assert {one["grant_restriction"] for one in rights(package, copied(package))} == {"Conditional"}
    assert list(check_mdto(package)) == []


def decided(folder: Path, code: str = CODE, files: dict[str, bytes] | None = None) -> Package:
    row = f"{code};sleutels;2026/9;1-2-2026;archivist;2040-01-01"
    (folder / "beperkingen.csv").write_text(
        f"beperking;soorten media;besluitnummer;besluitdatum;rol;tot\n{row}\n", encoding="utf-8"
    )
    (folder / "codes.csv").write_text(
        f'begripCode;begripLabel;definitie\n{CODE};"beperkt openbaar; benadeling";x\n', encoding="utf-8"
    )
    config = 'restrictions = ["beperkingen.csv"]\nrestriction_codes = ["codes.csv"]\n'
    return packaged(folder, files or {"web.warc.gz": WEB}, config=config)


def test_a_role_decides_on_files_with_keys_in_the_table_of_restrictions(tmp_path: Path) -> None:
    package = decided(tmp_path)
    code = "//mdto:beperkingGebruikType/mdto:begripCode/text()"
    end = "//mdto:beperkingGebruikTermijn/mdto:termijnEinddatum/text()"
    for name in ("archiefstuk", "dossier"):
        assert (texts(mdto(package, name), code), texts(mdto(package, name), end)) == ([CODE], ["2040-01-01"])
        assert not [one for one in texts(mdto(package, name), "//text()") if "Niet uit te geven" in one]
    assert texts(mdto(package, "kopie-zonder-sleutels"), code) == []
    about = statements(package)
    assert about["Archiefwet 1995; beperkt openbaar; benadeling"] == {uuid_of(package, kept(package))}
    ends = {row["basis"]: row["grant_end_date"] for row in rights(package, kept(package))}
    assert ends == {"Statute": "2040-01-01", "Other": "open"}
    assert list(check_mdto(package)) == []


def test_a_decision_on_files_with_keys_says_nothing_where_there_are_none(tmp_path: Path) -> None:
    package = decided(tmp_path, files={"web.warc.gz": members(warcinfo(), response(body=X.data))})
    assert CODE not in (package.mdto / "archiefstuk.MDTO.xml").read_text()
    assert not [told for told in statements(package) if "benadeling" in told]
    assert {row["grant_restriction"] for row in rights(package, kept(package))} == {"Conditional"}


@pytest.mark.parametrize(
    ("path", "was", "now", "items"),
    [
        ("metadata/mdto/archiefstuk.MDTO.xml", "Niet uit te geven", "Uit te geven", ["keys"]),
        ("metadata/mdto/dossier.MDTO.xml", "met sleutels en cookies", "", ["keys"]),
        ("metadata/rights.csv", ",Disallow,", ",Allow,", ["keys"]),
        ("metadata/mdto/kopie-zonder-sleutels.MDTO.xml", "Nader te bepalen", "Openbaar", ["restrictions"]),
        ("metadata/mdto/archiefstuk.MDTO.xml", "cookies of", "cookies  of", ["keys"]),
    ],
)
def test_a_record_that_no_longer_says_so_is_found(
    path: str, was: str, now: str, items: list[str], tmp_path: Path
) -> None:
    package = packaged(tmp_path, {"web.warc.gz": WEB})
    text = (package.root / path).read_text(encoding="utf-8")
    assert was in text
    (package.root / path).write_text(text.replace(was, now), encoding="utf-8")
    found = list(check_mdto(package))
    assert [(one.code, one.places[0].path, one.places[0].item) for one in found] == [
        ("SMA-D007", path, item) for item in items
    ]


# --- what was not looked through -------------------------------------------------------------------------------------


def test_the_event_and_a_finding_say_what_was_not_looked_through_and_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(masked_block, "LARGEST", 4000)
    big = response(body=b'{"a": "%s"}' % (b"b" * 5000), number=8)
    parts = (warcinfo(), response(f"Set-Cookie: guest_id={MARK}", body=X.data), film(), big)
    package = packaged(tmp_path, {"web.warc": b"".join(parts)})
    at = [sum(map(len, parts[:number])) for number in (2, 3)]
    events = [json.loads(line) for line in package.all_events.read_bytes().splitlines()]
    (event,) = (one for one in events if "representation:masked" in one["objects"])
    assert f"1 bodies not looked through (no text), in the records at byte {at[0]}" in event["note"]
    assert f"1 bodies not looked through (too large), in the records at byte {at[1]}" in event["note"]
    told = {one["code"]: one.get("places") for one in json.loads(package.all_findings.read_bytes())}
    assert told["SMA-P036"] == [{"path": kept(package), "offset": at[0]}]
    assert told["SMA-P035"] == [{"path": kept(package), "offset": at[1]}]


def test_a_file_that_no_copy_could_be_made_of_is_restricted_too(tmp_path: Path) -> None:
    whole = b"".join((warcinfo(), response(f"Set-Cookie: guest_id={MARK}", body=X.data)))
    package = packaged(tmp_path, {"web.warc": whole + b"rommel"}, sound=False)
    assert not package.masked.exists()
    assert [one.path for one in read_json(package.masked_record, MaskedCopy).files] == [None]
    assert [row["grant_restriction"] for row in rights(package, kept(package))] == ["Conditional", "Disallow"]
    assert not (package.mdto / "kopie-zonder-sleutels.MDTO.xml").exists()
