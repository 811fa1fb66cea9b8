"""Which members of a bundle are captures of the web, and what their first bytes tell of how they came to be."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from sma_plugin.model import Moment, Technique
from sma_plugin.readers.contract import Listing, Match, Member
from sma_plugin.readers.values import gzip_head, iso_moment
from sma_plugin.readers.web import har, mhtml
from sma_plugin.readers.web.pages import is_api
from sma_plugin.readers.web.saved import is_saved_page

NAME = "web-harvest"
_WARC_NAMES = re.compile(r".*\.(?:w?arc(?:\.(?:gz|zst|lz4|bz2|xz))?|wacz)", re.IGNORECASE)
_PACKED = (b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"BZh", b"\xfd7zXZ")
_WACZ_MEMBERS = re.compile(
    rb"datapackage\.json|archive/.+\.w?arc(?:\.gz)?|pages/.+\.jsonl|indexes/index\.(?:cdxj?|idx).*"
)
_ARC_LINE = re.compile(rb"https?://[^\r\n]{1,3000} \d{14} [^\r\n]{1,200} \d+\r?\n")
_TARGET = re.compile(rb"^WARC-Target-URI:[ \t]*<?(https?://[^\s>]{1,4000})", re.IGNORECASE | re.MULTILINE)
_DATE = re.compile(rb"^WARC-Date:[ \t]*([\d:.TZ+-]{10,40})", re.IGNORECASE | re.MULTILINE)
_SOFTWARE = re.compile(rb"^software:[ \t]*([^\r\n]{1,100})", re.IGNORECASE | re.MULTILINE)
_UNPACKED = 1 << 16


class Origin(NamedTuple):
    """How a capture was made, when, and with what, as far as its first bytes tell."""

    technique: Technique
    captured: Moment | None = None
    tool: str | None = None


def matches(listing: Listing) -> Iterator[Match]:
    """A match for the captures of each technique: a WARC that began with responses of an API is one of an API."""
    found = [(member, origin_of(member)) for member in listing.members if is_capture(member)]
    for technique in dict.fromkeys(origin.technique for _, origin in found):
        own = [(member.path, origin) for member, origin in found if origin.technique == technique]
        first = own[0][1]
        moment = first.captured if first.captured and first.captured.us is not None else None
        paths = tuple(path for path, _ in own)
        yield Match(NAME, None, technique, paths, confidence=40, captured=moment, tool=first.tool, keeps_rest=True)


def is_capture(member: Member) -> bool:
    """Whether a member is a capture of the web: by its bytes; a damaged one by its name."""
    return _is_harvest(member) or har.is_har(member.head) or is_saved_page(member) or mhtml.is_mhtml(member)


def origin_of(member: Member) -> Origin:
    """How a capture came to be."""
    head = member.head
    if har.is_har(head):
        return Origin("web-harvest", har.begun(head), har.made_by(head))
    if mhtml.is_mhtml(member):
        return Origin("web-harvest", mhtml.saved_at(head), mhtml.saved_by(head))
    records = _unpacked(head) if head.startswith(b"\x1f\x8b") else head
    if records[:5].upper() != b"WARC/":
        return Origin("web-harvest")
    targets = [found.decode("utf-8", "replace") for found in _TARGET.findall(records)]
    date, software = _DATE.search(records), _SOFTWARE.search(records)
    return Origin(
        "api" if targets and all(map(is_api, targets)) else "web-harvest",
        iso_moment(date.group(1).decode("ascii")) if date else None,
        software.group(1).decode("utf-8", "replace").strip() if software else None,
    )


def _unpacked(data: bytes) -> bytes:
    """What the first members of a gzip file hold, as far as its own first bytes go."""
    out = b""
    while data and len(out) < _UNPACKED:
        inflater = zlib.decompressobj(wbits=31)
        try:
            out += inflater.decompress(data, _UNPACKED)
        except zlib.error:
            return out
        data = inflater.unused_data
    return out


def _is_harvest(member: Member) -> bool:
    head = member.head
    named = bool(_WARC_NAMES.fullmatch(member.path))
    if head.startswith(b"PK\x03\x04"):
        return (named and member.path.lower().endswith(".wacz")) or _lists_wacz_members(head)
    if head.startswith(b"\x1f\x8b"):
        content = gzip_head(head, 4096)
        return _starts_records(content) or (named and not content)
    return _starts_records(head) or (named and (not head or head.startswith(_PACKED) or not _is_text(head)))


def _starts_records(head: bytes) -> bool:
    return head[:5].upper() == b"WARC/" or head.startswith(b"filedesc:") or bool(_ARC_LINE.match(head))


def _is_text(head: bytes) -> bool:
    return b"\0" not in head and head.lstrip()[:1] in (b"{", b"[", b"<")


def _lists_wacz_members(head: bytes) -> bool:
    """Whether the local headers in the first bytes of a zip name what only a WACZ holds."""
    at = 0
    while head[at : at + 4] == b"PK\x03\x04" and at + 30 <= len(head):
        (flags,) = struct.unpack_from("<H", head, at + 6)
        packed, _, length, extra = struct.unpack_from("<LLHH", head, at + 18)
        if _WACZ_MEMBERS.fullmatch(head[at + 30 : at + 30 + length]):
            return True
        if flags & 8:
            return False
        at += 30 + length + extra + packed
    return False
