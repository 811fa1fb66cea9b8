"""Pages saved one by one: HTML files that say of which page they are, as browsers, SingleFile and HTTrack save them.

Without an address nobody can tell of which platform a page is; such a file is left to others. An address that a page
gives of itself (canonical, ``og:url``) counts for the platforms' own hosts only: exports hold HTML too.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from sma_plugin.model import Evidence, Moment
from sma_plugin.readers.addresses import host_of
from sma_plugin.readers.contract import Member, Source
from sma_plugin.readers.values import microseconds
from sma_plugin.readers.web.hosts import hosts

_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|!--)", re.IGNORECASE)
_SAVED = re.compile(
    r"<!-- saved from url=\(\d{1,6}\)(?P<browser>\S{1,3000}) -->"
    r"|Page saved with SingleFile\s+url:\s*(?P<single>\S{1,3000})\s+saved date:\s*(?P<date>[^\r\n]{1,100})"
    r"|<!-- Mirrored from (?P<mirror>\S{1,3000}) by HTTrack [^,<>]{1,80}, (?P<day>[^<>]{1,60}) -->"
)
_OWN = re.compile(
    r"<link\b[^>]{0,300}?\brel=[\"']?canonical[\"']?[^>]{0,300}?\bhref=[\"']?(?P<first>https?://[^\"'\s>]{1,3000})"
    r"|<link\b[^>]{0,300}?\bhref=[\"']?(?P<last>https?://[^\"'\s>]{1,3000})[\"']?[^>]{0,300}?\brel=[\"']?canonical"
    r"|<meta\b[^>]{0,300}?\bproperty=[\"']?og:url[\"']?[^>]{0,300}?\bcontent=[\"']?(?P<shown>https?://[^\"'\s>]{1,3000})",
    re.IGNORECASE,
)
_ARCHIVED = re.compile(r"https?://web\.archive\.org/web/(?P<stamp>\d{14})(?:[a-z]{2}_)?/(?P<address>https?://.+)")
_ZONE = re.compile(r"\w{3} (?P<month>\w{3}) (?P<day>\d\d) (?P<rest>\d{4} \d\d:\d\d:\d\d) GMT(?P<zone>[+-]\d{4})")


def is_saved_page(member: Member) -> bool:
    """Whether a member is a page that says which one."""
    return bool(_BEGINS.match(member.head)) and address(member.head, member.path) is not None


def saved_source(source: Source, member: Member) -> Source:
    """A saved page as a response: with the address and time that it states, its evidence the whole file."""
    base, url, at = Evidence(source.path), address(member.head, member.path), saved_at(member.head)
    return replace(source, base=base, url=url, content_type="text/html", fetched_at=at, exact=False)


def address(head: bytes, path: str) -> str | None:
    """Of which page the first bytes of a file say it is; or its path, where that begins with a platform's host."""
    text = head.decode("utf-8", "replace")
    saved = _SAVED.search(text)
    if saved:
        found = html.unescape(saved["browser"] or saved["single"] or f"https://{saved['mirror']}")
        archived = _ARCHIVED.fullmatch(found)
        found = archived["address"] if archived else found
        return found if host_of(found) else None
    own = _OWN.search(text)
    stated = html.unescape(own["first"] or own["last"] or own["shown"]) if own else ""
    if host_of(stated) in hosts():
        return stated
    parts = path.split("/")
    at = next((number for number, part in enumerate(parts[:-1]) if part.lower() in hosts()), None)
    return None if at is None else "https://" + "/".join(parts[at:])


def saved_at(head: bytes) -> Moment | None:
    """When a page was saved, where it says so."""
    found = _SAVED.search(head.decode("utf-8", "replace"))
    archived = _ARCHIVED.fullmatch(found["browser"] or found["single"] or "") if found else None
    if archived:
        return _of_archive(archived["stamp"])
    raw = (found["date"] or found["day"]) if found else None
    if raw is None:
        return None
    zoned = _ZONE.match(raw)
    mail = "{day} {month} {rest} {zone}".format(**zoned.groupdict()) if zoned else raw
    try:
        return Moment(microseconds(parsedate_to_datetime(mail)), raw)
    except (ValueError, TypeError, OverflowError):
        return Moment(None, raw)


def _of_archive(stamp: str) -> Moment:
    """When a web archive captured a page: that is when it was so, not when it was saved from there."""
    try:
        return Moment(microseconds(datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)), stamp)
    except ValueError:
        return Moment(None, stamp)
