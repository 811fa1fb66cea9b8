"""A composed package of the fictional municipality Voorbeeldstad, made on the spot."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from lxml import etree

from describe_records import (
    EXPORT,
    HOSTILE,
    JSON_PATH,
    NS,
    PHOTO,
    POSTS,
    SPARE,
    THIRD,
    WARC,
    assessment,
    decisions,
    default_events,
    event,
    record,
)
from sma_plugin.describe.context import DescribeContext
from sma_plugin.describe.describing import describe_package
from sma_plugin.findings import Finding
from sma_plugin.formats.activitystreams import Line, encode, read_lines
from sma_plugin.model import (
    AccountHistory,
    AccountRef,
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
    ExcludedClass,
    ExcludedRecord,
    FileRecord,
    write_record,
)
from sma_plugin.provenance import Stamps
from sma_plugin.readers.values import iso_moment
from sma_plugin.selection.records import (
    PackageDecisions,
    Reference,
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
    write_record(package.record, record())
    write_json(package.decisions, decided or decisions())
    write_json(package.characteristics, assessment())
    write_json(
        package.excluded, ExcludedRecord((ExcludedClass("unclaimed", 3, 100, {"nl": "x", "en": "x"}),), "a" * 64)
    )
    package.log("compose", default_events() if events is None else events, [])
    package.log("normalise", [event("normalization", "2025-01-02T00:00:00+01:00", (POSTS,))], [])
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


def described(root: Path, context: DescribeContext = CONTEXT, **parts: Any) -> tuple[Package, list[Finding]]:
    """A package, described."""
    package = make_package(root, **parts)
    return package, describe_package(package, context, read_lines)


def mets_of(package: Package) -> Any:
    return etree.parse(str(package.mets))


def lines_of(package: Package) -> list[Line]:
    return list(read_lines(package.posts))


def find(tree: Any, path: str) -> list[Any]:
    """What an XPath gives, with the prefixes of NS."""
    return list(tree.xpath(path, namespaces=NS))
