"""Scenario C in HAR files: of a file the entries of what was chosen enter; an entry that holds more is held."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from making import PNG
from planting import SECRET
from test_har import entry as har_entry
from test_har import written as har_file
from test_mastodon_api import account, status
from test_scenario_c import CHOSEN, HOST, LEFT, REST, assert_held, both, entered, made


def har_single(number: int, text: str, **content: str) -> dict[str, Any]:
    body = json.dumps(status(str(number), content=f"<p>{text}</p>", account=account(note=""))).encode()
    return har_entry(f"{HOST}/api/v1/statuses/{number}", body, "application/json", **content)


def har_packed(body: bytes, kind: str) -> dict[str, Any]:
    """An entry whose body stands in base 64, as pictures do."""
    packed = base64.b64encode(body).decode()
    return har_entry(f"{HOST}/foto", None, kind, size=len(body), text=packed, encoding="base64")


def har_both() -> dict[str, Any]:
    return har_entry(f"{HOST}/api/v1/accounts/5/statuses", both(), "application/json")


@pytest.mark.parametrize("more", [[], [har_both()]], ids=["apart", "and-together"])
def test_of_a_har_file_only_entries_of_what_was_chosen_enter(tmp_path: Path, more: list[dict[str, Any]]) -> None:
    entries = [
        har_single(1, CHOSEN),
        har_single(2, LEFT),
        har_entry(f"{HOST}/{SECRET}", f"<title>{LEFT}</title>".encode()),
        har_packed(PNG + SECRET.encode(), "image/png"),
        *more,
    ]
    found = made(tmp_path, {"a.har": har_file(*entries, pages=[{"title": LEFT}])}, REST, "mastodon")
    entered(found)
    (kept,) = (json.loads(data) for path, data in found.files.items() if path.endswith("/a.har"))
    assert [one["request"]["url"] for one in kept["log"]["entries"]] == [f"{HOST}/api/v1/statuses/1"]


def test_an_entry_that_holds_both_is_held(tmp_path: Path) -> None:
    assert_held(made(tmp_path, {"samen.har": har_file(har_both())}, REST, "mastodon"))
