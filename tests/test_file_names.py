"""Names of files and folders that tell of a third party: a number stands for them, and everything points there."""

from __future__ import annotations

import json
import sys
import unicodedata
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from making import PNG, mastodon, note, tree, zipped
from sma_plugin.compose.naming import Instead, Naming, deliveries
from sma_plugin.findings import make
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.ingest import ingest
from sma_plugin.model import HistoryItem, PostHistory
from sma_plugin.package import Package
from sma_plugin.package.records import read_record
from sma_plugin.privacy.file_names import FileNames, kept_name
from sma_plugin.privacy.keys import Keys
from sma_plugin.privacy.people import Shown
from sma_plugin.privacy.searching import Needle, Search
from sma_plugin.privacy.third_parties import ThirdParties
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from sma_plugin.validate.step import validate_path
from test_compose import lines, packages, tweet
from test_compose import timeline as page_of
from test_feeds_ways import ACCEPTED
from test_privacy_check import HANDLE, NAME, NUMBER, POST, codes, packed, page, told
from warc_builders import wacz, written

INDEX = "Bestand;URL;Datum vastlegging\r\n"
SEEN = ";https://x.com/gemeente/status/20;2024-03-01T10:00:00Z\r\n"
SCREEN = 'platform = "x"\ntechnique = "screen-capture"\naccount = { handle = "gemeente", native_id = "1" }\n'


def fullwidth(name: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in name)


TELLING = [
    f"{NAME}/een.png",
    f"{NAME.upper()}/{NAME}/twee.png",
    f"reactie {HANDLE.upper()}.png",
    f"reactie {urllib.parse.quote(NAME)}.png",
    f"reactie {urllib.parse.quote(urllib.parse.quote(HANDLE)).replace('_', '%255F')}.png",
    f"reactie {fullwidth(NAME)}.png",
    f"reactie {fullwidth(HANDLE)}.png",
    f"reactie{NAME.replace(' ', '')}2024.png",
    f"{NAME.replace('e', 'é')}.png",
    f"{unicodedata.normalize('NFD', NAME.replace('e', 'é'))} 2.png",
    "\u200b".join(NAME) + ".png",
    f"{NUMBER}.png",
    f"status/{POST}.png",
    f"x.com_{HANDLE}_status_{POST}.png",
    "Wies/Verzonnen.png",
]
QUIET = ["gewoon.png", "gemeente 20.png", "media/foto.png"]


def folder(home: Path, contents: dict[str, bytes]) -> Path:
    for name, data in contents.items():
        path = home / "levering" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return home / "levering"


def pictures() -> dict[str, bytes]:
    """A conversation with a third party, and screenshots of it, each with other bytes."""
    named = [*TELLING, *QUIET]
    rows = INDEX + "".join(f"{name}{SEEN}" for name in named)
    shots = {f"scherm/{name}": PNG + str(number).encode() for number, name in enumerate(named)}
    about = {"scherm/capture.toml": SCREEN.encode(), "scherm/index.csv": rows.encode()}
    return {"api/pagina.json": page(), **about, **shots}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Package, Settings, Keys]:
    home = tmp_path_factory.mktemp("namen")
    return packed(home, folder(home, pictures()))


def kept(package: Package) -> dict[str, str]:
    """Package paths below the capture by delivered path."""
    members = [one for delivered in read_record(package.record).delivered for one in delivered.members]
    return {one.path: kept_name(one.kept or "") or "" for one in members}


# --- a package with planted names ------------------------------------------------------------------------------------


def test_who_is_in_the_name_of_a_delivered_file_is_in_none_of_the_package(
    made: tuple[Package, Settings, Keys],
) -> None:
    names = kept(made[0])
    for name in TELLING:
        assert "file-0" in names[f"scherm/{name}"] or "folder-0" in names[f"scherm/{name}"]
    assert [names[f"scherm/{name}"] for name in QUIET] == [f"scherm/{name.replace(' ', '_')}" for name in QUIET]
    result = told(made)
    assert codes(result) == []
    assert result.texts > 500


def test_a_folder_gives_way_and_what_is_in_it_keeps_its_name(made: tuple[Package, Settings, Keys]) -> None:
    names = kept(made[0])
    outer, name = names[f"scherm/{NAME}/een.png"].removeprefix("scherm/").split("/")
    assert (outer.startswith("folder-"), name) == (True, "een.png")
    above, below, _ = names[f"scherm/{NAME.upper()}/{NAME}/twee.png"].removeprefix("scherm/").split("/")
    assert len({outer, above, below}) == 3
    assert "scherm/Wies/" in names["scherm/Wies/Verzonnen.png"]


def test_everything_points_at_the_file_where_it_stands(made: tuple[Package, Settings, Keys]) -> None:
    package = made[0]
    contents = pictures()
    for delivered, name in kept(package).items():
        (path,) = package.captures.glob("*/" + name)
        assert path.read_bytes() == contents[delivered]
    evidence = {one.path for item in items(package) for one in evidence_in(item)}
    assert len([one for one in evidence if "/file-0" in one or "/folder-0" in one]) == len(TELLING)
    assert all(package.path(one).is_file() for one in evidence)
    hrefs = etree.parse(str(package.mets)).xpath("//@xlink:href", namespaces={"xlink": "http://www.w3.org/1999/xlink"})
    files = {path for path in tree(package.root) if path.startswith("objects/")}
    assert {one for one in hrefs if one.startswith("objects/")} == files
    listed = {line.split("  ", 1)[1] for line in package.path("metadata/checksum.sha256").read_text().splitlines()}
    assert {one.removeprefix("../") for one in listed} >= files
    assert [one for one in validate_path(package.root) if one.severity == "error"] == []


def items(package: Package) -> Iterator[HistoryItem]:
    return (line.item for line in read_lines(package.posts))


def evidence_in(item: HistoryItem) -> Iterator[Any]:
    if isinstance(item, PostHistory):
        yield from (one for version in item.versions for one in version.evidence)
    else:
        yield from item.evidence


def test_it_is_told_how_many_and_when_but_not_whose(made: tuple[Package, Settings, Keys]) -> None:
    package = made[0]
    (finding,) = [one for one in json.loads(package.all_findings.read_bytes()) if one["code"] == "SMA-P019"]
    assert finding["params"] == {"files": len(TELLING)}
    events = [json.loads(line) for line in package.all_events.read_bytes().splitlines()]
    (event,) = [one for one in events if one["type"] == "filename change"]
    assert len(event["objects"]) == len(TELLING)
    assert "filename change" in package.mets.read_text()


def test_the_same_delivery_has_the_same_names_whatever_it_came_in(
    made: tuple[Package, Settings, Keys], tmp_path: Path
) -> None:
    again, _, _ = packed(tmp_path, zipped(tmp_path / "levering.zip", dict(reversed(pictures().items()))))
    assert kept(again) == kept(made[0])
    paths = [name.casefold() for name in tree(again.captures)]
    assert len(set(paths)) == len(paths)


# --- media, web archives, deliveries ---------------------------------------------------------------------------------


def citizen(handle: str) -> dict[str, str]:
    return {"type": "Mention", "name": f"@{handle}@elders.example", "href": f"https://elders.example/users/{handle}"}


def test_a_post_still_has_its_medium(tmp_path: Path) -> None:
    where = f"media_attachments/{HANDLE}/Foto {HANDLE}.png"
    picture = {"type": "Document", "mediaType": "image/png", "url": where, "name": "een punt"}
    said = note(1, "Dag", attachment=[picture], tag=[citizen(HANDLE)])
    made = packed(tmp_path, zipped(tmp_path / "archief.zip", {**mastodon([said]), where: PNG}))
    package = made[0]
    (post,) = [item for item in items(package) if isinstance(item, PostHistory)]
    (medium,) = post.latest.media or ()
    assert medium.path is not None
    assert medium.path.endswith("/media_attachments/folder-0002/file-0004.png")
    assert package.path(medium.path).read_bytes() == PNG
    assert codes(told(made)) == []


def web(tmp_path: Path, name: str, data: bytes) -> Package:
    """The package of @stad of a web archive, with a citizen mentioned by it and a second account."""
    rows = "platform;native_id;handle;kind;list;category\nx;7;stad;corporate;lijst;1\nx;8;regio;corporate;lijst;1\n"
    (tmp_path / "register.csv").write_text(rows)
    (tmp_path / "selection-list.csv").write_text("list,version,category,value\nlijst,2020,1,B\n")
    ingest([folder(tmp_path, {name: data})], tmp_path / "out", Settings(base=str(tmp_path)), Quiet())
    return packages(tmp_path / "out")["stad"]


def pages() -> list[tuple[str, bytes, str]]:
    user = {"id_str": NUMBER, "screen_name": HANDLE, "name": NAME, "indices": [0, 16]}
    mentioning = tweet(1, full_text=f"@{HANDLE} goedemorgen", entities={"user_mentions": [user]})
    return [page_of(mentioning), page_of(tweet(2, 8), author=8)]


def test_who_takes_part_in_another_package_only_is_not_told_of(tmp_path: Path) -> None:
    """A citizen who answered one account is in the name of a file that has posts of another one too."""
    author = {"id_str": NUMBER, "id": int(NUMBER), "screen_name": HANDLE, "name": NAME}
    reply = tweet(3, 99, user=author, in_reply_to_status_id_str="2", in_reply_to_user_id_str="8")
    data = lines(tweet(1), tweet(2, 8), reply)
    assert [one.platform for one in items(web(tmp_path, f"{NAME}.jsonl", data)) if isinstance(one, PostHistory)] == [
        "x"
    ]
    found = packages(tmp_path / "out")
    assert {name: [path.name for path in one.captures.glob("*/*")] for name, one in found.items()} == {
        "stad": ["file-0001.jsonl"],
        "regio": ["file-0001.jsonl"],
    }


@pytest.mark.parametrize("packed_", [True, False])
def test_a_web_archive_gives_way_and_posts_point_into_it(tmp_path: Path, packed_: bool) -> None:  # noqa: FBT001 -- a case
    package = web(tmp_path, f"{NAME}/{HANDLE}.warc{'.gz' if packed_ else ''}", written(pages(), packed=packed_))
    (path,) = [path for path in package.captures.rglob("*") if path.is_file()]
    assert (
        path.relative_to(package.captures).as_posix().endswith(f"folder-0001/file-0001.warc{'.gz' if packed_ else ''}")
    )
    assert [one for one in validate_path(package.root) if one.severity == "error"] == []
    ((post,),) = [[one for one in items(package) if isinstance(one, PostHistory)]]
    assert {one.path for one in evidence_in(post)} == {path.relative_to(package.root).as_posix()}
    assert codes(told((package, Settings(base=str(tmp_path)), Keys(tmp_path / "geen")))) == []


def test_what_is_taken_out_of_a_web_archive_gives_way_too(tmp_path: Path) -> None:
    data = wacz(written(pages(), packed=True), inner=f"{HANDLE}.warc.gz")
    package = web(tmp_path, f"{HANDLE}.wacz", data)
    (path,) = [path for path in package.captures.rglob("*") if path.is_file()]
    assert path.relative_to(package.captures).as_posix().endswith("file-0001.wacz/archive/file-0001.warc.gz")
    whole, inner = read_record(package.record).delivered[0].members
    assert (whole.path, inner.path) == (f"{HANDLE}.wacz", f"{HANDLE}.wacz/archive/{HANDLE}.warc.gz")
    assert codes(told((package, Settings(base=str(tmp_path)), Keys(tmp_path / "geen")))) == []


def test_a_delivery_gives_way_too(tmp_path: Path) -> None:
    """Its name is told by events, findings and the report; the record keeps it."""
    other = tree(folder(tmp_path, pictures()))
    (tmp_path / "bundels").mkdir()
    zipped(tmp_path / "bundels" / f"Opname van {NAME}.zip", {"api/pagina.json": page()})
    zipped(tmp_path / "bundels" / "schermen.zip", {name: data for name, data in other.items() if "scherm" in name})
    made = packed(tmp_path, tmp_path / "bundels")
    package = made[0]
    assert codes(told(made)) == []
    assert f"Opname van {NAME}.zip" in {one.name for one in read_record(package.record).delivered}
    assert "delivery-0002.zip" in (package.sma / "report.html").read_text()
    report = json.loads((package.sma / "report.json").read_bytes())
    assert {one["name"] for one in report["package"]["delivered"]} == {"delivery-0002.zip", "schermen.zip"}
    assert "received: delivery-0002.zip" in package.all_events.read_text()


def test_what_is_told_of_a_file_tells_of_nobody(tmp_path: Path) -> None:
    """Findings of steps before the name gave way; also of files that are not taken."""
    broken = page() + b'\n{"data": [\n'
    contents = {f"{NAME}/{HANDLE}.jsonl": broken, "notities.json": b"{}"}
    made = packed(tmp_path, folder(tmp_path, contents), policies=ACCEPTED)
    findings = json.loads(made[0].all_findings.read_bytes())
    shown = json.dumps([one for one in findings if one["code"] != "SMA-P019"])
    assert "folder-0001/file-0001.jsonl" in shown
    assert codes(told(made)) == []


# --- by themselves ---------------------------------------------------------------------------------------------------


def tells(*needles: str) -> Callable[[str], bool]:
    search = Search([Needle(one, "name", "p") for one in needles])
    return lambda text: any(True for _ in search.found(text))


def test_files_that_differ_in_their_endings_alone_keep_together() -> None:
    members = ["a.png", "wies verzonnen.mp4", "wies verzonnen.info.json", "wies verzonnen 2.mp4", "z.WARC.gz"]
    naming = Naming(members, tells("wies verzonnen"))
    assert [naming.named(one).kept for one in members] == [
        "a.png",
        "file-0002.mp4",
        "file-0002.info.json",
        "file-0003.mp4",
        "z.WARC.gz",
    ]


def test_an_ending_that_says_nothing_of_the_format_goes() -> None:
    assert Naming(["foto.wies.verzonnen"], tells("wies verzonnen")).named("foto.wies.verzonnen").kept == "file-0001"


def test_numbers_meet_no_delivered_name() -> None:
    members = ["file-0002.png", "folder-0001/a.png", "wies verzonnen/a.png", "wies verzonnen.png"]
    named = [Naming(members, tells("wies verzonnen")).named(one).kept for one in members]
    assert named == ["file-0002.png", "folder-0001/a.png", "numbered-folder-0002/a.png", "numbered-file-0003.png"]


PARTS = st.lists(
    st.sampled_from(["a", "Wies Verzonnen", "wies", "verzonnen", "x.png", "file-0001"]), min_size=1, max_size=4
)


@given(st.lists(PARTS.map("/".join), min_size=1, max_size=9, unique=True))
def test_nobody_is_told_of_and_names_do_not_depend_on_the_order(members: list[str]) -> None:
    telling = tells("wies verzonnen")
    kept = [Naming(members, telling).named(one).kept for one in members]
    assert not [one for one in kept if telling(one)]
    assert [Naming(reversed(members), telling).named(one).kept for one in members] == kept


def test_the_account_itself_and_registered_accounts_are_no_third_parties(made: tuple[Package, Settings, Keys]) -> None:
    def names(*shown: Shown) -> FileNames:
        parties = ThirdParties(items(made[0]), shown, {})
        return FileNames(parties.needles, parties.own)

    ours = Shown("x", "1", "gemeente")
    assert names(ours).tell(f"{NUMBER}.png")
    assert names(ours).tell(HANDLE)
    assert not names(ours).tell("gemeente/20.png")
    assert not names(ours, Shown("x", NUMBER, HANDLE)).tell(f"{NAME} {HANDLE} {NUMBER} {POST}.png")
    assert not names().tell("gemeente.png")


def test_words_of_exports_tell_of_nobody() -> None:
    names = FileNames([Needle(one, "handle", "p") for one in ("media", "Roos", "png", "123456")])
    assert [one for one in ("Roos.png", "roos en media.jpg") if not names.tell(one)] == []
    assert [one for one in ("media/a.png", "rooster.jpg", "123456.jpg") if names.tell(one)] == []


def test_texts_tell_of_files_by_their_numbers() -> None:
    instead = Instead([("map/Wies", "map/folder-0001"), ("wies.zip", "delivery-0002.zip")])
    assert instead.text("map/Wies/a.png") == "map/folder-0001/a.png"
    assert instead.text("received: wies.zip, louwies.zip") == "received: delivery-0002.zip, louwies.zip"
    assert instead.text("map/Wiesje") == "map/Wiesje"
    found = instead.finding(make("SMA-B016", path="map/Wies/a.png", reason="map/Wies/a.png is stuk"))
    assert (found.places[0].path, found.params["reason"]) == ("map/folder-0001/a.png", "map/folder-0001/a.png is stuk")
    assert list(deliveries(["a.zip", "wies.tar.gz"], tells("wies"))) == [("wies.tar.gz", "delivery-0002.tar.gz")]


def test_the_search_does_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    needles = [Needle(HANDLE, "handle", "p"), Needle(NAME, "name", "q"), Needle("anders_dan_7", "handle", "r")]
    text = f"x{HANDLE}y en niet anders"
    found = list(Search(needles).found(text))
    assert [one.needle.bearer for one in found] == ["q", "p"]
    monkeypatch.setitem(sys.modules, "ahocorasick", None)
    assert sorted(Search(needles).found(text)) == sorted(found)
