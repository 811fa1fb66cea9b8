"""Fictional captures made in memory, small and with known contents."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

ACTOR = "https://social.voorbeeldstad.example/users/gemeente"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738"
    "550000000049454e44ae426082"
)


def note(number: int, text: str, **values: Any) -> dict[str, Any]:
    """A Create activity of a public note, one an hour."""
    uri = f"{ACTOR}/statuses/{number}"
    to = values.pop("to", [PUBLIC])
    when = f"2025-03-{1 + number // 24:02d}T{number % 24:02d}:00:00Z"
    body = {
        "id": uri,
        "type": "Note",
        "summary": None,
        "inReplyTo": None,
        "published": when,
        "url": f"https://social.voorbeeldstad.example/@gemeente/{number}",
        "attributedTo": ACTOR,
        "to": to,
        "cc": [f"{ACTOR}/followers"] if PUBLIC in to else [],
        "sensitive": False,
        "content": f"<p>{text}</p>",
        "contentMap": {"nl": f"<p>{text}</p>"},
        "attachment": [],
        "tag": [],
        **values,
    }
    return {
        "id": f"{uri}/activity",
        "type": "Create",
        "actor": ACTOR,
        "published": when,
        "to": body["to"],
        "cc": body["cc"],
        "object": body,
    }


def mastodon(activities: list[dict[str, Any]] | None = None, **members: bytes) -> dict[str, bytes]:
    """The members of a Mastodon archive of the fictional municipality."""
    actor = {
        "@context": ["https://www.w3.org/ns/activitystreams"],
        "id": ACTOR,
        "type": "Organization",
        "inbox": f"{ACTOR}/inbox",
        "outbox": "outbox.json",
        "preferredUsername": "gemeente",
        "name": "Gemeente Voorbeeldstad",
        "summary": "<p>Nieuws uit Voorbeeldstad</p>",
        "url": "https://social.voorbeeldstad.example/@gemeente",
        "icon": {"type": "Image", "mediaType": "image/png", "url": "avatar.png"},
        "published": "2024-11-04T00:00:00Z",
        "attachment": [],
    }
    if activities is None:
        picture = {"type": "Document", "mediaType": "image/png", "url": "media_attachments/a.png", "name": "een punt"}
        activities = [
            note(1, "De Stationsweg is dicht &amp; blijft dicht 🚧", attachment=[picture]),
            note(2, "Aanvulling", inReplyTo=f"{ACTOR}/statuses/1"),
            note(3, "alleen voor een inwoner", to=["https://elders.example/users/inwoner"]),
            note(4, "שלום Voorbeeldstad"),
        ]
    outbox = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": "outbox.json",
        "type": "OrderedCollection",
        "totalItems": len(activities),
        "orderedItems": activities,
    }
    shown = {"media_attachments/a.png": PNG} if "media_attachments/a.png" in json.dumps(activities) else {}
    return {
        "actor.json": json.dumps(actor).encode(),
        "outbox.json": json.dumps(outbox, ensure_ascii=False).encode(),
        "avatar.png": PNG,
        **shown,
        "likes.json": b'{"@context":"https://www.w3.org/ns/activitystreams","type":"OrderedCollection","orderedItems":[]}',
        **members,
    }


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    """A zip of these members, the same bytes every time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2025, 4, 1, 12, 0, 0)), data)
    return path


def tree(root: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
