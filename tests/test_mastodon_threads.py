"""Threads of Mastodon: whose posts they are, and which hang together, in captures of the REST interface."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from history_stores import histories
from sma_plugin.ingest import ingest
from sma_plugin.model import Evidence, Item, Moment, PostHistory
from sma_plugin.readers.contract import Source
from sma_plugin.readers.mastodon import api
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import Settings
from sma_plugin.validate.areas import check_areas
from sma_plugin.validate.lines import Claim
from sma_plugin.validate.step import validate_path

HOME, AWAY = "sociaal.voorbeeldstad.example", "elders.example"
STAD, BURGER, BUUR = ("stad", "5"), ("burger", "6"), ("buur", "7")


def account(who: tuple[str, str], host: str = HOME) -> dict[str, Any]:
    name, number = who
    acct = name if host == HOME else f"{name}@{host}"
    return {"id": number, "username": name, "acct": acct, "url": f"https://{host}/@{name}", "display_name": name}


def status(
    number: str, who: tuple[str, str], answers: tuple[str, tuple[str, str]] | None = None, **more: Any
) -> dict[str, Any]:
    host = HOME if who == STAD else AWAY
    return {
        "id": number,
        "uri": f"https://{host}/users/{who[0]}/statuses/{number}9" if host == AWAY else ours(number),
        "url": f"https://{host}/@{who[0]}/{number}",
        "created_at": f"2023-02-18T19:{int(number):02}:00.000Z",
        "account": account(who, host),
        "content": f"<p>bericht {number}</p>",
        "visibility": "public",
        "in_reply_to_id": answers[0] if answers else None,
        "in_reply_to_account_id": answers[1][1] if answers else None,
        "mentions": [],
        "media_attachments": [],
        "reblog": None,
        **more,
    }


def ours(number: str) -> str:
    return f"https://{HOME}/users/stad/statuses/{number}"


def items(*responses: tuple[str, Any]) -> Iterator[Item]:
    reading = api.reading()
    for path, value in responses:
        stream = io.BytesIO(json.dumps(value).encode())
        base = Evidence("a.warc", "bytes", 0, 9, capture="01")
        url, kind = f"https://{HOME}/api/v1{path}", "application/json"
        yield from reading.read_source(
            Source("a.warc", stream, base, url=url, content_type=kind, fetched_at=Moment(5), exact=False)
        )
    yield from reading.end()


def told(path: Path, *responses: tuple[str, Any]) -> list[tuple[str, str, str | None, int]]:
    """Text, class, text of what it answers, and depth of every post, in the order of telling."""
    posts = [one for one in histories(path, items(*responses)) if isinstance(one, PostHistory)]
    texts = {one.native_id: (one.latest.text or "").removeprefix("bericht ") for one in posts}
    return [(texts[one.native_id], one.klass, texts.get(one.parent or ""), one.depth) for one in posts]


def test_a_context_gives_every_post_the_class_that_its_place_in_the_thread_gives(tmp_path: Path) -> None:
    own = status("13", STAD, ("12", BURGER))
    mention = {"id": "5", "username": "stad", "acct": "stad", "url": f"https://{HOME}/@stad"}
    context = {
        "ancestors": [status("11", BUUR), status("12", BURGER, ("11", BUUR))],
        "descendants": [
            status("14", BURGER, ("13", STAD)),
            status("15", STAD, ("14", BURGER)),
            status("16", BUUR, ("14", BURGER)),
        ],
    }
    aside = {"ancestors": [], "descendants": [status("17", BUUR, ("11", BUUR)), status("18", BUUR, mentions=[mention])]}
    found = told(
        tmp_path / "a.sqlite",
        ("/accounts/5/statuses", [own]),
        ("/statuses/13/context", context),
        ("/statuses/11/context", aside),
    )
    assert found == [
        ("11", "answered", None, 0),
        ("12", "answered", "11", 1),
        ("13", "own", "12", 2),
        ("14", "reply", "13", 3),
        ("15", "own", "14", 4),
        ("16", "reply", "14", 4),
        ("17", "incidental", "11", 1),
        ("18", "mention", None, 0),
    ]


def test_what_is_quoted_and_repeated_is_context(tmp_path: Path) -> None:
    quoting = status("21", STAD, quote={"state": "accepted", "quoted_status": status("19", BURGER)})
    repeating = status("22", STAD, uri=f"{ours('22')}/activity", reblog=status("20", BUUR))
    found = told(tmp_path / "a.sqlite", ("/accounts/5/statuses", [repeating, quoting]))
    assert {(text, klass) for text, klass, _, _ in found} == {
        ("19", "context"),
        ("20", "context"),
        ("21", "own"),
        ("", "own"),
    }


def test_an_answer_to_oneself_is_found_in_an_archive_too(tmp_path: Path) -> None:
    """The reply names a number of the server; the archive knows the other post by its ActivityPub id."""
    found = told(
        tmp_path / "a.sqlite", ("/accounts/5/statuses", [status("32", STAD, ("31", STAD)), status("31", STAD)])
    )
    assert [(text, parent) for text, _, parent, _ in found] == [("31", None), ("32", "31")]


def test_a_text_that_was_put_back_is_told_three_times(tmp_path: Path) -> None:
    def revision(text: str, minute: int) -> dict[str, Any]:
        made = f"2023-02-18T19:{minute:02}:00.000Z"
        return {"account": account(STAD), "content": text, "created_at": made, "spoiler_text": "", "sensitive": False}

    now = status("33", STAD, content="open", edited_at="2023-02-18T19:50:00.000Z")
    edits = [revision("open", 33), revision("dicht", 40), revision("open", 50)]
    responses = [("/accounts/5/statuses", [now]), ("/statuses/33/history", edits)]
    found = histories(tmp_path / "a.sqlite", items(*responses, *responses))
    (post,) = [one for one in found if isinstance(one, PostHistory)]
    assert [version.state.text for version in post.versions] == ["open", "dicht", "open"]


def edits(folder: Path) -> Path:
    """A delivery of a post and of the history of its edits, whose states do not say what they are states of."""
    made = status("33", STAD, edited_at="2023-02-18T19:50:00.000Z")
    common = {"account": account(STAD), "spoiler_text": "", "sensitive": False}
    states = [
        common | {"content": f"<p>{text}</p>", "created_at": f"2023-02-18T19:{minute}:00.000Z"}
        for text, minute in (("open", 33), ("bericht 33", 50))
    ]
    folder.mkdir()
    (folder / "status.json").write_text(json.dumps(made))
    (folder / "history.json").write_text(json.dumps(states))
    return folder


def test_states_of_a_history_of_edits_are_evidence_of_their_post(tmp_path: Path) -> None:
    result = ingest([edits(tmp_path / "levering")], tmp_path / "out", Settings(undecided=True), Quiet())
    assert result.outcome is Outcome.OK
    (root,) = (tmp_path / "out").glob("mastodon-*")
    assert "SMA-V022" not in [finding.code for finding in validate_path(root)]
    (claimed,) = root.rglob("history.json")
    name = claimed.relative_to(root).as_posix()
    first = claimed.read_bytes().index(b"{")
    length = claimed.read_bytes().index(b", {") - first
    found = [
        [one.code for one in check_areas(root, {name: [Claim(first, length, "p", ("een-ander-nummer",), (moment,))]})]
        for moment in ("2023-02-18T19:33:00.000Z", "2023-02-18T19:34:00.000Z")
    ]
    assert found == [[], ["SMA-V022"]]


def test_an_answer_to_what_was_not_captured_begins_a_thread(tmp_path: Path) -> None:
    found = told(tmp_path / "a.sqlite", ("/accounts/5/statuses", [status("41", STAD, ("40", BURGER))]))
    assert found == [("41", "own", None, 0)]


def test_a_circle_is_told_once(tmp_path: Path) -> None:
    ring = [status("51", STAD, ("53", STAD)), status("52", STAD, ("51", STAD)), status("53", STAD, ("52", STAD))]
    found = told(tmp_path / "a.sqlite", ("/accounts/5/statuses", [*ring, status("54", STAD, ("54", STAD))]))
    assert sorted(text for text, _, _, _ in found) == ["51", "52", "53", "54"]
    assert [depth for text, _, _, depth in found if text != "54"] == [0, 1, 2]


def test_a_very_deep_thread_is_told_from_its_first_post(tmp_path: Path) -> None:
    def link(number: int) -> dict[str, Any]:
        answers = (str(number - 1), STAD) if number > 1 else None
        return status("2", STAD, answers, id=str(number), uri=ours(str(number)), url=None)

    chain = [link(number) for number in range(1, 10_001)]
    found = told(tmp_path / "a.sqlite", ("/accounts/5/statuses", chain))
    assert [depth for _, _, _, depth in found] == list(range(10_000))
