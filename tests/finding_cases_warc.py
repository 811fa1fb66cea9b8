"""Cases of SMA-W: WARC and ARC files, their records and the HTTP messages in them."""

from __future__ import annotations

import gzip

from finding_cases import ABOUT, PAGE, Bench, Case, Run, shown
from sma_plugin.bundle import decoding
from test_warc import ARC_HEAD, FAULTY, TWO, arc, response
from test_warc_faults import FAULTS, LAST, NOWHERE, middle
from test_warc_zstd import frames
from warc_builders import DATE, SITE, members, record, sha1, warcinfo

OTHER = sha1(b"anders")
GZIPPED, CHUNKED = "Content-Encoding: gzip", "Transfer-Encoding: chunked"
PACKED = gzip.compress(bytes(range(256)) * 20)
CHUNKS = b"5\r\nabcde\r\n5\r\nfghij\r\n0\r\n\r\n"


def warc(data: bytes) -> Run:
    """A WARC of pages; a fault of a record stands after a sound warcinfo, so that only the fault is told."""
    lead = {b"WARC": warcinfo(), b"\x1f\x8b\x08\x00": members(warcinfo())}.get(data[:4], b"")
    return shown(lead + data, "pagina.warc", ABOUT["x"])


def bare(data: bytes, name: str = "pagina.warc") -> Run:
    """A WARC as it is."""
    return shown(data, name, ABOUT["x"])


def case(code: str, data: bytes, *told: str) -> Case:
    """A WARC with a fault: beside what is told of it, that it holds no posts."""
    return Case(code, warc(data), *(told or (code,)), PAGE)


def growing(bench: Bench) -> object:
    bench.patch.setattr(decoding, "LIMITS", decoding.Limits(ratio=100, free=1 << 16))
    bomb = gzip.compress(gzip.compress(bytes(1 << 22)))
    return warc(response(bomb, "Content-Encoding: gzip, gzip"))(bench)


def unsound(whole: bytes) -> bytes:
    """A record as a gzip member of which the checksum is wrong: what else is wrong follows from that."""
    return members(whole)[:-8] + b"12345678"


def cut(whole: bytes, size: int) -> bytes:
    """So many bytes of a record, in a gzip member that breaks off there (10 bytes of head, 5 of a stored block)."""
    return gzip.compress(whole, 0, mtime=0)[: 15 + size]


def short(block: bytes, by: int, **changed: str | None) -> bytes:
    """A record that states so many bytes too few, between sound ones."""
    return members(record(block=block, Content_Length=str(len(block) - by), **changed), LAST)


def torn(whole: bytes, by: int) -> bytes:
    """A record that lost its end, before a sound one."""
    return whole[:-by] + LAST


def block(body: bytes, *headers: str) -> bytes:
    return response(body, *headers).partition(b"\r\n\r\n")[2].removesuffix(b"\r\n\r\n")


RECORD_FAULTS = (3, 7, 8, 9, 10, 11, 12, 13, 17, 18, 20, 21, 22, 23, 24, 26, 27, 28, 29, 31, 34, 35, 37, 38, 39)
"""Faults of one record; each may come of a damaged member."""
APART = {
    "SMA-W001": ["SMA-W001 > SMA-H001, SMA-W006"],
    "SMA-W002": ["SMA-W002 > SMA-H001"],
    "SMA-W019": ["SMA-W019 > SMA-H001"],
    "SMA-W010": ["SMA-W010 > SMA-W026", PAGE],
    "SMA-W032": ["SMA-W032", "SMA-W044", PAGE],
    "SMA-W015": ["SMA-W015 > SMA-W003, SMA-W026", PAGE],
}
"""What is told of the faults that bring others with them."""
EMPTY_HEADS = b"WARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
DIGESTS = {"WARC_Block_Digest": OTHER, "WARC_Payload_Digest": OTHER}
NO_BLANK_LINE = FAULTS["no blank line after the head"][1]
HALF_A_HEAD = TWO[0].replace(b"WARC-Date", b"\r\nWARC-Date")
NO_IMAGE = b"HTTP/1.1 404 Not Found\r\nContent-Type: image/png\r\n\r\n"
NO_TEXT = record().replace(b"Content-Type", b"X-Naam: caf\xe9\r\nContent-Type", 1)
MISSING = record(WARC_Warcinfo_ID=NOWHERE)

CASES = [
    *(Case(name, warc(data), *APART.get(name, (name, PAGE))) for name, data in FAULTY.items()),
    Case("SMA-W030", growing, "SMA-W030", PAGE),
    case("SMA-W045", NO_TEXT),
    case("SMA-W045", NO_TEXT.replace(b"caf\xe9", b"\0")),
    case("SMA-W015", cut(NO_TEXT, len(NO_TEXT) - 3), "SMA-W015 > SMA-W007, SMA-W045"),
    case("SMA-W046", record()),
    Case("SMA-W048", bare(frames([warcinfo(), record()]), "pagina.warc.zst"), "SMA-W048", PAGE),
    case("SMA-W047", record() + warcinfo()),
    case("SMA-W025", record() + warcinfo().replace(b"/1.0", b"/1.1"), "SMA-W025"),
    case("SMA-W040", EMPTY_HEADS * 4000, "SMA-W011", "SMA-W011", "SMA-W011", "SMA-W040"),
    case("SMA-W041", FAULTS["payload digest of the block"][1]),
    case("SMA-W060", FAULTS["block digest of the payload"][1]),
    case("SMA-W042", FAULTS["content type missing"][1]),
    case("SMA-W043", MISSING),
    case("SMA-R090", record() + record(number=2, block=NO_IMAGE, url=f"{SITE}/beeld.png"), "SMA-R090"),
    Case("SMA-W044", bare(record()), "SMA-W044", PAGE),
]

DAMAGE = [
    *(
        case(f"SMA-W{number:03d}", unsound(FAULTY[f"SMA-W{number:03d}"].removesuffix(TWO[1])), told)
        for number in RECORD_FAULTS
        for told in [f"SMA-W014 > SMA-W{number:03d}" + (", SMA-W026" if number == 10 else "")]
    ),
    case("SMA-W014", unsound(MISSING), "SMA-W014 > SMA-W043"),
    Case("SMA-W014", bare(unsound(record())), "SMA-W014 > SMA-W044", PAGE),
    Case("SMA-W015", bare(cut(TWO[0], 0), "pagina.warc.gz"), "SMA-W015 > SMA-H001, SMA-W001"),
    Case(
        "SMA-W015",
        bare(cut(TWO[0], 40), "pagina.warc.gz"),
        "SMA-W015 > SMA-W009, SMA-W010, SMA-W026, SMA-W044",
        PAGE,
    ),
    Case("SMA-W010", bare(TWO[0][:40]), "SMA-W010 > SMA-W009, SMA-W026, SMA-W044", PAGE),
    Case("SMA-W006", bare(b"WARC los zand\r\n" + TWO[0]), "SMA-W006", "SMA-W044", PAGE),
    case("SMA-W015", cut(TWO[0], 12), "SMA-W015 > SMA-W009, SMA-W010"),
    case("SMA-W015", cut(TWO[0], 90), "SMA-W015 > SMA-W010, SMA-W026"),
    case("SMA-W015", cut(FAULTY["SMA-W024"], len(FAULTY["SMA-W024"]) - 2), "SMA-W015 > SMA-W007, SMA-W024"),
    case("SMA-W015", members(TWO[0]) + cut(b"los zand\r\n", 10), "SMA-W015 > SMA-W006"),
    Case("SMA-W015", bare(cut(arc(ARC_HEAD, ""), 50), "pagina.arc.gz"), "SMA-W015 > SMA-W032, SMA-W044", PAGE),
    case("SMA-W015", cut(MISSING, len(MISSING) - 20), "SMA-W015 > SMA-W003, SMA-W043"),
    case("SMA-W003", MISSING[:-20], "SMA-W003 > SMA-W043"),
    case("SMA-W006", MISSING + b"los zand\r\n" + LAST, "SMA-W006", "SMA-W043"),
    case("SMA-W010", MISSING + TWO[1][:100], "SMA-W010 > SMA-W009, SMA-W026", "SMA-W043"),
    case("SMA-W010", FAULTY["SMA-W009"][:150], "SMA-W010 > SMA-W009, SMA-W026"),
]

STATED = [
    case("SMA-W003", TWO[0][: TWO[0].index(b"HTTP/1.1") + 3], "SMA-W003 > SMA-W026"),
    case("SMA-W003", response(bytes(900), "Content-Length: 900")[:-300], "SMA-W003 > SMA-W037"),
    case("SMA-W004", torn(middle(), 5), "SMA-W004 > SMA-W007, SMA-W020, SMA-W021"),
    case("SMA-W004", torn(record(), 70), "SMA-W004 > SMA-W007, SMA-W026"),
    case("SMA-W004", torn(response(PACKED, GZIPPED), 9), "SMA-W004 > SMA-W007, SMA-W028"),
    case("SMA-W004", torn(response(bytes(40), "Content-Length: 40"), 9), "SMA-W004 > SMA-W007, SMA-W037"),
    case("SMA-W004", torn(response(CHUNKS, CHUNKED), 20), "SMA-W004 > SMA-W007, SMA-W039"),
    case("SMA-W005", short(block(b"pagina"), 3, **DIGESTS), "SMA-W005 > SMA-W020, SMA-W021"),
    case("SMA-W005", short(block(b"pagina"), len(block(b"pagina")) - 3), "SMA-W005 > SMA-W026"),
    case("SMA-W005", short(block(PACKED, GZIPPED), 20), "SMA-W005 > SMA-W028"),
    case("SMA-W005", short(block(b"x" * 40, "Content-Length: 40"), 20), "SMA-W005 > SMA-W037"),
    case("SMA-W005", short(block(CHUNKS, CHUNKED), 20), "SMA-W005 > SMA-W039"),
    case("SMA-W007", FAULTS["length 1 too great"][1] + LAST, "SMA-W007"),
    case(
        "SMA-W009",
        FAULTS["no blank line after the head"][1] + LAST,
        "SMA-W009 > SMA-W004, SMA-W012, SMA-W020, SMA-W026",
    ),
    case("SMA-W009", TWO[0].replace(b"Content-Length:", b"Content-Length"), "SMA-W009 > SMA-W008"),
    case(
        "SMA-W009",
        TWO[0].replace(DATE.encode(), b"gisteren").replace(b"WARC-Date:", b"WARC-Date"),
        "SMA-W009 > SMA-W011",
    ),
    case("SMA-W009", TWO[0].replace(b"Content-Type: app", b"Content-Type app"), "SMA-W009 > SMA-W042"),
    case(
        "SMA-W008", TWO[0].replace(b"WARC-Date", b"\r\nWARC-Date") + LAST, "SMA-W008 > SMA-W011, SMA-W011", "SMA-W026"
    ),
    case("SMA-W012", members(FAULTS["two lengths"][1], LAST), "SMA-W012 > SMA-W005, SMA-W020, SMA-W021, SMA-W026"),
    case("SMA-W020", record(**DIGESTS), "SMA-W020 > SMA-W021"),
    case("SMA-W020", response(b"5\r\nabcde\r\nzz\r\n", CHUNKED, WARC_Block_Digest=OTHER), "SMA-W020 > SMA-W027"),
    case("SMA-W020", response(PACKED[:-12], GZIPPED, WARC_Block_Digest=OTHER), "SMA-W020 > SMA-W028"),
    case("SMA-W020", response(CHUNKS[:-5], CHUNKED, WARC_Block_Digest=OTHER), "SMA-W020 > SMA-W039"),
    case("SMA-W034", response(b"half", "Content-Length: 400", WARC_Truncated="time"), "SMA-W034 > SMA-W037"),
    case("SMA-W034", response(b"5\r\nabcde\r\n", CHUNKED, WARC_Truncated="time"), "SMA-W034 > SMA-W039"),
    case("SMA-W037", response(PACKED[:-12], GZIPPED, "Content-Length: 4000"), "SMA-W037 > SMA-W028"),
    case("SMA-W039", response(b"5\r\n" + PACKED[:5] + b"\r\n", GZIPPED, CHUNKED), "SMA-W039 > SMA-W028"),
]
"""What follows from a length, a field or a digest."""

CASES += [*DAMAGE, *STATED]
