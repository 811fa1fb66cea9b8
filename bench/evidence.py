"""Web archives checked as evidence, beside the programs that check less: FastWARC's digests, and ``wacz validate``."""

from __future__ import annotations

import gzip
import io
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

SIZE = 260_000_000
SITE = "https://www.voorbeeldstad.example"
_WORDS = 20_000


def make(folder: Path) -> tuple[Path, Path]:
    """A WARC of ``SIZE`` bytes with pages, compressed pages, pictures, films and their requests; and a WACZ of it."""
    warc, wacz = folder / "harvest.warc.gz", folder / "harvest.wacz"
    with warc.open("wb") as stream:
        _write(stream)
    command = [str(Path(sys.executable).with_name("wacz")), "create", "-o", str(wacz), "--detect-pages", str(warc)]
    subprocess.run(command, check=True, capture_output=True)
    return warc, wacz


def _write(stream: io.BufferedWriter) -> None:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    writer = WARCWriter(stream, gzip=True, warc_version="WARC/1.1")
    writer.write_record(writer.create_warcinfo_record("harvest.warc.gz", {"software": "bench"}))
    for number, (kind, body, *headers) in enumerate(_bodies(), 1):
        if stream.tell() > SIZE:
            return
        url = f"{SITE}/{number}"
        head = [("Content-Type", kind), ("Content-Length", str(len(body))), *headers]
        status = StatusAndHeaders("200 OK", head, protocol="HTTP/1.1")
        response = writer.create_warc_record(url, "response", io.BytesIO(body), http_headers=status)
        asked = StatusAndHeaders(f"GET /{number} HTTP/1.1", [("Host", "bench")], is_http_request=True)
        writer.write_request_response_pair(writer.create_warc_record(url, "request", http_headers=asked), response)


def _bodies() -> Iterator[tuple[str, bytes, *tuple[tuple[str, str], ...]]]:
    """Half pages, a sixth of them compressed by the server; else pictures and films, which do not compress."""
    chance = random.Random(260)  # noqa: S311 -- made up data
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 10))) for _ in range(_WORDS)]

    def page() -> bytes:
        size = chance.randint(5_000, 150_000)
        return f"<title>Pagina</title><p>{' '.join(chance.choices(words, k=size // 7))}</p>".encode()

    while True:
        drawn = chance.random()
        if drawn < 0.5:
            yield "text/html", page()
        elif drawn < 0.65:
            yield "text/html", gzip.compress(page(), mtime=0), ("Content-Encoding", "gzip")
        elif drawn < 0.98:
            yield "image/jpeg", chance.randbytes(chance.randint(2_000, 300_000))
        else:
            yield "video/mp4", chance.randbytes(chance.randint(1_000_000, 12_000_000))


def fastwarc_digests(warc: str) -> tuple[int, int]:
    """Every block and payload digest, by FastWARC."""
    from fastwarc.warc import ArchiveIterator

    with Path(warc).open("rb") as stream:
        for record in ArchiveIterator(stream, parse_http=False):
            assert record.verify_block_digest() or record.record_type.name == "warcinfo"
            if "WARC-Payload-Digest" in record.headers:
                record.parse_http()
                assert record.verify_payload_digest()
    return 1, Path(warc).stat().st_size


def ours(bundle: str) -> tuple[int, int]:
    """Everything that ``sma validate`` checks of a web archive: bytes, records, digests, contents, index, pages."""
    from sma_plugin.check import check
    from sma_plugin.reporting import Quiet
    from sma_plugin.settings import Settings

    found = check(Path(bundle), Settings(), Quiet())
    assert not [one for one in found if one.severity == "error"], found
    return 1, Path(bundle).stat().st_size


def ours_ready() -> None:
    """Load the readers and texts, which are loaded once for any number of files."""
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.warc.gz"
        small.write_bytes(gzip.compress(b"WARC/1.1\r\nWARC-Type: warcinfo\r\n\r\n"))
        from sma_plugin.check import check
        from sma_plugin.reporting import Quiet
        from sma_plugin.settings import Settings

        check(small, Settings(), Quiet())


def wacz_validate(wacz: str) -> tuple[int, int]:
    """What py-wacz checks."""
    command = [str(Path(sys.executable).with_name("wacz")), "validate", "-f", wacz]
    subprocess.run(command, check=True, capture_output=True)
    return 1, Path(wacz).stat().st_size
