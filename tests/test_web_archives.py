"""WARC to uncompressed WARC 1.1 and WACZ to its WARC files, read by other people's programs before and after."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import fastwarc
import pytest
import zstandard
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker
from warcio.exceptions import ArchiveLoadFailed

from sma_plugin.bundle import warc
from sma_plugin.formats.conversion import Converted, MissingToolError, NotConvertibleError, command
from sma_plugin.formats.identify import identify
from sma_plugin.formats.plain_warc import to_warc
from sma_plugin.formats.wacz_members import to_plain_warcs, to_warcs
from sma_plugin.preferred.policy import policies_named
from sma_plugin.settings import Settings
from test_warc import ARC_HEAD
from warc_builders import SITE, members, record, sha1, wacz, warcinfo, written

PAGES = [(f"{SITE}/{number}", f"<p>Pagina {number} 🚲 é</p>".encode(), "text/html") for number in range(5)]
RECORDS = written(PAGES, packed=False)
PACKED = written(PAGES, packed=True)
AGAIN = "http://netpreserve.org/warc/%s/revisit/identical-payload-digest"
Row = tuple[str, str | None, str | None, str | None, str | None, bytes]


def rows(path: Path) -> list[Row]:
    """Type, identifier, address, date, payload digest and block of every record but warcinfo, by warcio."""
    found = []
    with path.open("rb") as stream:
        for one in ArchiveIterator(stream, no_record_parse=True):
            get = one.rec_headers.get_header
            names = ("WARC-Record-ID", "WARC-Target-URI", "WARC-Date", "WARC-Payload-Digest")
            values = [get(name) for name in names]
            if one.rec_type != "warcinfo":
                found.append((one.rec_type, *values, one.raw_stream.read()))
    return found


def by_fastwarc(path: Path) -> list[tuple[str, str | None, str]]:
    """Identifier, address and block of every record but warcinfo, by FastWARC, which agrees with every block digest."""
    with path.open("rb") as stream:
        walk = fastwarc.ArchiveIterator(stream, parse_http=False, strict_mode=False)
        found = []
        for one in walk:
            assert one.verify_block_digest() or "WARC-Block-Digest" not in one.headers
            if one.record_type != fastwarc.WarcRecordType.warcinfo:
                uri = (one.headers.get("WARC-Target-URI") or "").strip("<>")
                found.append((one.record_id, uri, hashlib.sha256(one.reader.read()).hexdigest()))
    return found


def sound(path: Path) -> bool:
    """Whether warcio agrees with every length and digest."""
    return Checker(type("Options", (), {"inputs": [str(path)], "verbose": False})()).process_all() == 0


def converted(data: bytes, folder: Path) -> tuple[Path, Path, Converted]:
    source, target = folder / "web.warc.gz", folder / "web.warc"
    source.write_bytes(data)
    return source, target, to_warc(source, target)


def infos(path: Path) -> list[tuple[str, str, bytes]]:
    """Identifier, file name and block of every warcinfo record."""
    found = []
    with path.open("rb") as stream:
        for one in ArchiveIterator(stream, no_record_parse=True):
            get = one.rec_headers.get_header
            if one.rec_type == "warcinfo":
                found.append((get("WARC-Record-ID"), get("WARC-Filename"), one.raw_stream.read()))
    return found


@pytest.mark.parametrize("data", [RECORDS, PACKED, gzip.compress(RECORDS)], ids=["plain", "packed", "one member"])
def test_every_record_is_the_same_before_and_after(data: bytes, tmp_path: Path) -> None:
    _, target, told = converted(data, tmp_path)
    whole = tmp_path / "whole.warc"
    whole.write_bytes(RECORDS if data != PACKED else gzip.decompress(PACKED))
    assert rows(target) == rows(whole)
    assert by_fastwarc(target) == by_fastwarc(whole)
    assert sound(target)
    assert target.read_bytes().count(b"WARC/1.1\r\n") == 11
    assert told.before == told.after
    assert (told.before["records"], told.before["response"], told.before["request"]) == (10, 5, 5)


def test_every_captured_file_is_the_same_or_refused(samples: Path, tmp_path: Path) -> None:
    refused, equal = [], []
    for number, path in enumerate(sorted([*samples.rglob("*.warc"), *samples.rglob("*.warc.gz")])):
        target = tmp_path / f"{number}.warc"
        try:
            told = to_warc(path, target)
        except NotConvertibleError:
            refused.append(path.name)
            continue
        assert told.before == told.after
        if same(path, target):
            equal.append(path.name)
    assert [name for name in refused if not name.startswith(("invalid-", "example-bad-"))] == []
    assert len(equal) > 20


def same(path: Path, target: Path) -> bool:
    """Whether two other programs read the same; not asked where they cannot read what was captured."""
    try:
        before, other = rows(path), by_fastwarc(path)
    except (ArchiveLoadFailed, AssertionError, AttributeError, OSError):
        return False
    if not all(one[0] and one[3] for one in before):  # fields that go on in a next line
        return False
    assert rows(target) == before
    assert by_fastwarc(target) == other
    return True


def test_the_file_says_what_was_done_and_of_which_file(tmp_path: Path) -> None:
    info = record(
        "warcinfo",
        b"software: vastlegger/1.0\r\nformat: WARC File Format 1.0\r\nconformsTo: http://oud.example/\r\n\r\n",
        number=7,
        version="WARC/1.0",
        url=None,
        Content_Type="application/warc-fields",
        WARC_Filename="web.warc.gz",
    )
    mine = "<urn:uuid:00000000-0000-4000-8000-000000000007>"
    page = record(version="WARC/1.0", url=f"<{SITE}/>", WARC_Warcinfo_ID=mine)
    source, target, _ = converted(members(info, page), tmp_path)
    ((identifier, name, block),) = infos(target)
    lines = block.decode().splitlines()
    assert lines[:3] == [
        "software: vastlegger/1.0",
        "format: WARC File Format 1.1",
        "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    ]
    assert lines[3:5] == [
        f"derived-from: sha256:{hashlib.sha256(source.read_bytes()).hexdigest()}",
        "derived-from-filename: web.warc.gz",
    ]
    assert lines[5].startswith("conversion: every record written again, uncompressed")
    assert (name, identifier != mine) == ("web.warc", True)
    assert f"WARC-Warcinfo-ID: {identifier}\r\n".encode() in target.read_bytes()
    assert f"WARC-Target-URI: {SITE}/\r\n".encode() in target.read_bytes()
    assert sound(target)


def test_a_file_without_a_warcinfo_gets_one(tmp_path: Path) -> None:
    _, target, told = converted(record(), tmp_path)
    ((_, name, block),) = infos(target)
    assert (name, block.startswith(b"format: WARC File Format 1.1\r\nderived-from: sha256:")) == ("web.warc", True)
    assert told.before["records"] == 1
    assert "warcinfo" not in told.after


def test_what_is_no_lines_of_fields_is_not_extended(tmp_path: Path) -> None:
    info = record("warcinfo", b'{"a": 1}', number=0, url=None, Content_Type="application/json")
    _, target, _ = converted(info + record(), tmp_path)
    assert [block for _, _, block in infos(target)][1] == b'{"a": 1}'


def test_digests_are_added_kept_and_never_put_right(tmp_path: Path) -> None:
    block = b"HTTP/1.1 200 OK\r\n\r\ndag"
    without, wrong = record(block=block), record(block=block, number=2, WARC_Block_Digest=sha1(b"anders"))
    _, target, _ = converted(warcinfo() + without + wrong, tmp_path)
    with target.open("rb") as stream:
        digests = [
            one.rec_headers.get_header("WARC-Block-Digest") for one in ArchiveIterator(stream, no_record_parse=True)
        ]
    assert digests[1].startswith("sha256:")
    assert digests[2] == sha1(b"anders")
    assert not sound(target)  # the second, as it was


def test_a_revisit_names_the_profile_of_its_version(tmp_path: Path) -> None:
    again = record(
        "revisit",
        b"HTTP/1.1 200 OK\r\n\r\n",
        number=2,
        version="WARC/1.0",
        WARC_Profile=AGAIN % "1.0",
        WARC_Payload_Digest=sha1(b"dag"),
        WARC_Refers_To="urn:uuid:00000000-0000-4000-8000-000000000001",
    )
    _, target, _ = converted(warcinfo() + record() + again, tmp_path)
    data = target.read_bytes()
    assert f"WARC-Profile: {AGAIN % '1.1'}\r\n".encode() in data
    assert b"WARC-Refers-To: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\n" in data
    assert f"WARC-Payload-Digest: {sha1(b'dag')}\r\n".encode() in data


def test_a_large_record_passes_without_being_held(tmp_path: Path) -> None:
    body = b"HTTP/1.1 200 OK\r\n\r\n" + bytes(range(256)) * (9 << 12)
    _, target, told = converted(members(warcinfo(), record(block=body), record(number=2)), tmp_path)
    assert [row[-1] == body for row in rows(target)] == [True, False]
    assert sound(target)
    assert told.after["records"] == 3


CUT = PACKED[:-40]
BROKEN = {
    "arc": b"filedesc://a.arc 0.0.0.0 20240301100000 text/plain %d\n" % len(ARC_HEAD) + ARC_HEAD + b"\n",
    "empty": b"",
    "text": b"Dit is geen webarchief.",
    "cut off": RECORDS[:-40],
    "cut off in gzip": CUT,
    "damaged gzip": PACKED[:300] + b"\0\0\0\0" + PACKED[304:],
    "bytes of no record": warcinfo() + b"rommel\r\n" + record(),
    "a length too great": warcinfo() + record(Content_Length="4000") + record(number=2),
    "no length": warcinfo() + record(Content_Length=None) + record(number=2),
    "two dates": record().replace(b"WARC-Date:", b"WARC-Date: 2020-01-01T00:00:00Z\r\nWARC-Date:"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_of_a_damaged_file_nothing_is_made(name: str, tmp_path: Path) -> None:
    with pytest.raises(NotConvertibleError):
        converted(BROKEN[name], tmp_path)


def test_a_loss_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that leaves out a byte of one record's block is found out."""
    original = warc.Record.close
    lost = iter([True])

    def close(self: warc.Record) -> None:
        if self.type == "response" and next(lost, False):
            self.date = "2001-01-01T00:00:00Z"
        original(self)

    monkeypatch.setattr(warc.Record, "close", close)
    with pytest.raises(NotConvertibleError, match="not the same"):
        converted(RECORDS, tmp_path)


def test_zstandard_asks_for_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sma_plugin.bundle.warc_zstd.library", lambda: None)
    with pytest.raises(MissingToolError) as caught:
        converted(b"\x28\xb5\x2f\xfd" + b"0" * 40, tmp_path)
    assert "sma-plugin[web]" in caught.value.remedy.nl


def test_a_wacz_gives_its_warc_files_as_they_are(tmp_path: Path) -> None:
    source, target = tmp_path / "web.wacz", tmp_path / "warcs"
    source.write_bytes(wacz(PACKED, archive__data_dot_warc=RECORDS, **{"archive__b__..__data.warc.gz": PACKED}))
    told = to_warcs(source, target)
    made = {path.name: path.read_bytes() for path in target.iterdir()}
    assert made == {"data.warc.gz": PACKED, "2-data.warc": RECORDS, "3-data.warc.gz": PACKED}
    assert told.before == told.after
    assert told.before["files"] == 3


def test_a_wacz_gives_its_warc_files_in_version_1_1(tmp_path: Path) -> None:
    source, target = tmp_path / "web.wacz", tmp_path / "warcs"
    source.write_bytes(wacz(PACKED, method=zipfile.ZIP_DEFLATED, archive__data_dot_warc=RECORDS))
    told = to_plain_warcs(source, target)
    assert sorted(path.name for path in target.iterdir()) == ["2-data.warc", "data.warc"]
    assert all(sound(path) for path in target.iterdir())
    assert told.before == told.after
    assert told.before["data.warc.gz response"] == 5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["warcs", "web.wacz"]


def damaged() -> bytes:
    data = wacz(PACKED)
    return data.replace(PACKED[200:210], b"0123456789", 1)


@pytest.mark.parametrize("convert", [to_warcs, to_plain_warcs])
@pytest.mark.parametrize(
    "data", [wacz(b"REMOVE", index=b""), damaged(), b"geen zip"], ids=["none", "damaged", "no zip"]
)
def test_a_wacz_that_is_not_whole_gives_nothing(
    convert: Callable[[Path, Path], Converted], data: bytes, tmp_path: Path
) -> None:
    source = tmp_path / "web.wacz"
    source.write_bytes(data)
    with pytest.raises(NotConvertibleError):
        convert(source, tmp_path / "warcs")


def test_the_commands_call_them(tmp_path: Path) -> None:
    source = tmp_path / "web.warc.gz"
    source.write_bytes(PACKED)
    command("warc-to-warc-1.1").convert(source, tmp_path / "web.warc")
    assert len(list(ArchiveIterator(io.BytesIO((tmp_path / "web.warc").read_bytes())))) == 11
    source.write_bytes(wacz(PACKED))
    command("wacz-to-warcs").convert(source, tmp_path / "a")
    command("wacz-to-warc-1.1").convert(source, tmp_path / "b")
    assert [path.name for one in ("a", "b") for path in (tmp_path / one).iterdir()] == ["data.warc.gz", "data.warc"]


@pytest.mark.parametrize(
    ("name", "data", "ours"),
    [
        ("oud.warc.gz", gzip.compress(RECORDS.replace(b"WARC/1.1\r\n", b"WARC/1.0\r\n")), "sma-fmt/10"),
        ("nieuw.warc.gz", PACKED, "sma-fmt/11"),
        ("nieuw.warc", PACKED, "sma-fmt/11"),
        ("nieuw.warc.zst", zstandard.compress(RECORDS), "sma-fmt/14"),
    ],
)
def test_web_archives_of_every_compression_are_converted_to_what_the_policy_prefers(
    tmp_path: Path, name: str, data: bytes, ours: str
) -> None:
    source, target = tmp_path / name, tmp_path / "web.warc"
    source.write_bytes(data)
    known = policies_named(Settings(), ("open-formats",))
    assert identify(source).puid == ours
    ruled = known.about(ours, name)
    assert ruled
    row = command(ruled.rule.command or "")
    assert row.takes(ours)
    row.convert(source, target)
    made = known.about(identify(target).puid, target.name)
    assert made
    assert ((identify(target).puid,), made.rule.status) == (row.gives, "preferred")
