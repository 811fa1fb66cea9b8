"""What X makes of a text: short links, HTML entities, and the places of links, hashtags and mentions in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from make_source import Tweet, letters, people, tweets

_LINK = re.compile(r"https?://[^\s]+[^\s.,!?]")
_SHORT_LENGTH = 240


@dataclass(frozen=True)
class Found:
    """Something in a text: its value, its place in code points, and for a link where it leads."""

    value: str
    start: int
    end: int
    leads_to: str = ""


def shown(url: str) -> str:
    """A link as it is shown: without scheme, cut after 26 characters."""
    bare = url.partition("//")[2].rstrip("/")
    return bare if len(bare) <= 26 else bare[:26] + "…"


def short(url: str) -> str:
    """The short link that X puts in the place of a link."""
    return f"https://t.co/{letters(url, 10)}"


def page(tweet: Tweet) -> str:
    """The address of a post's page."""
    return f"https://twitter.com/{tweet.by.handle}/status/{tweet.id}"


def medium_link(tweet: Tweet) -> str:
    """The address that X gives to the media of a post."""
    return f"{page(tweet)}/{'video' if tweet.media[0].kind == 'video' else 'photo'}/1"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _full(tweet: Tweet) -> str:
    """The whole text with its links, before they are shortened; a repost repeats what it reposts."""
    if tweet.repost:
        other = tweets()[tweet.repost]
        return f"RT @{other.by.handle}: {other.text}"
    quoted = f" {page(tweets()[tweet.quote])}" if tweet.quote else ""
    return tweet.text + quoted


def delivered(tweet: Tweet, *, whole: bool = False) -> str:
    """The text as X delivers it. A long post is cut with "…" and a link to itself, unless ``whole``."""
    text = _LINK.sub(lambda found: short(found.group()), _full(tweet))
    if tweet.note and not whole:
        cut = text[:_SHORT_LENGTH].rpartition(" ")[0]
        text = f"{cut}… {short(page(tweet))}"
    if tweet.media and not whole:
        text = f"{text} {short(medium_link(tweet))}"
    return _escaped(text)


def _leads_to(tweet: Tweet) -> dict[str, str]:
    """Short links of a post, and where they lead."""
    links = [found.group() for found in _LINK.finditer(_full(tweet))]
    itself = {short(page(tweet)): f"https://twitter.com/i/web/status/{tweet.id}"}
    return itself | {short(url): url for url in links}


def links(tweet: Tweet, text: str) -> list[Found]:
    """The links in a delivered text, those to media left aside."""
    known = _leads_to(tweet)
    found = (match for match in _LINK.finditer(text) if match.group() in known)
    return [Found(match.group(), match.start(), match.end(), known[match.group()]) for match in found]


def hashtags(text: str) -> list[Found]:
    """The hashtags in a text, without their sign."""
    return [Found(match.group(1), match.start(), match.end()) for match in re.finditer(r"(?<!\w)#(\w+)", text)]


def mentions(text: str) -> list[Found]:
    """The accounts that a text names, without their sign."""
    found = (match for match in re.finditer(r"(?<!\w)@(\w+)", text) if match.group(1) in people())
    return [Found(match.group(1), match.start(), match.end()) for match in found]


def classic_entities(tweet: Tweet, text: str, *, strings: bool) -> dict[str, Any]:
    """``entities`` as the archive (``strings``: places are texts) and version 1.1 of the API write them."""

    def place(found: Found) -> list[Any]:
        return [str(found.start), str(found.end)] if strings else [found.start, found.end]

    return {
        "hashtags": [{"text": tag.value, "indices": place(tag)} for tag in hashtags(text)],
        "symbols": [],
        "user_mentions": [
            {
                "name": people()[who.value].name,
                "screen_name": who.value,
                "indices": place(who),
                "id_str": people()[who.value].id,
                "id": people()[who.value].id if strings else int(people()[who.value].id),
            }
            for who in mentions(text)
        ],
        "urls": [
            {
                "url": link.value,
                "expanded_url": link.leads_to,
                "display_url": shown(link.leads_to),
                "indices": place(link),
            }
            for link in links(tweet, text)
        ],
    }


def modern_entities(tweet: Tweet, text: str) -> dict[str, Any]:
    """``entities`` as version 2 of the API writes them: kinds that do not occur are absent."""
    found: dict[str, list[dict[str, Any]]] = {
        "hashtags": [{"start": tag.start, "end": tag.end, "tag": tag.value} for tag in hashtags(text)],
        "mentions": [
            {"start": who.start, "end": who.end, "username": who.value, "id": people()[who.value].id}
            for who in mentions(text)
        ],
        "urls": list(_modern_links(tweet, text)),
    }
    return {kind: values for kind, values in found.items() if values}


def _modern_links(tweet: Tweet, text: str) -> Iterator[dict[str, Any]]:
    for link in links(tweet, text):
        yield _modern_link(link.value, link.start, link.leads_to)
    if not tweet.media:
        return
    address = medium_link(tweet)
    start = text.rfind(short(address))
    for medium in tweet.media if start >= 0 else ():
        media_key = f"{'7' if medium.kind == 'video' else '3'}_{medium.id}"
        yield _modern_link(short(address), start, address) | {"media_key": media_key}


def _modern_link(value: str, start: int, leads_to: str) -> dict[str, Any]:
    return {
        "start": start,
        "end": start + len(value),
        "url": value,
        "expanded_url": leads_to,
        "display_url": shown(leads_to),
    }
