"""Cases of SMA-R210 and on, SMA-B033 and on: posts out of captures of the web, and the containers for them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import making as made
from finding_cases import ABOUT, PAGE, Bench, Case, Run, shown
from sma_plugin.findings import Finding
from sma_plugin.readers.web import platforms
from test_har import entry
from test_har import written as har_file
from test_mastodon_api import ACTOR, HOST, account, status
from test_x_web import entry as entry_of
from test_x_web import old_user, timeline, tweet
from warc_builders import SITE, record, warcinfo


def with_bound(size: int, run: Run) -> Run:
    """A run with another bound for pages than 32 MiB."""

    def go(bench: Bench) -> Iterable[Finding]:
        bench.patch.setattr(platforms, "MAX_PAGE", size)
        return run(bench)

    return go


def har(*changed: dict[str, Any]) -> Run:
    """A page as a HAR file, with another response beside it."""
    made = [entry(), *(entry(f"{SITE}/twee", **one) for one in changed)]
    return shown(har_file(*made), "pagina.har", ABOUT["x"])


def page(url: str) -> Run:
    return shown(warcinfo() + record(url=url), "pagina.warc", ABOUT["x"])


GRAPH = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + b'{"data":[{"id":"1_2","message":"Markt"'


def graph(**changed: str) -> Run:
    answer = record(url="https://graph.facebook.com/v19.0/1/feed", block=GRAPH, **changed)
    return shown(warcinfo() + answer, "a.warc", ABOUT["x"])


CUT = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + b'{"data":[{"id":"1","text":"Ma'


def timeline_cut(**changed: str) -> Run:
    answer = record(url="https://api.twitter.com/2/users/7/tweets", block=CUT, **changed)
    return shown(warcinfo() + answer, "a.warc", ABOUT["x"])


PAID = entry_of(tweet(60, "Koop!", old_user("99", "winkel")), "promoted-tweet-60", promotedMetadata={})
TWEETS = json.dumps(timeline(entry_of(tweet()), PAID)).encode()

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
COOKIE = b"Set-Cookie: auth_token=1\r\n\r\n<title>Voorbeeldstad</title>"
REST = f"https://{HOST}/api/v1/accounts"
SELF = json.dumps(account(source={"privacy": "public"})).encode()
ONE = record(block=HEAD + b"\r\n" + json.dumps([status()]).encode(), url=f"{REST}/5/statuses", number=2)
ITSELF = warcinfo() + record(block=HEAD + b"\r\n" + SELF, url=f"{REST}/verify_credentials") + ONE
ONE_PAGE = warcinfo() + record(block=HEAD.replace(b"application/json", b"text/html") + COOKIE)
OURS = ABOUT["mastodon"].replace(made.ACTOR, ACTOR)

CASES = [
    Case("SMA-R275", shown(ONE_PAGE, "pagina.warc", ABOUT["x"]), "SMA-R275", PAGE),
    Case("SMA-R276", shown(ITSELF, "zelf.warc", OURS)),
    Case("SMA-R211", shown(TWEETS, "UserTweets.json")),
    Case("SMA-B033", har({"body": None, "size": 40}), "SMA-B033", PAGE),
    Case("SMA-B034", har({"body": b"", "text": "?", "encoding": "base64", "size": 0}), "SMA-B034", PAGE),
    Case("SMA-B035", har({"body": None, "status": 0}), "SMA-B035", PAGE),
    Case("SMA-R001", timeline_cut(WARC_Truncated="length"), "SMA-W034 > SMA-R001", PAGE),
    Case("SMA-R270", graph(), "SMA-R270", PAGE),
    Case("SMA-R270", graph(WARC_Truncated="length"), "SMA-W034 > SMA-R270", PAGE),
    Case("SMA-R210", with_bound(10, page("https://api.twitter.com/1.1/direct_messages.json")), "SMA-R210", PAGE),
]
