"""Files that hold pages of Facebook, e-mails of Facebook or lists of its stories, told by their first bytes."""

from __future__ import annotations

import re

from sma_plugin.readers.contract import Listing, Match, Member
from sma_plugin.readers.web.saved import is_saved_page

NAME = "facebook-web"
_MARKS = (
    re.compile(
        rb'id="(?:m_story_permalink_view|m_stream_stories|m-timeline-cover-section|mbasic_inline_feed_composer)"'
    ),
    re.compile(rb'id="meta_referrer"[^>]*>.{0,3000}?(?:/data/manifest/|fbcdn\.net)', re.DOTALL),
    re.compile(rb'<html[^>]*\bid="facebook"'),
    re.compile(rb"<!--\s*https://(?:m|mbasic|touch)\.facebook\.com/"),
    re.compile(rb'id="email_table".{0,3000}?(?:facebook\.com/|fbcdn\.net)', re.DOTALL),
)
_STORIES = re.compile(rb'"source_platform"\s*:\s*"(?:www\.)?facebook\.com"|"comet_sections"\s*:\s*\{|"__isFeedUnit"')


def recognise(listing: Listing) -> Match | None:
    """Pages and e-mails by their structure, lists of stories. Pages that say which they are go with the web."""
    paths = tuple(member.path for member in listing.members if _is_page(member) or is_list(member))
    return Match(NAME, "facebook", "web-harvest", paths, confidence=44) if paths else None


def _is_page(member: Member) -> bool:
    head = member.head
    is_markup = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"
    return is_markup and any(mark.search(head) for mark in _MARKS) and not is_saved_page(member)


def is_list(member: Member) -> bool:
    """Whether a member is JSON with stories."""
    is_json = member.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
    return is_json and _STORIES.search(member.head) is not None
