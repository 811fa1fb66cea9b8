"""Articles of a LinkedIn member export: one page each, with the moments it was made and published in marked lines.

An article without a moment of publication that says when it was made is a draft, and out of scope. The whole file is
the evidence, for a page is no list of items.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import closing

from sma_plugin.model import AccountRef, Alias, Exclusion, Link, Media, Moment, Post, PostState, Problem
from sma_plugin.readers.contract import DAMAGE, CaptureView
from sma_plugin.readers.linkedin.common import PLATFORM, unsigned
from sma_plugin.readers.linkedin.export_layout import NAME
from sma_plugin.readers.remarks import nothing_read
from sma_plugin.readers.values import html_text, iso_moment

MAX_PAGE = 16 << 20
_TITLE = re.compile(r"<h1[^>]*>(.*?)</h1\s*>", re.DOTALL | re.IGNORECASE)
_HEAD_TITLE = re.compile(r"<title[^>]*>(.*?)</title\s*>", re.DOTALL | re.IGNORECASE)
_MOMENT = r'<(\w+)[^>]*\bclass=["\'](?:[^"\']* )?{}(?: [^"\']*)?["\'][^>]*>(.*?)</\1\s*>'
_CREATED, _PUBLISHED = (
    re.compile(_MOMENT.format(name), re.DOTALL | re.IGNORECASE) for name in ("created", "published")
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_BODY = re.compile(r"<body[^>]*>(.*?)(?:</body\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_UNSEEN = re.compile(r"<(script|style|noscript)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_BLOCKS = re.compile(r"</(?:p|div|h[1-6]|li|blockquote|figure)\s*>", re.IGNORECASE)
_HREF = re.compile(r'<a\b[^>]*?\bhref=["\']([^"\']+)["\']', re.IGNORECASE)
_IMAGE = re.compile(r'<img\b[^>]*?\bsrc=["\']([^"\']+)["\'][^>]*>', re.IGNORECASE)
_ALT = re.compile(r'\balt=["\']([^"\']*)["\']', re.IGNORECASE)


def article(capture: CaptureView, path: str, author: AccountRef) -> Iterator[Post | Problem | Exclusion]:
    """One article, or the word that it is a draft; what cannot be told of it is a problem."""
    try:
        source = capture.open(path)
        with closing(source.stream):
            data = source.stream.read(MAX_PAGE)
    except (KeyError, *DAMAGE) as error:
        yield nothing_read(path, error)
        return
    page = _UNSEEN.sub("", data.decode("utf-8", "replace"))
    title = _TITLE.search(page)
    created, published = _CREATED.search(page), _PUBLISHED.search(page)
    moment = _moment(published) or _named(path)
    if created and not _moment(published):
        yield Exclusion(f"{NAME}.drafts", path)
        return
    if not title and not published and not _BODY.search(page):
        yield nothing_read(path, "no article")
        return
    if not published:
        yield Problem("SMA-R141", path)
    url = next(iter(_HREF.findall(title.group(1))), None) if title else None
    address = html.unescape(url).split("?")[0] if url else None
    yield Post(
        PLATFORM,
        author,
        None,
        moment or Moment(),
        _state(page, title),
        kind="article",
        url=address,
        aliases=(Alias("permalink", address),) if address else (),
        evidence=(source.base,),
    )


def _moment(found: re.Match[str] | None) -> Moment | None:
    date = _DATE.search(found.group(2)) if found else None
    return iso_moment(date.group()) if date else None


def _named(path: str) -> Moment | None:
    """The day that begins the name of the file."""
    date = re.match(r"\d{4}-\d\d-\d\d", path.rpartition("/")[2])
    found = iso_moment(date.group()) if date else None
    return Moment(found.us, found.raw, "from the name of the file") if found and found.us is not None else None


def _state(page: str, title: re.Match[str] | None) -> PostState:
    """What the article says: all that stands behind its title and moments."""
    marks = [found.end() for found in (title, _CREATED.search(page), _PUBLISHED.search(page)) if found]
    body = _BODY.search(page)
    start, end = body.span(1) if body else (0, len(page))
    content = page[max([start, *marks]) : max(end, *marks) if marks else end].strip()
    heading = title or _HEAD_TITLE.search(page)
    addresses = map(html.unescape, dict.fromkeys(_HREF.findall(content)))
    return PostState(
        text=re.sub(r"\n{3,}", "\n\n", html_text(_BLOCKS.sub("\n\n", content))).strip(),
        html=content,
        title=html_text(heading.group(1)).strip() if heading else None,
        links=tuple(Link(url) for url in addresses if url.startswith("http")),
        media=tuple(map(_picture, _IMAGE.finditer(page[start:end]))),
    )


def _picture(found: re.Match[str]) -> Media:
    alt = _ALT.search(found.group())
    return Media(
        "image",
        source=unsigned(html.unescape(found.group(1))),
        alt=html.unescape(alt.group(1)) or None if alt else None,
    )
