"""Copies of web archives without cookies, log-ins, keys and signatures: sound WARC files in which no mark is left."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from conversations import home
from planting_web import MARK, PLATFORMS, marks_in
from sma_plugin.bundle.response_walk import ResponseWalk
from sma_plugin.ingest import ingest
from sma_plugin.model import Problem
from sma_plugin.package import Package
from sma_plugin.privacy.masked_warc import Masking, NotMaskableError
from sma_plugin.reporting import Quiet
from sma_plugin.settings import load
from sma_plugin.validate.step import validate_path
from warc_builders import members, record, sha1, wacz, warcinfo

X = PLATFORMS["x"].public
BODY = json.dumps({**json.loads(X.data), "access_token": MARK, "next": f"https://x.com/?n=1&sig={MARK}"}).encode()
PICTURE = b"\xff\xd8" + f"?sig={MARK}".encode() + b"\xff\xd9"


def response(
    *headers: str, body: bytes = BODY, kind: str = "application/json", url: str = X.url, number: int = 2
) -> bytes:
    head = "\r\n".join(("HTTP/1.1 200 OK", f"Content-Type: {kind}", *headers, "", "")).encode()
    digests = {"WARC_Payload_Digest": sha1(body), "WARC_Block_Digest": sha1(head + body)}
    return record(block=head + body, url=url, number=number, **digests)


def request(body: str = "", cookie: str = MARK, number: int = 3) -> bytes:
    head = f"POST /i?access_token={MARK}&n=1 HTTP/1.1\r\nHost: x.com\r\nCookie: a={cookie}; b={cookie}\r\n"
    block = f"{head}Authorization: Bearer {MARK}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    return record("request", block, url=X.url, number=number, Content_Type="application/http; msgtype=request")


def made(data: bytes, masking: Masking | None = None) -> bytes:
    out = io.BytesIO()
    (masking or Masking()).write(io.BytesIO(data), out, "web-masked.warc", "sha256:abc")
    return out.getvalue()


def blocks(data: bytes) -> list[tuple[str, bytes]]:
    found = ArchiveIterator(io.BytesIO(data), no_record_parse=True)
    return [(one.rec_type, one.raw_stream.read()) for one in found]


def problems(data: bytes) -> list[str]:
    walk = ResponseWalk(io.BytesIO(data), "web.warc")
    for source in walk:
        source.stream.read()
    return [one.code for one in walk.problems if isinstance(one, Problem)]


def sound(data: bytes, folder: Path) -> bool:
    """Whether warcio and our own walk agree with every length and digest."""
    path = folder / "gemaakt.warc"
    path.write_bytes(data)
    checker = Checker(type("Options", (), {"inputs": [str(path)], "verbose": False})())
    return checker.process_all() == 0


FORM = f"lang=nl&password={MARK}&email={MARK}&n=1"
PACKED = gzip.compress(BODY)
CHUNKED = b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)
RECORDS = {
    "headers": response(f"Set-Cookie: auth_token={MARK}; path=/", f"X-Csrf-Token: {MARK}", f"Location: /?sig={MARK}"),
    "folded": response(f"Set-Cookie: a=1;\r\n  b={MARK}", body=b"{}"),
    "length": response(f"Content-Length: {len(BODY)}"),
    "gzip": response("Content-Encoding: gzip", f"Content-Length: {len(PACKED)}", body=PACKED),
    "chunked": response("Transfer-Encoding: chunked", body=CHUNKED),
    "both": response(
        "Content-Encoding: gzip", "Transfer-Encoding: chunked", body=b"%x\r\n%b\r\n0\r\n\r\n" % (len(PACKED), PACKED)
    ),
    "address": response(url=f"{X.url}?access_token={MARK}", body=b"{}"),
    "page": response(kind="text/html", body=f"<a href='https://a.example/?b=1&amp;sig={MARK}'>x</a>".encode()),
    "request": request(FORM),
    "resource": record("resource", BODY, url="urn:x", number=5, Content_Type="application/json"),
    "metadata": record(
        "metadata", f"via: https://x.com/?sig={MARK}".encode(), url=X.url, number=6, Content_Type="text/plain"
    ),
}


@pytest.mark.parametrize("join", [b"".join, lambda parts: members(*parts)], ids=["plain", "packed"])
@pytest.mark.parametrize("name", RECORDS)
def test_nothing_is_left_of_a_key_and_every_digest_and_length_is_right(
    name: str, join: Callable[[tuple[bytes, ...]], bytes], tmp_path: Path
) -> None:
    parts = (warcinfo(), RECORDS[name], response(body=b'{"a": 1}', number=9))
    masking = Masking()
    data = made(join(parts), masking)
    assert MARK.encode() not in data
    assert masking.changed == 1
    assert masking.values >= 1
    assert sound(data, tmp_path)
    assert [one for one in problems(data) if one.startswith("SMA-W") and one != "SMA-W046"] == []
    assert len(blocks(data)) == 3


def test_what_has_no_key_keeps_its_bytes(tmp_path: Path) -> None:
    picture = response(kind="image/jpeg", body=b"\xff\xd8\xff\xd9")
    plain = response(body=b'{"a": 1}', number=3)
    masking = Masking()
    data = made(members(warcinfo(), picture, plain), masking)
    assert (masking.changed, masking.values, masking.records) == (0, 0, 3)
    before = blocks(b"".join((warcinfo(), picture, plain)))
    assert blocks(data)[1:] == before[1:]
    assert sound(data, tmp_path)


def test_names_stay_and_values_go() -> None:
    ((_, _), (_, sent)) = blocks(made(warcinfo() + request(FORM)))
    head, body = sent.split(b"\r\n\r\n")
    assert body == b"lang=nl&password=&email=&n=1"
    assert b"Cookie: \r\n" in head
    assert b"POST /i?access_token=&n=1 HTTP/1.1" in head
    assert f"Content-Length: {len(body)}".encode() in head


def test_a_body_that_was_packed_is_unpacked_where_something_goes() -> None:
    (_, (_, answer)) = blocks(made(warcinfo() + RECORDS["gzip"]))
    head, body = answer.split(b"\r\n\r\n", 1)
    told = json.loads(body)
    assert (told["access_token"], told["next"]) == ("", "https://x.com/?n=1&sig=")
    assert b"Content-Encoding" not in head
    assert f"Content-Length: {len(body)}".encode() in head


def test_references_between_records_and_the_digest_of_a_revisit_go_along() -> None:
    first = response(number=2)
    again = record(
        "revisit",
        b"HTTP/1.1 200 OK\r\n\r\n",
        url=X.url,
        number=4,
        WARC_Refers_To="<urn:uuid:2>",
        WARC_Payload_Digest=sha1(BODY),
    )
    told = [
        one.rec_headers for one in ArchiveIterator(io.BytesIO(made(warcinfo() + first + again)), no_record_parse=True)
    ]
    ids = [one.get_header("WARC-Record-ID") for one in told]
    assert len(set(ids)) == 3
    assert told[2].get_header("WARC-Payload-Digest") == told[1].get_header("WARC-Payload-Digest")
    assert told[1].get_header("WARC-Payload-Digest") != sha1(BODY)


def test_the_file_says_what_it_is_made_of_and_the_same_bytes_come_every_time() -> None:
    data = warcinfo() + response()
    ((kind, info), *_) = blocks(made(data))
    assert kind == "warcinfo"
    assert b"derived-from: sha256:abc" in info
    assert b"redaction: values of cookies" in info
    assert made(data) == made(data)
    ((kind, info), *rest) = blocks(made(response()))
    assert (kind, len(rest)) == ("warcinfo", 1)


@pytest.mark.parametrize(
    "data",
    [
        (warcinfo() + response())[:-200],
        b"filedesc://a.arc 0.0.0.0 20200101000000 text/plain 2\n1\n",
        warcinfo() + b"rommel",
    ],
)
def test_of_a_damaged_file_no_copy_is_made(data: bytes) -> None:
    with pytest.raises(NotMaskableError):
        made(data)


# --- in a package ----------------------------------------------------------------------------------------------------


def packaged(folder: Path, files: dict[str, bytes], *, mask: bool = True) -> Package:
    place = home(folder)
    inside = folder / "in"
    inside.mkdir()
    for name, data in files.items():
        (inside / name).write_bytes(data)
    (inside / "capture.toml").write_text('platform = "x"\naccount = { native_id = "7" }\n')
    settings = load(place.config)
    defaults = msgspec.structs.replace(settings.defaults, mask_secrets=mask)
    settings = msgspec.structs.replace(settings, undecided=True, defaults=defaults)
    (made,) = ingest([inside], place.out, settings, Quiet()).packages
    assert [one.code for one in validate_path(made.path) if one.severity == "error"] == []
    return Package(made.path)


WEB = members(warcinfo(), response(f"Set-Cookie: guest_id={MARK}", body=X.data), request(cookie="x"))


@pytest.mark.parametrize("form", ["warc", "wacz"])
def test_a_package_gets_a_copy_beside_the_original(form: str, tmp_path: Path) -> None:
    files = {"web.warc.gz": WEB} if form == "warc" else {"web.wacz": wacz(WEB)}
    package = packaged(tmp_path, files)
    (copy,) = (package.derived / "masked").iterdir()
    assert MARK.encode() not in copy.read_bytes()
    (kept,) = (one for one in package.captures.rglob("web.*"))
    if form == "warc":
        assert MARK.encode() in gzip.decompress(kept.read_bytes())
    events = [json.loads(line) for line in package.all_events.read_bytes().splitlines()]
    (told,) = (one for one in events if one["type"] == "redaction" and "web archive" in one["detail"])
    assert told["objects"] == [kept.relative_to(package.root).as_posix(), copy.relative_to(package.root).as_posix()]
    name = copy.relative_to(package.root).as_posix()
    assert name in package.mets.read_text()
    assert name in (package.metadata / "checksum.sha256").read_text()
    assert marks_in(package.metadata) == []


def test_without_the_option_or_without_keys_there_is_no_copy(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert not (packaged(tmp_path / "a", {"web.warc.gz": WEB}, mask=False).derived / "masked").exists()
    clean = members(warcinfo(), response(body=X.data))
    assert not (packaged(tmp_path / "b", {"web.warc.gz": clean}).derived / "masked").exists()
