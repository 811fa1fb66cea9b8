"""Cases of SMA-P030 and on: keys, requests, secrets in captures."""

from __future__ import annotations

from finding_cases import PAGE, Case, ingested, shown
from finding_cases_privacy import BOTH, conversation
from finding_cases_web import ABOUT
from warc_builders import record, warcinfo

SIGNED = "zie https://bucket.example/a.pdf?X-Amz-Signature=abc&X-Amz-Credential=def"
VISITED = warcinfo() + record(
    block=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: guest_id=1\r\n\r\n<html><body>Dag</body></html>"
)

CASES = [
    Case("SMA-P030", ingested(conversation(SIGNED), register=BOTH)),
    Case("SMA-P031", shown(VISITED, "pagina.warc", ABOUT["x"]), "SMA-P031", PAGE),
]
