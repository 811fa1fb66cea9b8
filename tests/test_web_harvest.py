"""Captures of the web as a reader sees them: pages, failures, pictures of pages, secrets, API responses passed on."""

from __future__ import annotations

import gc
import gzip
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sma_plugin.model import AccountRef, Evidence, Exclusion, Item, Moment, Post, PostState, Problem, Resource, Tally
from sma_plugin.readers import registry
from sma_plugin.readers.contract import Source
from sma_plugin.readers.web import harvest as web_harvest
from sma_plugin.readers.web import pages as web_pages
from sma_plugin.readers.web import platforms
from sma_plugin.testing import listing
from warc_builders import BARE, DATE, SITE, HarvestCapture, members, record, wacz, written


@pytest.fixture(autouse=True)
def no_platform_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the reader under test; the platforms' have tests of their own."""
    monkeypatch.setattr(registry, "response_readers", list)


def items(contents: dict[str, bytes]) -> list[Item]:
    match = web_harvest.recognise(listing(contents))
    assert match is not None
    found = web_harvest.read(HarvestCapture(contents, match))
    return [item for item in found if not (isinstance(item, Problem) and item.code in BARE)]


def resources(data: bytes) -> list[Resource]:
    return [item for item in items({"a.warc": data}) if isinstance(item, Resource)]


def answer(
    body: bytes = b"<title>Voorbeeldstad</title>",
    kind: str = "text/html",
    status: str = "200 OK",
    *headers: str,
    url: str = f"{SITE}/",
    number: int = 1,
) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Type: {kind}", *headers])
    return record(block=head.encode() + b"\r\n\r\n" + body, url=url, number=number)


# --- recognition ------------------------------------------------------------------------------------------------------


def test_captures_are_recognised_by_their_bytes_whatever_their_name() -> None:
    contents = {
        "een.bin": record(),
        "twee": members(record()),
        "drie.dat": b"filedesc://a.arc 0.0.0.0 20240301100000 text/plain 3\nabc\n",
        "vier.zip": wacz(members(record())),
        "vijf.warc": b"",
        "zes.warc.zst": b"\x28\xb5\x2f\xfd" + bytes(9),
        "tekst.txt": b"WARC is een formaat",
        "bericht.json": b"{}",
        "leeg.gz": members(b"tekst"),
        "foto.zip": b"PK\x03\x04" + bytes(40),
    }
    match = web_harvest.recognise(listing(contents))
    assert match is not None
    assert match.paths == ("een.bin", "twee", "drie.dat", "vier.zip", "vijf.warc", "zes.warc.zst")
    assert (match.technique, match.platform, match.confidence) == ("web-harvest", None, 40)
    assert web_harvest.recognise(listing({"bericht.json": b"{}"})) is None


TWEETS = "https://api.twitter.com/2/users/7/tweets?max_results=100"
SOFTWARE = record("warcinfo", b"software: warcprox 2.4\r\n", url=None, number=0)


@pytest.mark.parametrize(
    ("data", "technique", "tool"),
    [
        (SOFTWARE + record(url=TWEETS), "api", "warcprox 2.4"),
        (members(SOFTWARE, record(url=TWEETS), record("request", url=TWEETS)), "api", "warcprox 2.4"),
        (record(url="https://graph.facebook.com/v19.0/1/feed"), "api", None),
        (record(url="https://sociaal.voorbeeldstad.example/api/v1/accounts/1/statuses"), "api", None),
        (record(url=TWEETS) + record(url=f"{SITE}/", number=2), "web-harvest", None),
        (SOFTWARE + record(url="https://x.com/i/api/graphql/a/UserTweets"), "web-harvest", "warcprox 2.4"),
        (SOFTWARE, "web-harvest", "warcprox 2.4"),
        (record(), "web-harvest", None),
    ],
)  # fmt: skip
def test_a_warc_of_api_responses_is_a_capture_by_api(data: bytes, technique: str, tool: str | None) -> None:
    match = web_harvest.recognise(listing({"a.warc": data}))
    assert match is not None
    assert (match.technique, match.tool) == (technique, tool)
    assert match.captured is not None
    assert match.captured.raw == DATE


def test_a_moment_that_is_none_is_not_that_of_the_capture() -> None:
    match = web_harvest.recognise(listing({"a.warc": record(WARC_Date="2024-99-99T00:00:00Z")}))
    assert match is not None
    assert match.captured is None


def test_captures_of_two_techniques_are_two() -> None:
    found = web_harvest.recognise_all(listing({"a.warc": record(), "b.warc": record(url=TWEETS), "c.warc": record()}))
    assert [(match.technique, match.paths) for match in found] == [
        ("web-harvest", ("a.warc", "c.warc")),
        ("api", ("b.warc",)),
    ]


# --- pages and failures -----------------------------------------------------------------------------------------------


def test_a_page_has_title_time_and_evidence() -> None:
    data = written([(f"{SITE}/", b"<html><title>Gemeente &amp; raad</title>", "text/html; charset=utf-8")], packed=True)
    got = items({"a.warc.gz": data})
    page, secrets, tally = got  # the request has a header for a log-in
    assert isinstance(secrets, Problem)
    assert secrets.code == "SMA-P031"
    assert isinstance(page, Resource)
    assert (page.role, page.url, page.title, page.status, page.mime, page.length) == (
        "page",
        f"{SITE}/",
        "Gemeente & raad",
        200,
        "text/html",
        40,
    )
    assert page.at is not None
    assert page.at.raw == DATE
    assert page.evidence[0].kind == "bytes"
    assert tally == Tally("captured URLs", None, 1, "a.warc.gz")


def test_parts_of_pages_are_counted_and_pictures_offered_as_media() -> None:
    data = answer(b"x", "image/png", url=f"{SITE}/a.png") + answer(b"x", "text/css", number=2) + answer(number=3)
    got = items({"a.warc": data})
    medium, page = (item for item in got if isinstance(item, Resource))
    assert (medium.role, medium.url, page.role) == ("medium", f"{SITE}/a.png", "page")
    assert data[slice(medium.evidence[0].offset, medium.evidence[0].length)].endswith(b"\r\n\r\nx\r\n\r\n")
    assert got[-1] == Tally("captured URLs", None, 3, "a.warc")


@pytest.mark.parametrize("status", [401, 403, 404, 410, 429, 500, 503])
def test_a_page_that_was_not_given_is_a_failure(status: int) -> None:
    assert [(got.role, got.status) for got in resources(answer(status=f"{status} Nee"))] == [("failure", status)]


def test_a_missing_icon_is_no_failed_page() -> None:
    assert not resources(answer(status="404 Not Found", url=f"{SITE}/favicon.ico"))


@pytest.mark.parametrize(
    ("url", "status", "headers"),
    [
        ("https://www.instagram.com/accounts/login/?next=/voorbeeldstad/", "200 OK", ()),
        ("https://www.facebook.com/voorbeeldstad", "302 Found", ("Location: https://www.facebook.com/login/?next=x",)),
        ("https://www.linkedin.com/authwall?x=1", "200 OK", ()),
        ("https://x.com/i/flow/login", "200 OK", ()),
    ],
)
def test_a_login_wall_is_a_failure(url: str, status: str, headers: tuple[str, ...]) -> None:
    assert [
        got.role for got in resources(answer(b"<title>Log in</title>", "text/html", status, *headers, url=url))
    ] == ["failure"]


def test_a_login_form_in_place_of_a_profile_is_a_failure() -> None:
    body = b'<html><form id="login_form">'
    assert [got.role for got in resources(answer(body, url="https://www.facebook.com/voorbeeldstad"))] == ["failure"]
    assert [got.role for got in resources(answer(body))] == ["page"]


def test_other_redirects_are_neither() -> None:
    assert not resources(answer(b"", "text/html", "301 Moved", f"Location: {SITE}/nieuw"))


@pytest.mark.parametrize(
    ("url", "kind", "role", "shown"),
    [
        (f"urn:screenshot:{SITE}/a", "image/png", "screenshot", f"{SITE}/a"),
        (f"urn:view:{SITE}/a", "image/jpeg", "screenshot", f"{SITE}/a"),
        (f"urn:thumbnail:{SITE}/a", "image/jpeg", "screenshot", f"{SITE}/a"),
        (f"urn:pdf:{SITE}/a", "application/pdf", "document", f"{SITE}/a"),
        (f"{SITE}/a", "application/pdf", "document", f"{SITE}/a"),
        (f"{SITE}/a", "image/png", "screenshot", f"{SITE}/a"),
    ],
)
def test_pictures_of_pages_are_told_apart(url: str, kind: str, role: str, shown: str) -> None:
    got = resources(record("resource", b"bytes", url=url, Content_Type=kind))
    assert [(item.role, item.url, item.length) for item in got] == [(role, shown, 5)]


# --- page lists -------------------------------------------------------------------------------------------------------


def test_a_listed_page_gives_its_title_and_the_response_its_evidence() -> None:
    got = [item for item in items({"a.wacz": wacz(members(record()))}) if isinstance(item, Resource)]
    assert [(item.role, item.title, item.status, item.evidence[0].kind) for item in got] == [
        ("page", "Home van de lijst", 200, "bytes")
    ]


def test_a_listed_page_without_a_response_is_still_a_page() -> None:
    got = [item for item in items({"a.wacz": wacz(members(record(url=f"{SITE}/b")))}) if isinstance(item, Resource)]
    assert [(item.url, item.title) for item in got] == [
        (f"{SITE}/b", "Voorbeeldstad"),
        (f"{SITE}/", "Home van de lijst"),
    ]


# --- what goes elsewhere ----------------------------------------------------------------------------------------------


class Platform:
    """A platform's reader of API responses, as others register theirs."""

    def accepts(self, source: Source) -> bool:
        return "/api/" in (source.url or "")

    def read_source(self, source: Source) -> Iterator[Item]:
        text = source.stream.read().decode()
        yield Post("x", AccountRef("1"), "2", Moment(), PostState(text), evidence=(source.evidence(0, 4, "/0"),))


def test_api_responses_go_to_the_reader_of_their_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "response_readers", lambda: [Platform()])
    first, second = answer(number=1), answer(b"post", "application/json", url=f"{SITE}/api/1", number=2)
    got = items({"a.warc": first + second})
    post = next(item for item in got if isinstance(item, Post))
    assert post.state.text == "post"
    where = post.evidence[0]
    assert (where.kind, where.offset, where.length, where.locator) == ("bytes", len(first), len(second), "/0")


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1}',
        b'/**/app.call({"a": 1});',
        b'/**/ typeof app.call === "function" && app.call({"a": 1})',
        b'_cb["x1"]( {"a": 1} ) ;\n',
    ],
)
def test_json_that_is_handed_to_a_function_is_read_as_what_it_is(monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    monkeypatch.setattr(registry, "response_readers", lambda: [Platform()])
    got = items({"a.warc": answer(body, "text/javascript; charset=UTF-8", url=f"{SITE}/api/1?callback=app.call")})
    assert [(item.state.text or "").strip() for item in got if isinstance(item, Post)] == ['{"a": 1}']


class Failing(Platform):
    """A reader that finds faults, at their places in what it was given."""

    def read_source(self, source: Source) -> Iterator[Item]:
        yield Problem("SMA-R003", source.path, 2, 4, {"counted": 0})
        yield Problem("SMA-R001", source.path, 3, 4, {"reason": "x"})


def test_a_fault_in_a_response_is_one_of_its_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "response_readers", lambda: [Failing()])
    first, second = answer(number=1), answer(b"{", "application/json", url=f"{SITE}/api/1", number=2)
    got = [item for item in items({"a.warc": first + second}) if isinstance(item, Problem)]
    place = (len(first), len(second))
    assert [(one.code, (one.offset, one.length)) for one in got] == [("SMA-R270", place), ("SMA-R001", place)]


def test_a_revisit_of_an_api_response_gives_no_broken_post(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "response_readers", lambda: [Platform()])
    first = answer(b"post", "application/json", url=f"{SITE}/api/1", number=1)
    refers = "<urn:uuid:00000000-0000-4000-8000-000000000001>"
    again = record("revisit", b"HTTP/1.1 200 OK\r\n\r\n", url=f"{SITE}/api/1", number=2, WARC_Refers_To=refers)
    got = items({"a.warc": first + again})
    assert [type(item).__name__ for item in got] == ["Post", "Tally"]


class Pages(Platform):
    """A platform's reader that knows pages of its host, and leaves some out."""

    def __init__(self, name: str = "x") -> None:
        self.name = name

    def accepts(self, source: Source) -> bool:
        return (source.url or "").startswith(SITE)

    def read_source(self, source: Source) -> Iterator[Item]:
        text = source.stream.read().decode()
        if "/geheim" in (source.url or ""):
            yield Exclusion("x-api.direct-messages", source.base.path, source.base.offset, source.base.length)
        elif "bericht" in text:
            found = source.evidence(0, 0, f"script[{len(text)}]")
            yield Post(self.name, AccountRef("1"), "2", Moment(), PostState(text), evidence=(found,))


def page_items(monkeypatch: pytest.MonkeyPatch, contents: dict[str, bytes]) -> list[Item]:
    monkeypatch.setattr(registry, "response_readers", lambda: [Pages(), Pages("instagram")])
    return items(contents)


def test_a_page_is_recorded_and_goes_to_every_reader_that_accepts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    data = answer(b"<title>Raad</title>een bericht")
    page, first, second, tally = page_items(monkeypatch, {"a.warc": data})
    assert isinstance(page, Resource)
    assert (page.role, page.title, page.length) == ("page", "Raad", 30)
    assert isinstance(first, Post)
    assert isinstance(second, Post)
    assert (first.platform, second.platform, first.state.text) == ("x", "instagram", "<title>Raad</title>een bericht")
    assert first.evidence == (Evidence("a.warc", "bytes", 0, len(data), "script[30]"),)
    assert tally == Tally("captured URLs", None, 1, "a.warc")


def test_a_page_that_a_reader_leaves_out_is_not_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    got = page_items(monkeypatch, {"a.warc": answer(b"<title>Berichten</title>", url=f"{SITE}/geheim")})
    assert {type(item) for item in got} == {Exclusion, Tally}


def test_a_failed_page_stays_a_failure_whoever_accepts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    got = page_items(monkeypatch, {"a.warc": answer(b"<title>Weg</title>", "text/html", "404 Weg")})
    assert [item.role for item in got if isinstance(item, Resource)] == ["failure"]


def test_a_page_beyond_the_bound_is_measured_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platforms, "MAX_PAGE", 20)
    body = b"<title>Raad</title>een bericht dat niet eindigt"
    got = page_items(monkeypatch, {"a.warc": answer(body)})
    assert [item.code for item in got if isinstance(item, Problem)] == ["SMA-R210"]
    assert [item.length for item in got if isinstance(item, Resource)] == [len(body)]
    assert not [item for item in got if isinstance(item, Post)]


# --- saved pages ------------------------------------------------------------------------------------------------------

X = "https://x.com/voorbeeldstad/status/12"
BY_SINGLEFILE = "Wed Mar 01 2023 10:00:00 GMT+0100 (Midden-Europese standaardtijd)"
BY_HTTRACK = "HTTrack Website Copier/3.x [XR&CO'2014], Fri, 01 Mar 2019 10:00:00 GMT"


@pytest.mark.parametrize(
    ("path", "head", "url", "at"),
    [
        (
            "pagina.html",
            f"<!DOCTYPE html>\n<!-- saved from url=(0037){X}?a=1&amp;b=2 -->\n<html>",
            f"{X}?a=1&b=2",
            None,
        ),
        (
            "pagina",
            f"<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: {X} \n saved date: {BY_SINGLEFILE}\n-->",
            X,
            1677661200000000,
        ),
        (
            "spiegel/index.html",
            f"<html>\n<!-- Mirrored from www.voorbeeldstad.example/x.html by {BY_HTTRACK} -->",
            "https://www.voorbeeldstad.example/x.html",
            1551434400000000,
        ),
        ("a.htm", f'<html><head><link rel="canonical" href="{X}"/>', X, None),
        ("a.htm", f"<html><head><link href={X} data-x rel=canonical>", X, None),
        ("a.htm", f"<html><meta property='og:url' content='{X}'>", X, None),
        ("x.com/voorbeeldstad/status/12.html", "<html>", f"{X}.html", None),
    ],
)
def test_a_saved_page_is_read_as_the_page_that_it_says_to_be(
    monkeypatch: pytest.MonkeyPatch, path: str, head: str, url: str, at: int | None
) -> None:
    monkeypatch.setattr(registry, "response_readers", list)
    body = head.encode() + b"<title>Bericht</title>"
    page, tally = items({path: body})
    assert isinstance(page, Resource)
    assert (page.role, page.url, page.title, page.mime, page.length) == ("page", url, "Bericht", "text/html", len(body))
    assert (page.at.us if page.at else None) == at
    assert page.evidence == (Evidence(path, "file"),)
    assert isinstance(tally, Tally)


def test_posts_of_a_saved_page_point_into_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    got = page_items(monkeypatch, {"a.html": f"<!-- saved from url=(0031){SITE}/ --><html>bericht".encode()})
    post = next(item for item in got if isinstance(item, Post))
    assert post.evidence == (Evidence("a.html", "file", locator="script[77]"),)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("Your archive.html", b"<!doctype html><html><head><title>Your archive</title>"),
        ("posts/your_posts.html", b'<html><head><base href="../"/><link rel="canonical" href="https://a.example/">'),
        ("a.html", b"{}"),
        ("a.html", b"<!-- saved from url=(0014)about:internet --><html>"),
        ("x.com/bericht.json", b"{}"),
    ],
)
def test_html_of_exports_is_no_saved_page(path: str, data: bytes) -> None:
    assert web_harvest.recognise(listing({path: data})) is None


def test_what_the_walk_finds_is_told_once_and_in_place() -> None:
    data = answer(number=1) + answer(number=1)
    got = items({"a.warc": data})
    assert [item.code for item in got if isinstance(item, Problem)] == ["SMA-W025"]


def test_revisits_between_files_of_one_capture_are_resolved() -> None:
    refers = "<urn:uuid:00000000-0000-4000-8000-000000000001>"
    again = record("revisit", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", number=2, WARC_Refers_To=refers)
    assert not [item for item in items({"a.warc": answer(), "b.warc": again}) if isinstance(item, Problem)]
    lost = [item for item in items({"a.warc": again, "b.warc": answer(number=5)}) if isinstance(item, Problem)]
    assert [(item.code, item.path) for item in lost] == [("SMA-W024", "a.warc")]


# --- what may not be told ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/p?id=4&access_token=geheim&b=1", "https://a.example/p?id=4&access_token=…&b=1"),
        ("https://a.example/?X-Amz-Signature=geheim#sid=geheim", "https://a.example/?X-Amz-Signature=…#sid=…"),
        ("https://a.example/?authToken=geheim&author=raad", "https://a.example/?authToken=…&author=raad"),
        ("https://naam:geheim@a.example/?sessionId=geheim", "https://…@a.example/?sessionId=…"),
        ("https://a.example/?apikey=geheim;key=geheim", "https://a.example/?apikey=…;key=…"),
        ("https://a.example/?keyword=raad&monkey=1&page=2", "https://a.example/?keyword=raad&monkey=1&page=2"),
        ("https://a.example/?access%5Ftoken=geheim", "https://a.example/?access%5Ftoken=…"),
        ("https://a.example/token/1", "https://a.example/token/1"),
    ],
)
def test_values_that_give_access_are_left_out(url: str, shown: str) -> None:
    assert web_pages.without_secrets(url) == shown


def test_no_secret_of_a_request_or_address_reaches_an_item() -> None:
    data = written([(f"{SITE}/?token=geheim", b"<title>x</title>", "text/html")], packed=False)
    got = items({"a.warc": data})
    assert [one.params for one in got if isinstance(one, Problem)] == [{"count": 2}]
    assert len(got) == 3
    assert "geheim" not in repr(got)
    assert "Bearer" not in repr(got)


@pytest.mark.parametrize(
    ("data", "kind", "expected"),
    [
        ("<TITLE lang=nl>\n Café\t één </TITLE>".encode("cp1252"), "text/html; charset=windows-1252", "Café één"),
        ("<meta charset='iso-8859-15'><title>Café</title>".encode("iso-8859-15"), "text/html", "Café"),
        (b"\xef\xbb\xbf<title>Caf\xc3\xa9</title>", "text/html; charset=latin-1", "Café"),
        ("<title>Café</title>".encode("utf-16"), "text/html", "Café"),
        (b"<title>x</title>", "text/html; charset=hex", "x"),
        (b"<title>x</title>", "text/html; charset=idna", "x"),
        (b"<title></title>", None, None),
        (b"<p>geen", None, None),
    ],
)
def test_titles_are_read_in_their_charset(data: bytes, kind: str | None, expected: str | None) -> None:
    assert web_pages.title(data, kind) == expected


@given(st.binary(max_size=300), st.text(max_size=40))
@settings(max_examples=50, deadline=None)
def test_titles_and_addresses_of_any_kind_are_read(data: bytes, text: str) -> None:
    title = web_pages.title(b"<title>" + data, "text/html; charset=" + text)
    assert title is None or 0 < len(title) <= 500
    assert web_pages.without_secrets("https://a.example/?" + text).startswith("https://")
    assert web_pages.leads_to_login("https://" + text) in (True, False)


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_harmed_captures_end_in_problems(data: st.DataObject) -> None:
    harmed = bytearray(wacz(members(record())) if data.draw(st.booleans()) else answer() + answer(number=2))
    for at in data.draw(st.lists(st.integers(8, len(harmed) - 1), max_size=5)):
        harmed[at] ^= 1 << data.draw(st.integers(0, 7))
    name = "a.wacz" if harmed[:2] == b"PK" else "a.warc"
    got = items({name: bytes(harmed[: data.draw(st.integers(8, len(harmed)))])})
    assert isinstance(got[-1], Tally)


# --- real captures ----------------------------------------------------------------------------------------------------


def test_the_social_sample_gives_its_pages_failure_and_screenshot(samples: Path) -> None:
    data = (samples / "warc" / "assembled-social" / "social-1.1.warc.gz").read_bytes()
    got = items({"social.warc.gz": data})
    roles = [item.role for item in got if isinstance(item, Resource)]
    assert {"page", "failure", "screenshot"} <= set(roles)
    assert not [item for item in got if isinstance(item, Problem)]


@pytest.mark.parametrize("name", ["valid_example_1.wacz", "valid_signed_example_1.wacz"])
def test_a_real_wacz_gives_its_page_once(samples: Path, name: str) -> None:
    got = items({name: (samples / "warc" / "py-wacz-fixtures" / name).read_bytes()})
    pages = [item for item in got if isinstance(item, Resource) and item.role == "page"]
    assert [(page.title, page.evidence[0].kind) for page in pages] == [("Example Domain", "bytes")]


def test_what_was_read_of_a_response_is_let_go() -> None:
    """While a delivery is read no collector runs: a response that is still held would stay until the end."""
    packed = gzip.compress(b"<html><title>Voorbeeldstad</title></html>" * 100)
    data = b"".join(
        answer(packed, "text/html", "200 OK", "Content-Encoding: gzip", url=f"{SITE}/{number}", number=number)
        for number in range(1, 21)
    )
    contents = {"a.warc": data}
    match = web_harvest.recognise(listing(contents))
    assert match is not None
    alive: list[weakref.ref[Source]] = []
    gc.disable()
    try:
        for source in HarvestCapture(contents, match).sources("a.warc"):
            assert source.stream.read(15) == b"<html><title>Vo"
            assert source.base.length
            alive.append(weakref.ref(source))
            assert sum(one() is not None for one in alive) <= 2
    finally:
        gc.enable()
    assert len(alive) == 20
