"""``captures/x-api/timeline.jsonl``: pages of the X API, one per line, as twarc2 writes them.

Deliberate gaps: the timeline's last page names a next page that was never fetched; one answered post is gone; the
last line broke off.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from make_source import OWN, Tweet, captured, declarations, letters, moment, people
from make_x_modern import Request, page

_PAGE = 10
_BROKEN_LINE_BYTES = 700
_FIELDS = "expansions=author_id%2Creferenced_tweets.id%2Cattachments.media_keys%2Cattachments.poll_ids"


def _own(handle: str) -> list[Tweet]:
    return [tweet for tweet in captured("P") if tweet.by.handle == handle]


def replies() -> list[Tweet]:
    """Posts that name the account, by others who have no timeline in this capture; the last page of them broke off."""
    known = (OWN, "vbs_webcare", "burgemeestervbs")
    return [tweet for tweet in captured("P") if tweet.by.handle not in known]


def _requests() -> Iterator[tuple[list[Tweet], str, str | None, tuple[str, ...]]]:
    """Posts, address, next token and missing posts of each page, in the order in which they were asked for."""
    own = _own(OWN)
    for start in range(0, len(own), _PAGE):
        token = letters(f"timeline/{start + _PAGE}", 24)
        before = f"&pagination_token={letters(f'timeline/{start}', 24)}" if start else ""
        yield own[start : start + _PAGE], f"users/{people()[OWN].id}/tweets?{_FIELDS}{before}", token, ()
    found, token = replies(), letters("search/1", 24)
    search = f"tweets/search/all?{_FIELDS}&query=to%3A{OWN}"
    yield found[:-2], search, token, ("verdwenen",)
    for handle in ("burgemeestervbs", "vbs_webcare"):
        yield _own(handle), f"users/{people()[handle].id}/tweets?{_FIELDS}", None, ()
    yield found[-2:], f"{search}&next_token={token}", None, ()


def pages() -> list[dict[str, Any]]:
    """Every page; of the last one only the beginning gets into the file."""
    start = moment(declarations()["x-api/capture.toml"]["captured"])
    return [
        page(
            posts,
            Request(
                url=f"https://api.twitter.com/2/{address}",
                at=start + timedelta(seconds=30 * place),
                gone=gone,
                next_token=token,
            ),
        )
        for place, (posts, address, token, gone) in enumerate(_requests())
    ]


def timeline() -> bytes:
    """The file: complete lines, and a last line that broke off without an end of line."""
    lines = [json.dumps(found, ensure_ascii=False).encode() for found in pages()]
    broken = lines.pop()[:_BROKEN_LINE_BYTES]
    return b"".join(line + b"\n" for line in lines) + broken.decode(errors="ignore").encode()


def post_counts() -> dict[str, int]:
    """How many posts the complete lines hold: asked for, and included because another refers to them."""
    whole = pages()[:-1]
    asked = {post["id"] for found in whole for post in found["data"]}
    near = {post["id"] for found in whole for post in found["includes"].get("tweets", ())}
    return {"posts": len(asked), "included": len(near - asked), "pages": len(whole)}
