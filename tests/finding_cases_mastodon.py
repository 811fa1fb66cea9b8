"""Cases of SMA-R060 to R069: Mastodon's archive and REST responses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from finding_cases import DECLARED, Case, Run, shown
from making import ACTOR, mastodon, note
from test_mastodon_api import HOST, status
from warc_builders import record, warcinfo


def archive(*activities: Any, without: str = "", about: str = DECLARED, **members: bytes) -> Run:
    contents = {**mastodon(list(activities) or [note(1, "Dag")]), **members}
    return shown({name: data for name, data in contents.items() if name != without}, about=about)


def with_outbox(change: Callable[[bytes], bytes]) -> Run:
    """An archive of three posts of which the outbox was damaged."""
    contents = mastodon([note(1, "een"), note(2, "twee"), note(3, "drie")])
    return shown({**contents, "outbox.json": change(contents["outbox.json"])})


def without_comma(data: bytes) -> bytes:
    return data.replace(b'statuses/2", "type"', b'statuses/2" "type"', 1)


def answers(*responses: tuple[str, Any, str]) -> Run:
    """Responses of the REST API in a WARC: path, body, status."""
    found = warcinfo()
    for number, (path, body, code) in enumerate((("/api/v1/statuses/100", status(), "200 OK"), *responses), 1):
        head = f"HTTP/1.1 {code}\r\nContent-Type: application/json; charset=utf-8\r\n\r\n".encode()
        found += record(block=head + json.dumps(body).encode(), number=number, url=f"https://{HOST}{path}")
    return shown(found, "api.warc")


def film(data: bytes) -> Run:
    """An archive with a post with a film, of which this is the file."""
    return archive(note(1, "Dag", attachment=[FILM]), **{"media_attachments/a.mp4": data})


def unaddressed() -> dict[str, Any]:
    activity = note(1, "Dag")
    for thing in (activity, activity["object"]):
        del thing["to"], thing["cc"]
    return activity


NO_PLACE = ("content", "spoiler_text", "sensitive", "account")
HISTORY = [{name: status()[name] for name in NO_PLACE} | {"created_at": "2020-01-01T00:00:00Z"}]
FILM = {"type": "Document", "mediaType": "video/mp4", "url": "media_attachments/a.mp4"}
FILMS = {
    "SMA-R008": b"",
    "SMA-R009": b"\0\0\0\x18ftypmp42\0\0\0\0mp42mp42\0\0\1\0mdat",
    "SMA-R010": b"<!DOCTYPE html><html><title>Inloggen</title></html>",
}
ONLY_ID = {"type": "Create", "actor": ACTOR, "object": f"{ACTOR}/statuses/11"}
MOVE = {"type": "Move", "actor": ACTOR, "object": ACTOR}

CASES = [
    Case("SMA-R001", with_outbox(without_comma), "SMA-R001 > SMA-H004"),
    Case("SMA-R002", archive(note(1, "Dag", sensitive="ja"))),
    Case("SMA-R003", with_outbox(lambda data: data[:-200]), "SMA-R003 > SMA-H004"),
    Case("SMA-R005", archive({**note(1, "Dag"), "object": {**note(1, "Dag")["object"], "published": "gisteren"}})),
    Case("SMA-R060", archive(note(1, "Dag"), MOVE)),
    Case("SMA-R061", archive(note(1, "Dag"), ONLY_ID)),
    Case("SMA-R062", answers(("/api/v1/statuses/1", {"error": "Record not found"}, "404 Not Found"))),
    Case("SMA-R063", archive(unaddressed())),
    Case("SMA-R064", answers(("/api/v1/timelines/home", [status(101), status(102, visibility="direct")], "200 OK"))),
    Case("SMA-R065", archive(without="avatar.png")),
    Case("SMA-R066", archive(without="outbox.json"), "SMA-R066 > SMA-H001"),
    Case("SMA-R067", archive(without="actor.json")),
    Case("SMA-R068", shown({"een.json": json.dumps(status()).encode(), "history.json": json.dumps(HISTORY).encode()})),
    *(Case(code, film(data), f"{code} > SMA-H005") for code, data in FILMS.items()),
    Case("SMA-R069", answers(("/api/v1/instance", {"iets": 1}, "200 OK"))),
]
