"""ARC as WARC 1.1: every record, in order, byte for byte; what is damaged or read otherwise is kept as it is."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from sma_plugin.bundle.warc import WarcWalk
from sma_plugin.formats import arc_records
from sma_plugin.formats.arc_records import LINE, to_warc
from sma_plugin.formats.conversion import Converted, MissingToolError, NotConvertibleError, command
from sma_plugin.formats.identify import identify

ABOUT = b"1 0 Voorbeeldstad\nURL IP-address Archive-date Content-type Archive-length\n"
WEB = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>De weg is dicht \xf0\x9f\x9a\xb2</p>\n\n"
NAMES = b"20240301100000\nvoorbeeldstad.example. 300 IN A 192.0.2.1\n"


def arc(
    *records: tuple[str, bytes], about: bytes = ABOUT, date: str = "20240301100000", closing: bytes = b"\n"
) -> list[bytes]:
    """An ARC file in pieces, one for each record; of each the address with what follows the date, and its block."""
    first = b"filedesc://a.arc 0.0.0.0 %s text/plain %d\n" % (date.encode(), len(about)) + about + closing
    made = [
        f"{where} 192.0.2.1 {date} {kind} {len(block)}\n".encode() + block + closing
        for (where, _, kind), block in ((named.partition(" "), block) for named, block in records)
    ]
    return [first, *made]


PIECES = arc(
    ("http://voorbeeldstad.example/?q=1 text/html", WEB),
    ("dns:voorbeeldstad.example text/dns", NAMES),
    ("http://voorbeeldstad.example/leeg no-type", b""),
    ("http://voorbeeldstad.example/ text/html", WEB * 9),
)


def converted(data: bytes, folder: Path, name: str = "a.arc") -> tuple[Path, Converted]:
    source, target = folder / name, folder / "a.warc"
    source.write_bytes(data)
    return target, to_warc(source, target)


@pytest.mark.parametrize("packed", [False, True])
def test_every_record_is_there_in_order_and_its_block_is_the_same(packed: bool, tmp_path: Path) -> None:  # noqa: FBT001
    data = b"".join(gzip.compress(one) for one in PIECES) if packed else b"".join(PIECES)
    target, told = converted(data, tmp_path)
    assert told.before == told.after
    assert told.after["records"] == 5
    with target.open("rb") as stream:
        found = [(one.rec_headers, one.raw_stream.read()) for one in ArchiveIterator(stream, no_record_parse=True)]
    assert [head.get_header("WARC-Type") for head, _ in found] == [
        "warcinfo",
        "resource",
        "response",
        "resource",
        "resource",
        "response",
    ]
    assert [block for _, block in found[1:]] == [ABOUT, WEB, NAMES, b"", WEB * 9]
    head = found[2][0]
    assert head.get_header("WARC-Date") == "2024-03-01T10:00:00Z"
    assert head.get_header("WARC-IP-Address") == "192.0.2.1"
    assert head.get_header("WARC-Target-URI") == "http://voorbeeldstad.example/?q=1"
    assert head.get_header(LINE) == f"http://voorbeeldstad.example/?q=1 192.0.2.1 20240301100000 text/html {len(WEB)}"
    assert found[1][0].get_header("WARC-IP-Address") is None
    assert hashlib.sha256(data).hexdigest().encode() in found[0][1]
    assert identify(target).puid == "fmt/1281"


def test_other_programs_find_the_result_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target, _ = converted(b"".join(PIECES), tmp_path)

    class Asked:
        inputs = [str(target)]  # noqa: RUF012
        verbose = False

    assert Checker(Asked()).process_all() == 0, capsys.readouterr().out
    with target.open("rb") as stream:
        walk = WarcWalk(stream)
        assert not [fault for record in walk for fault in record.faults]
        assert not walk.faults


def test_version_2_and_types_with_parameters_are_read(tmp_path: Path) -> None:
    about = (
        b"2 0 Voorbeeldstad\nURL IP-address Archive-date Content-type Result-code Checksum Location Offset Filename "
    )
    about += b"Archive-length\n"
    first = b"filedesc://a.arc 0.0.0.0 20240301100000 text/plain 200 - - 0 a.arc %d\n" % len(about) + about + b"\n"
    line = b"http://voorbeeldstad.example/ 192.0.2.1 20240301100000 text/html 200 QUFB - 300 a.arc %d\n" % len(WEB)
    target, told = converted(first + line + WEB + b"\n", tmp_path)
    assert told.after["records"] == 2
    assert f"{LINE}: {line.decode().strip()}\r\n".encode() in target.read_bytes()
    _, told = converted(b"".join(arc(("http://voorbeeldstad.example/ text/html; charset=utf-8", WEB))), tmp_path)
    assert told.before == told.after


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    first = converted(b"".join(PIECES), tmp_path)[0].read_bytes()
    assert converted(b"".join(PIECES), tmp_path)[0].read_bytes() == first


WHOLE = b"".join(PIECES)
BROKEN = {
    "empty": (b"", ""),
    "text": (b"Dit is geen webarchief.", ""),
    "warc": (b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n", ""),
    "end-missing": (WHOLE[:-40], "damaged"),
    "length-too-great": (WHOLE.replace(b"text/dns %d\n" % len(NAMES), b"text/dns 900000\n"), "damaged"),
    "length-too-small": (WHOLE.replace(b"text/dns %d\n" % len(NAMES), b"text/dns 9\n"), "damaged"),
    "no-length": (WHOLE.replace(b"text/dns %d\n" % len(NAMES), b"text/dns -1\n"), "damaged"),
    "no-date": (b"".join(arc(("http://voorbeeldstad.example/ text/html", WEB), date="2024030110")), "no-date"),
    "no-such-day": (b"".join(arc(("http://voorbeeldstad.example/ text/html", WEB), date="20240231100000")), "no-date"),
    "return-in-line": (WHOLE.replace(b"text/dns ", b"text/dns\rX:y "), "damaged"),
    "control-in-line": (WHOLE.replace(b"?q=1", b"?q=\x01"), "damaged"),
    "bytes-between": (PIECES[0] + b"rommel\n" + PIECES[1], "damaged"),
    "gzip-damaged": (gzip.compress(WHOLE)[:90] + b"\0\0\0\0" + gzip.compress(WHOLE)[94:], ""),
}


@pytest.mark.parametrize("name", BROKEN)
def test_of_a_damaged_file_nothing_is_made(name: str, tmp_path: Path) -> None:
    data, why = BROKEN[name]
    with pytest.raises(NotConvertibleError) as raised:
        converted(data, tmp_path)
    assert raised.value.refusal.why == (why or raised.value.refusal.why)


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_that_is_cut_off_within_a_record_is_not_converted(packed: bool, tmp_path: Path) -> None:  # noqa: FBT001
    pieces = [gzip.compress(one) for one in PIECES] if packed else PIECES
    whole = b"".join(pieces)
    ends = {len(b"".join(pieces[:count])) for count in range(1, 6)}
    sizes = (size for size in range(0, len(whole), 7) if not {size, size + 1} & ends)
    for size in sizes:
        with pytest.raises(NotConvertibleError):
            converted(whole[:size], tmp_path)


def test_nothing_is_said_on_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NotConvertibleError):
        converted(b"".join(arc(("http://voorbeeldstad.example/ text/html", WEB), closing=b"")), tmp_path)
    assert capfd.readouterr() == ("", "")


def test_a_name_adds_no_fields(tmp_path: Path) -> None:
    target, _ = converted(WHOLE, tmp_path, "a\r\nX-Injected: y.arc")
    assert b"derived-from-filename: a??X-Injected: y.arc\r\n" in target.read_bytes()


def test_a_file_that_the_second_reader_reads_otherwise_is_not_converted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = arc_records._by_warcio
    monkeypatch.setattr(arc_records, "_by_warcio", lambda source: list(found(source))[:-1])
    with pytest.raises(NotConvertibleError, match="could not be verified"):
        converted(WHOLE, tmp_path)


def test_a_loss_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = arc_records.head
    monkeypatch.setattr(
        arc_records, "head", lambda version, fields: head(version, [(a, b.replace("?q=1", "")) for a, b in fields])
    )
    with pytest.raises(NotConvertibleError, match="not the same"):
        converted(WHOLE, tmp_path)


def test_real_files_of_a_live_web_harvest(samples: Path, tmp_path: Path) -> None:
    for name in ("example.arc", "example.arc.gz"):
        (path,) = samples.rglob(name)
        told = command("arc-to-warc-1.1").convert(path, tmp_path / "a.warc")
        assert told.before == told.after
        assert told.after["records"] == 2
    (bad,) = samples.rglob("bad.arc")
    with pytest.raises(NotConvertibleError):
        to_warc(bad, tmp_path / "b.warc")


def test_without_the_second_reader_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sma_plugin.formats.conversion.find_spec", lambda _: None)
    with pytest.raises(MissingToolError) as raised:
        converted(WHOLE, tmp_path)
    assert "sma-plugin[web]" in raised.value.remedy.nl
