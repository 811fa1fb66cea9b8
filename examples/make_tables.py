"""The tables of the example organisation, the ``capture.toml`` of each capture, and what each capture holds."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import make_mastodon
import make_x_api
import make_x_archive
from make_source import captured, declarations, organisation

_REGISTER = """
    platform native_id handle display_name url kind belongs_to unit status status_since custodian creator creator_id
    creator_id_source office_holder administrator replies_possible official_account no_formal_correspondence
    privacy_notice process scenario list category interval from until
"""
_SELECTION = """
    list version place category process result description value term trigger ground
"""

GAPS: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "mastodon-archive.zip": (
        ("missing-medium", "the image of the post of 14 July 2025 is not in the archive", ("SMA-R007", "SMA-H005")),
        ("stated-total", "the outbox states 31 items and holds 30", ("SMA-H004",)),
        ("direct-message", "one direct message, which must stay out", ("SMA-B018",)),
    ),
    "x-archive.zip": (
        ("missing-revision", "the second of three revisions of the post of 10 August 2023 is absent", ("SMA-R022",)),
        ("missing-medium", "the image of the post of 18 April 2023 is not in the archive", ("SMA-R007", "SMA-H005")),
        (
            "private-files",
            "direct messages, log-ins, contacts, likes and an e-mail address, which must stay out",
            ("SMA-B018",),
        ),
    ),
    "x-api/timeline.jsonl": (
        ("missing-page", "the second page of the timeline names a next page that is not there", ("SMA-R049",)),
        ("cut-line", "the last line broke off", ("SMA-R040",)),
        ("not-found", "a citizen answers a post that the API could no longer give", ("SMA-H006",)),
        ("unregistered-account", "@burgemeestervbs has a timeline here and stands in no register", ("SMA-S001",)),
    ),
    "x-api.warc.gz": (
        ("rate-limit", "the search broke off with status 429", ("SMA-R042",)),
        ("gone-later", "the post of 28 March 2023 is in no later capture", ("SMA-H011",)),
        ("secret", "the request headers hold a (fictitious) token, which must not get out", ()),
        (
            "undeclared",
            "nobody says who authorised this capture, on what ground, or where it was stored",
            ("SMA-B014",),
        ),
    ),
    "x-page.wacz": (
        ("login-wall", "the page with replies was a login wall", ("SMA-H009",)),
        ("not-captured", "one image of a post gave status 404", ("SMA-R090",)),
        ("tombstone", "one post of the timeline was shown as unavailable", ("SMA-H012",)),
        ("scrolled-once", "the page was not scrolled to the end of the timeline", ("SMA-R049",)),
    ),
}
"""Deliberate gaps by capture, with the findings that show them; the token is not shown but kept in."""


def _csv(columns: str, rows: list[dict[str, Any]], defaults: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns.split(), restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(defaults | row for row in rows)
    return out.getvalue().encode()


def register() -> bytes:
    """``register.csv``."""
    source = organisation()
    return _csv(_REGISTER, source["register"], source["defaults"]["register"])


def selection_list() -> bytes:
    """``selection-list.csv``; the row for dialogue with citizens is absent on purpose."""
    source = organisation()
    return _csv(_SELECTION, source["selection"], source["defaults"]["selection"])


def _toml(value: Any) -> str:
    """A text, or a table of texts on one line. JSON's strings are TOML's basic strings."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(inner)}" for name, inner in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def capture_files() -> dict[str, bytes]:
    """Every ``capture.toml`` by its path below ``captures/``."""
    return {
        path: "".join(f"{name} = {_toml(value)}\n" for name, value in values.items()).encode()
        for path, values in declarations().items()
    }


def counts() -> dict[str, dict[str, int]]:
    """What was put into each capture, by its path below ``captures/``."""
    by_file = {name: len(posts) for name, posts in make_x_archive.posts_by_file().items()}
    notes = sum(tweet.note for tweet in captured("A"))
    return {
        "mastodon-archive.zip": make_mastodon.post_counts(),
        "x-archive.zip": {"posts": sum(by_file.values()), "note-tweet": notes, **by_file},
        "x-api/timeline.jsonl": make_x_api.post_counts(),
        "x-api.warc.gz": {
            "posts": len(captured("W")),
            "replies": sum(tweet.by.handle != "vbstad" for tweet in captured("W")),
        },
        "x-page.wacz": {"posts": len(captured("Z")), "pages": 2},
    }


def contents() -> bytes:
    """``contents.json``: per capture what it holds and which gaps were made in it."""
    found = {
        path: {
            "holds": holds,
            "gaps": [{"gap": name, "what": what, "shown": list(shown)} for name, what, shown in GAPS[path]],
        }
        for path, holds in counts().items()
    }
    return (json.dumps(found, indent=2) + "\n").encode()
