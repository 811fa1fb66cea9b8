"""A composed package of the fictional municipality Voorbeeldstad, made on the spot, and schemas resolved offline."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from sma_plugin.characteristics.records import Assessment, CaptureAssessment, Measured
from sma_plugin.describe.context import DescribeContext
from sma_plugin.describe.describing import describe_package
from sma_plugin.findings import Finding
from sma_plugin.formats.activitystreams import Line, encode, read_lines
from sma_plugin.model import (
    AccountHistory,
    AccountRef,
    Agent,
    Capture,
    Event,
    Evidence,
    Handle,
    HistoryItem,
    Media,
    Moment,
    PostHistory,
    PostState,
    PostVersion,
    ProfileVersion,
    Resource,
)
from sma_plugin.package import Package
from sma_plugin.package.files import write_json, write_json_lines
from sma_plugin.package.records import (
    Delivered,
    ExcludedClass,
    ExcludedRecord,
    FileRecord,
    PackageIdentity,
    PackageRecord,
    write_record,
)
from sma_plugin.provenance import SOFTWARE, Stamps
from sma_plugin.readers.values import iso_moment
from sma_plugin.selection.records import (
    AccountRecord,
    Category,
    Decision,
    PackageDecisions,
    Reference,
    Restriction,
    Term,
)

NS = {
    "mets": "http://www.loc.gov/METS/",
    "premis": "http://www.loc.gov/premis/v3",
    "mdto": "https://www.nationaalarchief.nl/mdto",
    "xlink": "http://www.w3.org/1999/xlink",
    "sma": "https://w3id.org/sma-plugin/account/1.0",
    "smac": "https://w3id.org/sma-plugin/characteristics/1.0",
}
HOSTILE = "nul\x00 bel\x07 ]]> <b>&amp;\u202e\ufffe einde"
THIRD = "Derde Persoon"
EXPORT, HARVEST = "01-mastodon-platform-export", "02-web-web-harvest"
POSTS = "objects/derived/normalised/posts.jsonl"
JSON_PATH = f"objects/captures/{EXPORT}/outbox.json"
PHOTO = f"objects/captures/{EXPORT}/media/foto_1.png"
WARC = f"objects/captures/{HARVEST}/capture.warc"
SPARE = f"objects/captures/{EXPORT}/readme.txt"
CATEGORY = Category("Selectielijst gemeenten", "2020", "20.1.2", "Onlinecontent", "B", "Informeren")
PRIVACY = Restriction(
    "beperkt openbaar; persoonlijke levenssfeer",
    "Openbaarheid",
    "Openbaarheid/AW1995/BeperktOpenbaar-Levenssfeer/1.0",
    "Bevat reacties van derden.",
    "statute",
    "Archiefwet 1995, art. 15 lid 1 onder a",
    "2099-12-31",
)
CONTEXT = DescribeContext(
    Stamps("test"),
    Reference("Gemeente Voorbeeldstad", "gm9999", "TOOI"),
    Reference("Gemeente Voorbeeldstad"),
    "Voorbeeldarchief",
)


def at(text: str) -> Moment:
    return iso_moment(text) or Moment()


def make_post(
    native: str,
    *,
    klass: str = "own",
    parent: str | None = None,
    depth: int = 0,
    evidence: tuple[Evidence, ...] = (),
    media: tuple[Media, ...] = (),
    text: str = "Dag",
    created: str = "2024-03-01T10:00:00Z",
) -> PostHistory:
    author = AccountRef("1", "voorbeeldstad") if klass == "own" else AccountRef("99", "derde", THIRD)
    version = PostVersion(PostState(text, media=media), evidence=evidence)
    return PostHistory(
        "mastodon",
        author,
        native,
        at(created),
        "note",
        klass,  # type: ignore[arg-type]
        (version,),
        url=f"https://social.example/@derde/{native}",
        parent=parent,
        depth=depth,
        thread="p1" if depth else None,
    )


def items() -> list[HistoryItem]:
    """A profile of two versions, a third party, a thread, a post by another, and pages of a harvest."""
    own = AccountRef("1", "voorbeeldstad", "Voorbeeldstad")
    line = Evidence(JSON_PATH, "bytes", 2, 10, capture=EXPORT)
    avatar = Media("image", path=PHOTO)
    return [
        AccountHistory(
            "mastodon",
            "1",
            own=True,
            handles=(Handle("oud\ud83d" + HOSTILE, 0, 1), Handle("voorbeeldstad", 2)),
            profiles=(
                ProfileVersion("mastodon", own, avatar=avatar, evidence=(line,)),
                ProfileVersion("mastodon", own, evidence=(Evidence(WARC, "bytes", 0, 50),)),
            ),
        ),
        AccountHistory("mastodon", "99", handles=(Handle("derde"),)),
        make_post("p1", evidence=(line, line, Evidence(WARC, "file")), media=(avatar, Media("image", source="x"))),
        make_post("r1", klass="reply", parent="p1", depth=1, text=HOSTILE),
        make_post("r2", parent="r1", depth=2, created="2024-05-02T00:00:00Z"),
        make_post("r3", klass="reply", parent="p1", depth=1),
        make_post("b1", klass="by-others"),
        make_post("p2", text=HOSTILE),
        Resource("page", "https://social.example/@derde", evidence=(Evidence(WARC, "bytes", 50, 50),)),
        Resource("screenshot", "https://social.example/@derde", evidence=(Evidence(WARC),)),
    ]


def decisions(
    value: str = "B",
    category: Category | None = CATEGORY,
    restrictions: tuple[Restriction, ...] = (PRIVACY,),
) -> PackageDecisions:
    term = Term("P5Y", "Sluiting dossier", "2024-05-02", "2029-05-02") if value == "V" else None
    return PackageDecisions(
        AccountRecord(
            "mastodon",
            "1",
            "voorbeeldstad",
            "Gemeente Voorbeeldstad",
            "https://social.example/@voorbeeldstad",
            "corporate",
            "B",
            "in use",
            administrator="Team Communicatie",
            registered=True,
        ),
        value,  # type: ignore[arg-type]
        Reference("Sociale media van Gemeente Voorbeeldstad", "serie-1", "Voorbeeldarchief"),
        category,
        term,
        restrictions,
        (Decision("category", "20.1.2", "register.csv:2", "20.1.2", "recordmanager", "2024-01-01", "register"),),
    )


def make_package(
    root: Path,
    *,
    decided: PackageDecisions | None = None,
    found: list[HistoryItem] | None = None,
    events: list[Event] | None = None,
    contents: dict[str, bytes] | None = None,
) -> Package:
    """A package as compose and normalise leave it."""
    package = Package(root / "voorbeeld")
    package.sma.mkdir(parents=True)
    data = b"".join(encode(item) for item in (items() if found is None else found))
    files = {
        JSON_PATH: b"[" + b"x" * 200 + b"]",
        PHOTO: b"png",
        WARC: b"W" * 400,
        SPARE: b"lees mij",
        **(contents or {}),
    }
    originals = [_kept(package, path, content) for path, content in files.items()]
    normalised = [
        _kept(package, POSTS, data, "preservation"),
        _kept(package, POSTS.replace(".jsonl", ".meta.json"), b"{}", "preservation"),
    ]
    write_json_lines(package.files, originals)
    write_json_lines(package.step("normalise") / "files.jsonl", normalised)
    write_record(package.record, _record())
    write_json(package.decisions, decided or decisions())
    write_json(package.characteristics, _assessment())
    write_json(
        package.excluded, ExcludedRecord((ExcludedClass("unclaimed", 3, 100, {"nl": "x", "en": "x"}),), "a" * 64)
    )
    package.log("compose", _events() if events is None else events, [])
    package.log("normalise", [_event("normalization", "2025-01-02T00:00:00+01:00", (POSTS,))], [])
    return package


def _kept(package: Package, path: str, data: bytes, use: str = "original") -> FileRecord:
    target = package.path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    capture = path.split("/")[2] if use == "original" else None
    return FileRecord(
        path,
        hashlib.sha256(data).hexdigest(),
        len(data),
        use,  # type: ignore[arg-type]
        Stamps("files").identifier(path),
        capture,
        f"export {THIRD}/{path}",
        "2024-06-01T00:00:00Z",
        "image/png" if path.endswith("png") else None,
        "fmt/13" if path.endswith("png") else None,
    )


def _record() -> PackageRecord:
    captures = (
        Capture(
            EXPORT,
            Stamps("c").identifier("1"),
            "platform-export",
            "mastodon",
            captured="2024-06-01T12:00:00+02:00",
            agent="Team Communicatie",
            delivered_by="owner",
            delivered=(f"export {THIRD}.zip",),
        ),
        Capture(HARVEST, Stamps("c").identifier("2"), "web-harvest", captured="2024-07", tool="crawler"),
    )
    identity = PackageIdentity(
        Stamps("p").identifier("1"),
        "mastodon-voorbeeldstad-2024",
        Stamps("p").identifier("2"),
        "mastodon",
        AccountRef("1", "voorbeeldstad"),
        "2024-01-01T00:00:00Z",
        "2024-12-31T23:59:59Z",
        "2025-01-01T00:00:00+01:00",
        seeded=True,
    )
    return PackageRecord(identity, captures, (Delivered(f"export {THIRD}.zip", "zip", 10, "b" * 64),))


def _assessment() -> Assessment:
    measured = tuple(
        Measured(category, name, score, "+", 3)  # type: ignore[arg-type]
        for category, name, score in (
            ("inhoud", "video's", "+"),
            ("context", "datum en tijd", "?"),
            ("vormelementen", "profielfoto", "-"),
            ("gedrag", "hyperlinks", "niet vastgesteld"),
            ("structuur", "reply-draad", "+"),
        )
    )
    target = ("inhoud", "context", "vormelementen", "gedrag", "structuur")
    captures = tuple(CaptureAssessment(name, {"posts": 2}, measured) for name in (EXPORT, HARVEST))
    return Assessment(target, {"posts": 2, "replies": 2, "others": 1}, captures, {"2024-03": {"own": 2}})


def _event(kind: str, moment: str, objects: tuple[str, ...], *agents: Agent, detail: str = "gedaan") -> Event:
    name = f"{kind}{objects}"
    return Event(Stamps("e").identifier(name), kind, moment, detail, "success", None, (*agents, SOFTWARE), objects, "x")


def _events() -> list[Event]:
    team = Agent("Team Communicatie", role="implementer")
    role = Agent("recordmanager", "person", "authorizer")
    return [
        _event("creation", "2024-06-01T12:00:00+02:00", (f"capture:{EXPORT}",), team),
        _event("transfer", "2024-08-01T12:00:00", (f"capture:{EXPORT}",), detail=f"received: export {THIRD}.zip"),
        _event("capture", "2024-07", (f"capture:{HARVEST}",), Agent("crawler", "software", "executing program", "1")),
        _event("message digest calculation", "2025-01-01T00:00:00Z", (f"capture:{EXPORT}",)),
        _event("appraisal", "2024-01-01T00:00:00+00:00", ("package",), role),
        _event("policy assignment", "voorjaar 2024", ("package",), role, detail=HOSTILE),
        _event("redaction", "2025-01-01T00:00:00Z", (JSON_PATH,)),
    ]


def described(root: Path, context: DescribeContext = CONTEXT, **parts: Any) -> tuple[Package, list[Finding]]:
    """A package, described."""
    package = make_package(root, **parts)
    return package, describe_package(package, context, read_lines)


def mets_of(package: Package) -> Any:
    return etree.parse(str(package.mets))


def lines_of(package: Package) -> list[Line]:
    return list(read_lines(package.posts))


# --- schemas ---------------------------------------------------------------------------------------------------------

_DRIVER = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:import namespace="http://www.loc.gov/METS/" schemaLocation="mets/mets-1.12.1.xsd"/>
<xs:import namespace="http://www.loc.gov/premis/v3" schemaLocation="premis/premis-v3.xsd"/>
<xs:import namespace="https://www.nationaalarchief.nl/mdto" schemaLocation="mdto/MDTO-XML1.0.1.xsd"/></xs:schema>"""


class _Offline(etree.Resolver):
    def resolve(self, url: str, _id: str, context: Any) -> Any:
        if url.endswith("xlink.xsd"):
            return self.resolve_filename(str(schemas() / "xlink" / "xlink.xsd"), context)
        if url.endswith("xml.xsd"):
            return self.resolve_filename(str(schemas() / "xlink" / "xml.xsd"), context)
        return None


def schemas() -> Path:
    return Path(os.environ["SMA_SCHEMAS"])


@cache
def schema(path: str | None = None) -> etree.XMLSchema:
    """One schema, or with ``None`` the driver for METS with PREMIS and MDTO in it."""
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Offline())
    if path:
        return etree.XMLSchema(etree.parse(str(schemas() / path), parser))
    return etree.XMLSchema(etree.XML(_DRIVER, parser, base_url=f"{schemas()}/driver.xsd"))


def errors(tree: Any, path: str | None = None) -> list[str]:
    """What a schema has against a document."""
    checked = schema(path)
    checked.validate(tree)
    return [f"{error.line}: {error.message}" for error in checked.error_log]
