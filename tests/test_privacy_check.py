"""``sma privacy check``: whoever was planted is found, in every spelling and every record, and nobody is named."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finding_cases_privacy import BOTH, conversation
from making import ACTOR, PNG, mastodon, note, zipped
from sma_plugin.ingest import ingest
from sma_plugin.package import Package
from sma_plugin.package.files import read_json, write_json
from sma_plugin.privacy.check import Checked, checked
from sma_plugin.privacy.copying import write_copy
from sma_plugin.privacy.keys import By, Keys
from sma_plugin.privacy.review import questions_of
from sma_plugin.privacy.rulings import rulings
from sma_plugin.privacy.searching import Needle, Search
from sma_plugin.provenance import Stamps
from sma_plugin.readable.step import protect
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.selection.decision_table import write_questions
from sma_plugin.selection.records import AccessCopy, AccountRecord, PackageDecisions, Reference
from sma_plugin.settings import Paths, Role, Settings

NAME, HANDLE, NUMBER, POST = "Wies Verzonnen", "wies_verzonnen7", "9000000077", "7300000000000000077"
BY = By(Stamps("proef"), "archivaris", "proef")


def page() -> bytes:
    """A conversation whose replier has a name that no dictionary has."""
    told = conversation("Dag").decode().replace('"22222"', f'"{NUMBER}"').replace('"roos"', f'"{HANDLE}"')
    return told.replace('"Roos"', f'"{NAME}"').replace('"id": "30"', f'"id": "{POST}"').encode()


SAID = "Mail info@voorbeeldstad.example"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Package, Settings, Keys]:
    home = tmp_path_factory.mktemp("check")
    (home / "in.json").write_bytes(page())
    return packed(home, home / "in.json")


def packed(home: Path, bundle: Path, **more: Any) -> tuple[Package, Settings, Keys]:
    """The package of a delivery, with a copy for access."""
    (home / "register.csv").write_text(BOTH)
    (home / "selection-list.csv").write_text("list,version,category,value,term\nVoorbeeldlijst,2024,1.1,B,\n")
    (home / "besluiten").mkdir()
    keys = Keys(home / "sleutels" / "k")
    keys.new(BY)
    paths = Paths(key_file="sleutels/k", decisions="besluiten")
    settings = Settings(
        base=str(home), paths=paths, roles={"archivaris": Role(("review", "names", "audience"))}, **more
    )
    result = ingest([bundle], home / "out", settings, Quiet())
    return Package(result.packages[0].path), settings, keys


def told(made: tuple[Package, Settings, Keys]) -> Checked:
    return checked(*made)


def codes(result: Checked) -> list[str]:
    return [one.code for one in result.findings]


def test_a_package_as_it_is_made_names_nobody(made: tuple[Package, Settings, Keys]) -> None:
    result = told(made)
    assert codes(result) == []
    assert result.people == 1
    assert all(result.needles[sort] for sort in ("name", "handle", "id", "page"))
    assert result.texts > 500


SPELLINGS: list[Callable[[str], str]] = [
    str,
    str.upper,
    "\u200b".join,
    lambda one: "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in one),
    urllib.parse.quote_plus,
    lambda one: urllib.parse.quote(urllib.parse.quote(one)),
    lambda one: "".join(f"%{byte:02x}" for byte in one.encode()),
    lambda one: "".join(f"&#{ord(letter)};" for letter in one),
    lambda one: "".join(f"&#x{ord(letter):x};" for letter in one),
    lambda one: "".join(f"\\u{ord(letter):04x}" for letter in one),
    lambda one: one.replace("e", "é"),
    lambda one: one.replace("e", "e\u0301"),
    lambda one: one.replace(" ", "_").replace("_", "-"),
    lambda one: f"foto{one.replace(' ', '')}2024" if not one.isdecimal() else one,
]


@pytest.mark.parametrize("spelling", range(len(SPELLINGS)))
@pytest.mark.parametrize("planted", [NAME, HANDLE, NUMBER, POST])
def test_who_is_planted_in_a_copy_is_found_and_not_named(
    made: tuple[Package, Settings, Keys], planted: str, spelling: int
) -> None:
    package = made[0]
    path = package.access_posts
    before = path.read_bytes()
    lines = before.splitlines()
    line = json.loads(lines[-1])
    line["content"] = f"Zie {SPELLINGS[spelling](planted)} daar"
    path.write_bytes(b"\n".join([*lines[:-1], json.dumps(line).encode(), b""]))
    try:
        result = told(made)
    finally:
        path.write_bytes(before)
    assert codes(result) == ["SMA-P010"]
    shown = repr(result.findings)
    assert str(len(lines)) in shown
    assert not [one for one in (NAME, HANDLE, NUMBER, POST) if one in shown]


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("metadata/sma/mets.xml", 'LABEL="'),
        ("metadata/mdto/archiefstuk.MDTO.xml", "<naam>"),
        ("metadata/mdto/raadpleegkopie.MDTO.xml", "<naam>"),
        ("metadata/mets_structmap.xml", 'LABEL="'),
        ("metadata/premis.xml", "<premis:eventDetail>"),
        ("metadata/metadata.csv", "Sociale media "),
        ("metadata/sma/report.html", "<h1>"),
        ("metadata/sma/decisions.json", '"name": "'),
        ("metadata/sma/events.jsonl", '"detail":"'),
    ],
)
def test_who_is_planted_in_a_record_is_found(made: tuple[Package, Settings, Keys], name: str, before: str) -> None:
    path = made[0].path(name)
    kept = path.read_bytes()
    assert before.encode() in kept
    path.write_bytes(kept.replace(before.encode(), f"{before}{NAME} ".encode(), 1))
    try:
        assert codes(told(made)) == ["SMA-P010"]
    finally:
        path.write_bytes(kept)


@pytest.mark.parametrize("folder", ["captures/01-x-api", "derived/access"])
def test_who_is_in_the_name_of_a_file_is_found(made: tuple[Package, Settings, Keys], folder: str) -> None:
    path = made[0].objects / folder / f"reactie_{HANDLE}.png"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"")
    try:
        assert codes(told(made)) == ["SMA-P010"]
    finally:
        path.unlink()


def test_another_key_or_no_event_is_found(made: tuple[Package, Settings, Keys], tmp_path: Path) -> None:
    package, settings, _ = made
    before = package.access_posts.read_bytes(), package.all_events.read_bytes()
    try:
        other = Keys(tmp_path / "sleutels" / "k")
        other.new(BY)
        write_copy(package, tmp_path / "kopie", other, rulings(package, settings), Quiet())
        package.access_posts.write_bytes((tmp_path / "kopie" / "posts.jsonl").read_bytes())
        assert codes(told(made)) == ["SMA-P012"]
        stated = next(key for key in made[2])
        package.access_posts.write_bytes(
            package.access_posts.read_bytes().replace(other.current.id[2:].encode(), stated.id[2:].encode())  # type: ignore[union-attr]
        )
        assert codes(told(made)) == ["SMA-P014"]
        package.access_posts.write_bytes(before[0])
        events = [line for line in before[1].splitlines() if b'"redaction"' not in line]
        package.all_events.write_bytes(b"\n".join(events) + b"\n")
        assert codes(told(made)) == ["SMA-P013"]
    finally:
        package.access_posts.write_bytes(before[0])
        package.all_events.write_bytes(before[1])


@given(st.text("abcdefgéüßİ", min_size=3, max_size=9), st.sampled_from(SPELLINGS[:-1]), st.text(" .,#@/", min_size=1))
def test_the_search_finds_what_stands_there(word: str, spelling: Callable[[str], str], around: str) -> None:
    name = f"{word} proefman"
    found = Search([Needle(name, "name", "p")]).found(f"zie{around}{spelling(name)}{around}daar")
    assert [one.needle.bearer for one in found] == ["p"]


@given(st.text(max_size=60))
def test_the_search_finds_nobody_where_nobody_is(text: str) -> None:
    search = Search([Needle("Wies Verzonnen", "name", "p"), Needle("wies_verzonnen7", "handle", "p")])
    assert list(search.found(text)) == []


def test_a_list_goes_out_and_comes_back(tmp_path: Path) -> None:
    """What a person decides on a file and a word holds in the next copy, and is not asked again."""
    package, settings, keys = packed(tmp_path, zipped(tmp_path / "archief.zip", mastodon([note(1, SAID)])))
    put = list(questions_of(package, keys, rulings(package, settings)))
    files = [one for one in put if one.subject == "review"]
    words = [one for one in put if one.subject == "names"]
    assert [one.ask["nl"].partition(" in de")[0].rpartition("/")[2] for one in files] == ["avatar.png"]
    assert [one.id.rpartition("/")[2] for one in words] == ["info@voorbeeldstad.example"]
    write_questions(tmp_path / "leeg.csv", put, settings, "nl")
    head, *rows = (tmp_path / "leeg.csv").read_text("utf-8-sig").splitlines()
    filled = [row.removesuffix(";;;;") + ";{};archivaris;1-2-2026;Beoordeling 1" for row in rows]
    answers = {"review": "opnemen", "names": "laten staan"}
    told = [row.format(answers[row.partition("/")[0]]) for row in filled]
    (tmp_path / "besluiten" / "lijst.csv").write_text("\n".join([head, *told]), "utf-8")
    decided = rulings(package, settings)
    assert decided.asking.findings == []
    copied = write_copy(package, tmp_path / "kopie", keys, decided, Quiet())
    (shown,) = (tmp_path / "kopie").glob("medium-*.png")
    assert shown.read_bytes() == PNG
    text = (tmp_path / "kopie" / "posts.jsonl").read_text()
    assert ("info@voorbeeldstad.example" in text, shown.name in text, copied.left_out) == (True, True, [])
    assert list(questions_of(package, keys, decided)) == []
    avatar = next(package.captures.rglob("avatar.png"))
    avatar.write_bytes(b"een ander")
    (left,) = write_copy(package, tmp_path / "kopie", keys, decided, Quiet()).left_out
    assert (left.path, left.trouble) == (avatar.relative_to(package.root).as_posix(), "changed")
    assert not list((tmp_path / "kopie").glob("medium-*"))


def test_the_audience_is_decided_and_never_public_by_itself(tmp_path: Path) -> None:
    package, settings, keys = packed(tmp_path, zipped(tmp_path / "archief.zip", mastodon([note(1, "Dag")])))
    assert read_json(package.access_record, AccessCopy).audience == "custodian"
    rows = f"question;decided;role;date;ground\naudience/mastodon/{ACTOR};studiezaal;archivaris;1-2-2026;x\n"
    (tmp_path / "besluiten" / "a.csv").write_text(rows)
    assert protect(package, settings, Quiet()) is Outcome.OK
    assert read_json(package.access_record, AccessCopy).audience == "reading-room"
    (event,) = [one for one in package.events("protect") if one.type == "redaction"]
    assert "audience reading-room" in event.detail
    assert "decided reading-room" in str(event.note)
    assert keys.current is not None
    assert f"key {keys.current.id}" in event.detail
    assert keys.current.secret not in "".join(path.read_text() for path in package.access.glob("*.json*"))


def test_every_handle_that_a_registered_account_bore_stays(tmp_path: Path) -> None:
    """The account is known by its number; other corporate accounts by each name, also without a number."""
    register = (
        "platform,native_id,handle,kind,from,until\n"
        "x,1,vbstad,corporate,2020-01-01,\nx,1,gem_vbstad,corporate,2015-01-01,2019-12-31\n"
        "x,,vbs_een,hybrid,,\nx,,vbs_twee,hybrid,,\n"
    )
    (tmp_path / "register.csv").write_text(register, encoding="utf-8")
    package = Package(tmp_path / "pakket")
    account = AccountRecord("x", "9", "vbs_een", kind="hybrid", registered=True)
    write_json(package.decisions, PackageDecisions(account, "N", Reference("Serie")))
    found = rulings(package, Settings(base=str(tmp_path)))
    assert {(one.native_id, one.handle) for one in found.shown} == {("1", "vbstad"), ("1", "gem_vbstad")}
    asked = [one.id for one in found.asking.questions if one.subject == "office-holder"]
    assert asked == ["office-holder/x/9", "office-holder/x/vbs_twee"]
