"""Cases of SMA-P030 and on: keys, requests, secrets in captures."""

from __future__ import annotations

from finding_cases import PAGE, Case, ingested, shown
from finding_cases_privacy import BOTH, conversation
from finding_cases_web import ABOUT
from sma_plugin.settings import Defaults
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

CASES = [
    Case("SMA-P030", ingested(conversation(SIGNED), register=BOTH)),
    Case("SMA-P031", shown(VISITED, "pagina.warc", ABOUT["x"]), "SMA-P031", PAGE),
    Case("SMA-P032", ingested(ARC, "web.arc", register=BOTH, defaults=Defaults(mask_secrets=True))),
]
