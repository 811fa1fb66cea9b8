"""Cases of SMA-S, SMA-D and SMA-V: register and selection list, describing, validating."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from finding_cases import LISTED, REGISTER, Bench, Case, described, ingested, selected, validated
from making import ACTOR, mastodon, note
from sma_plugin.findings import Finding
from sma_plugin.ingest import ingest
from sma_plugin.reporting import Quiet
from sma_plugin.selection.lists import load_lists
from sma_plugin.settings import Paths
from sma_plugin.validate import schemas
from sma_plugin.validate.step import validate_path
from test_profile import measured, moved

SOUND = {name: data for name, data in mastodon([note(1, "Dag")]).items() if name != "likes.json"}
HEADER = "platform,native_id,handle,kind,category,status"
METS = "metadata/sma/mets.xml"
RESTRICTED = r'("label": ")Nader te bepalen(?="[^\]]*\],\s*"series":)'
"""What a package's own restriction is called, in its record of decisions."""
POSTS = "objects/derived/normalised/posts.jsonl"
NO_SIDECAR = "SMA-V031 > SMA-V032, SMA-V034, " + ", ".join(["SMA-V035"] * 5)
OUTSIDE = '"sma:length":999,"sma:offset":999'
OTHER_ID = (r'(?<="sma:nativeId":")([^"]*)/statuses/1(?=","sma:platform")', r"\1/statuses/9")
META = "objects/derived/normalised/posts.meta.json"


def registered(*rows: str, header: str = HEADER) -> str:
    return "\n".join((header, *rows)) + "\n"


def listed(*rows: str, header: str = "list,version,category,value,term") -> str:
    return "\n".join((header, *rows)) + "\n"


def removed(name: str) -> Callable[[Path], object]:
    return lambda root: (root / name).unlink()


def written(name: str, data: bytes) -> Callable[[Path], object]:
    return lambda root: (root / name).write_bytes(data)


def edited(name: str, pattern: str, replacement: str) -> Callable[[Path], object]:
    """The file with one place changed; that there is such a place is part of the case."""

    def change(root: Path) -> None:
        (path,) = root.glob(name)
        text, number = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), count=1)
        assert number == 1
        path.write_text(text, encoding="utf-8")

    return change


def changed(name: str, change: Callable[[Path], None]) -> Callable[[Path], object]:
    return lambda root: change(root / name)


def likes_under_another_name(root: Path) -> None:
    """A file that the rules leave out, with METS, checksums and disk all saying that it belongs there."""
    (old,) = root.rglob("actor.json")
    old.rename(old.with_name("likes.json"))
    for name in (METS, "metadata/checksum.sha256", "metadata/premis.xml"):
        path = root / name
        path.write_text(path.read_text(encoding="utf-8").replace("actor.json", "likes.json"), encoding="utf-8")


def linked(root: Path) -> None:
    (path,) = root.glob("objects/captures/*/avatar.png")
    path.rename(root.parent / "elders.png")
    path.symlink_to(root.parent / "elders.png")


def another_post(root: Path) -> None:
    """The evidence says that it is of another post, in as many bytes."""
    (path,) = root.glob("objects/captures/*/outbox.json")
    path.write_bytes(path.read_bytes().replace(b"statuses/1", b"statuses/9").replace(b"@gemeente/1", b"@gemeente/9"))


def no_schemas(bench: Bench) -> list[Finding]:
    bench.patch.setenv("SMA_SCHEMAS", str(bench.home))
    for one in (schemas.driver, schemas.single):
        one.cache_clear()
    try:
        return validate_path(bench.package)
    finally:
        for one in (schemas.driver, schemas.single):
            one.cache_clear()


def invalid(bench: Bench) -> list[Finding]:
    if schemas.missing():
        pytest.skip("the official schemas are not at hand: set SMA_SCHEMAS")
    return list(validated(edited(METS, r"<mets:metsHdr ", '<mets:metsHdr VREEMD="x" '))(bench))


def seeded(bench: Bench) -> list[Finding]:
    bench.patch.setenv("SMA_SEED", "proef")
    result = ingest([bench.deliver(SOUND)], bench.home / "out", bench.settings(), Quiet())
    bench.patch.delenv("SMA_SEED")
    return validate_path(result.packages[0].path)


def by_another_list(bench: Bench) -> list[Finding]:
    """The package is sound, but the list that is loaded now has another value for its category."""
    return validate_path(bench.package, load_lists(bench.settings(listed=LISTED.replace(",B", ",N"))).categories)


def elsewhere(name: str, data: bytes) -> Callable[[Bench], list[Finding]]:
    def go(bench: Bench) -> list[Finding]:
        (bench.home / name).write_bytes(data)
        return validate_path(bench.home / name)

    return go


CASES = [
    Case("SMA-S001", selected(SOUND, register=registered())),
    Case("SMA-S002", ingested(SOUND, register=registered(), undecided=True)),
    Case("SMA-S003", selected(SOUND, register=registered(f"mastodon,{ACTOR},,corporate,9.9,"))),
    Case("SMA-S004", selected(SOUND, register=registered(f"mastodon,{ACTOR},,hybrid,1.1,"))),
    Case("SMA-S005", selected(SOUND, register=registered(f"mastodon,{ACTOR},,corporate,,"))),
    Case("SMA-S010", selected(SOUND, paths=Paths(selection_lists=("weg.csv",))), "SMA-S010 > SMA-S003"),
    Case("SMA-S011", selected(SOUND, listed="list,version,category\nLijst,2024,1.1\n"), "SMA-S011 > SMA-S003"),
    Case("SMA-S006", selected(SOUND, listed=LISTED + "Andere lijst,2020,1.1,B\n"), "SMA-S006", "SMA-S021"),
    Case("SMA-S012", selected(SOUND, register=REGISTER + "x\n")),
    Case("SMA-S012", selected(SOUND, listed=LISTED + "Voorbeeldlijst,2024,2.1,V\n")),
    Case("SMA-S013", selected(SOUND, register=REGISTER + f"mastodon,{ACTOR},,corporate,1.1\n")),
    Case("SMA-S015", selected(SOUND, register=registered(f"mastodon,{ACTOR},,corporate,1.1,opgeheven"))),
    Case("SMA-S014", selected(SOUND, listed=LISTED + "Voorbeeldlijst,2024,2.1,Q\n")),
    Case("SMA-D001", described(written("objects/extra.txt", b"x"))),
    Case("SMA-D002", described(removed("objects/derived/normalised/context.jsonld"))),
    Case("SMA-D003", described(edited(POSTS, r"outbox\.json", "outbux.json"))),
    Case("SMA-D004", described(edited(POSTS, r'"sma:length":\d{3},"sma:offset":138', OUTSIDE))),
    Case("SMA-D005", described(written(POSTS, b"{kapot\n")), "SMA-D002 > SMA-D005"),
    Case("SMA-D007", validated(edited("metadata/sma/decisions.json", RESTRICTED, r"\1Openbaar"))),
    Case("SMA-D006", described(written("metadata/sma/captures.toml", b"["))),
    Case("SMA-V001", validated(written(METS, b"<mets"))),
    Case("SMA-V002", no_schemas),
    Case("SMA-V003", invalid),
    Case("SMA-V004", validated(removed("metadata/premis.xml"))),
    Case("SMA-V005", elsewhere("pakket.zip", b"PK")),
    Case("SMA-V006", validated(written("metadata/sma/captures.toml", b"["))),
    Case("SMA-V007", seeded),
    Case("SMA-V010", validated(edited(METS, r'PROFILE="[^"]+"', 'PROFILE="https://elders.example/profile"'))),
    Case(
        "SMA-V020",
        validated(edited(POSTS, '"type":"Note"', '"tipe":"Note"')),
        "SMA-V033 > SMA-V020",
        "SMA-V034",
        *["SMA-V035"] * 6,
    ),
    Case("SMA-V021", validated(edited(POSTS, *OTHER_ID)), "SMA-V033 > SMA-V021"),
    Case("SMA-V022", validated(another_post), "SMA-V033 > SMA-V022"),
    Case("SMA-V030", validated(written("objects/extra.txt", b"x")), "SMA-V030 > SMA-V032"),
    Case("SMA-V031", validated(removed("objects/derived/normalised/context.jsonld")), "SMA-V031 > SMA-V032"),
    Case("SMA-V032", validated(edited("metadata/checksum.sha256", r"^.*\n", ""))),
    Case("SMA-V033", validated(written("objects/derived/normalised/context.jsonld", b"{}"))),
    Case("SMA-V034", validated(edited(META, r'"lines": ?(\d+)', r'"lines":7')), "SMA-V033 > SMA-V034"),
    Case("SMA-V004", validated(removed(POSTS)), "SMA-V031 > SMA-V004, SMA-V032"),
    Case("SMA-V031", validated(removed(META)), NO_SIDECAR),
    Case("SMA-V023", validated(changed(METS, moved("BEGIN", 1, 1))), "SMA-V022", "SMA-V023"),
    Case("SMA-V024", validated(changed(METS, moved("BEGIN", 1, 0))), "SMA-V020", "SMA-V024"),
    Case("SMA-V035", validated(changed("metadata/sma/characteristics.json", measured))),
    Case("SMA-V035", validated(edited(META, r'"versions": ?\d+', '"versions":9')), "SMA-V033 > SMA-V035"),
    Case("SMA-V036", validated(likes_under_another_name), "SMA-V023", "SMA-V036", "SMA-V037", "SMA-V038"),
    Case("SMA-V037", validated(edited("metadata/mdto/dossier.MDTO.xml", "<naam>", "<naam>Ander "))),
    Case("SMA-V038", validated(edited("metadata/rights.csv", "objects/captures/", "objects/x/"))),
    Case("SMA-V039", validated(edited("metadata/sma/decisions.json", r'(?<="value": ")B(?="\s*}\s*$)', "N"))),
    Case("SMA-V040", by_another_list),
    Case("SMA-V041", validated(linked)),
]
