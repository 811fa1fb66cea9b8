"""Preferences, sessions and conversations beside what Bluesky gives of an account: none of it enters or is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planting import PUBLIC, SECRET, made_of, placed

DID, AT = "did:plc:voorbeeldstad2222222222", "2024-03-01T10:00:00.000Z"
TYPE = "app.bsky.actor.defs#{}Pref"
PREFERENCES = [
    {"$type": TYPE.format("personalDetails"), "birthDate": SECRET},
    {"$type": TYPE.format("mutedWords"), "items": [{"value": SECRET, "targets": ["content"]}]},
    {"$type": TYPE.format("interests"), "tags": [SECRET]},
    {"$type": TYPE.format("savedFeedsV2"), "items": [{"type": "feed", "value": f"at://{SECRET}"}]},
    {"$type": TYPE.format("nieuw"), "value": SECRET},
]
MESSAGE = {"$type": "chat.bsky.convo.defs#messageView", "id": "1", "text": SECRET, "sentAt": AT, "sender": {"did": DID}}
PRIVATE: dict[str, Any] = {
    "preferences": {"preferences": PREFERENCES},
    "list": PREFERENCES,
    "one": PREFERENCES[0],
    "session": {"did": DID, "handle": "vbs.example", "email": SECRET, "accessJwt": SECRET, "refreshJwt": SECRET},
    "conversation": {"messages": [MESSAGE]},
    "message": MESSAGE,
    "devices": {"accounts": [{"did": DID, "ip": SECRET, "userAgent": SECRET}]},
    "passwords": {"passwords": [{"name": SECRET, "createdAt": AT}]},
    "invites": {"codes": [{"code": SECRET, "uses": [{"usedBy": SECRET, "usedAt": AT}]}]},
}


def feed() -> dict[str, Any]:
    """A page of the account's own posts."""
    record = {"$type": "app.bsky.feed.post", "text": f"{PUBLIC}-1", "createdAt": AT}
    uri = f"at://{DID}/app.bsky.feed.post/3kaaaaaaaaa2a"
    author = {"did": DID, "handle": "vbs.example"}
    return {"feed": [{"post": {"uri": uri, "cid": "bafya", "author": author, "record": record, "indexedAt": AT}}]}


@pytest.mark.parametrize("beside", PRIVATE)
def test_no_preference_session_or_talk_enters(beside: str, tmp_path: Path) -> None:
    lines = "\n".join(json.dumps(one) for one in (PRIVATE[beside], MESSAGE))
    members = {
        "feed.json": json.dumps(feed()).encode(),
        "iets.json": json.dumps(PRIVATE[beside]).encode(),
        "chat.jsonl": lines.encode(),
    }
    made = made_of(placed(tmp_path / "in", members), tmp_path / "out")
    assert (made.marked(), made.unread([f"{PUBLIC}-1"])) == ([], [])
