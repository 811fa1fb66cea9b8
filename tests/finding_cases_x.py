"""Cases of SMA-R001 to R055: X's archive and X's API."""

from __future__ import annotations

import json
from typing import Any

from finding_cases import DECLARED, Bench, Case, Run, shown
from sma_plugin.readers.x import api_body
from test_x_api import SEARCH, flat, lines, old, page, tweet
from test_x_archive import ID, LONG, WHEN, archive, manifest, ytd
from test_x_archive import tweet as own
from warc_builders import record, warcinfo

NAMED = DECLARED + 'platform = "x"\naccount = { native_id = "4242" }\n'
MEDIA = {"media": [{"type": "photo", "media_url_https": "https://pbs.twimg.com/media/AAA.jpg"}]}
LAST = page(tweet(1), meta={"result_count": 1})


def api(*values: Any, name: str = "tweets.jsonl") -> Run:
    return shown(lines(*values), name)


def answer(body: Any, status: str) -> Run:
    """A response of the API in a WARC, beside one that holds a post."""
    answers = ((body, status), (LAST, "200 OK"))
    heads = (f"HTTP/1.1 {code}\r\nContent-Type: application/json\r\n\r\n".encode() for _, code in answers)
    blocks = [head + lines(said) for head, (said, _) in zip(heads, answers, strict=True)]
    records = (record(block=block, number=number, url=SEARCH) for number, block in enumerate(blocks, 1))
    return shown(warcinfo() + b"".join(records), "api.warc")


def export(**lists: bytes) -> Run:
    return shown(archive(**{"tweets": ytd("tweets", [own()]), **lists}))


def large(bench: Bench) -> Any:
    bench.patch.setattr(api_body, "FIRST", 256)
    bench.patch.setattr(api_body, "WHOLE", 1024)
    return shown(json.dumps(page(*(tweet(number) for number in range(20)))).encode())(bench)


GAP = {"edit_control": {"edit_tweet_ids": [str(ID), str(ID + 1), str(ID + 2)]}}
NOTE = {"noteTweetId": "991", "createdAt": "2023-02-18T19:45:16.000Z", "core": {"text": LONG}}
NOTICE = {"id": "1170147183095664640", "action": "delete", "created_at": "2013-06-04T16:25:04+00:00"}
DELETED, SUSPENDED = NOTICE | {"reason": "deleted"}, NOTICE | {"reason": "suspended"}
ONE_LOST = archive(tweets=ytd("tweets", [own(0, entities=MEDIA)])) | {"data/tweets_media/9-x.jpg": b"x"}
HEADERS = [{"tweet": {"tweet_id": str(ID + n), "user_id": "4242", "created_at": WHEN}} for n in range(3)]
DAMAGED = b"window.YTD.tweets.part0 = [" + json.dumps(own()).encode() + b', {"tweet": oeps}]'
COUNTS = {"data": [{"start": "a", "end": "b", "tweet_count": 4}], "meta": {"total_tweet_count": 4}}
LISTS = {"data": [{"id": "1", "name": "Raad", "owner_id": "7"}], "meta": {"result_count": 1}}
NO_MEDIA = {"title": "Not Found Error", "resource_type": "media", "resource_id": "3_1"}
LIMITED = {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}
UNAVAILABLE = {"title": "Service Unavailable", "status": 503, "detail": "x", "type": "about:blank"}

CASES = [
    Case("SMA-R001", export(tweets=DAMAGED)),
    Case("SMA-R002", export(tweets=ytd("tweets", [own(0, favorite_count="veel", lang=7)]))),
    Case("SMA-R003", export(tweets=ytd("tweets", [own(0), own(1)])[:-40])),
    Case("SMA-R005", export(tweets=ytd("tweets", [own(0, created_at="gisteren")]))),
    Case("SMA-R006", export(tweets_part1=b"\0" * 100)),
    Case("SMA-R007", shown(ONE_LOST), "SMA-R007 > SMA-H005"),
    Case("SMA-R020", shown({"data/tweets.js": ytd("tweets", [own()])}), "SMA-H003", "SMA-R020", "SMA-S001"),
    Case("SMA-R021", export(manifest=manifest({"tweets": [("data/tweets.js", 1), ("data/tweets-part1.js", 7)]}))),
    Case("SMA-R022", export(tweets=ytd("tweets", [own(0, **GAP), own(2, **GAP)])), "SMA-R022 > SMA-H043", "SMA-H014"),
    Case("SMA-R023", export(note_tweet=ytd("note_tweet", [{"noteTweet": NOTE}]))),
    Case("SMA-R024", export(tweets=ytd("tweets", [own(0, entities=MEDIA)])), "SMA-R024 > SMA-H005"),
    Case("SMA-R025", export(tweets=ytd("tweets", [own(0), own(1, "RT @a: b", entities=MEDIA)])), "SMA-R025 > SMA-H005"),
    Case("SMA-R026", export(article=ytd("article", [{"article": {}}]))),
    Case("SMA-R027", export(tweets=ytd("tweets", [own(0, hologram={"x": 1})]))),
    Case("SMA-R028", export(tweet_headers=ytd("tweet_headers", HEADERS))),
    Case("SMA-H012", shown({"een.jsonl": lines(flat(1)), "tweets.jsonl": lines(DELETED)}), "SMA-H012", "SMA-R048"),
    Case("SMA-R040", shown(lines(flat(1)) + b'{"id": "3", "te', "tweets.jsonl")),
    Case("SMA-R041", shown({"een.jsonl": lines(flat(1)), "leeg.jsonl": b""})),
    Case("SMA-R042", answer(LIMITED, "429 Too Many Requests")),
    Case("SMA-R043", answer({"error": "Not authorized.", "request": "/1.1/x.json"}, "403 Forbidden")),
    Case("SMA-R044", answer({"errors": [{"code": 34, "message": "Sorry"}]}, "404 Not Found")),
    Case("SMA-R045", answer(UNAVAILABLE, "503 Service Unavailable")),
    Case("SMA-R046", api(LAST, COUNTS)),
    Case("SMA-R047", api(LAST, LISTS)),
    Case("SMA-R048", shown({"een.jsonl": lines(flat(1)), "tweets.jsonl": lines(DELETED)}), "SMA-H012", "SMA-R048"),
    Case("SMA-R049", api(page(tweet(1), meta={"result_count": 1, "next_token": "verder"}))),
    Case("SMA-R050", api(old(), {"limit": {"track": 3}})),
    Case("SMA-R051", api(old(), {"disconnect": {"code": 4, "stream_name": "x", "reason": "y"}})),
    Case("SMA-R052", api(flat(1), {"naam": 1})),
    Case("SMA-R053", shown({"een.jsonl": lines(flat(1)), "los.jsonl": lines(SUSPENDED)}), "SMA-R048", "SMA-R053"),
    Case("SMA-R054", large),
    Case("SMA-R055", api(page(tweet(1), errors=[NO_MEDIA]))),
]
