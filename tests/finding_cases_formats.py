"""Cases of SMA-F001 to F005: which format a kept file has."""

from __future__ import annotations

from finding_cases import WEIGHED, Case, Run, ingested
from making import PNG, mastodon, note
from sma_plugin.settings import Policy

GIF = bytes.fromhex("4749463839610100010080000000000000ffffff2c00000000010001000002024401003b")
ACCEPTED = WEIGHED | {"incomplete": Policy("archivaris", "2026-01-15", "Besluit 13", "accept")}


def posted(name: str, kind: str, data: bytes) -> dict[str, bytes]:
    """An archive with one picture, of which the platform states the type."""
    picture = {"type": "Document", "mediaType": kind, "url": f"media_attachments/{name}", "name": "een punt"}
    made = mastodon([note(1, "De Stationsweg is dicht", attachment=[picture])]) | {f"media_attachments/{name}": data}
    return {member: data for member, data in made.items() if member != "likes.json"}


def cut(data: bytes) -> Run:
    """An archive with a picture that is none any more, and a role that takes it for what it is."""
    return ingested(posted("a.gif", "image/gif", data), policies=ACCEPTED)


CASES = [
    Case("SMA-F001", ingested(posted("a.jpg", "image/png", PNG))),
    Case("SMA-F002", ingested(posted("a.png", "image/gif", PNG))),
    Case("SMA-F002", ingested(posted("a.gif", "image/gif", PNG)), "SMA-F001 > SMA-F002"),
    Case("SMA-F003", ingested(posted("a.blob", "image/png", b"\0\1\2\3" * 9))),
    Case("SMA-F004", ingested(posted("a.gif", "image/gif", b"\0\1\2\3" * 9))),
    Case("SMA-F004", cut(GIF[:-3]), "SMA-R009 > SMA-F004, SMA-H005", "SMA-S110"),
    Case("SMA-F004", cut(b'{"error": "niet gevonden"}\0'), "SMA-R010 > SMA-F004, SMA-H005", "SMA-S110"),
]
