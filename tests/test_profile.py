"""What ``sma validate`` finds in a package that was changed after it was made, and in a METS by itself."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from msgspec.structs import replace

import describe_records as known
from describe_cases import described
from making import mastodon, note, zipped
from sma_plugin.findings import gather
from sma_plugin.ingest import ingest
from sma_plugin.model import Event
from sma_plugin.namespaces import ACCOUNT, CHARACTERISTICS
from sma_plugin.package import Package
from sma_plugin.package.files import read_json_lines
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.selection.records import Category
from sma_plugin.settings import Settings
from sma_plugin.validate.mets_stream import read_mets
from sma_plugin.validate.profile import rules
from sma_plugin.validate.selection_checks import check_selection
from sma_plugin.validate.step import validate, validate_path

PROFILES = Path(__file__).parent.parent / "mets_profiles"


@pytest.fixture(scope="module")
def mets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("profile")
    bundle = zipped(home / "in" / "archief.zip", mastodon())
    ingest([bundle], home / "out", Settings(undecided=True), Quiet())
    (root,) = [path for path in (home / "out").iterdir() if path.name != "for-depositor"]
    return Package(root).mets


def broken_rules(path: Path) -> set[str]:
    found = read_mets(path).findings
    return {str(finding.params["rule"]) if finding.code == "SMA-V010" else finding.code for finding in found}


def test_a_package_breaks_no_rule(mets: Path) -> None:
    assert broken_rules(mets) == set()


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda text: text[: len(text) // 2], "SMA-V001"),
        (lambda _text: "", "SMA-V001"),
        (lambda text: "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>" + text.split("?>", 1)[1], "SMA-V001"),
        (lambda _text: "<a>" * 5000, "SMA-V001"),
        (lambda text: re.sub(r'EXTENT="\d+"', f'EXTENT="{"9" * 6000}"', text), "SMA-V010"),
        (lambda text: re.sub(r'EXTENT="\d+"', 'EXTENT="²³"', text), "SMA-V010"),
        (lambda text: re.sub(r' SIZE="\d+"', f' SIZE="{"9" * 6000}"', text), "SMA-V010"),
        (lambda text: text.replace('unit="posts">3', 'unit="posts">²'), "SMA-V010"),
    ],
)
def test_a_damaged_or_hostile_mets_is_a_finding(
    damage: Callable[[str], str], code: str, mets: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "mets.xml"
    copy.write_text(damage(mets.read_text(encoding="utf-8")), encoding="utf-8")
    assert code in {finding.code for finding in validate_path(copy)}


Change = Callable[[Path], None]
NORMALISED = "objects/derived/normalised"
METS = "metadata/sma/mets.xml"


def changed(mets: Path, tmp_path: Path, name: str, change: Change) -> set[str]:
    """The codes of every error in a copy of the package in which one file was changed."""
    root = tmp_path / "package"
    shutil.copytree(mets.parent.parent.parent, root)
    change(root / name)
    return {finding.code for finding in gather(validate_path(root)) if finding.severity == "error"}


def replaced(pattern: str, replacement: str) -> Change:
    """A change of the first place where a pattern matches."""

    def change(path: Path) -> None:
        text, number = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), count=1)
        assert number == 1
        path.write_text(text, encoding="utf-8")

    return change


def moved(attribute: str, by: int, which: int) -> Change:
    """The begin or extent of one of the areas of the first post, moved by some bytes: 0 is its line, 1 its evidence."""

    def change(path: Path) -> None:
        tree = etree.parse(str(path))
        post = next(one for one in tree.iter("{*}div") if one.get("TYPE") == "post")
        areas = post.findall("{*}fptr/{*}area")
        areas[which].set(attribute, str(int(areas[which].get(attribute, "")) + by))
        tree.write(str(path), encoding="UTF-8", xml_declaration=True)

    return change


def with_post(change_post: Callable[[dict[str, Any]], None]) -> Change:
    """A change of one post in ``posts.jsonl``, of the same length where the change keeps it."""

    def change(path: Path) -> None:
        lines = path.read_bytes().splitlines()
        number = next(n for n, line in enumerate(lines) if json.loads(line)["sma:record"] == "post")
        post = json.loads(lines[number])
        change_post(post)
        lines[number] = json.dumps(post, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        path.write_bytes(b"\n".join(lines) + b"\n")

    return change


def measured(path: Path) -> None:
    record = json.loads(path.read_bytes())
    record["counts"]["posts"] += 1
    path.write_text(json.dumps(record), encoding="utf-8")


def shifted_evidence(post: dict[str, Any]) -> None:
    evidence = post["sma:versions"][0]["sma:evidence"][0]
    evidence["sma:offset"] += 1


@pytest.mark.parametrize(
    ("name", "change", "codes"),
    [
        ("objects/captures/extra.txt", lambda path: path.write_text("x"), {"SMA-V030", "SMA-V032"}),
        (f"{NORMALISED}/context.jsonld", Path.unlink, {"SMA-V031", "SMA-V032"}),
        (f"{NORMALISED}/context.jsonld", lambda path: path.write_text("{}"), {"SMA-V033"}),
        (f"{NORMALISED}/posts.jsonl", Path.unlink, {"SMA-V004", "SMA-V031", "SMA-V032"}),
        ("metadata/premis.xml", Path.unlink, {"SMA-V004"}),
        ("metadata/premis.xml", lambda path: path.write_text("<a>"), {"SMA-V001"}),
        ("metadata/premis.xml", replaced("messageDigest>[0-9a-f]{4}", "messageDigest>0000"), {"SMA-V038"}),
        ("metadata/mets_structmap.xml", replaced('CONTENTIDS="objects/', 'CONTENTIDS="objects/x/'), {"SMA-V038"}),
        ("metadata/mets_structmap.xml", replaced("<mets:structMap ", "<mets:map "), {"SMA-V001"}),
        ("metadata/rights.csv", replaced("objects/captures/", "objects/x/"), {"SMA-V038"}),
        ("metadata/rights.csv", replaced("file,", "bestand,"), {"SMA-V006"}),
        ("metadata/identifiers.json", replaced("objects/captures/", "objects/x/"), {"SMA-V038"}),
        ("metadata/identifiers.json", lambda path: path.write_text("[1"), {"SMA-V006"}),
        ("metadata/mdto/dossier.MDTO.xml", replaced("<naam>", "<naam>Ander "), {"SMA-V037"}),
        ("metadata/mdto/serie.MDTO.xml", Path.unlink, {"SMA-V004"}),
        ("metadata/sma/account.xml", replaced("<sma:kind>unknown", "<sma:kind>personal"), {"SMA-V037"}),
        ("metadata/sma/characteristics.json", measured, {"SMA-V035"}),
        (f"{NORMALISED}/posts.meta.json", replaced(r'"versions": ?\d+', '"versions":99'), {"SMA-V033", "SMA-V035"}),
        (f"{NORMALISED}/posts.meta.json", replaced(r'"lines": ?\d+', '"lines":99'), {"SMA-V033", "SMA-V034"}),
        (METS, Path.unlink, {"SMA-V004"}),
        (METS, replaced('unit="posts">3', 'unit="posts">4'), {"SMA-V010", "SMA-V035", "SMA-V037"}),
        (METS, moved("BEGIN", 1, 0), {"SMA-V020", "SMA-V024"}),
        (METS, moved("EXTENT", -1, 0), {"SMA-V020"}),
        (METS, moved("BEGIN", 1, 1), {"SMA-V022", "SMA-V023"}),
        (METS, moved("EXTENT", -1, 1), {"SMA-V022", "SMA-V023"}),
        (METS, replaced('(TYPE="post" LABEL=")[^"]*', r"\1iets anders"), {"SMA-V021"}),
        (f"{NORMALISED}/posts.jsonl", with_post(lambda post: post.update({"sma:audience": "direct"})), None),
        ("metadata/sma/captures.toml", lambda path: path.write_text("["), {"SMA-V006"}),
        ("metadata/sma/decisions.json", lambda path: path.write_text("{"), {"SMA-V006"}),
        ("metadata/sma/decisions.json", replaced('"value": ?"N"', '"value":"B"'), {"SMA-V039"}),
        ("metadata/sma/excluded.json", Path.unlink, {"SMA-V006"}),
        ("metadata/sma/captures.toml", lambda path: path.write_text("a=" + "[" * 5000), {"SMA-V006"}),
    ],
)
def test_a_package_that_was_changed_is_found_out(
    name: str, change: Change, codes: set[str] | None, mets: Path, tmp_path: Path
) -> None:
    found = changed(mets, tmp_path, name, change)
    assert found == codes if codes is not None else "SMA-V036" in found


def test_evidence_that_was_changed_is_found_out(mets: Path, tmp_path: Path) -> None:
    def swap(path: Path) -> None:
        data = path.read_bytes()
        path.write_bytes(data.replace(b"statuses/1", b"statuses/9").replace(b"@gemeente/1", b"@gemeente/9"))

    (outbox,) = (mets.parent.parent.parent / "objects").rglob("outbox.json")
    name = outbox.relative_to(mets.parent.parent.parent).as_posix()
    assert changed(mets, tmp_path, name, swap) == {"SMA-V022", "SMA-V033"}


def test_a_pointer_that_is_moved_everywhere_is_found_by_its_bytes(mets: Path, tmp_path: Path) -> None:
    """METS and posts agree, but the bytes are no whole post: what was kept is what counts."""
    moved("BEGIN", 1, 1)(copied := _copy(mets, tmp_path) / METS)
    posts = copied.parent.parent.parent / NORMALISED / "posts.jsonl"
    with_post(shifted_evidence)(posts)
    found = {finding.code for finding in validate_path(copied.parent.parent.parent) if finding.severity == "error"}
    assert "SMA-V022" in found
    assert "SMA-V023" not in found


def _copy(mets: Path, tmp_path: Path) -> Path:
    root = tmp_path / "package"
    shutil.copytree(mets.parent.parent.parent, root)
    return root


def test_a_kept_file_that_may_not_be_there_is_found_out(mets: Path, tmp_path: Path) -> None:
    """A list of likes under the name of a harmless file, with METS, checksums and disk all saying so."""
    root = _copy(mets, tmp_path)
    (old,) = root.rglob("actor.json")
    old.rename(old.with_name("likes.json"))
    for path in (root / METS, root / "metadata/checksum.sha256", root / "metadata/premis.xml"):
        path.write_text(path.read_text(encoding="utf-8").replace("actor.json", "likes.json"), encoding="utf-8")
    assert "SMA-V036" in {finding.code for finding in validate_path(root)}


def test_a_stored_package_is_found_in_its_aip(mets: Path, tmp_path: Path) -> None:
    """As Archivematica leaves it: a transfer's metadata among the objects, and files of its own beside them."""
    aip = tmp_path / "pakket-aip"
    shutil.copytree(mets.parent.parent.parent / "objects", aip / "data" / "objects")
    shutil.copytree(mets.parent.parent, aip / "data/objects/metadata/transfers/pakket-1")
    (aip / "data" / "METS.1.xml").write_text("<mets/>", encoding="utf-8")
    (aip / "data/objects/captures/afgeleid.mkv").write_bytes(b"")
    assert [one for one in validate_path(aip) if one.severity == "error"] == []
    (aip / "data" / NORMALISED / "context.jsonld").write_text("{}", encoding="utf-8")
    (picture, *_) = (aip / "data").rglob("*.png")
    picture.unlink()
    found = {one.code for one in validate_path(aip) if one.severity == "error"}
    assert found == {"SMA-V031", "SMA-V032", "SMA-V033"}


@pytest.mark.parametrize(
    ("listed", "codes"),
    [
        (known.CATEGORY, []),
        (replace(known.CATEGORY, value="V"), ["SMA-V040"]),
        (replace(known.CATEGORY, code="1.1"), ["SMA-V040"]),
        (replace(known.CATEGORY, list_version="1999", value="V"), []),
    ],
)
def test_a_value_is_held_against_the_selection_list_that_is_loaded(
    listed: Category, codes: list[str], tmp_path: Path
) -> None:
    """Value B of category 20.1.2: the list says so, says otherwise, lacks the category, or is another list."""
    package, _ = described(tmp_path)
    found = check_selection(package, read_mets(package.mets), [listed])
    assert [finding.code for finding in found] == codes


@pytest.mark.parametrize("name", ["leeg", "tekst.txt", "bestand.xml"])
def test_what_is_no_package_is_told_in_one_finding(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if "." in name:
        path.write_bytes(b"iets")
    else:
        path.mkdir()
    (finding,) = validate_path(path)
    assert finding.severity == "error"


@pytest.mark.parametrize("name", ["captures.toml", "decisions.json", "characteristics.json", "excluded.json"])
def test_the_step_ends_in_findings_where_a_record_cannot_be_read(name: str, mets: Path, tmp_path: Path) -> None:
    root = _copy(mets, tmp_path)
    (root / "metadata" / "sma" / name).write_text("{", encoding="utf-8")
    assert validate(Package(root), Settings(), Quiet()) is Outcome.ERRORS
    assert "SMA-V006" in {finding.code for finding in Package(root).findings("validate")}


def test_the_events_say_who_did_what_with_which_role(mets: Path) -> None:
    """The owner's export came in a zip: made by nobody known, received by the archive, unpacked and read by us."""
    events = {one.type: one for one in read_json_lines(Package(mets.parent.parent.parent).all_events, Event)}
    assert events["creation"].agents == ()
    assert [agent.role for agent in events["transfer"].agents] == ["implementer", "executing program"]
    assert [agent.name for agent in events["unpacking"].agents] == ["sma-plugin"]
    tree = etree.parse(str(mets))
    assert tree.xpath("//*[local-name()='agentName'][. = 'niet vastgesteld']")
    made = next(one for one in tree.iter("{*}event") if one.findtext("{*}eventType") == "normalization")
    roles = [one.text for one in made.iterfind("{*}linkingObjectIdentifier/{*}linkingObjectRole")]
    assert sorted(roles) == ["outcome", "source"]
    opname = [one for one in tree.iter("{*}event") if one.findtext("{*}eventType/{*}begripLabel") == "Export"]
    assert [one.findtext("{*}eventTijd") for one in opname] == [None]


def test_a_file_of_which_nothing_belongs_to_a_package_is_not_in_it(tmp_path: Path) -> None:
    """Loose posts of two accounts in one delivery: each package has the files of its own account, none is empty."""

    def elsewhere(value: object) -> bytes:
        text = json.dumps(value).replace("/users/gemeente", "/users/ander").replace("/@gemeente", "/@ander")
        return text.replace("social.voorbeeldstad", "elders").encode()

    bundle = tmp_path / "in"
    zipped(bundle / "archief.zip", mastodon())
    (bundle / "een.json").write_text(json.dumps(note(7, "los")), encoding="utf-8")
    (bundle / "twee.json").write_bytes(elsewhere(note(8, "elders")))
    (bundle / "actor-ander.json").write_bytes(elsewhere(json.loads(mastodon()["actor.json"])))
    ingest([bundle], tmp_path / "out", Settings(undecided=True), Quiet())
    assert sorted(path.name for path in (tmp_path / "out").rglob("objects/captures/0[12]*/*.json")) == [
        "actor-ander.json",
        "een.json",
        "twee.json",
    ]
    assert all(path.stat().st_size for path in (tmp_path / "out").rglob("objects/captures/*/*"))


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
