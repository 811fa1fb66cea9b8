"""The records of the fictional package that the tests of describe work on."""

from __future__ import annotations

from sma_plugin.characteristics.records import Assessment, CaptureAssessment, Measured
from sma_plugin.model import AccountRef, Agent, Capture, Event
from sma_plugin.package.records import Delivered, PackageIdentity, PackageRecord
from sma_plugin.provenance import SOFTWARE, Stamps
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


def record() -> PackageRecord:
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


def assessment() -> Assessment:
    measured = tuple(
        Measured(category, name, score, "+", 3)  # type: ignore[arg-type]
        for category, name, score in (
            ("inhoud", "video's", "+"),
            ("context", "datum en tijd", "?"),
            ("vormelementen", "profielfoto", "-"),
            ("gedrag", "hyperlinks", "niet vastgesteld"),
            ("structuur", "reactiedraad", "+"),
        )
    )
    target = ("inhoud", "context", "vormelementen", "gedrag", "structuur")
    counts = {"posts": 2, "replies": 2, "others": 1}
    captures = tuple(CaptureAssessment(name, counts, measured) for name in (EXPORT, HARVEST))
    return Assessment(target, counts, captures, {"2024-03": {"own": 2}})


def event(kind: str, moment: str, objects: tuple[str, ...], *agents: Agent, detail: str = "gedaan") -> Event:
    name = f"{kind}{objects}"
    return Event(Stamps("e").identifier(name), kind, moment, detail, "success", None, (*agents, SOFTWARE), objects, "x")


def default_events() -> list[Event]:
    team = Agent("Team Communicatie", role="implementer")
    role = Agent("recordmanager", "person", "authorizer")
    return [
        event("creation", "2024-06-01T12:00:00+02:00", (f"capture:{EXPORT}",), team),
        event("transfer", "2024-08-01T12:00:00", (f"capture:{EXPORT}",), detail=f"received: export {THIRD}.zip"),
        event("capture", "2024-07", (f"capture:{HARVEST}",), Agent("crawler", "software", "executing program", "1")),
        event("message digest calculation", "2025-01-01T00:00:00Z", (f"capture:{EXPORT}",)),
        event("appraisal", "2024-01-01T00:00:00+00:00", ("package",), role),
        event("policy assignment", "voorjaar 2024", ("package",), role, detail=HOSTILE),
        event("redaction", "2025-01-01T00:00:00Z", (JSON_PATH,)),
    ]
