"""Scenario C with a mark in everything that was not chosen: none of it is in the package, whatever form it came in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from making import ACTOR, PNG, mastodon, note
from planting import PUBLIC, SECRET, Made, made_of, placed
from sma_plugin.reporting import Outcome
from sma_plugin.settings import Paths, Policy, Role, Settings
from test_deciding import HEAD, LISTS, decide
from test_mastodon_api import ACTOR as REST
from test_mastodon_api import account, status
from test_x_api import JPEG, tweet, user
from warc_builders import members, record, wacz, warcinfo

X = "4242"
CHOSEN, LEFT = f"{PUBLIC} werk", f"{SECRET} verjaardag"
HOST = "https://sociaal.voorbeeldstad.example"
Files = dict[str, bytes]


def configured(home: Path, *, kind: str = "personal") -> Settings:
    rows = [f"{platform},{native},,{kind},lijst,1,," for platform, native in OWNERS.items()]
    (home / "register.csv").write_text("\n".join([HEAD, *rows]) + "\n")
    (home / "selection-list.csv").write_text(LISTS)
    for number, (platform, native) in enumerate(OWNERS.items()):
        question = f"scenario/{platform}/{native}"
        decide(home, f"{number}.csv", question=question, decided="select", keywords=PUBLIC)
    accepted = {"incomplete": Policy("archivaris", "2026-01-01", "Besluit 1", "accept")}
    roles = {"archivaris": Role(("scenario", "whole-files"))}
    return Settings(base=str(home), paths=Paths(decisions="besluiten"), roles=roles, policies=accepted)


OWNERS = {"mastodon": ACTOR, "x": "7"}


def made(
    home: Path, files: Files, owner: str, platform: str, *, kind: str = "personal", zips: int = 0, **more: Any
) -> Made:
    settings = msgspec.structs.replace(configured(home, kind=kind), **more)
    register = home / "register.csv"
    if owner not in OWNERS.values():
        text = register.read_text() + f"{platform},{owner},,{kind},lijst,1,,\n"
        register.write_text(text)
        decide(home, "eigen.csv", question=f"scenario/{platform}/{owner}", decided="select", keywords=PUBLIC)
    about = f'platform = "{platform}"\naccount = {{ native_id = "{owner}" }}\n'
    delivery = placed(home / "in", files | {"capture.toml": about.encode()}, zips)
    return made_of(delivery, home / "out", settings)


def shown(found: Made) -> list[str]:
    """Where a mark stands, with what is around it."""
    texts = {path: data.decode("utf-8", "replace") for path, data in found.files.items()} | {"told": found.told}
    return [
        f"{path}: {text[max(0, at - 60) : at + 60]}" for path, text in texts.items() if (at := text.find(SECRET)) >= 0
    ]


def entered(found: Made) -> None:
    """What was chosen is in a sound package, and no mark is anywhere in it or told."""
    assert len(found.result.packages) == 1, found.told
    assert found.unread([CHOSEN]) == []
    assert found.marked() == [], shown(found)
    assert found.errors() == []
    extracts = [json.loads(data) for path, data in found.files.items() if path.endswith("/extract.json")]
    spans = [span["rule"] for one in extracts for each in one.values() for span in each["spans"]]
    assert "package.others" in spans


# --- the platform's own export ---------------------------------------------------------------------------------------


def picture(name: str) -> dict[str, str]:
    return {"type": "Document", "mediaType": "image/png", "url": f"media_attachments/{name}.png", "name": name}


def export() -> Files:
    notes = [
        note(1, CHOSEN, attachment=[picture("openbare-foto")]),
        note(2, LEFT, attachment=[picture(SECRET)], summary=LEFT),
        note(3, LEFT, tag=[{"type": "Hashtag", "name": f"#{SECRET}", "href": f"https://s.example/{SECRET}"}]),
        {"type": "Onbekend", "id": f"{ACTOR}/{SECRET}", "object": LEFT},
    ]
    found = mastodon(
        notes,
        **{
            "media_attachments/openbare-foto.png": PNG,
            f"media_attachments/{SECRET}.png": PNG + SECRET.encode(),
            f"media_attachments/{SECRET}-los.png": PNG + SECRET.encode(),
            "schermafbeelding.png": PNG + SECRET.encode(),
            "leesmij.txt": SECRET.encode(),
        },
    )
    actor = json.loads(found["actor.json"]) | {"summary": LEFT, "name": LEFT, "attachment": [{"name": LEFT}]}
    outbox = json.loads(found["outbox.json"]) | {"summary": LEFT, "bijlagen": [{"id": LEFT}]}
    return found | {
        "actor.json": json.dumps(actor).encode(),
        "outbox.json": json.dumps(outbox).encode(),
        "avatar.png": PNG + SECRET.encode(),
    }


@pytest.mark.parametrize("zips", [0, 1])
def test_of_an_export_only_what_was_chosen_enters(tmp_path: Path, zips: int) -> None:
    found = made(tmp_path, export(), ACTOR, "mastodon", zips=zips)
    entered(found)
    assert {path.rpartition("/")[2] for path in found.kept} == {"outbox.json", "openbare-foto.png"}


def test_of_a_hybrid_account_the_profile_is_kept_with_what_was_chosen(tmp_path: Path) -> None:
    files = export() | {"actor.json": mastodon()["actor.json"], "avatar.png": PNG}
    found = made(tmp_path, files, ACTOR, "mastodon", kind="hybrid")
    entered(found)
    names = {path.rpartition("/")[2] for path in found.kept}
    assert names == {"outbox.json", "openbare-foto.png", "actor.json", "avatar.png"}


# --- answers of an API -----------------------------------------------------------------------------------------------


def x_answer() -> dict[str, Any]:
    return {
        "data": [
            tweet(1, text=CHOSEN, attachments={"media_keys": ["3_1"]}, author_id="7"),
            tweet(2, text=LEFT, attachments={"media_keys": ["3_2"]}, author_id="7"),
        ],
        "includes": {
            "media": [
                {
                    "media_key": "3_1",
                    "type": "photo",
                    "alt_text": "Een plein",
                    "url": "https://pbs.twimg.com/media/a.jpg",
                },
                {
                    "media_key": "3_2",
                    "type": "photo",
                    "alt_text": LEFT,
                    "url": f"https://pbs.twimg.com/media/{SECRET}.jpg",
                },
            ],
            "users": [user(7), user(8, username=SECRET, name=LEFT)],
            "tweets": [tweet(3, text=LEFT, author_id="8")],
            "places": [{"id": "a1", "full_name": LEFT}],
        },
        "meta": {"newest_id": "2", "oldest_id": "1", "result_count": 2, "next_token": SECRET},
        "errors": [{"detail": LEFT}],
    }


@pytest.mark.parametrize("form", ["one", "lines", "list"])
def test_of_answers_only_what_was_chosen_and_what_it_names_enters(tmp_path: Path, form: str) -> None:
    answers = [x_answer(), {"data": [tweet(4, text=LEFT, author_id="7")], "includes": {"users": [user(7)]}}]
    forms: dict[str, Callable[[], Files]] = {
        "one": lambda: {f"{number}.json": json.dumps(one, indent=1).encode() for number, one in enumerate(answers)},
        "lines": lambda: {"alles.jsonl": b"".join(json.dumps(one).encode() + b"\n" for one in answers)},
        "list": lambda: {"alles.json": json.dumps(answers).encode()},
    }
    found = made(tmp_path, forms[form]() | {"foto.jpg": JPEG + SECRET.encode()}, "7", "x")
    entered(found)
    kept = b"".join(data for path, data in found.files.items() if "/objects/captures/" in path)
    assert b"Een plein" in kept


# --- harvests --------------------------------------------------------------------------------------------------------


def answered(number: int, url: str, body: bytes, kind: str = "application/json") -> list[bytes]:
    """A response and its request."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: " + kind.encode() + b"\r\n\r\n" + body
    asked = f"GET {url} HTTP/1.1\r\n\r\n".encode()
    identifier = f"<urn:uuid:00000000-0000-4000-8000-{number:012d}>"
    request = record("request", asked, number=number + 500, url=url, WARC_Concurrent_To=identifier)
    return [record(block=block, number=number, url=url), request]


def single(number: int, text: str) -> list[bytes]:
    body = json.dumps(status(str(number), content=f"<p>{text}</p>", account=account(note=""))).encode()
    return answered(number, f"{HOST}/api/v1/statuses/{number}{SECRET if text == LEFT else ''}", body)


def harvest() -> list[bytes]:
    return [
        warcinfo(),
        *single(1, CHOSEN),
        *single(2, LEFT),
        *answered(3, f"{HOST}/{SECRET}", f"<title>{LEFT}</title>".encode(), "text/html"),
        *answered(4, f"{HOST}/{SECRET}.png", PNG + SECRET.encode(), "image/png"),
        record("metadata", f"outlink: {HOST}/{SECRET}".encode(), number=5, url=f"{HOST}/@gemeente"),
        record("resource", SECRET.encode(), number=6, url=f"urn:pageinfo:{SECRET}"),
    ]


LISTED = json.dumps({"url": f"{HOST}/", "ts": "2024-03-01T10:00:00Z", "title": LEFT, "text": LEFT}).encode() + b"\n"
PAGES = b'{"format": "json-pages-1.0", "id": "pages", "title": "All"}\n' + LISTED


@pytest.mark.parametrize(
    "packed",
    [
        {"plat.warc": b"".join(harvest())},
        {"gepakt.warc.gz": members(*harvest())},
        {"pagina.wacz": wacz(members(*harvest()), PAGES)},
        {"pagina.wacz": wacz(members(warcinfo(), *single(1, CHOSEN)), PAGES)},
    ],
    ids=["warc", "warc.gz", "wacz", "wacz-whole"],
)
def test_of_a_harvest_only_records_of_what_was_chosen_enter(tmp_path: Path, packed: Files) -> None:
    found = made(tmp_path, packed | {f"{SECRET}.png": PNG + SECRET.encode()}, REST, "mastodon")
    assert found.unread([CHOSEN]) == []
    assert found.marked() == [], shown(found)
    assert found.errors() == []


def both() -> bytes:
    """One answer with both: nothing can be cut from a record or an entry."""
    told = [status(str(number), content=f"<p>{text}</p>") for number, text in ((1, CHOSEN), (2, LEFT))]
    return json.dumps(told).encode()


def timeline() -> list[bytes]:
    return answered(7, f"{HOST}/api/v1/accounts/5/statuses", both())


@pytest.mark.parametrize(
    "packed",
    [
        {"samen.warc": b"".join([warcinfo(), *timeline()])},
        {"samen.wacz": wacz(members(warcinfo(), *timeline()), PAGES)},
        {"een-lid.warc.gz": members(b"".join([warcinfo(), *single(1, CHOSEN), *single(2, LEFT)]))},
    ],
    ids=["warc", "wacz", "one-member"],
)
def test_what_cannot_be_cut_is_held(tmp_path: Path, packed: Files) -> None:
    assert_held(made(tmp_path, packed, REST, "mastodon"))


def assert_held(found: Made) -> None:
    """Nothing is made of the file, and who reads that is told so."""
    assert (found.result.packages, found.result.outcome) == ([], Outcome.NEEDS_DECISION)
    assert {"SMA-B028", "SMA-B024"} <= {one.code for one in found.result.findings}
