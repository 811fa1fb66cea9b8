"""The data files of the METS profile: each Schematron rule is broken by a fault of its own, our schemas by theirs."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree, isoschematron

from making import mastodon, zipped
from sma_plugin.namespaces import ACCOUNT, CHARACTERISTICS, PROFILE
from sma_plugin.package import WorkArea
from sma_plugin.pipeline import prepare, run
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
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
    def change(tree: Tree) -> None:
        found(tree, path)[0].text = value

    return change


def added(path: str, xml: str) -> Change:
    def change(tree: Tree) -> None:
        declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NS.items())
        found(tree, path)[0].append(etree.fromstring(f"<x {declared}>{xml}</x>")[0])

    return change


def together(*changes: Change) -> Change:
    def change(tree: Tree) -> None:
        for one in changes:
            one(tree)

    return change


CODE = f"{SERIE}/mdto:waardering/mdto:begripCode"
CATEGORY = (
    "<mdto:informatiecategorie><mdto:begripLabel>Voorlichting</mdto:begripLabel>{}"
    "<mdto:begripBegrippenlijst><mdto:verwijzingNaam>{}</mdto:verwijzingNaam></mdto:begripBegrippenlijst>"
    "</mdto:informatiecategorie>"
)
CATEGORISED = added(SERIE, CATEGORY.format("<mdto:begripCode>1.1</mdto:begripCode>", "Selectielijst Voorbeeldstad"))
TERM = "<mdto:bewaartermijn><mdto:termijnLooptijd>P5Y</mdto:termijnLooptijd></mdto:bewaartermijn>"
RESTRICTION = f"{SERIE}/mdto:beperkingGebruik"
DECISION = "/mets:mets/mets:dmdSec//sma:appraisal/sma:decision"
SCENARIO = "<sma:scenario>C</sma:scenario>"
GROUP = "/mets:mets/mets:structMap"


def without_category(category: str) -> Change:
    return removed(f"{REPRESENTATION}/premis:significantProperties[starts-with(*[1], '{category}')]")


# The rule that breaks, and the faults that each break it.
FAULTS: dict[str, tuple[Change, ...]] = {
    "R01": (attribute("/mets:mets", "OBJID", None), attribute("/mets:mets", "OBJID", "pakket-1")),
    "R02": (attribute("/mets:mets", "PROFILE", None), attribute("/mets:mets", "PROFILE", PROFILE + "0")),
    "R03": (attribute("/mets:mets/mets:metsHdr", "CREATEDATE", None),),
    "R04": (removed("//mets:agent[@ROLE='CREATOR']"), removed("//mets:agent[@ROLE='CREATOR']/mets:note")),
    "R05": (removed("//mets:agent[@ROLE='ARCHIVIST']"),),
    "R06": (removed("//mets:agent[@ROLE='CUSTODIAN']"),),
    "R07": (removed("//mets:dmdSec[@ID='dmd-dc']"), twice("//mets:dmdSec[@ID='dmd-dc']")),
    "R08": (removed("//mets:dmdSec[@ID='dmd-serie']"), twice("//mets:dmdSec[@ID='dmd-serie']")),
    "R09": (removed("//mets:dmdSec[@ID='dmd-dossier']"), twice("//mets:dmdSec[@ID='dmd-dossier']")),
    "R10": (removed("//mets:dmdSec[@ID='dmd-archiefstuk']"), twice("//mets:dmdSec[@ID='dmd-archiefstuk']")),
    "R11": (removed("//mets:dmdSec[@ID='dmd-account']"), twice("//mets:dmdSec[@ID='dmd-account']")),
    "R12": (removed("//mets:dmdSec[@ID='dmd-characteristics']"), twice("//mets:dmdSec[@ID='dmd-characteristics']")),
    "R13": (removed("//mets:techMD[@ID='tech-package']"), twice("//mets:techMD[@ID='tech-package']")),
    "R14": (removed("//mets:amdSec[starts-with(@ID, 'amd-rep-')]"),),
    "R15": (removed(EVENT.format("premis:eventType='capture' or premis:eventType='creation'")),),
    "R16": (removed(EVENT.format("premis:eventType='appraisal'")),),
    "R17": (removed("/mets:mets/mets:amdSec/mets:rightsMD"),),
    "R18": (removed(f"{GROUP}[@TYPE='logical']"), removed(f"{GROUP}[@TYPE='physical']"), twice(GROUP)),
    "R19": (added("/mets:mets", "<mets:structLink/>"), added("/mets:mets", "<mets:behaviorSec/>")),
    "M01": (text(CODE, "X"),),
    "M02": (together(text(CODE, "V"), CATEGORISED),),
    "M03": (added(SERIE, TERM), together(text(CODE, "B"), CATEGORISED, added(SERIE, TERM))),
    "M04": (
        text(CODE, "B"),
        together(text(CODE, "V"), added(SERIE, TERM)),
        together(text(CODE, "B"), added(SERIE, CATEGORY.format("", "Selectielijst Voorbeeldstad"))),
    ),
    "M05": (removed(RESTRICTION),),
    "M06": (text(f"{RESTRICTION}/mdto:beperkingGebruikType/mdto:begripLabel", "Overig"),),
    "A01": (text("//sma:directMessagesExcluded", "false"), removed("//sma:directMessagesExcluded")),
    "A02": (added("//sma:account", SCENARIO), together(added("//sma:account", SCENARIO), removed(DECISION))),
    "A03": (text("//sma:kind", "personal"),),
    "P01": (removed(f"{REPRESENTATION}/premis:relationship[premis:relationshipSubType='represents']"),),
    "P02": (removed(f"{REPRESENTATION}/premis:relationship[premis:relationshipSubType='includes']"),),
    "P03": tuple(without_category(one) for one in ("inhoud", "context", "vormelementen", "gedrag", "structuur")),
}

# What the rules allow: no rule may break.
ALLOWED: dict[str, Change] = {
    "destruction with a term and a category": together(text(CODE, "V"), CATEGORISED, added(SERIE, TERM)),
    "preservation with a category": together(text(CODE, "B"), CATEGORISED),
    "undecided without a category": together(),
    "scenario C with a decision by a role": together(
        added("//sma:account", SCENARIO), added(DECISION, "<sma:role>archivaris</sma:role>")
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


@pytest.fixture(scope="session")
def schematron() -> isoschematron.Schematron:
    return isoschematron.Schematron(etree.parse(str(PROFILES / "sma-profile.sch")), store_report=True)


def asserts() -> dict[str, str]:
    document = etree.parse(str(PROFILES / "sma-profile.sch"))
    return {one.get("id", ""): one.get("test", "") for one in document.iterfind(".//sch:assert", NS)}


def broken(schematron: isoschematron.Schematron, tree: Tree) -> set[str]:
    schematron.validate(tree)
    return {failed.get("id", "") for failed in schematron.validation_report.iterfind(".//svrl:failed-assert", NS)}


def test_every_schematron_rule_has_a_fault_that_breaks_it() -> None:
    assert set(FAULTS) == set(asserts())
    assert set(asserts()) == {name for name, rule in rules().items() if rule.where == "schematron"}


@pytest.mark.parametrize(
    ("rule", "change"),
    [pytest.param(rule, one, id=f"{rule}-{n}") for rule, changes in FAULTS.items() for n, one in enumerate(changes, 1)],
)
def test_a_fault_breaks_its_rule_and_no_other(
    rule: str, change: Change, original: Tree, schematron: isoschematron.Schematron
) -> None:
    tree = copy.deepcopy(original)
    change(tree)
    assert broken(schematron, tree) == {rule}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_the_rules_allow_breaks_none(name: str, original: Tree, schematron: isoschematron.Schematron) -> None:
    tree = copy.deepcopy(original)
    ALLOWED[name](tree)
    assert broken(schematron, tree) == set()


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
