"""Real captures that are sound, and one fault at a time put into them: it is told with its code, and nothing else is.

The way is a user's: ``sma validate`` and ``sma show`` on the file. What follows from a fault may be told under it.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from signing import by_host
from sma_plugin.bundle.responses import ResponseWalk
from sma_plugin.bundle.warc import WarcWalk
from sma_plugin.check import check
from sma_plugin.findings import Finding, code, consequences
from sma_plugin.model import Problem
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Settings
from sma_plugin.show import show_delivery
from warc_builders import members, sha1

UNDECLARED = "SMA-B014"
"""Nobody has said who captured it: true of every bare file."""


def causes(found: list[Finding]) -> set[str]:
    """The codes that are told by themselves, but for what is told of the sound capture as well."""
    return {cause.code for cause, _ in consequences(found)} - {UNDECLARED}


def told(data: bytes, name: str, folder: Path) -> set[str]:
    (folder / name).write_bytes(data)
    validated = causes(check(folder / name, Settings(), Quiet()))
    shown = causes(list(show_delivery(folder / name, Settings(), Quiet()).findings))
    assert {code for code in shown if code[4] in "WZB"} == validated
    return validated


SOUND = (
    *(f"warcio-tests/example{kind}" for kind in (".warc", ".warc.gz", ".arc", ".arc.gz", "-resource.warc.gz")),
    *(f"warcio-tests/example-{name}" for name in ("iana.org-chunked.warc", "space-in-target-uri.warc.gz")),
    "warcio-tests/example-wget-bad-target-uri.warc.gz",
    "warcio-tests/post-test.warc.gz",
    *(f"py-wacz-fixtures/example-{name}" for name in ("collection.warc", "collection-with-lists.warc", "iana.warc")),
    *(f"py-wacz-fixtures/example-{name}" for name in ("resource.warc.gz", "warcinfo-metadata.warc")),
    *(f"py-wacz-fixtures/valid_{name}example_{n}.wacz" for name, n in (("", 1), ("", 2), ("signed_", 1))),
    *(
        f"jwat-bad-warcs/jwat-warc/src/test/resources/valid-warcfile-{name}.warc"
        for name in ("duplicate-concurrentto", "fields-metainfo", "fields-warcinfo", "non-warc-headers", "utf8")
    ),
    "jwat-bad-warcs/jwat-warc/src/test/resources/valid-warcfile-upper-lower-case.warc",
)


@pytest.mark.parametrize("name", SOUND)
def test_sound_captures_give_no_error_and_no_warning(name: str, samples: Path) -> None:
    found = check(samples / "warc" / name, Settings(), Quiet())
    assert [one.code for one in found if one.severity != "info"] == [UNDECLARED]


# --- WARC ---------------------------------------------------------------------------------------------------------

Parts = list[bytes]
WARC = "warc/warcio-tests/example.warc"
"""Two warcinfo records, a response (gzip content), its request, a revisit of the response, its request."""
RESPONSE, REVISIT = 2, 4


def cut_up(data: bytes) -> Parts:
    """The records of a plain WARC."""
    return [data[one.offset : one.offset + (one.length or 0)] for one in WarcWalk(io.BytesIO(data))]


def replaced(old: bytes, new: bytes, number: int = RESPONSE) -> Callable[[Parts], Parts]:
    """A record with some bytes replaced by others; its stated length and digests stay."""

    def change(parts: Parts) -> Parts:
        assert old in parts[number]
        return [part if at != number else part.replace(old, new, 1) for at, part in enumerate(parts)]

    return change


def matched(pattern: bytes, new: bytes, number: int = RESPONSE) -> Callable[[Parts], Parts]:
    return lambda parts: replaced(re.search(pattern, parts[number])[0], new, number)(parts)  # type: ignore[index]


def answer(change: Callable[[bytes, bytes], bytes]) -> Callable[[Parts], Parts]:
    """The response with another HTTP message, of which head and body are given; length and digests are made right."""

    def made(parts: Parts) -> Parts:
        head, _, rest = parts[RESPONSE].partition(b"\r\n\r\n")
        http, _, body = rest.removesuffix(b"\r\n\r\n").partition(b"\r\n\r\n")
        block = change(http, body)
        payload = block.partition(b"\r\n\r\n")[2] or block
        for name, value in (
            (b"Content-Length", str(len(block))),
            (b"WARC-Block-Digest", sha1(block)),
            (b"WARC-Payload-Digest", sha1(payload)),
        ):
            head = re.sub(rb"(?m)^" + name + rb": [^\r\n]*", name + b": " + value.encode(), head)
        record = head + b"\r\n\r\n" + block + b"\r\n\r\n"
        # The revisit is of the payload as it is now.
        second = re.sub(rb"(?m)^WARC-Payload-Digest: \S+", b"WARC-Payload-Digest: " + sha1(payload).encode(), parts[4])
        return [*parts[:RESPONSE], record, parts[3], second, *parts[5:]]

    return made


def chunked(http: bytes, body: bytes, size: int = 0) -> bytes:
    http = re.sub(rb"(?m)^Content-Length: \d+\r?\n", b"", http + b"\r\n").rstrip()
    chunk = b"%x\r\n" % (len(body) + size) + body + b"\r\n0\r\n\r\n"
    return http + b"\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk


def undigested(parts: Parts) -> Parts:
    return [re.sub(rb"(?m)^WARC-(?:Block|Payload)-Digest: [^\r\n]*\r\n", b"", part) for part in parts]


def other_digest(name: str, writing: Callable[[bytes], str], label: str | None = None) -> Callable[[Parts], Parts]:
    """The block's digest in another algorithm and writing."""

    def made(parts: Parts) -> Parts:
        block = parts[RESPONSE].partition(b"\r\n\r\n")[2].removesuffix(b"\r\n\r\n")
        value = writing(hashlib.new(name, block, usedforsecurity=False).digest())
        return matched(rb"WARC-Block-Digest: \S+", f"WARC-Block-Digest: {label or name}:{value}".encode())(parts)

    return made


def base32(digest: bytes) -> str:
    return base64.b32encode(digest).decode()


DATE, RECORD_ID = rb"WARC-Date: \S+", rb"WARC-Record-ID: \S+"
FIRST_ID = b"WARC-Record-ID: <urn:uuid:a9c51e3e-0221-11e7-bf66-0242ac120005>"
BODY_END = b"Content-Length: 606"
FAULTS: dict[str, tuple[str, Callable[[Parts], Parts]]] = {
    "payload changed": ("SMA-W020", lambda parts: flipped(parts, RESPONSE, -60)),
    "payload digest of something else": (
        "SMA-W021",
        matched(rb"WARC-Payload-Digest: \S+", b"WARC-Payload-Digest: " + sha1(b"").encode(), RESPONSE),
    ),
    "block digest of something else": (
        "SMA-W020",
        matched(rb"WARC-Block-Digest: \S+", b"WARC-Block-Digest: " + sha1(b"").encode()),
    ),
    "HTTP head changed": ("SMA-W020", replaced(b"HTTP/1.1 200 OK", b"HTTP/1.1 200 oK")),
    "length too small": ("SMA-W005", replaced(b"Content-Length: 975", b"Content-Length: 970")),
    "length too great": ("SMA-W004", replaced(b"Content-Length: 975", b"Content-Length: 990")),
    "length missing": ("SMA-W008", replaced(b"Content-Length: 975\r\n", b"")),
    "length no number": ("SMA-W008", replaced(b"Content-Length: 975", b"Content-Length: veel")),
    "length doubled": ("SMA-W012", replaced(b"Content-Length: 975", b"Content-Length: 975\r\nContent-Length: 12")),
    "date missing": ("SMA-W011", matched(DATE + rb"\r\n", b"")),
    "date doubled": ("SMA-W012", replaced(b"WARC-Date", b"WARC-Date: 2017-03-06T04:02:07Z\r\nWARC-Date", 5)),
    "date that does not exist": ("SMA-W018", matched(DATE, b"WARC-Date: 2017-02-30T04:02:06Z", 3)),
    "date in another form": ("SMA-W018", matched(DATE, b"WARC-Date: 06-03-2017 04:02", 3)),
    "date without zone": ("SMA-W018", matched(DATE, b"WARC-Date: 2017-03-06T04:02:06", 3)),
    "id missing": ("SMA-W011", matched(RECORD_ID + rb"\r\n", b"", 5)),
    "id twice": ("SMA-W025", matched(RECORD_ID, FIRST_ID, 5)),
    "id no URI": ("SMA-W018", matched(RECORD_ID, b"WARC-Record-ID: <12>", 5)),
    "type missing": ("SMA-W011", replaced(b"WARC-Type: request\r\n", b"", 5)),
    "type unknown": ("SMA-W017", replaced(b"WARC-Type: request", b"WARC-Type: kaartje", 5)),
    "a line that is no field": ("SMA-W009", replaced(b"WARC-Date", b"zomaar een regel\r\nWARC-Date", 3)),
    "a head that is no UTF-8": ("SMA-W045", replaced(b"WARC-Date", b"X-Naam: caf\xe9\r\nWARC-Date", 3)),
    "a head with NUL": ("SMA-W045", replaced(b"WARC-Date", b"X-Naam: a\0b\r\nWARC-Date", 3)),
    "version unknown": ("SMA-W013", replaced(b"WARC/1.0", b"WARC/7.0", 3)),
    "target relative": ("SMA-W018", replaced(b"URI: http://example.com/", b"URI: /index.html", 3)),
    "target no URI": ("SMA-W018", replaced(b"URI: http://example.com/", b"URI: voorbeeld", 3)),
    "target missing": ("SMA-W011", replaced(b"WARC-Target-URI: http://example.com/\r\n", b"", 3)),
    "IP address": ("SMA-W018", matched(rb"WARC-IP-Address: \S+", b"WARC-IP-Address: 300.1.2.3")),
    "no digests": ("SMA-W046", undigested),
    "digest without label": ("SMA-W023", matched(rb"Block-Digest: sha1:", b"Block-Digest: ")),
    "digest too short": ("SMA-W023", matched(rb"Block-Digest: \S+", b"Block-Digest: sha1:ABCD")),
    "digest unknown": ("SMA-W022", matched(rb"Block-Digest: \S+", b"Block-Digest: tiger:ABCD")),
    "revisit without its original": ("SMA-W024", lambda parts: [*parts[:2], *parts[4:]]),
    "revisit of another address": (
        "SMA-W024",
        lambda parts: matched(rb"Payload-Digest: \S+", b"Payload-Digest: " + sha1(b"x").encode(), REVISIT)(
            replaced(b"Refers-To-Target-URI: http://example.com/", b"Refers-To-Target-URI: http://elders.example/", 4)(
                parts
            )
        ),
    ),
    "revisit without profile": ("SMA-W011", matched(rb"WARC-Profile: \S+\r\n", b"", REVISIT)),
    "concurrent to nothing": ("SMA-W043", matched(rb"Concurrent-To: \S+", b"Concurrent-To: <urn:uuid:niets>", 5)),
    "a segment": ("SMA-W035", replaced(b"WARC-Date", b"WARC-Segment-Number: 1\r\nWARC-Date", 3)),
    "cut off by the harvester": ("SMA-W034", replaced(b"WARC-Date", b"WARC-Truncated: length\r\nWARC-Date", 3)),
    "no warcinfo": ("SMA-W044", lambda parts: parts[2:]),
    "cut in a block": ("SMA-W003", lambda parts: [*parts[:3], parts[3][:-100]]),
    "cut in a head": ("SMA-W010", lambda parts: [*parts[:3], parts[3][:100]]),
    "closing line ends missing": ("SMA-W007", lambda parts: [*parts[:-1], parts[-1][:-4]]),
    "zeros after": ("SMA-W033", lambda parts: [*parts, bytes(600)]),
    "rubbish after": ("SMA-W006", lambda parts: [*parts, b"<html>rommel</html>"]),
    "another file after": ("SMA-W006", lambda parts: [*parts, b"%PDF-1.7\n" + bytes(range(1, 200))]),
    "rubbish between": ("SMA-W006", lambda parts: [*parts[:2], b"rommel\r\n", *parts[2:]]),
    "content encoding that lies": ("SMA-W038", answer(lambda http, body: http + b"\r\n\r\n" + b"<html>" + body[6:])),
    "content encoding cut": ("SMA-W037", answer(lambda http, body: http + b"\r\n\r\n" + body[:-20])),
    "content encoding damaged": (
        "SMA-W028",
        answer(lambda http, body: http + b"\r\n\r\n" + body[:200] + bytes(50) + body[250:]),
    ),
    "content encoding unknown": (
        "SMA-W029",
        answer(lambda http, body: http.replace(b"Encoding: gzip", b"Encoding: geheim") + b"\r\n\r\n" + body),
    ),
    "content encodings stacked": (
        "SMA-W031",
        answer(lambda http, body: http.replace(b"g: gzip", b"g: gzip, gzip, gzip, gzip") + b"\r\n\r\n" + body),
    ),
    "chunks too great": ("SMA-W039", answer(lambda http, body: chunked(http, body, 90))),
    "chunks too small": ("SMA-W027", answer(lambda http, body: chunked(http, body, -90))),
    "chunks that are none": (
        "SMA-W038",
        answer(lambda http, body: http + b"\r\nTransfer-Encoding: chunked\r\n\r\n" + body),
    ),
    "no HTTP": ("SMA-W026", answer(lambda _, body: b"<html>" + body)),
}
"""What a WARC's records can have, by the code that tells of it."""
IN_GZIP = {
    "length too great": "SMA-W003",
    "no warcinfo": "SMA-W044",
    "another file after": "SMA-W006",
}
"""Where a member of its own changes what a fault is."""


def flipped(parts: Parts, number: int, at: int) -> Parts:
    harmed = bytearray(parts[number])
    harmed[at] ^= 1
    return [bytes(harmed) if place == number else part for place, part in enumerate(parts)]


@pytest.mark.parametrize("form", ["warc", "warc.gz"])
def test_the_real_capture_is_sound(form: str, samples: Path, tmp_path: Path) -> None:
    data = (samples / WARC).read_bytes()
    parts = cut_up(data)
    assert told(data if form == "warc" else members(*parts), f"a.{form}", tmp_path) == set()


@pytest.mark.parametrize("form", ["warc", "warc.gz"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_a_real_warc_is_told_with_its_code_alone(
    name: str, form: str, samples: Path, tmp_path: Path
) -> None:
    code, change = FAULTS[name]
    parts = change(cut_up((samples / WARC).read_bytes()))
    code = IN_GZIP.get(name, code) if form == "warc.gz" else code
    data = members(*parts) if form == "warc.gz" else b"".join(parts)
    assert told(data, f"a.{form}", tmp_path) == {code}


DIGESTS: dict[str, Callable[[Parts], Parts]] = {
    "SHA-1 in small letters": other_digest("sha1", lambda digest: base32(digest).lower()),
    "SHA-1 in hex": other_digest("sha1", bytes.hex),
    "SHA-1 in capital hex": other_digest("sha1", lambda digest: digest.hex().upper(), "SHA1"),
    "SHA-1 in base64": other_digest("sha1", lambda digest: base64.b64encode(digest).decode(), "sha-1"),
    "SHA-256 in hex": other_digest("sha256", bytes.hex),
    "SHA-256 with a line": other_digest("sha256", bytes.hex, "sha-256"),
    "SHA-256 in base32": other_digest("sha256", base32),
    "SHA-256 in base32 without padding": other_digest("sha256", lambda digest: base32(digest).rstrip("=")),
    "MD5": other_digest("md5", bytes.hex),
    "MD5 in base32": other_digest("md5", base32),
    "SHA-384": other_digest("sha384", bytes.hex),
    "SHA-512": other_digest("sha512", bytes.hex),
    "SHA-512 in base64 for addresses": other_digest("sha512", lambda digest: base64.urlsafe_b64encode(digest).decode()),
    "SHA3-256": other_digest("sha3_256", bytes.hex, "sha3-256"),
    "BLAKE2b": other_digest("blake2b", bytes.hex),
    "BLAKE2s": other_digest("blake2s", bytes.hex, "blake2s-256"),
}


@pytest.mark.parametrize("name", DIGESTS)
def test_digests_as_they_occur_are_computed(name: str, samples: Path, tmp_path: Path) -> None:
    parts = DIGESTS[name](cut_up((samples / WARC).read_bytes()))
    assert told(b"".join(parts), "a.warc", tmp_path) == set()
    parts[RESPONSE] = parts[RESPONSE].replace(b"HTTP/1.1 200 OK", b"HTTP/1.1 200 oK")
    assert told(b"".join(parts), "a.warc", tmp_path) == {"SMA-W020"}


@pytest.mark.parametrize("form", ["warc", "warc.gz"])
def test_a_file_cut_anywhere_is_told_unless_whole_records_are_left(form: str, samples: Path) -> None:
    parts = cut_up((samples / WARC).read_bytes())
    parts = parts if form == "warc" else [members(part) for part in parts]
    data, whole, at = b"".join(parts), set[int](), 0
    for part in parts:
        at += len(part)
        whole.add(at)
    for size in range(1, len(data)):
        walk = ResponseWalk(io.BytesIO(data[:size]), "a.warc", size=size)
        for source in walk:
            source.stream.read()
        grave = {one.code for one in walk.problems if isinstance(one, Problem) and code(one.code).severity != "info"}
        assert bool(grave) == (size not in whole), size


# --- WACZ ---------------------------------------------------------------------------------------------------------

WACZ = "warc/py-wacz-fixtures/valid_example_2.wacz"
ARCHIVE, INDEX, BLOCKS = "archive/example-collection.warc", "indexes/index.cdx.gz", "indexes/index.idx"
PAGES, PACKAGE, DIGEST = "pages/pages.jsonl", "datapackage.json", "datapackage-digest.json"
UNSIGNED = "SMA-Z035"


@dataclass
class Made:
    """The members of a real WACZ, to be changed and packed again."""

    contents: dict[str, bytes]
    deflated: set[str] = field(default_factory=set)
    signature: Callable[[str], dict[str, Any]] | None = None
    agreeing: bool = True
    """Whether the datapackage is made to agree with the members."""

    def packed(self) -> bytes:
        """The zip; the datapackage and its digest are those of its members, unless they are not meant to agree."""
        contents = dict(self.contents)
        if self.agreeing and PACKAGE in contents:
            package = json.loads(contents[PACKAGE])
            for row in package["resources"]:
                data = contents.get(row["path"], b"")
                row |= {"hash": "sha256:" + hashlib.sha256(data).hexdigest(), "bytes": len(data)}
            contents[PACKAGE] = json.dumps(package).encode()
            label = "sha256:" + hashlib.sha256(contents[PACKAGE]).hexdigest()
            signed = {"signedData": self.signature(label)} if self.signature else {}
            contents[DIGEST] = json.dumps({"path": PACKAGE, "hash": label} | signed).encode()
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, data in contents.items():
                method = zipfile.ZIP_DEFLATED if name in self.deflated else zipfile.ZIP_STORED
                archive.writestr(zipfile.ZipInfo(name), data, method)
        return out.getvalue()

    def package(self, **changed: object) -> None:
        """Change, or (``None``) take out, what the datapackage says."""
        said = json.loads(self.contents[PACKAGE]) | changed
        self.contents[PACKAGE] = json.dumps({key: value for key, value in said.items() if value is not None}).encode()

    def unlist(self, *names: str) -> None:
        """Take members out of the zip and of the datapackage."""
        for name in names:
            del self.contents[name]
        rows = json.loads(self.contents[PACKAGE])["resources"]
        self.package(resources=[row for row in rows if row["path"] in self.contents])

    def index(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Change every line of the index; the list of its blocks is made to agree."""
        lines = []
        for line in gzip.decompress(self.contents[INDEX]).decode().splitlines():
            key, stamp, text = line.split(" ", 2)
            change(said := json.loads(text))
            lines.append(f"{key} {stamp} {json.dumps(said)}\n")
        self.indexed("".join(lines).encode())

    def indexed(self, lines: bytes) -> None:
        data = self.contents[INDEX] = gzip.compress(lines, mtime=0)
        place = {"offset": 0, "length": len(data), "digest": "sha256:" + hashlib.sha256(data).hexdigest()}
        key = lines.partition(b" {")[0] or b"com,example)/ 20201007212236"
        meta = b'!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n'
        self.contents[BLOCKS] = meta + key + b" " + json.dumps(place).encode() + b"\n"


def edit(name: str, old: bytes, new: bytes, *, agreeing: bool = True) -> Callable[[Made], None]:
    def change(made: Made) -> None:
        assert old in made.contents[name]
        made.contents[name] = made.contents[name].replace(old, new, 1)
        if not agreeing:
            made.agreeing = False

    return change


def gone(name: str, *, listed: bool = False) -> Callable[[Made], None]:
    """A member that is not there; ``listed`` when the datapackage names it all the same."""

    def change(made: Made) -> None:
        if listed:
            del made.contents[name]
        else:
            made.unlist(name)

    return change


def extra(name: str, data: bytes = b"extra") -> Callable[[Made], None]:
    return lambda made: made.contents.update({name: data})


def signed(**changed: object) -> Callable[[Made], None]:
    return lambda made: setattr(made, "signature", lambda label: by_host(label, **changed))


def forged(made: Made) -> None:
    made.signature = lambda label: by_host("sha256:" + "0" * 64) | {"hash": label}


def harmed(made: Made, *, agreeing: bool) -> None:
    """A byte of the WARC's captured page is another one."""
    data = bytearray(made.contents[ARCHIVE])
    data[1400] ^= 1
    made.contents[ARCHIVE], made.agreeing = bytes(data), agreeing


def with_another_head(made: Made) -> None:
    """Another answer in the WARC, and everything else made to agree but its block digest."""
    parts = cut_into_members(made.contents[ARCHIVE])
    sizes = [len(part) for part in parts]
    number = next(place for place, part in enumerate(parts) if b"Server: ECS" in gzip.decompress(part))
    page = gzip.decompress(parts[number]).replace(b"Server: ECS", b"Server: EKS")
    parts[number] = gzip.compress(page, mtime=0)
    made.contents[ARCHIVE] = b"".join(parts)
    made.index(lambda row: row.update(length=str(len(parts[number])), offset=str(sum(sizes[:number]))))


def cut_into_members(data: bytes) -> Parts:
    return [data[one.offset : one.offset + (one.length or 0)] for one in WarcWalk(io.BytesIO(data))]


def without_index(made: Made) -> None:
    made.unlist(INDEX, BLOCKS)


WACZ_FAULTS: dict[str, tuple[set[str], Callable[[Made], None]]] = {
    "WARC changed": ({"SMA-Z011"}, lambda made: harmed(made, agreeing=False)),
    "WARC changed, datapackage too": ({"SMA-W014"}, lambda made: harmed(made, agreeing=True)),
    "a record changed, datapackage too": ({"SMA-W020"}, with_another_head),
    "page list changed": ({"SMA-Z011"}, edit(PAGES, b"Example Domain", b"Exemple Domain", agreeing=False)),
    "a size that is wrong": (
        {"SMA-Z012", "SMA-Z017"},
        edit(PACKAGE, b'"bytes": 2730', b'"bytes": 2731', agreeing=False),
    ),
    "listed but absent": ({"SMA-Z013"}, gone(BLOCKS, listed=True)),
    "present but not listed": ({"SMA-Z014"}, extra("logs/extra.log")),
    "no archive": ({"SMA-Z015"}, gone(ARCHIVE)),
    "no index": ({"SMA-Z028"}, without_index),
    "no page list": ({"SMA-Z016"}, gone(PAGES)),
    "no datapackage": ({"SMA-Z009"}, gone(PACKAGE, listed=True)),
    "a datapackage that is no JSON": ({"SMA-Z010"}, edit(PACKAGE, b"{", b"", agreeing=False)),
    "datapackage changed": ({"SMA-Z017"}, edit(PACKAGE, b"py-wacz", b"pi-wacz", agreeing=False)),
    "digest file changed": ({"SMA-Z017"}, edit(DIGEST, b"sha256:", b"sha256:0", agreeing=False)),
    "digest file that is no JSON": ({"SMA-Z010"}, edit(DIGEST, b"{", b"", agreeing=False)),
    "WARC deflated": ({"SMA-Z019"}, lambda made: made.deflated.add(ARCHIVE)),
    "index with a wrong offset": ({"SMA-Z024"}, lambda made: made.index(lambda row: row.update(offset="846"))),
    "index with a wrong length": ({"SMA-Z025"}, lambda made: made.index(lambda row: row.update(length="1294"))),
    "index with another address": (
        {"SMA-Z025"},
        lambda made: made.index(lambda row: row.update(url="http://x.example/")),
    ),
    "index with another digest": ({"SMA-Z025"}, lambda made: made.index(lambda row: row.update(digest="sha1:AAAA"))),
    "index of another file": ({"SMA-Z024"}, lambda made: made.index(lambda row: row.update(filename="weg.warc"))),
    "index without lines": ({"SMA-Z027"}, lambda made: made.indexed(b"")),
    "index with a line that is none": ({"SMA-Z026"}, lambda made: made.indexed(b"rommel\n")),
    "index that is cut": ({"SMA-Z026"}, lambda made: made.contents.update({INDEX: made.contents[INDEX][:-6]})),
    "list of blocks with a wrong offset": ({"SMA-Z024"}, edit(BLOCKS, b'"offset": 0', b'"offset": 9')),
    "list of blocks with a wrong digest": ({"SMA-Z025"}, edit(BLOCKS, b"sha256:19c1", b"sha256:0000")),
    "a page that was not captured": ({"SMA-Z030"}, edit(PAGES, b"http://www.example.com/", b"http://elders.example/")),
    "a page at another time": ({"SMA-Z031"}, edit(PAGES, b"2020-10-07T21", b"2019-10-07T21")),
    "a page without a time": ({"SMA-Z032"}, edit(PAGES, b"2020-10-07T21:22:36Z", b"gisteren")),
    "a page list without its first line": (
        {"SMA-Z021"},
        lambda made: made.contents.update({PAGES: made.contents[PAGES].partition(b"\n")[2]}),
    ),
    "a page list with a line that is none": (
        {"SMA-Z020"},
        lambda made: made.contents.update({PAGES: made.contents[PAGES] + b"{rommel\n"}),
    ),
    "version missing": ({"SMA-Z033"}, lambda made: made.package(wacz_version=None)),
    "version unknown": ({"SMA-Z033"}, lambda made: made.package(wacz_version="7")),
    "another WACZ that is needed": (
        {"SMA-Z034"},
        lambda made: made.package(relation={"requires": [{"path": "deel1.wacz"}]}),
    ),
    "a name that leads outside": ({"SMA-Z014", "SMA-Z048"}, extra("../../elders.txt")),
    "a name from the root": ({"SMA-Z014", "SMA-Z048"}, extra("/elders.txt")),
    "a name with a drive": ({"SMA-Z014", "SMA-Z048"}, extra("C:\\elders.txt")),
    "signed": ({"SMA-Z037"}, signed()),
    "a signature that is wrong": ({"SMA-Z039"}, forged),
    "a timestamp that is wrong": ({"SMA-Z040"}, signed(timeSignature=base64.b64encode(b"rommel").decode())),
    "a signature that cannot be verified": ({"SMA-Z041"}, signed(signature="?")),
    "signed with an expired certificate": ({"SMA-Z042"}, signed(timeSignature=None, created="2031-01-01T00:00:00Z")),
    "signed for another host": ({"SMA-Z045"}, signed(domain="elders.example")),
}


def made_of(samples: Path) -> Made:
    with zipfile.ZipFile(samples / WACZ) as archive:
        return Made({name: archive.read(name) for name in archive.namelist()})


def told_of_wacz(data: bytes, folder: Path) -> set[str]:
    return told(data, "a.wacz", folder) - {UNSIGNED}


def test_the_real_wacz_is_sound_and_not_signed(samples: Path, tmp_path: Path) -> None:
    assert told((samples / WACZ).read_bytes(), "a.wacz", tmp_path) == {UNSIGNED}
    assert told(made_of(samples).packed(), "a.wacz", tmp_path) == {UNSIGNED}


@pytest.mark.parametrize("name", WACZ_FAULTS)
def test_a_fault_in_a_real_wacz_is_told_with_its_code_alone(name: str, samples: Path, tmp_path: Path) -> None:
    expected, change = WACZ_FAULTS[name]
    change(made := made_of(samples))
    assert told_of_wacz(made.packed(), tmp_path) == expected


@pytest.mark.parametrize("share", [0.2, 0.5, 0.7, 0.95, 0.999])
def test_a_wacz_that_is_cut_says_so_and_nothing_else(share: float, samples: Path, tmp_path: Path) -> None:
    data = (samples / WACZ).read_bytes()
    assert told_of_wacz(data[: int(len(data) * share)], tmp_path) == {"SMA-Z001"}


@pytest.mark.parametrize("name", [*FAULTS])
def test_a_fault_of_a_record_is_told_in_a_wacz_too(name: str, samples: Path, tmp_path: Path) -> None:
    """The index and the datapackage are made to agree with the WARC as it is."""
    expected, change = FAULTS[name]
    if expected == "SMA-W046":
        pytest.skip("a WACZ states a digest of its WARC as a whole")
    parts = change(cut_up((samples / WARC).read_bytes()))
    made = Made(
        {
            ARCHIVE: b"".join(parts),
            PACKAGE: made_of(samples).contents[PACKAGE],
            PAGES: b'{"format": "json-pages-1.0"}\n',
        }
    )
    made.contents[PACKAGE] = made_of(samples).contents[PACKAGE]
    made.contents["indexes/index.cdxj"] = b""
    made.package(resources=[{"path": path} for path in (ARCHIVE, PAGES, "indexes/index.cdxj")], profile="data-package")
    assert told_of_wacz(made.packed(), tmp_path) - {"SMA-Z027"} == {expected}
