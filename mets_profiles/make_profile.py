"""Writes the METS profile document from the rules: ``python mets_profiles/make_profile.py`` (``--check`` compares).

The rules stand once, in ``rules.toml`` and ``sma-profile.sch``; the document tells them in the form that the METS
board asks for, with the Schematron tests as machine-readable tests.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree
from msgspec.structs import replace

from sma_plugin.ingest import ingest
from sma_plugin.namespaces import ACCOUNT, CHARACTERISTICS, PROFILE
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Paths, load

HERE = Path(__file__).parent
DOCUMENT = HERE / "sma-mets-profile.xml"
DATE = "2026-11-21T00:00:00"
SECTIONS = {
    "metsRootElement": ("R01", "R02", "R19", "R20"),
    "metsHdr": ("R03", "R04", "R05", "R06"),
    "dmdSec": ("R07", "R08", "R09", "R10", "R11", "R12", "M", "A"),
    "amdSec": ("R13", "R14", "R15", "R16", "R17", "P", "E"),
    "fileSec": ("F",),
    "structMap": ("R18", "S", "B", "N"),
    "multiSection": ("I", "Q"),
}
SCHEMAS = (
    ("PREMIS 3.0", "http://www.loc.gov/standards/premis/v3/premis.xsd", "objects, events, agents and rights"),
    ("MDTO 1.0.1", "https://www.nationaalarchief.nl/mdto/MDTO-XML1.0.1.xsd", "series, dossier, record and files"),
    ("Account record 1.0", f"{ACCOUNT}/account-1.0.xsd", "which account, what was decided, which captures"),
    (
        "Characteristics record 1.0",
        f"{CHARACTERISTICS}/characteristics-1.0.xsd",
        "what is wanted, what was measured, the improvement plan",
    ),
)


def paragraph(text: str) -> str:
    """Text as the profile schema wants it."""
    return f'<p xmlns="http://www.w3.org/1999/xhtml">{escape(text)}</p>'


def sentence(text: str) -> str:
    """A rule's text as a sentence; the names in it keep their capitals."""
    return f"{text[:1].upper()}{text[1:]}."


def told(rule: dict[str, Any]) -> str:
    """A rule in words, with the form of METS that it is about where that is one alone."""
    forms = rule.get("forms", ())
    return sentence(rule["text"]["en"]) + (ONLY[forms[0]] if len(forms) == 1 else "")


def tests() -> dict[str, str]:
    """The test of each Schematron rule."""
    document = etree.parse(str(HERE / "sma-profile.sch"))
    asserts = document.iter("{http://purl.oclc.org/dsdl/schematron}assert")
    return {one.get("id", ""): one.get("test", "") for one in asserts}


ONLY = {
    "package": " Only in the METS of a package.",
    "aip": " Only in the METS of an AIP, which Archivematica wrote and the description of the package went into.",
}
"""What is said of a rule that is about one form of METS."""


def requirement(name: str, text: str, test: str | None) -> str:
    """One requirement with its test; a streamed rule names the check by the rule's id."""
    language, stated = ("XPath 1.0 (Schematron)", test) if test else ("sma validate", f"streamed rule {name}")
    return (
        f'<requirement ID="{name}" REQLEVEL="MUST"><description>{paragraph(text)}</description>'
        f'<tests><test TESTLANGUAGE="{language}"><testString>{escape(stated or "")}</testString></test></tests>'
        "</requirement>"
    )


def example() -> etree._Element:
    """The METS of a package that is made for the occasion, from the example organisation's captured page."""
    os.environ["SMA_SEED"] = "profile"
    examples = HERE.parent / "examples"
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(load(examples / "sma.toml"), paths=Paths(working_area=f"{folder}/work"))
        bundle = Path(folder) / "x-page.wacz"
        for name in (bundle.name, "x-page.capture.toml"):
            shutil.copyfile(examples / "captures" / name, Path(folder) / name)
            os.utime(Path(folder) / name, (0, 0))  # the time of a checkout is nobody's business
        ingest([bundle], Path(folder) / "out", settings, Quiet())
        (mets,) = (Path(folder) / "out").glob("*/metadata/sma/mets.xml")
        return etree.parse(str(mets), etree.XMLParser(remove_blank_text=True)).getroot()


def document() -> bytes:
    """The whole profile document."""
    table = tomllib.loads((HERE / "rules.toml").read_text(encoding="utf-8"))
    found = tests()
    sections = []
    for section, prefixes in SECTIONS.items():
        rows = [name for name in table if name in prefixes or (name[0] in prefixes and len(name) == 3)]
        body = "".join(requirement(name, told(table[name]), found.get(name)) for name in rows)
        sections.append(f"<{section}>{body}</{section}>")
    schemas = "".join(
        f"<external_schema><name>{name}</name><URL>{url}</URL><context>{context}</context></external_schema>"
        for name, url, context in SCHEMAS
    )
    files = paragraph("Kept files are byte-identical to what was delivered, or extracts with their cuts on record.")
    text = f"""<METS_Profile xmlns="http://www.loc.gov/METS_Profile/v2" STATUS="provisional" REGISTRATION="unregistered">
<URI LOCTYPE="URL" ASSIGNEDBY="local">{PROFILE}</URI>
<title>METS profile for captured social media accounts of governments</title>
<abstract>One account in one period with one appraisal value: captures by several techniques, one account history.</abstract>
<date>{DATE}</date>
<contact><institution>The sma-plugin project</institution><address>see the repository</address></contact>
<related_profile>This profile is not related to another one.</related_profile>
<profile_context><uses><use>{paragraph("Describes information packages that sma-plugin makes and Archivematica stores.")}</use></uses></profile_context>
{schemas}
<description_rules>{paragraph("MDTO 1.0.1 for series, dossier, record and files; Dublin Core on the whole.")}</description_rules>
<controlled_vocabularies><vocabulary><name>Preservation vocabularies</name>
<maintenance_agency>Library of Congress</maintenance_agency><URI>http://id.loc.gov/vocabulary/preservation</URI>
<context>PREMIS event, relationship and rights terms</context>
<description>{paragraph("Every event type carries its URI.")}</description></vocabulary></controlled_vocabularies>
<structural_requirements>{"".join(sections)}</structural_requirements>
<technical_requirements><content_files><requirement><description>{files}</description></requirement></content_files></technical_requirements>
<tool><name>sma-plugin</name><agency>The sma-plugin project</agency><URI>{PROFILE}</URI>
<description>{paragraph("Makes and validates documents of this profile: sma ingest, sma validate.")}</description></tool>
<Appendix NUMBER="1" LABEL="The METS of an example package: a captured page of a fictional municipality"/>
</METS_Profile>"""
    root = etree.fromstring(text.encode())
    root[-1].append(example())
    etree.indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def main() -> int:
    """Write the document, or say whether it is what would be written."""
    if "--check" in sys.argv:
        return int(DOCUMENT.read_bytes() != document())
    DOCUMENT.write_bytes(document())
    return 0


if __name__ == "__main__":
    sys.exit(main())
