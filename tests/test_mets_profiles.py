"""The data files of the METS profile: each rule is broken by faults of its own only, our schemas by theirs."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from making import mastodon, zipped
from sma_plugin.namespaces import ACCOUNT, CHARACTERISTICS, PROFILE
from sma_plugin.package import WorkArea
from sma_plugin.pipeline import prepare, run
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from sma_plugin.validate.mets_stream import read_mets
from sma_plugin.validate.profile import rules

PROFILES = Path(__file__).parent.parent / "mets_profiles"
STEPS = ("receive", "read", "history", "assess", "select", "compose", "normalise", "describe")
NS = {
    "mets": "http://www.loc.gov/METS/",
    "premis": "http://www.loc.gov/premis/v3",
    "mdto": "https://www.nationaalarchief.nl/mdto",
    "sma": ACCOUNT,
    "smac": CHARACTERISTICS,
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "sch": "http://purl.oclc.org/dsdl/schematron",
    "svrl": "http://purl.oclc.org/dsdl/svrl",
    "profile": "http://www.loc.gov/METS_Profile/v2",
}
SERIE = "/mets:mets/mets:dmdSec[@ID='dmd-serie']//mdto:informatieobject"
DOSSIER = "//mets:dmdSec[@ID='dmd-dossier']//mdto:informatieobject"
OBJECT = "mets:techMD/mets:mdWrap/mets:xmlData/premis:object"
REPRESENTATION = f"/mets:mets/mets:amdSec[@ID='amd-rep-01-mastodon-platform-export']/{OBJECT}"
EVENT = "/mets:mets/mets:amdSec[@ID='amd-package']/mets:digiprovMD[.//premis:event[{}]]"

Tree = etree._Element
Change = Callable[[Tree], None]


def found(tree: Tree, path: str) -> list[Tree]:
    """The elements at a path; at least one, or the fault would not be a fault."""
    nodes = tree.xpath(path, namespaces=NS)
    assert nodes, f"nothing at {path}"
    return nodes


def removed(path: str) -> Change:
    def change(tree: Tree) -> None:
        for node in found(tree, path):
            node.getparent().remove(node)

    return change


def twice(path: str) -> Change:
    def change(tree: Tree) -> None:
        node = found(tree, path)[0]
        node.addnext(copy.deepcopy(node))

    return change


def attribute(path: str, name: str, value: str | None) -> Change:
    """An attribute of everything at a path gets a value, or goes."""

    def change(tree: Tree) -> None:
        for node in found(tree, path):
            if value is None:
                del node.attrib[name]
            else:
                node.set(name, value)

    return change


def text(path: str, value: str) -> Change:
    """The text of everything at a path."""

    def change(tree: Tree) -> None:
        for node in found(tree, path):
            node.text = value

    return change


def added(path: str, xml: str) -> Change:
    """Something more in everything at a path."""

    def change(tree: Tree) -> None:
        declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NS.items())
        for node in found(tree, path):
            node.append(etree.fromstring(f"<x {declared}>{xml}</x>")[0])

    return change


def together(*changes: Change) -> Change:
    def change(tree: Tree) -> None:
        for one in changes:
            one(tree)

    return change


CODE = "//mdto:waardering/mdto:begripCode"
VALUE = "//sma:appraisal/sma:value"
RECORD = "//mdto:informatieobject"
CATEGORY = (
    "<mdto:informatiecategorie><mdto:begripLabel>Voorlichting</mdto:begripLabel>{}"
    "<mdto:begripBegrippenlijst><mdto:verwijzingNaam>{}</mdto:verwijzingNaam></mdto:begripBegrippenlijst>"
    "</mdto:informatiecategorie>"
)
NUMBER = "<mdto:begripCode>1.1</mdto:begripCode>"
CATEGORISED = added(RECORD, CATEGORY.format(NUMBER, "Selectielijst Voorbeeldstad"))
TERM = "<mdto:bewaartermijn><mdto:termijnLooptijd>P5Y</mdto:termijnLooptijd></mdto:bewaartermijn>"
RESTRICTION = f"{SERIE}/mdto:beperkingGebruik"
OTHERWISE = text(f"{RESTRICTION}/mdto:beperkingGebruikType/mdto:begripLabel", "Overig")
DECISION = "/mets:mets/mets:dmdSec//sma:appraisal/sma:decision"
SCENARIO = "<sma:scenario>C</sma:scenario>"
GROUP = "/mets:mets/mets:structMap"
POST = f"{GROUP}[@TYPE='logical']//mets:div[@TYPE='post']"
REPLY = f"{GROUP}[@TYPE='logical']//mets:div[@TYPE='reply']"
FILE = "/mets:mets/mets:fileSec//mets:file"
CREATION = EVENT.format("premis:eventType='capture' or premis:eventType='creation'")
APPRAISAL = EVENT.format("premis:eventType='appraisal'")
TRANSFER = EVENT.format("premis:eventType='transfer'")
TECHNIQUE = f"{REPRESENTATION}/premis:significantProperties[*[1] = 'context:techniek']"
DERIVED = "<premis:relationship><premis:relationshipType>derivation</premis:relationshipType></premis:relationship>"
TYPE = f"{{{NS['xsi']}}}type"


def without_category(category: str) -> Change:
    return removed(f"{REPRESENTATION}/premis:significantProperties[starts-with(*[1], '{category}')]")


def valued(value: str) -> Change:
    return together(text(CODE, value), text(VALUE, value))


def levelled(level: str) -> Change:
    return text(f"//mdto:aggregatieniveau/mdto:begripLabel[. = '{level}']", "Archief")


def moved(path: str, target: str) -> Change:
    def change(tree: Tree) -> None:
        found(tree, target)[0].append(found(tree, path)[0])

    return change


def copied(path: str, target: str) -> Change:
    def change(tree: Tree) -> None:
        found(tree, target)[0].append(copy.deepcopy(found(tree, path)[0]))

    return change


def whole(path: str) -> Change:
    """A pointer at bytes becomes one at the whole file."""

    def change(tree: Tree) -> None:
        for pointer in found(tree, path):
            pointer.set("FILEID", pointer[0].get("FILEID", ""))
            pointer.remove(pointer[0])

    return change


def same_path(tree: Tree) -> None:
    """Two files of one capture with one path."""
    first, second = found(tree, f"{FILE}/mets:FLocat")[:2]
    name = "{http://www.w3.org/1999/xlink}href"
    second.set(name, first.get(name, ""))


# The rule that breaks, and the faults that each break it and no other.
FAULTS: dict[str, tuple[Change, ...]] = {
    "R01": tuple(
        attribute("/mets:mets", "OBJID", one) for one in (None, "pakket-1", "urn:uuid:", "urn:uuid:1-2-3-4-5")
    ),
    "R02": (attribute("/mets:mets", "PROFILE", None), attribute("/mets:mets", "PROFILE", PROFILE + "0")),
    "R03": tuple(attribute("/mets:mets/mets:metsHdr", "CREATEDATE", one) for one in (None, " ")),
    "R04": (
        removed("//mets:agent[@ROLE='CREATOR']"),
        removed("//mets:agent[@ROLE='CREATOR']/mets:note"),
        text("//mets:agent[@ROLE='CREATOR']/mets:note", " "),
        text("//mets:agent[@ROLE='CREATOR']/mets:name", ""),
    ),
    "R05": (removed("//mets:agent[@ROLE='ARCHIVIST']"), text("//mets:agent[@ROLE='ARCHIVIST']/mets:name", "")),
    "R06": (removed("//mets:agent[@ROLE='CUSTODIAN']"), text("//mets:agent[@ROLE='CUSTODIAN']/mets:name", " ")),
    "R07": (removed("//mets:dmdSec[@ID='dmd-dc']"), twice("//mets:dmdSec[@ID='dmd-dc']")),
    "R08": (levelled("Serie"), twice("//mets:dmdSec[@ID='dmd-serie']")),
    "R09": (levelled("Dossier"), twice("//mets:dmdSec[@ID='dmd-dossier']")),
    "R10": (levelled("Archiefstuk"), twice("//mets:dmdSec[@ID='dmd-archiefstuk']")),
    "R11": (attribute("//*[@OTHERMDTYPE='SMA-ACCOUNT']", "OTHERMDTYPE", "X"), twice("//*[@ID='dmd-account']")),
    "R12": (
        attribute("//*[@OTHERMDTYPE='SMA-CHARACTERISTICS']", "OTHERMDTYPE", "X"),
        twice("//*[@ID='dmd-characteristics']"),
    ),
    "R13": (
        attribute("//*[@ID='tech-package']//premis:object", TYPE, "premis:bitstream"),
        twice("//mets:techMD[@ID='tech-package']"),
        copied("//mets:techMD[@ID='tech-package']", "//mets:amdSec[starts-with(@ID, 'amd-file-')]"),
    ),
    "R14": (added(REPRESENTATION, DERIVED),),
    "R15": (text(f"{CREATION}//premis:eventType", "ingestion"),),
    "R16": (text(f"{APPRAISAL}//premis:eventType", "policy assignment"),),
    "R17": (removed("/mets:mets/mets:amdSec/mets:rightsMD"),),
    "R18": (added("/mets:mets", "<mets:structMap TYPE='logical'/>"), twice(f"{GROUP}[@TYPE='physical']")),
    "R19": (added("/mets:mets", "<mets:structLink/>"), added("/mets:mets", "<mets:behaviorSec/>")),
    "R20": (attribute("/mets:mets", "TYPE", None), attribute("/mets:mets", "TYPE", "Web Archives")),
    "M01": (valued("X"), valued("")),
    "M02": (together(valued("V"), CATEGORISED),),
    "M03": (added(RECORD, TERM), together(valued("B"), CATEGORISED, added(RECORD, TERM))),
    "M04": (
        valued("B"),
        together(valued("V"), added(RECORD, TERM)),
        together(valued("B"), added(RECORD, CATEGORY.format("", "Selectielijst Voorbeeldstad"))),
        together(valued("B"), added(RECORD, CATEGORY.format(NUMBER, " "))),
    ),
    "M05": (removed(RESTRICTION), text(f"{RESTRICTION}/mdto:beperkingGebruikType/mdto:begripLabel", " ")),
    "M06": (
        OTHERWISE,
        together(
            OTHERWISE,
            added(RESTRICTION, "<mdto:beperkingGebruikNadereBeschrijving> </mdto:beperkingGebruikNadereBeschrijving>"),
        ),
    ),
    "M07": (text(VALUE, "B"), together(text(f"{DOSSIER}/mdto:waardering/mdto:begripCode", "B"), CATEGORISED)),
    "A01": (text("//sma:directMessagesExcluded", "false"), removed("//sma:directMessagesExcluded")),
    "A02": (
        added("//sma:account", SCENARIO),
        together(added("//sma:account", SCENARIO), removed(DECISION)),
        together(added("//sma:account", SCENARIO), added(DECISION, "<sma:role> </sma:role>")),
    ),
    "A03": (text("//sma:kind", "personal"),),
    "P01": (removed(f"{REPRESENTATION}/premis:relationship[premis:relationshipSubType='represents']"),),
    "P02": (removed(f"{REPRESENTATION}/premis:relationship[premis:relationshipSubType='includes']"),),
    "P03": tuple(without_category(one) for one in ("inhoud", "vormelementen", "gedrag", "structuur")),
    "P04": (removed(TECHNIQUE), text(f"{TECHNIQUE}/premis:significantPropertiesValue", "scrape")),
    "F01": (attribute(FILE, "CHECKSUMTYPE", "MD5"), attribute(FILE, "MIMETYPE", None)),
    "F02": (attribute(FILE, "ADMID", "amd-package"),),
    "F03": (attribute(FILE, "CHECKSUM", "0" * 64), attribute(FILE, "SIZE", "9999999")),
    "F04": (removed(f"{GROUP}[@TYPE='physical']//mets:div[@TYPE='Item'][1]"),),
    "F05": (removed(f"{GROUP}[@TYPE='logical']//mets:div[@TYPE='file'][1]"),),
    "F06": (attribute(FILE, "DMDID", "dmd-dc"),),
    "E01": (removed(f"{TRANSFER}//premis:linkingAgentIdentifier"),),
    "E02": (removed(f"{TRANSFER}//premis:linkingObjectIdentifier"),),
    "E03": (
        attribute("//premis:eventType", "valueURI", None),
        attribute("//premis:eventType", "valueURI", "https://elders.example/capture"),
    ),
    "E04": (text(f"{TRANSFER}//premis:linkingAgentIdentifierValue", "niemand"),),
    "E05": (text(f"{TRANSFER}//premis:linkingObjectIdentifierValue", "niets"),),
    "E06": (text(f"{CREATION}//premis:linkingObjectRole", "source"), removed(f"{CREATION}//premis:linkingObjectRole")),
    "B01": (attribute(f"{POST}//mets:area", "BETYPE", "IDREF"), attribute(f"{POST}//mets:area", "EXTENT", None)),
    "B02": (attribute(f"{POST}//mets:area", "EXTENT", "99999999"), attribute(f"{POST}//mets:area", "BEGIN", "9999999")),
    "B03": (attribute(f"{POST}/mets:fptr[2]/mets:area", "FILEID", "file-nergens"),),
    "S01": (attribute(POST, "LABEL", ""), attribute(POST, "LABEL", None), attribute(POST, "ID", None)),
    "S02": (
        removed(f"{POST}/mets:fptr[1]"),
        whole(f"{POST}/mets:fptr[1]"),
        removed(f"{GROUP}//mets:div[@TYPE='profile']/mets:fptr[1]"),
    ),
    "S03": (moved(REPLY, f"{GROUP}[@TYPE='logical']//mets:div[@TYPE='timeline']"),),
    "N01": (
        text("//sma:count[@unit='posts']", "99"),
        text("//sma:count[@unit='pages']", "1"),
        moved(REPLY, "//sma:name"),
    ),
    "I01": (
        attribute(f"{GROUP}//mets:div[@DMDID]", "DMDID", "dmd-nergens"),
        attribute(f"{GROUP}//mets:div[@ADMID]", "ADMID", "amd-nergens"),
        attribute(REPLY, "{http://www.w3.org/1999/xlink}label", "in-reply-to:div-99"),
    ),
    "I02": (same_path,),
}

# What the rules allow: no rule may break.
ALLOWED: dict[str, Change] = {
    "destruction with a term and a category": together(valued("V"), CATEGORISED, added(RECORD, TERM)),
    "preservation with a category": together(valued("B"), CATEGORISED),
    "undecided without a category": together(),
    "scenario C with a decision by a role": together(
        added("//sma:account", SCENARIO), added(DECISION, "<sma:role>archivaris</sma:role>")
    ),
    "a reply beside what it answers, which it names": together(
        moved(REPLY, f"{GROUP}[@TYPE='logical']//mets:div[@TYPE='timeline']"),
        attribute(REPLY, "{http://www.w3.org/1999/xlink}label", "in-reply-to:div-1"),
    ),
}


@pytest.fixture(scope="session")
def described(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the METS and the two records of a small package."""
    place = WorkArea(tmp_path_factory.mktemp("mets_profiles") / "work")
    bundle = zipped(place.root.parent / "in" / "archief.zip", mastodon())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMA_SEED", "profiel")
        prepare(place, [bundle])
        run(STEPS, place, Settings(undecided=True), Quiet())
    (mets,) = place.root.glob("packages/*/metadata/sma/mets.xml")
    return mets.parent


@pytest.fixture(scope="session")
def original(described: Path) -> Tree:
    return etree.parse(str(described / "mets.xml")).getroot()


def asserts() -> dict[str, str]:
    document = etree.parse(str(PROFILES / "sma-profile.sch"))
    return {one.get("id", ""): one.get("test", "") for one in document.iterfind(".//sch:assert", NS)}


def broken(tree: Tree, path: Path) -> set[str]:
    """The rules that a document breaks, of the document as a whole and streamed."""
    document = etree.ElementTree(tree)
    document.write(str(path))
    reported = read_mets(path).findings
    assert {one.code for one in reported} <= {"SMA-V010"}
    return {str(one.params["rule"]) for one in reported}


def test_every_rule_has_a_fault_that_breaks_it() -> None:
    assert set(FAULTS) == {name for name, rule in rules().items() if "package" in rule.forms}
    assert all(FAULTS.values())


def test_the_table_and_the_schematron_name_the_same_rules() -> None:
    assert set(asserts()) == {name for name, rule in rules().items() if rule.where == "schematron"}


@pytest.mark.parametrize(
    ("rule", "change"),
    [pytest.param(rule, one, id=f"{rule}-{n}") for rule, changes in FAULTS.items() for n, one in enumerate(changes, 1)],
)
def test_a_fault_breaks_its_rule_and_no_other(rule: str, change: Change, original: Tree, tmp_path: Path) -> None:
    tree = copy.deepcopy(original)
    change(tree)
    assert broken(tree, tmp_path / "mets.xml") == {rule}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_the_rules_allow_breaks_none(name: str, original: Tree, tmp_path: Path) -> None:
    tree = copy.deepcopy(original)
    ALLOWED[name](tree)
    assert broken(tree, tmp_path / "mets.xml") == set()


def test_no_rule_searches_the_whole_document_for_every_item() -> None:
    """A path from the root per item makes the time quadratic in the number of posts."""
    document = etree.parse(str(PROFILES / "sma-profile.sch"))
    contexts = [one.get("context", "") for one in document.iterfind(".//sch:rule", NS)]
    assert all(context.startswith("/mets:mets") for context in contexts)
    assert not [stated for stated in (*contexts, *asserts().values()) if "//" in stated.replace("https://", "")]


def test_every_rule_is_told_in_both_languages_and_checked_somewhere() -> None:
    for name, rule in rules().items():
        assert rule.where in {"schematron", "streamed"}, name
        assert set(rule.text) == {"nl", "en"}, name
        assert all(text.strip() for text in rule.text.values()), name
        assert rule.text["nl"] != rule.text["en"], name


def test_the_profile_document_tells_every_rule_with_its_test() -> None:
    document = etree.parse(str(PROFILES / "sma-mets-profile.xml"))
    assert document.findtext("profile:URI", namespaces=NS) == PROFILE
    told = {one.get("ID"): one for one in document.iterfind(".//profile:requirement[@ID]", NS)}
    assert set(told) == set(rules())
    stated = {name: one.findtext(".//profile:testString", namespaces=NS) for name, one in told.items()}
    streamed = {name: f"streamed rule {name}" for name, rule in rules().items() if rule.where == "streamed"}
    assert stated == asserts() | streamed


def test_a_decision_that_a_role_took_is_its_own() -> None:
    """The example's account stands in a register with the role that linked it: the software decided nothing."""
    document = etree.parse(str(PROFILES / "sma-mets-profile.xml"))
    kinds = ("appraisal", "policy assignment")
    decided = [
        one for one in document.iterfind(".//premis:event", NS) if one.findtext("premis:eventType", "", NS) in kinds
    ]
    roles = [[role.text for role in one.iterfind(".//premis:linkingAgentRole", NS)] for one in decided]
    assert roles[:2] == [["authorizer"], ["authorizer"]]


@pytest.mark.parametrize("name", ["account", "characteristics"])
def test_a_record_is_valid_by_itself(name: str, described: Path) -> None:
    schema = etree.XMLSchema(etree.parse(str(PROFILES / f"{name}-1.0.xsd"), etree.XMLParser(no_network=True)))
    schema.assertValid(etree.parse(str(described / f"{name}.xml")))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("account", removed("/sma:account/sma:kind")),
        ("account", text("/sma:account/sma:kind", "persoonlijk")),
        ("account", added("/sma:account", SCENARIO)),
        ("account", text("//sma:appraisal/sma:value", "X")),
        ("account", removed("//sma:appraisal/sma:restriction")),
        ("account", attribute("//sma:restriction", "basis", "AVG")),
        ("account", attribute("//sma:capture", "id", "een vastlegging")),
        ("account", attribute("//sma:capture", "technique", "scrape")),
        ("account", text("//sma:count", "-1")),
        ("account", text("//sma:platform", "")),
        ("characteristics", attribute("//smac:characteristic", "score", "ja")),
        ("characteristics", attribute("//smac:characteristic", "category", "vorm")),
        ("characteristics", attribute("//smac:capture", "id", None)),
        ("characteristics", added("//smac:characteristic", "<smac:count unit='posts'>1</smac:count>")),
    ],
)
def test_a_record_that_breaks_its_schema_is_refused(name: str, change: Change, described: Path) -> None:
    schema = etree.XMLSchema(etree.parse(str(PROFILES / f"{name}-1.0.xsd"), etree.XMLParser(no_network=True)))
    tree = etree.parse(str(described / f"{name}.xml")).getroot()
    change(tree)
    assert not schema.validate(tree)


def test_the_driver_names_only_local_files() -> None:
    driver = etree.parse(str(PROFILES / "driver.xsd"))
    locations = [one.get("schemaLocation", "") for one in driver.getroot() if isinstance(one.tag, str)]
    assert len(locations) == 5
    assert all("/" not in location for location in locations)
