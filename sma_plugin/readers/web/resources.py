"""Captured pages, failures, and pictures of pages as resources: evidence by themselves, whatever was read from them."""

from __future__ import annotations

from typing import Literal

from sma_plugin.model import Resource
from sma_plugin.readers.contract import Source
from sma_plugin.readers.web import pages as web_pages

Role = Literal["page", "screenshot", "document", "failure", "medium"]
_CHUNK = 1 << 16


def mime_of(source: Source) -> str | None:
    """The media type of a response, without parameters."""
    return source.media_type[:100] or None


def was_page(source: Source) -> bool:
    """Whether a page, or an answer without which the capture is incomplete, was expected where a failure came."""
    expected = source.is_page or mime_of(source) in (None, "text/plain") or web_pages.is_refusal(source.status or 0)
    return expected and not web_pages.is_part(source.url or "")


def picture(source: Source) -> Resource | None:
    """A resource record that is a picture of a page or a document made of it."""
    url = source.url or ""
    mime = mime_of(source) or ""
    resources = web_pages.rules().resources
    for role, prefixes in (("screenshot", resources.screenshots), ("document", resources.documents)):
        prefix = next((prefix for prefix in prefixes if url.lower().startswith(prefix)), None)
        if prefix is not None:
            kind: Role = "document" if mime == "application/pdf" or role == "document" else "screenshot"
            return made(kind, source, url[len(prefix) :])
    if mime == "application/pdf":
        return made("document", source, url)
    if mime.startswith("image/") and not web_pages.is_part(url):
        return made("screenshot", source, url)
    return None


def is_medium(source: Source) -> bool:
    """Whether a response gave an image, a film or a sound."""
    return source.was_given and source.media_type.partition("/")[0] in ("image", "video", "audio")


def read_page(role: Role, source: Source, listed_title: str | None) -> Resource:
    """A page read to its end, so that its length is what was captured and its damage is found."""
    head = source.stream.read(web_pages.TITLE_BYTES)
    length = len(head)
    while data := source.stream.read(_CHUNK):
        length += len(data)
    url = source.url or ""
    if web_pages.leads_to_login(url) or web_pages.shows_wall(url, head):
        role = "failure"
    is_revisit = source.notes.get("type") == "revisit"
    title = listed_title or (web_pages.title(head, source.content_type) if source.is_page else None)
    return made(role, source, url, title=title, length=None if is_revisit else length)


def made(role: Role, source: Source, url: str, *, title: str | None = None, length: int | None = None) -> Resource:
    """The resource that a response is."""
    return Resource(
        role,
        web_pages.without_secrets(url),
        source.fetched_at,
        title,
        source.status,
        mime_of(source),
        source.size if length is None else length,
        (source.base,),
    )
