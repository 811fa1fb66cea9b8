"""What Mastodon makes of a text: paragraphs, links, hashtags and mentions as HTML, and the ``tag`` list beside it."""

from __future__ import annotations

import html
import re
from typing import Any

HOST = "https://social.voorbeeldstad.example"
_PART = re.compile(r"(?P<link>https?://\S+[^\s.,!?])|(?<!\w)#(?P<hashtag>\w+)|(?<![\w@])@(?P<mention>\w+)")
_LINK = (
    '<a href="{url}" target="_blank" rel="nofollow noopener noreferrer" translate="no">'
    '<span class="invisible">https://</span><span class="{kind}">{shown}</span>'
    '<span class="invisible">{rest}</span></a>'
)
_SHOWN = 30


def _link(url: str) -> str:
    bare = html.escape(url.partition("//")[2])
    shown, rest = bare[:_SHOWN], bare[_SHOWN:]
    return _LINK.format(url=html.escape(url), kind="ellipsis" if rest else "", shown=shown, rest=rest)


def _hashtag(name: str) -> str:
    return f'<a href="{HOST}/tags/{name}" class="mention hashtag" rel="tag">#<span>{name}</span></a>'


def mentioned(address: str) -> str:
    """The ActivityPub id of ``name@host``."""
    name, _, host = address.partition("@")
    return f"https://{host}/users/{name}"


def _mention(address: str) -> str:
    name, _, host = address.partition("@")
    anchor = f'<a href="https://{host}/@{name}" class="u-url mention">@<span>{name}</span></a>'
    return f'<span class="h-card" translate="no">{anchor}</span>'


def _paragraph(text: str, address: str) -> str:
    out, at = "", 0
    for found in _PART.finditer(text):
        out += html.escape(text[at : found.start()])
        if found["link"]:
            out += _link(found["link"])
        elif found["hashtag"]:
            out += _hashtag(found["hashtag"])
        else:
            out += _mention(address)
        at = found.end()
    return f"<p>{out}{html.escape(text[at:])}</p>"


def content(text: str, address: str = "") -> str:
    """The text as HTML. ``address`` (``name@host``) is whom an ``@name`` in it means."""
    return "".join(_paragraph(part, address) for part in text.strip().split("\n\n"))


def tags(text: str, address: str = "", emoji: str = "") -> list[dict[str, Any]]:
    """The ``tag`` list of a post: hashtags, the mention, the custom emoji."""
    names = [found["hashtag"] for found in _PART.finditer(text) if found["hashtag"]]
    rows: list[dict[str, Any]] = []
    if address:
        rows.append({"type": "Mention", "href": mentioned(address), "name": f"@{address}"})
    rows += [{"type": "Hashtag", "href": f"{HOST}/tags/{name.lower()}", "name": f"#{name.lower()}"} for name in names]
    if emoji:
        icon = {"type": "Image", "mediaType": "image/png", "url": f"{HOST}/system/custom_emojis/{emoji}.png"}
        updated = "2024-11-01T08:00:00Z"
        rows.append({"id": f"{HOST}/emojis/1", "type": "Emoji", "name": f":{emoji}:", "updated": updated, "icon": icon})
    return rows
