"""Next month's delivery beside stored packages: known, changed, new, not found since; nothing stored is touched."""

from __future__ import annotations

import hashlib
import re
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from making import ACTOR, mastodon, note, zipped
from sma_plugin.findings import Finding
from sma_plugin.ingest import Result, ingest, with_choices
from sma_plugin.package import Package
from sma_plugin.package.files import read_json, write_json
from sma_plugin.package.improvement import Carried, Lack, Plan, Point
from sma_plugin.package.records import read_record
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import Settings
from sma_plugin.stored.opened import _unpack_7z
from sma_plugin.stored.records import Related
from sma_plugin.texts import UserError
from sma_plugin.validate.step import validate_path

ACTOR_PAGE = "https://social.voorbeeldstad.example/@gemeente"
MARCH: list[dict[str, Any]] = [note(number, f"bericht {number}") for number in range(1, 6)]
APRIL = [
    *MARCH[:2],
    note(4, "bericht 4 met een aanvulling", updated="2025-04-02T10:00:00Z"),
    MARCH[4],
    note(30, "nieuw"),
]


def delivery(folder: Path, day: str, posts: list[dict[str, Any]]) -> Path:
    path = zipped(folder / f"{day}.zip", mastodon(posts))
    declared = f'captured = "{day}"\ntechnique = "platform-export"\n'
    path.with_suffix(".capture.toml").write_text(declared, encoding="utf-8")
    return path


def run(bundle: Path, out: Path, *previous: Path, force: bool = False) -> Result:
    settings = with_choices(Settings(), undecided=True, previous=previous)
    return ingest([bundle], out, settings, Quiet(), force=force)


def codes(findings: list[Finding]) -> set[str]:
    return {one.code for one in findings}


@pytest.fixture(scope="module")
def march(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("march")
    (package,) = run(delivery(folder / "in", "2025-04-01", MARCH), folder / "out").packages
    return package.path


def related(result: Result) -> Related:
    (package,) = result.packages
    return msgspec.json.decode(Package(package.path).previous.read_bytes(), type=Related)


def digests(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        str(path): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def check(found: Related, march: Path) -> None:
    numbers = {name: [one.rpartition("/")[2] for one in values] for name, values in (("new", found.new),)}
    assert numbers == {"new": ["30"]}
    assert found.counts == {"known": 4, "changed": 1, "new": 1, "not found": 1, "deleted": 0, "not covered": 0}
    assert [(one.native_id.rpartition("/")[2], one.fields) for one in found.changed] == [("4", ("text",))]
    (gone,) = found.not_found
    assert (gone.native_id.rpartition("/")[2], gone.last, gone.since) == ("3", "2025-04-01", "2025-05-01")
    (predecessor,) = found.predecessors
    assert predecessor.name == march.name
    assert predecessor.posts_sha256 == hashlib.sha256(Package(march).posts.read_bytes()).hexdigest()


def test_a_delivery_is_related_to_a_stored_package_that_stays_as_it_is(march: Path, tmp_path: Path) -> None:
    before = digests(march.parent)
    result = run(delivery(tmp_path / "in", "2025-05-01", APRIL), tmp_path / "out", march)
    check(related(result), march)
    assert digests(march.parent) == before
    (package,) = result.packages
    assert {"SMA-H015", "SMA-H016"} <= codes(package.findings)
    assert not {one.code for one in package.findings if one.severity == "error"}
    assert result.outcome is Outcome.OK


def test_the_relation_stands_in_premis_mdto_events_and_report(march: Path, tmp_path: Path) -> None:
    (one,) = run(delivery(tmp_path / "in", "2025-05-01", APRIL), tmp_path / "out", march).packages
    package, earlier = Package(one.path), read_record(Package(march).record).package
    mets = package.mets.read_text(encoding="utf-8")
    sibling = mets[mets.index(">has Sibling<") :]
    assert f"<premis:relatedObjectIdentifierValue>{earlier.entity_id}<" in sibling[:600]
    record = next(path for path in package.mdto.glob("*.xml") if "Refereert aan" in path.read_text(encoding="utf-8"))
    assert earlier.entity_id in record.read_text(encoding="utf-8")
    assert earlier.id in package.all_events.read_text(encoding="utf-8")
    page = (package.sma / "report.html").read_text(encoding="utf-8")
    assert "niet meer aangetroffen" in page
    assert earlier.name in page
    assert [found.code for found in validate_path(package.root) if found.severity == "error"] == []


def as_zip(march: Path, to: Path) -> Path:
    return Path(shutil.make_archive(str(to / "pakket"), "zip", march.parent, march.name))


def as_tar(march: Path, to: Path) -> Path:
    with tarfile.open(to / "pakket.tar.gz", "w:gz") as archive:
        archive.add(march, march.name)
    return to / "pakket.tar.gz"


def as_7z(march: Path, to: Path) -> Path:
    py7zr = pytest.importorskip("py7zr")
    with py7zr.SevenZipFile(to / "pakket.7z", "w") as archive:
        archive.writeall(march, march.name)
    return to / "pakket.7z"


def test_a_7z_of_several_streams_is_opened_once(tmp_path: Path) -> None:
    """As Archivematica stores without compression; what is left open is an error in tests."""
    py7zr = pytest.importorskip("py7zr")
    for mode, name in (("w", "pakket/posts.jsonl"), ("a", "pakket/sma/mets.xml"), ("a", "pakket/sma/report.json")):
        with py7zr.SevenZipFile(tmp_path / "aip.7z", mode) as archive:
            archive.writestr(name, name)
    _unpack_7z(tmp_path / "aip.7z", tmp_path / "uit", re.compile("sma/"))
    found = {path.name: path.read_text() for path in (tmp_path / "uit").rglob("*") if path.is_file()}
    assert found == {"mets.xml": "pakket/sma/mets.xml", "report.json": "pakket/sma/report.json"}


def as_aip(march: Path, to: Path) -> Path:
    data = to / "aip-1234" / "data"
    shutil.copytree(march / "objects", data / "objects")
    shutil.copytree(march / "metadata", data / "objects" / "metadata" / "transfers" / march.name)
    posts = "data/objects/derived/normalised/posts.jsonl"
    digest = hashlib.sha256((to / "aip-1234" / posts).read_bytes()).hexdigest()
    (to / "aip-1234" / "manifest-sha256.txt").write_text(f"{digest}  {posts}\n", encoding="utf-8")
    return to / "aip-1234"


def as_aip_in_zip(march: Path, to: Path) -> Path:
    root = as_aip(march, to / "los")
    return Path(shutil.make_archive(str(to / "aip"), "zip", root.parent, root.name))


def as_mets(march: Path, to: Path) -> Path:
    shutil.copytree(march, to / "pakket")
    return to / "pakket" / "metadata" / "sma" / "mets.xml"


def as_folder(march: Path, to: Path) -> Path:
    shutil.copytree(march, to / "opslag" / "2025" / march.name)
    return to / "opslag"


FORMS = [as_zip, as_tar, as_7z, as_aip, as_aip_in_zip, as_mets, as_folder]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_a_package_is_found_in_whatever_holds_it(
    form: Callable[[Path, Path], Path], march: Path, tmp_path: Path
) -> None:
    stored = form(march, tmp_path)
    check(related(run(delivery(tmp_path / "in", "2025-05-01", APRIL), tmp_path / "out", stored, stored)), march)


def test_a_damaged_package_is_not_used_and_that_is_an_error(march: Path, tmp_path: Path) -> None:
    shutil.copytree(march, tmp_path / "pakket")
    posts = Package(tmp_path / "pakket").posts
    posts.write_bytes(posts.read_bytes().replace(b"bericht 2", b"bericht 8"))
    result = run(delivery(tmp_path / "in", "2025-05-01", APRIL), tmp_path / "out", tmp_path / "pakket")
    assert "SMA-H017" in codes(result.findings)
    assert result.outcome is Outcome.ERRORS
    assert not Package(result.packages[0].path).previous.exists()


def test_a_package_of_another_account_is_not_used(march: Path, tmp_path: Path) -> None:
    shutil.copytree(march, tmp_path / "pakket")
    record = Package(tmp_path / "pakket").record
    record.write_text(record.read_text(encoding="utf-8").replace("gemeente", "brandweer"), encoding="utf-8")
    result = run(delivery(tmp_path / "in", "2025-05-01", APRIL), tmp_path / "out", tmp_path / "pakket")
    assert "SMA-H018" in codes(result.findings)
    assert not Package(result.packages[0].path).previous.exists()


@pytest.mark.parametrize("name", ["weg", "leeg", "tekst.txt", "kapot.zip", "kapot.7z", "record"])
def test_what_is_no_package_is_refused_with_a_sentence(name: str, march: Path, tmp_path: Path) -> None:
    path = tmp_path / name
    if name == "leeg":
        path.mkdir()
    elif name == "record":
        shutil.copytree(march, path)
        Package(path).record.write_text("[package", encoding="utf-8")
    elif name == "kapot.zip":
        path.write_bytes(as_zip(march, tmp_path).read_bytes()[:-400])
    elif name != "weg":
        path.write_bytes(b"7z\xbc\xaf\x27\x1c kapot" if name.endswith("7z") else b"geen pakket")
    with pytest.raises(UserError) as refused:
        run(delivery(tmp_path / "in", "2025-05-01", APRIL), tmp_path / "out", path)
    assert str(path) in refused.value.sentence("nl")
    assert not (tmp_path / "out").exists()


def test_names_in_an_archive_lead_nowhere_else(march: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pakket.zip", "w") as archive:
        archive.write(Package(march).record, "../../elders/metadata/sma/captures.toml")
    with pytest.raises(UserError):
        run(delivery(tmp_path / "in", "2025-05-01", APRIL), tmp_path / "out", tmp_path / "pakket.zip")
    assert not list(tmp_path.rglob("elders"))


def test_the_same_command_leaves_the_package_alone_and_another_relation_asks_for_force(
    march: Path, tmp_path: Path
) -> None:
    bundle = delivery(tmp_path / "in", "2025-05-01", APRIL)
    (package,) = run(bundle, tmp_path / "out").packages
    with pytest.raises(UserError):
        run(bundle, tmp_path / "out", march)
    assert not Package(package.path).previous.exists()
    check(related(run(bundle, tmp_path / "out", march, force=True)), march)


def test_a_capture_that_claims_to_cover_nothing_tells_of_nothing_missing(march: Path, tmp_path: Path) -> None:
    bundle = delivery(tmp_path / "in", "2025-05-01", APRIL)
    declared = bundle.with_suffix(".capture.toml")
    declared.write_text(declared.read_text(encoding="utf-8").replace("platform-export", "api"), encoding="utf-8")
    found = related(run(bundle, tmp_path / "out", march))
    assert found.not_found == ()
    assert (found.counts["not found"], found.counts["not covered"]) == (0, 1)


# --- the improvement plan --------------------------------------------------------------------------------------------


def with_plan(march: Path, folder: Path, *posts: str) -> Path:
    """The package of March, in which five images lack, of these posts where any are named."""
    stored = folder / "bewaard"
    shutil.copytree(march, stored)
    known = read_record(Package(stored).record).package
    lack = Lack(known.id, known.name, "below minimum", "2025-03-01", "2025-03-31", 0, 5, posts=posts)
    point = Point("inhoud:afbeeldingen", {"nl": "afbeeldingen", "en": "images"}, (lack,), "2025-04-01")
    write_json(Package(stored).plan, Plan("mastodon", ACTOR, "@gemeente", known.id, (point,)))
    return stored


def test_points_of_a_stored_plan_come_into_the_next_package(march: Path, tmp_path: Path) -> None:
    stored = with_plan(march, tmp_path)
    (made,) = run(delivery(tmp_path / "in", "2025-05-01", APRIL), tmp_path / "out", stored).packages
    points = {one.id: one for one in read_json(Package(made.path).plan, Plan).points}
    assert points["inhoud:afbeeldingen"].lacks[0].package == read_record(Package(stored).record).package.id
    assert not points["inhoud:afbeeldingen"].ended


def test_it_is_told_which_of_the_posts_that_lacked_it_are_here_again(march: Path, tmp_path: Path) -> None:
    names = [str(one["object"]["id"]) for one in (MARCH[0], MARCH[2])]
    bundle = delivery(tmp_path / "in", "2025-05-01", APRIL)
    settings = with_choices(Settings(), undecided=True, previous=[with_plan(march, tmp_path, *names)])
    (made,) = ingest([bundle], tmp_path / "out", settings, Quiet(), keep=True).packages
    (left,) = tmp_path.rglob("compose/plan.json")
    carried = read_json(left, Carried)
    assert (carried.absent, carried.here) == (1, (names[0],))
    assert made.path.is_dir()


def test_a_stored_plan_that_cannot_be_read_is_told_and_stops_nothing(march: Path, tmp_path: Path) -> None:
    stored = with_plan(march, tmp_path)
    Package(stored).plan.write_bytes(b"{")
    result = run(delivery(tmp_path / "in", "2025-05-01", APRIL), tmp_path / "out", stored)
    assert "SMA-K036" in codes([*result.findings, *result.packages[0].findings])
