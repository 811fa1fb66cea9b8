"""Every rule of the METS profile: a real document breaks none, and one seeded fault breaks just that rule."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from making import mastodon, zipped
from sma_plugin.findings import Finding, gather
from sma_plugin.ingest import ingest
from sma_plugin.namespaces import ACCOUNT, CHARACTERISTICS
from sma_plugin.package import Package
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from sma_plugin.validate.mets_stream import read_mets
from sma_plugin.validate.profile import check_document, parse, rules
from sma_plugin.validate.step import validate_path

PROFILES = Path(__file__).parent.parent / "mets_profiles"
Mutation = tuple[str, str]
FILE = r'<mets:file ID="(file-[^"]+)"'

# Rule → pattern and replacement, applied once to the text of the METS.
MUTATIONS: dict[str, Mutation] = {
    "R01": (r'OBJID="urn:uuid:', 'OBJID="'),
    "R02": (r'PROFILE="[^"]+"', 'PROFILE="https://elders.example/profile"'),
    "R03": (r'<mets:metsHdr CREATEDATE="[^"]+"', "<mets:metsHdr"),
    "R04": (r"<mets:note>[^<]*</mets:note>", ""),
    "R05": (r'ROLE="ARCHIVIST"', 'ROLE="EDITOR"'),
    "R06": (r'ROLE="CUSTODIAN"', 'ROLE="EDITOR"'),
    "R07": (r'MDTYPE="DC"', 'MDTYPE="MODS"'),
    "R08": (r"<begripLabel>Serie</begripLabel>", "<begripLabel>Archief</begripLabel>"),
    "R09": (r"<begripLabel>Dossier</begripLabel>", "<begripLabel>Archief</begripLabel>"),
    "R10": (r"<begripLabel>Archiefstuk</begripLabel>", "<begripLabel>Archief</begripLabel>"),
    "R11": (r'OTHERMDTYPE="SMA-ACCOUNT"', 'OTHERMDTYPE="ACCOUNT"'),
    "R12": (r'OTHERMDTYPE="SMA-CHARACTERISTICS"', 'OTHERMDTYPE="CHARACTERISTICS"'),
    "R19": (r"</mets:mets>", "<mets:structLink/></mets:mets>"),
    "M01": (r"<begripCode>N</begripCode>", "<begripCode>X</begripCode>"),
    "A01": (r"<sma:directMessagesExcluded>true", "<sma:directMessagesExcluded>false"),
    "A03": (r"<sma:kind>unknown", "<sma:kind>personal"),
    "F01": (r'CHECKSUMTYPE="SHA-256"', 'CHECKSUMTYPE="MD5"'),
    "F03": (r'(<mets:file [^>]*CHECKSUM=")[0-9a-f]{4}', r"\g<1>0000"),
    "B01": (r'BETYPE="BYTE"', 'BETYPE="IDREF"'),
    "B02": (r'EXTENT="\d+"', 'EXTENT="99999999"'),
    "S01": (r'(<mets:div [^>]*TYPE="post"[^>]*) LABEL="[^"]*"', r'\1 LABEL=""'),
    "I01": (r'DMDID="dmd-serie"', 'DMDID="dmd-nergens"'),
    "E03": (
        r'valueURI="http://id.loc.gov/vocabulary/preservation/eventType/[^"]*"',
        'valueURI="https://elders.example"',
    ),
}


@pytest.fixture(scope="module")
def mets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("profile")
    bundle = zipped(home / "in" / "archief.zip", mastodon())
    ingest([bundle], home / "out", Settings(undecided=True), Quiet())
    (root,) = [path for path in (home / "out").iterdir() if path.name != "for-depositor"]
    return Package(root).mets


def broken_rules(path: Path) -> set[str]:
    tree = parse(path)
    if isinstance(tree, Finding):
        return {tree.code}
    found = [*check_document(tree, path.name), *read_mets(path).findings]
    return {str(finding.params["rule"]) if finding.code == "SMA-V010" else finding.code for finding in found}


def test_a_package_breaks_no_rule(mets: Path) -> None:
    assert broken_rules(mets) == set()


@pytest.mark.parametrize("rule", MUTATIONS)
def test_a_seeded_fault_breaks_its_rule_and_no_other(rule: str, mets: Path, tmp_path: Path) -> None:
    pattern, replacement = MUTATIONS[rule]
    text, number = re.subn(pattern, replacement, mets.read_text(encoding="utf-8"), count=1)
    assert number == 1
    copy = tmp_path / "mets.xml"
    copy.write_text(text, encoding="utf-8")
    assert broken_rules(copy) == {rule}


def test_the_table_and_the_schematron_name_the_same_rules() -> None:
    document = etree.parse(str(PROFILES / "sma-profile.sch"))
    stated = {one.get("id") for one in document.iter("{http://purl.oclc.org/dsdl/schematron}assert")}
    assert stated == {name for name, rule in rules().items() if rule.where == "schematron"}
    assert all(set(rule.text) == {"nl", "en"} for rule in rules().values())


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda text: text[: len(text) // 2], "SMA-V001"),
        (lambda _text: "", "SMA-V001"),
        (lambda text: "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>" + text.split("?>", 1)[1], "SMA-V001"),
        (lambda _text: "<a>" * 5000, "SMA-V001"),
    ],
)
def test_a_damaged_or_hostile_mets_is_a_finding(
    damage: Callable[[str], str], code: str, mets: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "mets.xml"
    copy.write_text(damage(mets.read_text(encoding="utf-8")), encoding="utf-8")
    assert code in {finding.code for finding in validate_path(copy)}


def changed(mets: Path, tmp_path: Path, name: str, change: Callable[[Path], None]) -> set[str]:
    root = tmp_path / "package"
    shutil.copytree(mets.parent.parent.parent, root)
    change(root / name)
    return {finding.code for finding in gather(validate_path(root)) if finding.severity == "error"}


@pytest.mark.parametrize(
    ("name", "change", "codes"),
    [
        ("objects/captures/extra.txt", lambda path: path.write_text("x"), {"SMA-V030", "SMA-V032"}),
        ("objects/derived/normalised/context.jsonld", Path.unlink, {"SMA-V031", "SMA-V032"}),
        ("objects/derived/normalised/context.jsonld", lambda path: path.write_text("{}"), {"SMA-V033"}),
        ("metadata/premis.xml", Path.unlink, {"SMA-V004"}),
        ("metadata/sma/mets.xml", Path.unlink, {"SMA-V004"}),
        ("metadata/sma/captures.toml", lambda path: path.write_text("["), {"SMA-V006"}),
    ],
)
def test_a_package_that_was_changed_is_found_out(
    name: str, change: Callable[[Path], None], codes: set[str], mets: Path, tmp_path: Path
) -> None:
    assert changed(mets, tmp_path, name, change) == codes


def test_evidence_that_was_changed_is_found_out(mets: Path, tmp_path: Path) -> None:
    def swap(path: Path) -> None:
        data = path.read_bytes()
        path.write_bytes(data.replace(b"statuses/1", b"statuses/9").replace(b"@gemeente/1", b"@gemeente/9"))

    (outbox,) = (mets.parent.parent.parent / "objects").rglob("outbox.json")
    name = outbox.relative_to(mets.parent.parent.parent).as_posix()
    assert changed(mets, tmp_path, name, swap) == {"SMA-V022", "SMA-V033"}


def test_a_package_made_for_a_test_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMA_SEED", "proef")
    bundle = zipped(tmp_path / "in" / "archief.zip", mastodon())
    ingest([bundle], tmp_path / "out", Settings(undecided=True), Quiet())
    monkeypatch.delenv("SMA_SEED")
    (root,) = [path for path in (tmp_path / "out").iterdir() if path.name != "for-depositor"]
    assert {finding.code for finding in validate_path(root) if finding.severity == "error"} == {"SMA-V007"}


def test_the_profile_document_is_what_the_rules_make_it() -> None:
    done = subprocess.run(
        [sys.executable, str(PROFILES / "make_profile.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, "run: python mets_profiles/make_profile.py\n" + done.stderr


def test_the_profile_document_is_valid_with_its_example(shared: Path, tmp_path: Path) -> None:
    schemas = shared / "standards" / "schemas"
    locations = {
        "http://www.loc.gov/METS_Profile/v2": schemas / "mets-profile" / "mets.profile.v2-0.xsd",
        "http://www.loc.gov/METS/": schemas / "mets" / "mets-1.12.1.xsd",
        "http://www.loc.gov/premis/v3": schemas / "premis" / "premis-v3.xsd",
        "https://www.nationaalarchief.nl/mdto": schemas / "mdto" / "MDTO-XML1.0.1.xsd",
        ACCOUNT: PROFILES / "account-1.0.xsd",
        CHARACTERISTICS: PROFILES / "characteristics-1.0.xsd",
    }
    imports = "".join(
        f'<xs:import namespace="{name}" schemaLocation="{path.resolve().as_uri()}"/>'
        for name, path in locations.items()
    )
    driver = tmp_path / "driver.xsd"
    driver.write_text(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>')

    class ByName(etree.Resolver):
        def resolve(self, url: str, pubid: str, context: object) -> object:  # noqa: ARG002
            name = url.rpartition("/")[2]
            local = [folder / name for folder in (schemas / "mets-profile", schemas / "xlink")]
            found = next((path for path in local if path.is_file()), None)
            return self.resolve_filename(str(found), context) if found and url.startswith("http") else None

    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(ByName())
    schema = etree.XMLSchema(etree.parse(str(driver), parser))
    schema.assertValid(etree.parse(str(PROFILES / "sma-mets-profile.xml")))
    assert {one.get("ID") for one in etree.parse(str(PROFILES / "sma-mets-profile.xml")).iter("{*}requirement")} >= set(
        rules()
    )
