"""Copies of web archives without cookies, log-ins, keys and signatures: sound WARC files in which no mark is left."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path

import fastwarc
import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from planting_web import MARK, PLATFORMS
from sma_plugin.bundle.response_walk import ResponseWalk
from sma_plugin.model import Problem
from sma_plugin.privacy import masked_block
from sma_plugin.privacy.masked_warc import Masking, NotMaskableError, Written
from warc_builders import members, record, sha1, warcinfo

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


def done(data: bytes) -> tuple[bytes, Written]:
    out = io.BytesIO()
    written = Masking().write(io.BytesIO(data), out, "web-masked.warc", "sha256:abc")
    return out.getvalue(), written


def made(data: bytes) -> bytes:
    return done(data)[0]


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
    data, masking = done(join(parts))
    assert MARK.encode() not in data
    assert masking.changed == 1
    assert masking.values >= 1
    assert sound(data, tmp_path)
    assert [one for one in problems(data) if one.startswith("SMA-W") and one != "SMA-W046"] == []
    assert len(blocks(data)) == 3


def test_what_has_no_key_keeps_its_bytes(tmp_path: Path) -> None:
    picture = response(kind="image/jpeg", body=b"\xff\xd8\xff\xd9")
    plain = response(body=b'{"a": 1}', number=3)
    data, masking = done(members(warcinfo(), picture, plain))
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


# --- what is not looked through --------------------------------------------------------------------------------------


def film(size: int = 3000, start: bytes = b"\x00\x00\x00 ftyp") -> bytes:
    body = start + b"\x00" * (size - len(start))
    return response(f"Set-Cookie: a={MARK}", kind="video/mp4", body=body, number=7)


@pytest.mark.parametrize("join", [b"".join, lambda parts: members(*parts)], ids=["plain", "packed"])
def test_a_large_record_passes_with_its_head_masked_and_its_digests_right(
    join: Callable[[tuple[bytes, ...]], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(masked_block, "LARGEST", 2000)
    text = response(f"Set-Cookie: a={MARK}", body=b'{"a": "%s"}' % (b"b" * 3000), number=8)
    other = record("resource", b"{" + b" " * 4000 + b"}", url="urn:x", number=9, Content_Type="application/json")
    data, written = done(join((warcinfo(), film(), text, other, response(number=10))))
    assert MARK.encode() not in data
    assert sound(data, tmp_path)
    assert written.left == {"no text": 1, "too large": 2}
    (_, (_, shown), (_, told), (_, kept), _) = blocks(data)
    assert shown.endswith(film().removesuffix(b"\r\n\r\n").split(b"\r\n\r\n", 2)[2])
    assert b"Set-Cookie: \r\n" in shown
    assert told.endswith(b'"%s"}' % (b"b" * 3000))
    assert kept == b"{" + b" " * 4000 + b"}"


def test_a_record_larger_than_memory_is_written_as_a_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masked_block, "LARGEST", 1 << 20)
    large = film(9 << 20)
    for parts in (b"".join, lambda these: members(*these)):
        data, written = done(parts((warcinfo(), large, response(number=10))))
        assert MARK.encode() not in data
        assert written.left == {"no text": 1}
        assert sound(data, tmp_path)
    with pytest.raises(NotMaskableError):
        made(warcinfo() + large[:-2000])


def test_where_something_was_not_looked_through_is_told_by_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masked_block, "LARGEST", 2000)
    parts = (warcinfo(), *(film() for _ in range(12)))
    _, written = done(b"".join(parts))
    assert written.left == {"no text": 12}
    assert written.places["no text"] == [len(warcinfo()) + number * len(film()) for number in range(10)]


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (response(kind="image/jpeg", body=b"\xff\xd8\xff\xd9"), "no text"),
        (response("Content-Encoding: br-onbekend", body=b"\x01" * 40), "packed in an unknown way"),
        (response("Content-Encoding: gzip", body=gzip.compress(b'"' + b"a" * 9000 + b'"')), "too large"),
        (response("Content-Encoding: gzip", kind="image/x", body=gzip.compress(b"\xff\xd8")), "no text"),
        (response("Content-Encoding: gzip", body=PACKED), None),
        (response(body=b""), None),
        (response(kind="image/jpeg", body=b""), None),
    ],
)
def test_why_a_body_was_not_looked_through(answer: bytes, left: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masked_block, "LARGEST", 4000)
    _, written = done(warcinfo() + answer)
    assert list(written.left) == ([left] if left else [])


def test_a_key_in_what_is_no_text_is_written_over_and_every_length_stays(tmp_path: Path) -> None:
    body = b"\x0a\x2ahttps://a.example/?n=1&sig=" + MARK.encode() + b"\x00\xff\x01"
    data, written = done(warcinfo() + response(kind="application/x-protobuf", body=body))
    (_, (_, shown)) = blocks(data)
    assert shown.endswith(body.replace(MARK.encode(), b"x" * len(MARK)))
    assert (written.values, written.left) == (1, {"no text": 1})
    assert sound(data, tmp_path)


def test_a_list_to_play_is_text() -> None:
    body = f"#EXTM3U\nhttps://a.example/deel.ts?Signature={MARK}&n=1\n".encode()
    data, written = done(warcinfo() + response(kind="application/vnd.apple.mpegurl", body=body))
    assert b"deel.ts?Signature=&n=1" in data
    assert not written.left


# --- digests and references ------------------------------------------------------------------------------------------


def test_fields_of_other_programs_lose_their_keys_too() -> None:
    told = record("metadata", b"{}", url=X.url, number=6, WARC_JSON_Metadata=f'{{"adres": "/?a=1&sig={MARK}"}}')
    data, written = done(warcinfo() + told)
    assert b'WARC-JSON-Metadata: {"adres": "/?a=1&sig="}' in data
    assert (written.changed, written.values) == (1, 1)


def test_two_payloads_of_one_digest_that_are_masked_otherwise_have_their_own_digests(tmp_path: Path) -> None:
    """The same bytes as what was sent (all fields of forms) and as what came (keys only)."""
    body = f"lang=nl&email=jan&password={MARK}"
    asked = request(body, number=3)
    asked = asked.replace(b"WARC-Date", b"WARC-Payload-Digest: %b\r\nWARC-Date" % sha1(body.encode()).encode())
    answer = response(kind="text/plain", body=body.encode(), number=4)
    data = made(warcinfo() + asked + answer)
    assert MARK.encode() not in data
    assert sound(data, tmp_path)


def test_a_second_reader_agrees_with_every_digest_and_finds_the_target_of_a_revisit(tmp_path: Path) -> None:
    first = response(number=2)
    again = record(
        "revisit",
        b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\n\r\n",
        url=X.url,
        number=4,
        WARC_Refers_To="<urn:uuid:00000000-0000-4000-8000-000000000002>",
        WARC_Refers_To_Target_URI=f"{X.url}?sig={MARK}",
        WARC_Payload_Digest=sha1(BODY),
        WARC_Block_Digest=sha1(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\n\r\n"),
    )
    converted = record(
        "conversion", b'{"access_token": "%s"}' % MARK.encode(), url=X.url, number=5,
        Content_Type="application/json", WARC_Refers_To="<urn:uuid:00000000-0000-4000-8000-000000000002>",
    )  # fmt: skip
    data = made(members(warcinfo(), first, again, converted, RECORDS["metadata"]))
    assert MARK.encode() not in data
    checks, found = [], []
    for one in fastwarc.ArchiveIterator(io.BytesIO(data), parse_http=False):
        found.append(dict(one.headers))
        checks += [one.verify_block_digest()] if "WARC-Block-Digest" in one.headers else []
    assert checks == [True, True]
    assert [one["WARC-Type"] for one in found] == ["warcinfo", "response", "revisit", "conversion", "metadata"]
    _, target, revisit, conversion, _ = found
    assert revisit["WARC-Payload-Digest"] == target["WARC-Payload-Digest"] != sha1(BODY)
    assert revisit["WARC-Refers-To"] == conversion["WARC-Refers-To"] == target["WARC-Record-ID"]
    assert sound(data, tmp_path)
