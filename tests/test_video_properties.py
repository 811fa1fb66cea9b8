"""Whatever a value is, the readers of videos raise nothing, and what they give can be written down."""

from __future__ import annotations

import json
import random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sma_plugin.readers.contract import Reader
from sma_plugin.readers.snapchat import export as snapchat
from sma_plugin.readers.tiktok import api as tiktok_api
from sma_plugin.readers.tiktok import export as tiktok_export
from sma_plugin.readers.tiktok import web as tiktok_web
from sma_plugin.readers.youtube import api, info
from sma_plugin.readers.youtube import web as youtube_web
from sma_plugin.testing import capture
from test_snapchat_export import mydata
from test_tiktok_api import QUERIED, SAID, SHOWN
from test_tiktok_api import page as answers
from test_tiktok_export import COMMENT, new, old, post
from test_tiktok_web import comment, item
from test_youtube_api import comment as answer
from test_youtube_api import page, thread, video
from test_youtube_info import COMMENTS, MODERN
from test_youtube_web import METADATA, NEW_COMMENT, OLD_COMMENT, PLAYER, grid, lockup, short

ODD = [None, 7, "x", [], {}, True, float("inf"), -1, [None], {"runs": 7}, "N/A", 10**30, "\ud800", [[]], 1e400]
CONTEXT = {"responseContext": {"visitorData": "x"}, "metadata": {"channelMetadataRenderer": METADATA}}
LOADED = {**CONTEXT, "contents": [PLAYER, grid(1), lockup(2), short(3), OLD_COMMENT, NEW_COMMENT]}
PAGES = [page("video", video(1), video(2)), page("commentThread", thread(total=2, replies=[answer("Ugx1.a")]))]
CASES: list[tuple[Any, dict[str, Any]]] = [
    (api, {"a.json": PAGES}),
    (info, {"a.info.json": MODERN | {"comments": COMMENTS}}),
    (youtube_web, {"a.json": LOADED}),
    (tiktok_export, {"a.json": new([post(0), post(1)], [COMMENT])}),
    (tiktok_export, {"a.json": old([post(0), post(1)], [COMMENT])}),
    (tiktok_web, {"a.json": {"itemList": [item(0), item(1)], "comments": [comment(reply_comment=[comment("92")])]}}),
    (tiktok_api, {"a.json": [answers("videos", SHOWN, QUERIED), answers("comments", SAID)]}),
    (snapchat, {path: json.loads(data) for path, data in mydata().items() if path.endswith(".json")}),
]


def odd(value: Any, chance: random.Random) -> Any:
    """The same document with one value in twenty replaced."""
    if isinstance(value, dict):
        return {name: chance.choice(ODD) if chance.random() < 0.05 else odd(one, chance) for name, one in value.items()}
    return [odd(one, chance) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("reader", "documents"), CASES, ids=lambda one: getattr(one, "__name__", ""))
@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_odd_values_raise_nothing_and_give_what_can_be_written(
    reader: Reader, documents: dict[str, Any], chance: random.Random
) -> None:
    contents = {path: json.dumps(odd(body, chance)).encode() for path, body in documents.items()}
    try:
        view = capture(contents, reader)
    except LookupError:
        return
    items = list(reader.read(view))
    assert [msgspec.msgpack.decode(msgspec.msgpack.encode(one), type=type(one)) for one in items] == items
