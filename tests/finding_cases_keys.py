"""Cases of SMA-P030 and on: keys, requests, secrets in captures."""

from __future__ import annotations

import gzip

import msgspec

from finding_cases import PAGE, Bench, Case, Contents, Run, ingested, shown
from finding_cases_privacy import BOTH, SOUND, conversation
from finding_cases_web import ABOUT
from sma_plugin.findings import Finding
from sma_plugin.privacy.entering import Asked, enter
from sma_plugin.privacy.keys import By, Keys
from sma_plugin.privacy.request_table import take_in
from sma_plugin.provenance import Stamps
from sma_plugin.settings import Defaults, Paths, Role
from test_warc import ARC_HEAD
from warc_builders import record, warcinfo

SIGNED = "zie https://bucket.example/a.pdf?X-Amz-Signature=abc&X-Amz-Credential=def"
VISITED = warcinfo() + record(
    block=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: guest_id=1\r\n\r\n<html><body>Dag</body></html>"
)
ANSWER = conversation("Dag")
LINE = b"https://api.twitter.com/2/users/1/tweets 192.0.2.1 20240301100000 application/json %d\n"
HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + ANSWER
ARC = (
    b"filedesc://a.arc 0.0.0.0 20240301100000 text/plain %d\n" % len(ARC_HEAD)
    + ARC_HEAD + b"\n" + LINE % len(HTTP) + HTTP + b"\n"
)  # fmt: skip

SET = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nSet-Cookie: guest_id=1\r\n\r\n" + ANSWER
WEB = warcinfo() + record(block=SET, url="https://api.twitter.com/2/users/1/tweets")
DEFLATED = b"HTTP/1.1 200 OK\r\nContent-Type: text/css\r\nContent-Encoding: gzip\r\n\r\ngeen gzip"
PHOTO = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\xff\xd9"
MASKED = Defaults(mask_secrets=True)


def without_its_key(asked: str = "") -> Run:
    """A run after a key went missing, or was destroyed with a request that was noted with it."""

    def go(bench: Bench) -> list[Finding]:
        by, keys = By(Stamps("proef"), "archivaris", "proef"), Keys(bench.home / "sleutel")
        first = keys.new(by)
        if asked:
            enter(keys, Asked("suppressed", "x", asked, (), "1", "2026-02-01"), by, [])
            keys.new(by)
            keys.destroy(first.id, by)
        else:
            keys.path.unlink()
        return list(ingested(SOUND, register=BOTH, paths=Paths(key_file="sleutel"))(bench))

    return go


def after_removal(contents: Contents, name: str = "") -> Run:
    """A run after somebody's posts were removed on request."""

    def go(bench: Bench) -> list[Finding]:
        by, keys = By(Stamps("proef"), "archivaris", "proef"), Keys(bench.home / "sleutel")
        keys.new(by)
        enter(keys, Asked("removed", "x", "22222", (), "1", "2026-02-01"), by, [])
        return list(ingested(contents, name, register=BOTH, paths=Paths(key_file="sleutel"))(bench))

    return go


def read_twice(bench: Bench, *rows: str) -> list[Finding]:
    """A table of requests that is taken in for the second time, with one request more."""
    by, keys = By(Stamps("proef"), "archivaris", "proef"), Keys(bench.home / "sleutel")
    keys.new(by)
    settings = msgspec.structs.replace(bench.settings(), roles={"archivaris": Role(("requests",))})
    table = bench.home / "verzoeken.csv"
    first = "outcome;platform;account;posts;decision;role;date;ground\n" + REQUEST % "jan"
    table.write_text(first)
    take_in(table, keys, settings, [])
    table.write_text(first + "".join(rows))
    return take_in(table, keys, settings, [])[1]


REQUEST = "removed;x;%s;;2026/1;archivaris;2026-02-01;AVG art. 17\n"
CASES = [
    Case("SMA-P030", ingested(conversation(SIGNED), register=BOTH)),
    Case("SMA-P031", shown(VISITED, "pagina.warc", ABOUT["x"]), "SMA-P031", PAGE),
    Case("SMA-P032", ingested(ARC, "web.arc", register=BOTH, defaults=MASKED)),
    Case(
        "SMA-P035",
        ingested(
            WEB + record(block=DEFLATED, url="https://x.com/a.css", number=2),
            "web.warc",
            register=BOTH,
            defaults=MASKED,
        ),
        "SMA-P031",
        "SMA-P035",
        "SMA-W038",
    ),
    Case(
        "SMA-P036",
        ingested(
            WEB + record(block=PHOTO, url="https://x.com/a.jpg", number=2), "web.warc", register=BOTH, defaults=MASKED
        ),
        "SMA-P031",
        "SMA-P036",
    ),
    Case("SMA-P033", without_its_key(), "SMA-P001", "SMA-P033"),
    Case("SMA-P034", without_its_key("jan"), "SMA-P003", "SMA-P034"),
    Case("SMA-P040", after_removal(ANSWER), "SMA-B018", "SMA-P040"),
    Case("SMA-P042", lambda bench: read_twice(bench, REQUEST % ""), "SMA-P042", "SMA-P043"),
    Case("SMA-P043", read_twice),
    Case("SMA-P041", after_removal(gzip.compress(ANSWER), "aanlevering.json.gz"), "SMA-B024", "SMA-P041"),
]
