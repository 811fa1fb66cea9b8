"""Comments and chats of early Takeouts: one page, a list item each, with a moment, a link to the video, and the text.

No id is given; the whole page is the evidence, with the number of the list item.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import closing

from sma_plugin.model import AccountRef, Evidence, Item, Moment, Post, PostState, Problem, Relation
from sma_plugin.readers.contract import DAMAGE, CaptureView
from sma_plugin.readers.remarks import nothing_read
from sma_plugin.readers.values import html_text, iso_moment
from sma_plugin.readers.youtube.common import PLATFORM, channel_in, video_in, watch_url

MAX_PAGE = 64 << 20
_ITEM = re.compile(r"<li\b[^>]*>(.*?)</li\s*>", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d")
_HREF = re.compile(r'href=["\']([^"\']+)["\']', re.IGNORECASE)


def page_items(capture: CaptureView, path: str, author: AccountRef) -> Iterator[Item]:
    """The comments on one page; what cannot be read of it is a problem."""
    try:
        source = capture.open(path)
        with closing(source.stream):
            page = source.stream.read(MAX_PAGE).decode("utf-8", "replace")
    except (KeyError, *DAMAGE) as error:
        yield nothing_read(path, error)
        return
    for number, found in enumerate(_ITEM.finditer(page), 1):
        head, parted, said = _split(found.group(1))
        if not parted:
            yield Problem("SMA-R001", path, params={"reason": "no post"})
            continue
        yield _post(head, said, Evidence(source.base.path, "file", locator=f"li:nth-of-type({number})"), author)


def _split(item: str) -> tuple[str, bool, str]:
    """What stands before the first line break, whether there is one, and what stands behind it."""
    parted = _BREAK.search(item)
    return (item[: parted.start()], True, item[parted.end() :]) if parted else (item, False, "")


def _post(head: str, said: str, evidence: Evidence, author: AccountRef) -> Post:
    date = _DATE.search(head)
    addresses = [html.unescape(url) for url in _HREF.findall(head)]
    video = next(filter(None, map(video_in, addresses)), None)
    page = watch_url(video) if video else next(iter(addresses), None)
    owner = next(filter(None, map(channel_in, addresses)), None)
    whose = AccountRef(owner) if owner else None
    stated = iso_moment(f"{date.group()}+00:00".replace(" ", "T")) if date else None
    return Post(
        PLATFORM,
        author,
        None,
        Moment(stated.us, date.group()) if stated and date else Moment(),
        PostState(text=html_text(said).strip(), html=said.strip()),
        relations=(Relation("reply", video, page, whose),) if page else (),
        evidence=(evidence,),
    )
