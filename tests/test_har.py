"""HAR files: recognised by their structure, read entry by entry, cut like lists of items."""

from __future__ import annotations

import base64
import gzip
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from items import codes
from making import tree
from sma_plugin.bundle.har import har_sources
from sma_plugin.ingest import ingest
from sma_plugin.model import Evidence, Item, Post, PostHistory, Problem, Resource
from sma_plugin.package import Package
from sma_plugin.package.files import read_json
from sma_plugin.package.records import Extract
from sma_plugin.readers.contract import Source
from sma_plugin.readers.web import har
from sma_plugin.readers.web import harvest as web_harvest
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.settings import Settings
from sma_plugin.testing import listing
from test_compose import posts_of, timeline, tweet
from warc_builders import DATE, SITE, HarvestCapture

SECRET = {"name": "Cookie", "value": "auth_token=geheim"}
PAGE = b"<html><title>Gemeente &amp; raad</title>"


def entry(
    url: str = f"{SITE}/", body: bytes | None = PAGE, kind: str = "text/html", status: int = 200, **content: Any
) -> dict[str, Any]:
    held = {"size": len(body or b""), "mimeType": kind} | ({} if body is None else {"text": body.decode()}) | content
    return {
        "startedDateTime": DATE,
        "time": 12.5,
        "_resourceType": "document",
        "request": {"method": "GET", "url": url, "headers": [SECRET], "cookies": [SECRET], "queryString": []},
        "response": {
            "status": status,
            "httpVersion": "http/2.0",
            "headers": [{"name": "Content-Type", "value": kind}, {"name": "set-cookie", "value": "id=geheim"}],
            "cookies": [SECRET],
            "content": held,
            "redirectURL": "",
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"wait": 1},
    }


def written(*entries: dict[str, Any], **log: Any) -> bytes:
    made = {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": [], **log}
    return json.dumps({"log": made | {"entries": list(entries)}}, indent=1).encode()


def items(data: bytes, name: str = "pagina.har", **beside: bytes) -> list[Item]:
    contents = {name: data, **beside}
    match = web_harvest.recognise(listing(contents))
    assert match is not None
    capture = HarvestCapture(contents, match)
    return [*web_harvest.read(capture), *capture.problems]


def pages(found: list[Item]) -> list[Resource]:
    return [item for item in found if isinstance(item, Resource) and item.role != "medium"]


# --- recognition ------------------------------------------------------------------------------------------------------


def test_a_har_file_that_is_handed_to_a_function_is_one() -> None:
    bare = written(entry())
    (page,) = pages(items(b"onInputData(" + bare + b");"))
    (same,) = pages(items(bare))
    assert page.title == "Gemeente & raad"
    assert page.evidence[0].offset == (same.evidence[0].offset or 0) + len(b"onInputData(")


def test_members_of_a_log_that_are_not_known_do_not_hide_it() -> None:
    found = items(written(entry(), options={"duration": "5s"}))
    assert [page.title for page in pages(found)] == ["Gemeente & raad"]
    assert har.is_har(b'{"log": {"options": {}, "pages": []}}') is False


def test_a_whole_log_without_responses_is_not_cut_off() -> None:
    whole = b'{"log": {"version": "1.1", "creator": {"name": "x"}, "pages": []}}'
    assert codes(items(whole)) == ["SMA-R006"]
    assert codes(items(whole[:-2])) == ["SMA-R003"]


@pytest.mark.parametrize(
    "data",
    [
        written(entry()),
        written(entry(), comment="uitgevoerd", browser={"name": "Firefox", "version": "128"}, _extra=1),
        b'\xef\xbb\xbf\n{ "log" : {"entries":[',
        b'{"log":{"pages":[{"title":"' + b"x" * 5000,
        gzip.compress(written(entry())),
    ],
)
def test_a_har_file_is_recognised_whatever_its_name(data: bytes) -> None:
    match = web_harvest.recognise(listing({"opname.json": data}))
    assert match is not None
    assert (match.technique, match.paths) == ("web-harvest", ("opname.json",))


@pytest.mark.parametrize(
    "data", [b'{"log": "tekst"}', b'{"log": {"entries": [], "level": "debug"}}', b'{"log": {"version": 1}}', b"[]"]
)
def test_other_json_is_none(data: bytes) -> None:
    assert web_harvest.recognise(listing({"pagina.har": data})) is None


def test_what_made_it_and_when_is_known_from_its_beginning() -> None:
    browser = {"name": "Firefox", "version": "128.0"}
    data = written(entry(), browser=browser, pages=[{"startedDateTime": DATE}])
    assert har.made_by(data) == "Firefox 128.0"
    assert har.made_by(written()) == "WebInspector 537.36"
    assert har.made_by(b'{"log": {"entries": []}}') is None
    begun = har.begun(data)
    assert begun is not None
    assert begun.raw == DATE


# --- entries ----------------------------------------------------------------------------------------------------------


def test_an_entry_is_a_page_with_its_own_bytes_as_evidence() -> None:
    data = written(entry(), entry(f"{SITE}/twee"))
    first, second = pages(items(data))
    assert (first.url, first.title, first.status, first.mime, first.length) == (
        f"{SITE}/",
        "Gemeente & raad",
        200,
        "text/html",
        len(PAGE),
    )
    assert first.at is not None
    assert first.at.raw == DATE
    where = second.evidence[0]
    assert (where.path, where.kind, where.locator) == ("pagina.har", "bytes", "/response/content/text")
    assert where.offset is not None
    assert where.length is not None
    assert json.loads(data[where.offset : where.offset + where.length])["request"]["url"] == f"{SITE}/twee"


def test_no_cookie_or_token_reaches_an_item() -> None:
    found = items(written(entry(f"{SITE}/?access_token=geheim")))
    assert pages(found)
    assert "geheim" not in repr(found)


@pytest.mark.parametrize(
    ("text", "content", "kind"),
    [
        ("Café", {}, "text/html; charset=iso-8859-1"),
        (base64.b64encode("Café".encode("latin-1")).decode(), {"encoding": "base64"}, "text/html; charset=iso-8859-1"),
        (base64.b64encode("Café".encode()).decode(), {"encoding": "base64"}, "text/html; charset=utf-8"),
    ],
)
def test_text_and_base64_are_read_in_the_charset_they_are_in(text: str, content: dict[str, str], kind: str) -> None:
    body = text if not content else base64.b64encode(b"<title>" + base64.b64decode(text) + b"</title>").decode()
    made = entry(body=b"", kind=kind, text=body if content else f"<title>{text}</title>", size=20, **content)
    assert [page.title for page in pages(items(written(made)))] == ["Café"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"body": None, "size": 4606}, ["SMA-B033"]),
        ({"body": b"", "size": 32768, "encoding": "base64"}, ["SMA-B033"]),
        ({"body": None, "size": 0}, []),
        ({"body": None, "size": -1}, ["SMA-B033"]),
        ({"body": None, "size": 10, "status": 204}, []),
        ({"body": b"", "text": "geen base64", "encoding": "base64", "size": 0}, ["SMA-B034"]),
        ({"body": None, "status": 0}, ["SMA-B035"]),
    ],
)
def test_content_that_is_not_there_is_told(changed: dict[str, Any], told: list[str]) -> None:
    found = items(written(entry(**changed)))
    assert codes(found) == told


def test_a_response_without_content_is_no_page_but_a_failure_stays_one() -> None:
    lost, failed = entry(body=None, size=500), entry(f"{SITE}/weg", None, status=404)
    away = entry("https://www.facebook.com/stad", None, status=302)
    away["response"]["redirectURL"] = "https://www.facebook.com/login/?next=x"
    found = items(written(lost, failed, away))
    assert [(page.role, page.url) for page in pages(found)] == [
        ("failure", f"{SITE}/weg"),
        ("failure", "https://www.facebook.com/stad"),
    ]
    (problem,) = [item for item in found if isinstance(item, Problem)]
    assert (problem.code, problem.params) == ("SMA-B033", {"number": 1, "total": 3})


def test_the_status_of_http_2_may_stand_in_its_pseudo_header() -> None:
    made = entry()
    del made["response"]["status"]
    made["response"]["headers"].insert(0, {"name": ":status", "value": "403"})
    assert [(page.role, page.status) for page in pages(items(written(made)))] == [("failure", 403)]


def test_addresses_that_nothing_was_fetched_from_are_passed_over() -> None:
    assert not pages(items(written(entry("data:text/html,<title>x</title>"))))


def test_a_body_in_a_file_beside_it_is_read_there() -> None:
    attached = entry(body=None, size=40, _file="a1b2.html")
    assert [page.title for page in pages(items(written(attached), **{"a1b2.html": PAGE}))] == ["Gemeente & raad"]
    assert codes(items(written(attached))) == ["SMA-B033"]


def test_posts_of_api_responses_in_it_point_at_their_entry() -> None:
    url, body, kind = timeline(tweet(1), tweet(2))
    data = written(entry(), entry(url, body, kind))
    first, second = (item for item in items(data) if isinstance(item, Post))
    assert (first.native_id, second.native_id) == ("1", "2")
    where = second.evidence[0]
    assert where.offset is not None
    assert where.length is not None
    assert json.loads(data[where.offset : where.offset + where.length])["request"]["url"] == url
    assert where.locator == "/response/content/text#/1"


# --- damage -----------------------------------------------------------------------------------------------------------


def test_a_file_that_is_cut_off_keeps_the_entries_before() -> None:
    data = written(entry(), entry(f"{SITE}/twee"), entry(f"{SITE}/drie"))
    found = items(data[: data.rindex(b"/drie")])
    assert [page.url for page in pages(found)] == [f"{SITE}/", f"{SITE}/twee"]
    (problem,) = [item for item in found if isinstance(item, Problem)]
    assert (problem.code, problem.params, problem.length) == ("SMA-R003", {"counted": 2}, problem.length)


def test_one_broken_entry_costs_one_entry() -> None:
    data = written(entry(), entry(f"{SITE}/twee"), entry(f"{SITE}/drie"))
    found = items(data.replace(b'"time": 12.5', b'"time": ?12.5', 1))
    assert [page.url for page in pages(found)] == [f"{SITE}/twee", f"{SITE}/drie"]
    assert codes(found) == ["SMA-R001"]


def test_odd_fields_cost_nothing() -> None:
    odd = entry()
    odd["response"]["status"] = "200"
    odd["response"]["headers"] = [{"name": "X", "value": None}, {"name": "content-type", "value": "text/html"}]
    odd["request"]["method"] = 7
    odd["startedDateTime"] = 12
    assert [page.title for page in pages(items(written(odd)))] == ["Gemeente & raad"]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_harmed_files_end_in_problems(data: st.DataObject) -> None:
    harmed = bytearray(written(entry(), entry(f"{SITE}/twee", b"{}", "application/json")))
    for at in data.draw(st.lists(st.integers(200, len(harmed) - 1), max_size=6)):
        harmed[at] ^= 1 << data.draw(st.integers(0, 7))
    body = bytes(harmed[: data.draw(st.integers(200, len(harmed)))])
    whole = body == written(entry(), entry(f"{SITE}/twee", b"{}", "application/json"))
    found = items(body)
    assert whole or len(found) >= 1
    assert all(isinstance(page.url, str) for page in pages(found))


class Endless:
    """A HAR file of many entries that is nowhere as a whole."""

    def __init__(self, count: int) -> None:
        one = json.dumps(entry(body=b"<title>x</title>" + b"y" * 100_000)).encode()
        self._parts = [b'{"log":{"version":"1.2","entries":[', *[one + b","] * (count - 1), one, b"]}}"]
        self.size = sum(map(len, self._parts))

    def read(self, _size: int = -1) -> bytes:
        return self._parts.pop(0) if self._parts else b""


def test_memory_stays_flat() -> None:
    stream = Endless(400)
    assert stream.size > 40_000_000
    problems: list[Problem] = []
    tracemalloc.start()
    file = Source("groot.har", stream, Evidence("groot.har"))  # type: ignore[arg-type]
    assert sum(1 for _ in har_sources(file, problems, lambda _: None)) == 400
    assert tracemalloc.get_traced_memory()[1] < 12_000_000
    tracemalloc.stop()
    assert not problems


# --- through to the package -------------------------------------------------------------------------------------------


def delivered(tmp_path: Path, data: bytes, name: str) -> Package:
    bundle = tmp_path / "levering"
    bundle.mkdir()
    (bundle / name).write_bytes(data)
    result = ingest([bundle], tmp_path / "out", Settings(undecided=True), Quiet())
    assert result.outcome is Outcome.OK, [finding.code for finding in result.findings]
    (package,) = result.packages
    assert not [finding.code for finding in package.findings if finding.severity == "error"]
    return Package(package.path)


DIRECT = entry("https://api.twitter.com/1.1/direct_messages/events/list.json", b'{"events": ["geheim"]}', "text/json")


def test_an_entry_that_may_not_enter_is_cut_from_an_extract(tmp_path: Path) -> None:
    url, body, kind = timeline(tweet(1), tweet(2, 99))
    data = written(DIRECT, entry(url, body, kind), entry())
    package = delivered(tmp_path, data, "pagina.har")
    (kept,) = package.captures.rglob("*.har")
    left = json.loads(kept.read_bytes())["log"]["entries"]
    assert [one["request"]["url"] for one in left] == [url, f"{SITE}/"]
    extract = read_json(package.sma / "extract.json", dict[str, Extract])[kept.relative_to(package.root).as_posix()]
    assert {span.rule for span in extract.spans} == {"x-api.direct-messages", "credentials.values"}
    assert [path for path, held in tree(package.root).items() if b"geheim" in held] == []
    (post,) = (one for one in posts_of(package) if isinstance(one, PostHistory))
    where = post.versions[0].evidence[0]
    assert where.offset is not None
    assert where.length is not None
    assert json.loads(kept.read_bytes()[where.offset : where.offset + where.length])["request"]["url"] == url
    assert not any(b'"events": ["geheim"]' in found for found in tree(package.root).values())


def test_a_packed_har_is_read_and_kept_as_it_is(tmp_path: Path) -> None:
    data = gzip.compress(written(entry(*timeline(tweet(1))), entry()), mtime=0)
    package = delivered(tmp_path, data, "pagina.har.gz")
    (kept,) = package.captures.rglob("*.har.gz")
    assert kept.read_bytes() == data
    where = posts_of(package)[0].versions[0].evidence[0]
    assert (where.kind, where.locator) == ("file", "/log/entries/0/response/content/text#/0")


# --- real captures ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "addresses", "empty"), [("example.har", 13, 1), ("http2.github.io.har", 21, 3)])
def test_real_har_files_are_read_whole(samples: Path, name: str, addresses: int, empty: int) -> None:
    data = (samples / "har" / "har2warc" / name).read_bytes()
    raw = json.loads(data)["log"]["entries"]
    shown = [one for one in raw if one["response"]["content"]["mimeType"] == "text/html" and _has_text(one)]
    found = items(data, name)
    assert [page.url for page in pages(found)] == [one["request"]["url"] for one in shown]
    assert [page.length for page in pages(found)] == [len(one["response"]["content"]["text"].encode()) for one in shown]
    (problem,) = [item for item in found if isinstance(item, Problem)]
    assert (problem.code, problem.params) == ("SMA-B033", {"number": empty, "total": addresses})
    assert len(raw) == addresses


def _has_text(one: dict[str, Any]) -> bool:
    return bool(one["response"]["content"].get("text")) and one["response"]["status"] == 200
