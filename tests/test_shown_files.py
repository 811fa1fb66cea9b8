"""Files that were reviewed, as they come into a copy for access: no key goes with them."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from planting_web import MARK
from sma_plugin.package import Package
from sma_plugin.privacy import masked_block, showing
from sma_plugin.privacy.copying import clear
from sma_plugin.privacy.showing import Shown, shown
from test_masked_warc import X, response, sound
from warc_builders import members, wacz, warcinfo

HELD = members(warcinfo(), response(f"Set-Cookie: a={MARK}", body=X.data))
CLEAN = members(warcinfo(), response(body=b'{"a": 1}'))
PICTURE = b"\x89PNG\x00" + bytes(range(128, 256)) * 40


def zipped(**contents: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return out.getvalue()


def copy_of(folder: Path, name: str, data: bytes) -> tuple[Shown, bytes | None]:
    """What came of one reviewed file."""
    package = Package(folder / "pakket")
    package.captures.mkdir(parents=True)
    (package.captures / name).write_bytes(data)
    path, digest = f"objects/captures/{name}", hashlib.sha256(data).hexdigest()
    (found,) = shown(package, package.access, {path: digest})
    left = sorted(one.name for one in package.access.iterdir())
    assert left == ([found.name] if found.name else [])
    return found, (package.access / found.name).read_bytes() if found.name else None


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.png", PICTURE), ("web.warc.gz", CLEAN), ("web.wacz", wacz(CLEAN)), ("a.html", b"<p>Dag</p>"), ("a", b"")],
)
def test_what_holds_no_key_comes_as_it_is(name: str, data: bytes, tmp_path: Path) -> None:
    found, copy = copy_of(tmp_path, name, data)
    assert copy == data
    assert found.name == f"medium-{hashlib.sha256(data).hexdigest()[:16]}{Path(name).suffix}"


@pytest.mark.parametrize(
    ("name", "data", "left"),
    [
        ("a.html", f"<a href='/?n=1&sig={MARK}'>Dag</a>", "<a href='/?n=1&sig='>Dag</a>"),
        ("a.json", f'{{"access_token": "{MARK}"}}', '{"access_token": ""}'),
        ("a.csv", f"id,adres\n1,https://a.example/?Signature={MARK}\n", "id,adres\n1,https://a.example/?Signature=\n"),
    ],
)
def test_a_text_loses_its_keys(name: str, data: str, left: str, tmp_path: Path) -> None:
    assert copy_of(tmp_path, name, data.encode())[1] == left.encode()


def test_a_web_archive_loses_its_keys(tmp_path: Path) -> None:
    found, copy = copy_of(tmp_path, "web.warc.gz", HELD)
    assert copy is not None
    assert MARK.encode() not in copy
    assert (found.name[-5:], found.trouble) == (".warc", "")
    assert sound(copy, tmp_path)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("web.wacz", wacz(HELD)),
        ("web.warc.gz", HELD[:-20]),
        ("web.warc", gzip.decompress(HELD) + b"rommel"),
        ("a.arc", b"filedesc://a.arc 0.0.0.0 20200101000000 text/plain 2\n1\n"),
        ("a.docx", zipped(tekst=f"https://a.example/?sig={MARK}".encode())),
        ("a.png", PICTURE + f"?n=1&sig={MARK}&".encode()),
    ],
)
def test_what_cannot_be_freed_of_its_keys_stays_out(name: str, data: bytes, tmp_path: Path) -> None:
    found, copy = copy_of(tmp_path, name, data)
    assert (found.trouble, copy) == ("keys", None)


@pytest.mark.parametrize("at", [0, (1 << 20) - 12, 1 << 20])
def test_a_large_file_is_looked_through_in_pieces(at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(showing, "LARGEST", 1000)
    data = bytearray(3 << 20)
    assert copy_of(tmp_path / "a", "a.mp4", bytes(data))[0].trouble == ""
    data[at : at + 40] = f"?n=1&sig={MARK}".encode().ljust(40, b"\0")
    assert copy_of(tmp_path / "b", "a.mp4", bytes(data))[0].trouble == "keys"


def test_a_web_archive_with_a_body_that_is_not_looked_through_stays_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(masked_block, "LARGEST", 1000)
    web = warcinfo() + response(body=b'{"a": "%s"}' % (b"b" * 2000))
    assert copy_of(tmp_path, "web.warc", web)[0].trouble == "keys"


def test_another_file_than_was_reviewed_stays_out_and_what_a_killed_run_left_goes(tmp_path: Path) -> None:
    package = Package(tmp_path / "pakket")
    package.captures.mkdir(parents=True)
    (package.captures / "a.png").write_bytes(PICTURE)
    (package.access / "tmp.part").mkdir(parents=True)
    (found,) = shown(package, package.access, {"objects/captures/a.png": "0" * 64})
    assert found == Shown("objects/captures/a.png", "", "changed")
    clear(package.access)
    assert not package.access.exists()
