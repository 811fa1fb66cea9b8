"""Folders, single files, zips and tars: listed and opened in place, with a finding for every fault."""

from __future__ import annotations

import gzip
import hashlib
import io
import random
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sma_plugin.bundle.archives import DAMAGE, ArchiveError
from sma_plugin.bundle.containers import Container, Folder, SingleFile
from sma_plugin.bundle.delivery import form_of, units_of
from sma_plugin.bundle.names import ascii_path, bundle_path, leads_out, told_apart
from sma_plugin.bundle.streams import Fixity, FrontierFile, GunzipStream, HashingStream
from sma_plugin.bundle.tars import Tar
from sma_plugin.bundle.zips import Zip

CONTENTS = {"outbox.json": b'{"a":1}' * 50, "media/photo 1.png": bytes(range(256)) * 40, "empty.txt": b""}


def make_zip(path: Path, contents: dict[str, bytes], **options: int) -> Path:
    with zipfile.ZipFile(path, "w", options.get("method", zipfile.ZIP_DEFLATED)) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return path


def make_tar(path: Path, contents: dict[str, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in contents.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def make_folder(path: Path, contents: dict[str, bytes]) -> Path:
    for name, data in contents.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def opened(path: Path, spool: Path) -> Container:
    return {
        "folder": lambda: Folder(path),
        "zip": lambda: Zip(path),
        "tar": lambda: Tar(path, spool, packed=False),
        "tar.gz": lambda: Tar(path, spool, packed=True),
        "file": lambda: SingleFile(path),
    }[form_of(path) if path.is_file() else "folder"]()


def content(container: Container, number: int = 0) -> bytes:
    with container.open(container.entries[number]) as stream:
        return stream.read()


def codes(container: Container) -> list[str]:
    return sorted(finding.code for finding in container.findings)


@pytest.fixture(params=["folder", "zip", "tar", "tar.gz"])
def delivery(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    make = {
        "folder": lambda: make_folder(tmp_path / "delivery", CONTENTS),
        "zip": lambda: make_zip(tmp_path / "delivery.zip", CONTENTS),
        "tar": lambda: make_tar(tmp_path / "delivery.tar", CONTENTS),
        "tar.gz": lambda: make_tar(tmp_path / "delivery.tar.gz", CONTENTS, "w:gz"),
    }
    return make[request.param]()


def test_every_container_gives_the_same_members(delivery: Path, tmp_path: Path) -> None:
    container = opened(delivery, tmp_path / "spool")
    found = {entry.path: content(container, number) for number, entry in enumerate(container.entries)}
    assert found == CONTENTS
    assert codes(container) == []
    container.close()


def test_an_archive_has_its_own_fixity_from_the_same_reading(delivery: Path, tmp_path: Path) -> None:
    container = opened(delivery, tmp_path / "spool")
    for entry in container.entries:
        container.approach(entry)
        with container.open(entry) as stream:
            stream.read()
    expected = hashlib.sha256(delivery.read_bytes()).hexdigest() if delivery.is_file() else None
    assert container.fixity() == expected
    container.close()


def test_a_tar_gz_that_was_listed_once_is_not_unpacked_again(tmp_path: Path) -> None:
    path = make_tar(tmp_path / "delivery.tar.gz", CONTENTS, "w:gz")
    first = Tar(path, tmp_path / "spool", packed=True)
    before = {entry.name: (tmp_path / "spool" / str(entry.order)).stat().st_mtime_ns for entry in first.entries}
    second = Tar(path, tmp_path / "spool", packed=True)
    after = {entry.name: (tmp_path / "spool" / str(entry.order)).stat().st_mtime_ns for entry in second.entries}
    assert before == after
    assert second.fixity() == hashlib.sha256(path.read_bytes()).hexdigest()
    first.close()
    second.close()


def test_a_single_file_is_its_own_member(tmp_path: Path) -> None:
    path = tmp_path / "tweets.jsonl"
    path.write_bytes(b"{}\n")
    container = opened(path, tmp_path)
    assert [(entry.path, entry.size) for entry in container.entries] == [("tweets.jsonl", 3)]


def test_names_that_lead_out_are_made_harmless(tmp_path: Path) -> None:
    container = Zip(make_zip(tmp_path / "a.zip", {"../../etc/passwd": b"x", "/abs": b"y", "C:\\windows\\z": b"z"}))
    assert [entry.path for entry in container.entries] == ["etc/passwd", "abs", "windows/z"]
    assert codes(container) == ["SMA-B004"] * 3


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_both_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.json", b"1")
        archive.writestr("a.json", b"2")
        archive.writestr("A.JSON", b"3")
    container = Zip(path)
    assert [(entry.path, content(container, number)) for number, entry in enumerate(container.entries)] == [
        ("a.json", b"1"),
        ("a.json~2", b"2"),
        ("A.JSON", b"3"),
    ]
    assert codes(container) == ["SMA-B006", "SMA-B007"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "d", {"a.json": b"{}"})
    (folder / "link.json").symlink_to("/etc/hostname")
    (folder / "up").symlink_to("..")
    container = Folder(folder)
    assert [entry.path for entry in container.entries] == ["a.json"]
    assert codes(container) == ["SMA-B005", "SMA-B005"]


def test_links_in_archives_are_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE):
            info = tarfile.TarInfo(f"member-{kind!r}")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert codes(Tar(path, tmp_path / "s", packed=False)) == ["SMA-B005"] * 3
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        info = zipfile.ZipInfo("link")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    container = Zip(tmp_path / "a.zip")
    assert (codes(container), container.entries) == (["SMA-B005"], [])


def test_a_bomb_is_not_read(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "bomb.zip", {"zeros.json": bytes(80 << 20), "good.json": b"{}"})
    container = Zip(path)
    assert codes(container) == ["SMA-B003"]
    assert [entry.path for entry in container.entries] == ["good.json"]


def test_encrypted_members_are_told(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"a.json": b"secret"}, method=zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert codes(Zip(path)) == ["SMA-B008"]


def test_headers_that_disagree_are_not_trusted(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"a.json": b"one", "b.json": b"two"}, method=zipfile.ZIP_STORED)
    data = path.read_bytes().replace(b"a.json", b"x.json", 1)
    path.write_bytes(data)
    container = Zip(path)
    assert codes(container) == ["SMA-B009"]
    assert [entry.path for entry in container.entries] == ["b.json"]


def test_a_zip_of_which_nothing_is_left_is_a_finding(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", CONTENTS)
    path.write_bytes(path.read_bytes()[:10])
    with pytest.raises(ArchiveError) as caught:
        Zip(path)
    assert caught.value.finding.code == "SMA-B002"


@pytest.mark.parametrize("cut", [200, -30, -1])
def test_a_zip_that_is_cut_off_gives_what_stands_before_the_cut(tmp_path: Path, cut: int) -> None:
    path = make_zip(tmp_path / "a.zip", CONTENTS)
    path.write_bytes(path.read_bytes()[:cut])
    container = Zip(path)
    assert codes(container) == ["SMA-B002"]
    assert content(container) == CONTENTS["outbox.json"]
    assert container.fixity() == hashlib.sha256(path.read_bytes()).hexdigest()
    container.close()


def test_a_name_that_is_no_text_costs_its_own_member_only(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"é.json": b"{}", "b.json": b"[]"})
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\xff\xfe"))
    container = Zip(path)
    assert codes(container) == ["SMA-B002"]
    assert [content(container, number) for number in range(2)] == [b"{}", b"[]"]


def test_a_zip_with_something_before_it_is_a_zip(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", CONTENTS)
    path.write_bytes(b"MZ programma" * 40 + path.read_bytes())
    assert form_of(path) == "zip"
    assert content(Zip(path)) == CONTENTS["outbox.json"]


@pytest.mark.parametrize("method", [9, 93, 99])
def test_a_member_packed_in_an_unknown_way_is_told_and_the_others_are_read(tmp_path: Path, method: int) -> None:
    path = make_zip(tmp_path / "a.zip", {"a.json": b"{}", "b.json": b"[]"})
    data = bytearray(path.read_bytes())
    data[8:10] = data[data.index(b"PK\x01\x02") + 10 : data.index(b"PK\x01\x02") + 12] = struct.pack("<H", method)
    path.write_bytes(data)
    container = Zip(path)
    assert codes(container) == ["SMA-B016"]
    assert content(container) == b"[]"


def with_header(data: bytes, name: str, at: int, value: bytes) -> bytes:
    """A tar with bytes of one member's header replaced."""
    start = next(place for place in range(0, len(data), 512) if data[place:].startswith(name.encode() + b"\0"))
    return data[: start + at] + value + data[start + at + len(value) :]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("member", ["a.json", "b.json"])
def test_a_damaged_header_in_a_tar_costs_its_own_member_only(tmp_path: Path, member: str, packed: bool) -> None:  # noqa: FBT001
    path = make_tar(tmp_path / "a.tar", {"a.json": b"{}", "b.json": b"[]", "c.json": b"3"})
    data = with_header(path.read_bytes(), member, 148, b"0000000\0")
    path.write_bytes(gzip.compress(data) if packed else data)
    container = Tar(path, tmp_path / "s", packed=packed)
    assert codes(container) == ["SMA-B002"]
    assert [entry.path for entry in container.entries] == [
        name for name in ("a.json", "b.json", "c.json") if name != member
    ]
    assert content(container, 1) == b"3"


@pytest.mark.parametrize(("cut", "wrong"), [(8, b"12345678"), (8, b""), (3, b""), (0, b"rommel")])
def test_a_tar_in_gzip_that_ends_badly_is_read_whole_and_told(tmp_path: Path, cut: int, wrong: bytes) -> None:
    path = make_tar(tmp_path / "a.tar.gz", CONTENTS, "w:gz")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) - cut] + wrong)
    container = Tar(path, tmp_path / "s", packed=True)
    assert codes(container) == ["SMA-B002"]
    assert [content(container, number) for number in range(3)] == list(CONTENTS.values())


def test_a_tar_in_gzip_that_is_cut_off_gives_the_part_of_a_member_that_is_there(tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(60_000)
    path = make_tar(tmp_path / "a.tar.gz", {"a.bin": noise}, "w:gz")
    path.write_bytes(path.read_bytes()[:30_000])
    container = Tar(path, tmp_path / "s", packed=True)
    part = content(container)
    assert len(part) > 20_000  # the library reads a tar in blocks
    assert noise.startswith(part)


def test_a_bomb_in_a_tar_is_not_unpacked(tmp_path: Path) -> None:
    path = make_tar(tmp_path / "a.tar.gz", {"nul.bin": bytes(200 << 20), "goed.json": b"{}"}, "w:gz")
    container = Tar(path, tmp_path / "s", packed=True)
    assert "SMA-B003" in codes(container)
    assert sum(file.stat().st_size for file in (tmp_path / "s").iterdir()) < 1 << 20


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_a_tar_that_is_cut_off_gives_what_stands_before_the_cut(tmp_path: Path, mode: str) -> None:
    noise = random.Random(1).randbytes(60_000)
    path = make_tar(tmp_path / "a.tar", {"first.json": b"{}", "second.bin": noise}, mode)
    path.write_bytes(path.read_bytes()[:30_000])
    container = Tar(path, tmp_path / "s", packed=mode == "w:gz")
    assert "SMA-B002" in codes(container)
    assert content(container) == b"{}"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_archives_never_raise_anything_else(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    kind = data.draw(st.sampled_from(["zip", "tar", "tar.gz"]))
    path = folder / f"a.{kind}"
    if kind == "zip":
        make_zip(path, CONTENTS)
    else:
        make_tar(path, CONTENTS, "w:gz" if kind == "tar.gz" else "w")
    damaged = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(damaged[: data.draw(st.integers(1, len(damaged)))])
    try:
        container = opened(path, folder / "spool")
    except ArchiveError:
        return
    for entry in container.entries:
        try:
            with container.open(entry) as stream:
                assert len(stream.read()) <= max(entry.size, 1 << 20)
        except DAMAGE:
            continue  # the step tells these as "could not be read"
    container.close()


def test_documents_that_are_zips_stay_whole(tmp_path: Path) -> None:
    wacz = make_zip(
        tmp_path / "a.wacz", {"datapackage.json": b"{}", "archive/data.warc": b"", "pages/pages.jsonl": b""}
    )
    office = make_zip(tmp_path / "a.docx", {"[Content_Types].xml": b"<x/>"})
    gz = tmp_path / "a.jsonl.gz"
    gz.write_bytes(gzip.compress(b"{}\n" * 300))
    assert [form_of(path) for path in (wacz, office, gz)] == ["file", "file", "file"]


def test_parts_of_one_export_are_one_group(tmp_path: Path) -> None:
    for name in ("export-part1.zip", "export-part2.zip", "other.zip"):
        make_zip(tmp_path / name, CONTENTS)
    units = units_of([tmp_path])
    groups = {unit.name: unit.group for unit in units}
    assert groups["export-part1.zip"] == groups["export-part2.zip"]
    assert len(set(groups.values())) == 3
    assert len({unit.prefix for unit in units if unit.form == "zip"}) == 3


def test_parts_of_an_export_of_meta_differ_in_their_code(tmp_path: Path) -> None:
    names = ("facebook-a-2026-03-06-AbCd1234", "facebook-a-2026-03-06-EfGh5678", "facebook-b-2026-03-06-AbCd1234")
    for name in names:
        make_zip(tmp_path / f"{name}.zip", CONTENTS)
    groups = {unit.name: unit.group for unit in units_of([tmp_path]) if unit.form == "zip"}
    first, second, other = (groups[f"{name}.zip"] for name in names)
    assert first == second != other


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a/./b", "a/b"), ("../..", "_"), ("a\\b", "a/b"), ("", "_"), ("C:/x", "x")],
)
def test_bundle_paths(name: str, expected: str) -> None:
    assert bundle_path(name) == expected


@settings(max_examples=80, deadline=None)
@given(st.lists(st.text(max_size=20), max_size=6))
def test_paths_are_always_inside_unique_and_ascii(names: list[str]) -> None:
    paths = [path for path, _ in told_apart(names)]
    assert len(set(paths)) == len(names)
    for path in paths:
        assert not leads_out(path)
        kept = ascii_path(path)
        assert kept.isascii()
        assert not set(kept) & set(" \"'<>:|?*\\&;$`(){}[]")
        assert all(part and not part.startswith(".") and len(part) <= 120 for part in kept.split("/"))


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=4000), st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 500)), max_size=8))
def test_the_frontier_hash_does_not_mind_how_it_is_read(data: bytes, reads: list[tuple[int, int]]) -> None:
    file = FrontierFile(io.BytesIO(data))
    for offset, size in reads:
        file.seek(offset)
        assert file.read(size) == data[offset : offset + size]
    assert file.finish() == Fixity(hashlib.sha256(data).hexdigest(), len(data), hashlib.sha256(data).hexdigest())


def test_closing_a_stream_early_still_gives_the_whole_hash() -> None:
    seen: list[Fixity] = []
    stream = HashingStream(io.BytesIO(b"abc" * 1000), seen.append, second="md5")
    assert stream.read(5) == b"abcab"
    stream.close()
    assert seen == [
        Fixity(hashlib.sha256(b"abc" * 1000).hexdigest(), 3000, hashlib.md5(b"abc" * 1000).hexdigest())  # noqa: S324
    ]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.binary(max_size=3000), min_size=1, max_size=4), st.integers(1, 700))
def test_gzip_of_any_number_of_members_is_undone(parts: list[bytes], size: int) -> None:
    stream = GunzipStream(io.BytesIO(b"".join(gzip.compress(part) for part in parts)))
    found = b""
    while chunk := stream.read(size):
        found += chunk
    assert found == b"".join(parts)
    assert stream.fault is None


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (gzip.compress(random.Random(2).randbytes(5000), mtime=0)[:3000], "truncated"),
        (gzip.compress(b"a", mtime=0) + b"garbage", "trailing bytes"),
        (gzip.compress(b"a", mtime=0) + bytes(512), None),
    ],
)
def test_damage_ends_a_gzip_stream_and_is_told(data: bytes, fault: str | None) -> None:
    stream = GunzipStream(io.BytesIO(data))
    while stream.read(1000):
        continue
    assert stream.fault == fault


def test_a_path_that_is_too_long_is_shortened_and_stays_its_own() -> None:
    deep = "/".join(["map" * 20] * 40)
    kept = {ascii_path(f"{deep}/{number}/bericht.json") for number in range(3)}
    assert len(kept) == 3
    assert all(len(path) <= 400 and path.endswith("/bericht.json") for path in kept)
