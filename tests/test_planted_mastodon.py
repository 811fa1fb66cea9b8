"""A Mastodon archive with a mark in everything that is out of scope: none is in the package or is told."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from making import ACTOR, PNG, mastodon, note
from making import PUBLIC as EVERYONE
from planting import PUBLIC, SECRET, made_of, placed

SOMEBODY = "https://elders.example/users/inwoner"
CONTEXT = "https://www.w3.org/ns/activitystreams"
ACTOR_DATA = {
    "email": f"{SECRET}@voorbeeldstad.example",
    "vcard:bday": SECRET,
    "settings": {"notifications": SECRET},
    "privateKey": {"privateKeyPem": SECRET},
    "nieuw": SECRET,
}
PUBLIC_DATA = {"featured": f"{ACTOR}/collections/featured", "publicKey": {"id": f"{ACTOR}#main-key"}, "memorial": False}


def collection(name: str, *items: Any) -> bytes:
    """A collection of the archive."""
    found = {"@context": CONTEXT, "id": name, "type": "OrderedCollection", "orderedItems": list(items)}
    return json.dumps(found).encode()


def hidden(number: int, to: Any, **more: Any) -> dict[str, Any]:
    """An activity that only named people were to see."""
    marked = {"summary": SECRET, "tag": [{"type": "Mention", "name": f"@{SECRET}", "href": SOMEBODY}]}
    return note(number, SECRET, to=to, **(marked | more))


def archive() -> dict[str, bytes]:
    """A whole archive."""
    followers = f"{ACTOR}/followers"
    talk = {
        "id": f"{ACTOR}/chat/1",
        "type": "Create",
        "actor": ACTOR,
        "to": [SOMEBODY],
        "object": {"type": "ChatMessage", "content": SECRET, "to": [SOMEBODY], "attributedTo": ACTOR},
    }
    shown, secret = (
        {"type": "Document", "mediaType": "image/png", "url": f"media_attachments/{name}.png"}
        for name in ("a", "geheim")
    )
    activities = [
        note(1, f"{PUBLIC}-1", attachment=[shown]),
        hidden(2, [SOMEBODY]),
        hidden(3, SOMEBODY, cc=[]),
        hidden(4, [], cc=[SOMEBODY]),
        talk,
        note(5, f"{PUBLIC}-2", to=[followers]),
        hidden(6, [SOMEBODY], attachment=[secret]),
        hidden(7, [SOMEBODY], type="Question", oneOf=[{"type": "Note", "name": SECRET}]),
        note(8, f"{PUBLIC}-3", to=[followers], cc=[EVERYONE]),
        {"id": f"{ACTOR}/follow/1", "type": "Follow", "actor": ACTOR, "object": f"https://elders.example/{SECRET}"},
        {"id": f"{ACTOR}/like/1", "type": "Like", "actor": ACTOR, "object": f"https://elders.example/{SECRET}"},
        {"id": f"{ACTOR}/block/1", "type": "Block", "actor": ACTOR, "object": f"https://elders.example/{SECRET}"},
        {"id": f"{ACTOR}/flag/1", "type": "Flag", "actor": ACTOR, "content": SECRET, "object": [SOMEBODY]},
    ]
    members = mastodon(activities)
    actor = json.loads(members["actor.json"]) | ACTOR_DATA | PUBLIC_DATA
    liked = f"https://elders.example/users/{SECRET}/statuses/1"
    table = f"Account address,Show boosts\n{SECRET}@elders.example,true\n".encode()
    lists = ("likes", "bookmarks", "followers", "following", "blocks", "mutes", "conversations", "notifications")
    tables = ("following_accounts", "muted_accounts", "blocked_accounts", "lists", "bookmarks", "blocked_domains")
    return {
        **members,
        "actor.json": b"\xef\xbb\xbf" + json.dumps(actor).encode(),
        **{f"{name}.json": collection(f"{name}.json", liked) for name in lists},
        **{f"{name}.csv": table for name in tables},
        "bewaard.json": collection("bookmarks.json", liked),
        "heel_nieuw.json": json.dumps([{"ip": SECRET}]).encode(),
        "nieuw.json": collection("nieuw.json", liked),
        "direct_messages.json": collection("direct_messages.json", hidden(9, [SOMEBODY])),
        "inbox.json": collection("inbox.json", hidden(10, [SOMEBODY])),
        "media_attachments/geheim.png": PNG + SECRET.encode(),
        "media_attachments/gepland.png": PNG + SECRET.encode(),
        f"{SECRET}.txt": SECRET.encode(),
    }


@pytest.mark.parametrize(("parts", "wrapper"), [(1, ""), (1, "archive-20250401/"), (0, "direct/")])
def test_of_an_archive_only_what_the_account_said_enters(parts: int, wrapper: str, tmp_path: Path) -> None:
    made = made_of(placed(tmp_path / "in", archive(), parts, wrapper), tmp_path / "out")
    assert made.marked() == []
    assert made.unread([f"{PUBLIC}-{number}" for number in (1, 2, 3)]) == []
    assert made.errors() == []
    assert {"direct-messages", "own-likes", "contacts", "account-security", "unclaimed"} <= made.kinds
    (actor,) = [json.loads(data) for path, data in made.files.items() if path.endswith("/actor.json")]
    assert actor.items() >= PUBLIC_DATA.items()


def test_of_a_packed_archive_too(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with tarfile.open(tmp_path / "in" / "archive.tar.gz", "w:gz") as packed:
        for path, data in archive().items():
            member = tarfile.TarInfo(path)
            member.size = len(data)
            packed.addfile(member, io.BytesIO(data))
    made = made_of(tmp_path / "in", tmp_path / "out")
    assert (made.marked(), made.unread([f"{PUBLIC}-1"])) == ([], [])
