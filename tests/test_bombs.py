"""Files that are made to take time or memory: they end soon, in little memory, and say what is wrong with them."""

from __future__ import annotations

import gzip
import io
import json
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from warc_builders import members, record, warcinfo

JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SECONDS, MEGABYTES = 60, 300
CHECK = """
import json, re, sys
from pathlib import Path
from sma_plugin.check import check
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
found = check(Path(sys.argv[1]), Settings(), Quiet())
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) >> 10
print(json.dumps([peak, sorted({one.code for one in found})]))
"""


def packed(start: bytes, piece: bytes, times: int) -> bytes:
    """Gzip of a start and a piece over and over, without holding all of it."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1, mtime=0) as stream:
        stream.write(start)
        for _ in range(times):
            stream.write(piece)
    return out.getvalue()


def nested(times: int) -> bytes:
    data = packed(b"", bytes(1 << 20), 300)
    for _ in range(times - 1):
        data = gzip.compress(data, mtime=0)
    head = JSON + b"Content-Encoding: " + b", ".join([b"gzip"] * times) + b"\r\n\r\n"
    return warcinfo() + record(block=head + data)


def chunked(body: bytes) -> bytes:
    return warcinfo() + record(block=JSON + b"Transfer-Encoding: chunked\r\n\r\n" + body)


def crowded(names: int) -> bytes:
    """A zip with so many empty members, named as the records of a WACZ."""
    local, central, at = [], [], 0
    for number in range(names):
        name = b"archive/%07d.warc" % number
        local.append(struct.pack("<4sHHHHHLLLHH", b"PK\x03\x04", 10, 0, 0, 0, 33, 0, 0, 0, len(name), 0) + name)
        fields = (20, 10, 0, 0, 0, 33, 0, 0, 0, len(name), 0, 0, 0, 0, 0, at)
        central.append(struct.pack("<4sHHHHHHLLLHHHHHLL", b"PK\x01\x02", *fields) + name)
        at += len(local[-1])
    directory = b"".join(central)
    wide = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, names, names, len(directory), at)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at + len(directory), 1)
    end = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return b"".join(local) + directory + wide + locator + end


def wacz(**contents: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.warc", warcinfo() + record())
        for name, data in contents.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


ROWS = json.dumps({"resources": [{"path": "x"}] * 300_000}).encode()
BOMBS: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "gzip in gzip": ("warc", "SMA-W030", lambda: nested(2)),
    "gzip in gzip in gzip": ("warc", "SMA-W030", lambda: nested(3)),
    "a chunk extension of megabytes": ("warc", "SMA-W038", lambda: chunked(b"5;" + b"x" * (20 << 20) + b"\r\nabcde")),
    "a chunk size of megabytes": ("warc", "SMA-W038", lambda: chunked(b"5" * (20 << 20))),
    "a later chunk size of megabytes": ("warc", "SMA-W027", lambda: chunked(b"1\r\na\r\n" + b"5" * (20 << 20))),
    "a header line of half a gigabyte": (
        "warc.gz",
        "SMA-W010",
        lambda: packed(b"WARC/1.0\r\nX: ", b"a" * (1 << 20), 512),
    ),
    "a head of a million lines": ("warc.gz", "SMA-W010", lambda: packed(b"WARC/1.0\r\n", b"a: b\r\n" * 1000, 1000)),
    "an HTTP head of half a gigabyte": (
        "warc.gz",
        "SMA-W026",
        lambda: packed(record(block=b"", Content_Length=str(1 << 29))[:-4] + JSON + b"X: ", b"a" * (1 << 20), 512),
    ),
    "heads without end": ("warc", "SMA-W010", lambda: b"WARC/1.0\r\n" * 1_000_000),
    "lengths that reach beyond everything": (
        "warc",
        "SMA-W004",
        lambda: record(block=JSON + b"\r\n", Content_Length=str(10**17)) * 2000,
    ),
    "beginnings of gzip members": ("warc.gz", "SMA-W014", lambda: members(record())[:-4] + b"\x1f\x8b\x08" * 2_000_000),
    "a directory of a million members": ("wacz", "SMA-Z049", lambda: crowded(1_000_000)),
    "a million members without directory": ("wacz", "SMA-Z001", lambda: crowded(300_000)[:-17_000_000]),
    "a page list of a million pages": (
        "wacz",
        "SMA-Z049",
        lambda: wacz(pages__pages_dot_jsonl=b'{"format": "x"}\n' + b'{"url": "http://a.example/"}\n' * 1_000_000),
    ),
    "a datapackage of a third of a million rows": ("wacz", "SMA-W040", lambda: wacz(datapackage_dot_json=ROWS)),
    "a datapackage nested a million deep": ("wacz", "SMA-Z010", lambda: wacz(datapackage_dot_json=b"[" * 1_000_000)),
    "an index of a million lines that lead nowhere": (
        "wacz",
        "SMA-Z024",
        lambda: wacz(indexes__index_dot_cdx=b'a 20200101000000 {"offset": 1, "filename": "data.warc"}\n' * 1_000_000),
    ),
    "a compressed index of a hundred thousand blocks": (
        "wacz",
        "SMA-Z024",
        lambda: wacz(indexes__index_dot_cdx_dot_gz=gzip.compress(b"a 20200101000000 {}\n", mtime=0) * 100_000),
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_is_made_to_take_time_or_memory_ends_soon_and_is_told(name: str, tmp_path: Path) -> None:
    form, code, made = BOMBS[name]
    path = tmp_path / f"bestand.{form}"
    path.write_bytes(made())
    done = subprocess.run(
        [sys.executable, "-c", CHECK, str(path)], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert not done.stderr
    peak, codes = json.loads(done.stdout)
    assert code in codes
    assert "SMA-B019" not in codes
    assert peak < MEGABYTES
