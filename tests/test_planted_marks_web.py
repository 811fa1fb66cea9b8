"""Captures by API and of the web with marks in all that is out of scope: none is in a package, and none is told."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planting_web import FORMS, MARK, PLATFORMS, Answer, marks_in, private, warc
from sma_plugin.findings import Finding
from sma_plugin.ingest import ingest
from sma_plugin.package import Package
from sma_plugin.readers.suppliers import supplier
from sma_plugin.readers.suppliers.mapping import shipped
from sma_plugin.reporting import Quiet
from sma_plugin.secrets.credentials import CredentialWatch
from sma_plugin.settings import Settings
from sma_plugin.validate.step import validate_path
from test_har import entry as har_entry
from test_har import written as har_file
from test_mastodon_api import account
from test_youtube_info import MODERN
from warc_builders import members, record, wacz, warcinfo


def delivered(home: Path, files: dict[str, bytes], platform: str = "", owner: str | None = None) -> list[Finding]:
    """Ingest these files; gives the findings of the run and of its packages, which are below ``home / "out"``."""
    inside = home / "in"
    for path, data in files.items():
        (inside / path).parent.mkdir(parents=True, exist_ok=True)
        (inside / path).write_bytes(data)
    if owner:
        about = f'platform = "{platform}"\naccount = {{ native_id = "{owner}" }}\n'
        (inside / "capture.toml").write_text(about, encoding="utf-8")
    result = ingest([inside], home / "out", Settings(undecided=True), Quiet())
    checked = [one for made in result.packages for one in validate_path(made.path)]
    assert [one.code for one in checked if one.severity == "error"] == []
    return result.findings


def packages(home: Path) -> list[Package]:
    return [Package(path) for path in sorted((home / "out").iterdir()) if (path / "objects").is_dir()]


@pytest.mark.parametrize(
    ("name", "form"), [(name, form) for name in PLATFORMS for form in FORMS if (name, form) != ("mastodon", "list")]
)
def test_what_somebody_logged_in_is_told_is_in_no_package(name: str, form: str, tmp_path: Path) -> None:
    platform = PLATFORMS[name]
    answers = [platform.public, *private(name)]
    found = delivered(tmp_path, FORMS[form](answers), name.partition("-")[0], platform.owner)
    assert [marks_in(package.root) for package in packages(tmp_path)] == [[]]
    assert "vertrouwelijk" not in repr(found)
    (package,) = packages(tmp_path)
    assert platform.text in package.posts.read_text(encoding="utf-8")
    told = json.loads((package.sma / "excluded.json").read_bytes())
    assert form not in ("har", "warc", "wacz") or sum(one["count"] for one in told["classes"]) >= len(answers) - 2


# --- what gives access to an account ----------------------------------------------------------------------------------

PUBLIC = PLATFORMS["x"].public
KEYS = ("auth_token=vertrouwelijk; guest_id=vertrouwelijk", "Bearer vertrouwelijk")


def told(found: list[Finding]) -> set[str]:
    return {one.code for one in found if one.severity in ("warning", "error")} - {"SMA-B014", "SMA-S002", "SMA-H005"}


def test_of_a_har_file_the_values_of_cookies_tokens_and_forms_are_cut_whosever_they_are(tmp_path: Path) -> None:
    one = har_entry(f"{PUBLIC.url}?access_token=vertrouwelijk&n=1", PUBLIC.data, "application/json")
    cookie = {"name": "guest_id", "value": "vertrouwelijk]", "path": "/", "httpOnly": True}
    one["request"] |= {
        "method": "POST",
        "headers": [{"name": "Cookie", "value": 'a="vertrouwelijk"'}, {"name": "authorization", "value": KEYS[1]}],
        "cookies": [cookie, cookie],
        "postData": {"mimeType": "x", "text": "lang=nl&password=vertrouwelijk&fb_dtsg=vertrouwelijk&n=1"},
    }
    one["response"] |= {"headers": [{"name": "Set-Cookie", "value": KEYS[0]}], "cookies": [cookie]}
    found = delivered(tmp_path, {"pagina.har": har_file(one)}, "x", "7")
    (package,) = packages(tmp_path)
    assert (marks_in(package.root), told(found)) == ([], set())
    (kept,) = package.captures.rglob("*.har")
    (left,) = json.loads(kept.read_bytes())["log"]["entries"]
    assert left["request"]["url"] == f"{PUBLIC.url}?access_token=&n=1"
    assert left["request"]["postData"]["text"] == "lang=nl&password=&fb_dtsg=&n=1"
    assert [header["name"] for header in left["request"]["headers"]] == ["Cookie", "authorization"]
    assert PLATFORMS["x"].text in package.posts.read_text(encoding="utf-8")


def of_request(cookie: str, *, number: int = 2, body: str = "") -> bytes:
    head = f"GET /i HTTP/1.1\r\nHost: x.com\r\nCookie: {cookie}\r\n\r\n{body}"
    kind = "application/http; msgtype=request"
    return record("request", head.encode(), url=PUBLIC.url, number=number, Content_Type=kind)


def response(*headers: str, body: bytes = PUBLIC.data, url: str = PUBLIC.url) -> bytes:
    lines = "\r\n".join(("HTTP/1.1 200 OK", "Content-Type: application/json", *headers, "", ""))
    return record(block=lines.encode() + body, url=url)


def test_requests_of_who_had_logged_in_leave_a_warc_and_those_of_a_visitor_stay(tmp_path: Path) -> None:
    web = members(
        warcinfo(), response(), of_request(KEYS[0]), of_request("guest_id=openbaar", number=3),
        of_request("", number=4, body="email=a&password=vertrouwelijk"),
    )  # fmt: skip
    found = delivered(tmp_path, {"web.warc.gz": web}, "x", "7")
    (package,) = packages(tmp_path)
    assert (marks_in(package.root), told(found)) == ([], set())
    assert len(marks_in(package.root, "guest_id=openbaar")) == 1


def test_what_a_visitor_is_given_changes_nothing(tmp_path: Path) -> None:
    web = members(warcinfo(), response("Set-Cookie: guest_id=1; path=/"), of_request("guest_id=1; ct0=2"))
    found = delivered(tmp_path, {"web.warc.gz": web}, "x", "7")
    (kept,) = packages(tmp_path)[0].captures.rglob("*.warc.gz")
    assert (kept.read_bytes(), told(found)) == (web, set())


@pytest.mark.parametrize(
    "files",
    [
        {"web.warc.gz": members(warcinfo(), response(f"Set-Cookie: {KEYS[0]}"))},
        {"web.warc.gz": members(warcinfo(), response(url=f"{PUBLIC.url}?access_token=vertrouwelijk"))},
        {"web.wacz": wacz(members(warcinfo(), response(), of_request(KEYS[0])))},
        {"web.warc.gz": gzip.compress(warcinfo() + response() + of_request(KEYS[0]))},
        {"UserTweets.json.gz": gzip.compress(json.dumps({**PUBLIC.body, "access_token": KEYS[1]}).encode())},
    ],
    ids=["set-cookie", "address", "wacz", "one-member", "packed-json"],
)
def test_a_key_that_cannot_be_cut_stays_in_the_original_and_is_told(files: dict[str, bytes], tmp_path: Path) -> None:
    found = delivered(tmp_path, files, "x", "7")
    (package,) = packages(tmp_path)
    assert "SMA-R275" in told(found)
    assert [one for one in marks_in(package.root) if not one.startswith("objects/captures/")] == []
    assert len(list(package.captures.rglob("*.wacz"))) == ("web.wacz" in files)


def test_of_what_yt_dlp_fetched_cookies_headers_and_the_address_of_who_fetched_are_cut(tmp_path: Path) -> None:
    fetched = {
        "url": "https://rr1.googlevideo.com/videoplayback?expire=1&ip=vertrouwelijk&id=1",
        "manifest_url": "https://manifest.googlevideo.com/api/expire/1/ip/192.0.2.77/id/1",
        "http_headers": {"User-Agent": "Mozilla", "Cookie": "SID=vertrouwelijk", "Authorization": KEYS[1]},
        "cookies": "SID=vertrouwelijk; Domain=.youtube.com",
    }
    info = {**MODERN, "formats": [fetched], "requested_formats": [fetched], "cookies": "vertrouwelijk"}
    found = delivered(tmp_path, {"Raad.info.json": json.dumps(info).encode()})
    (package,) = packages(tmp_path)
    assert (marks_in(package.root), marks_in(package.root, "192.0.2.77"), told(found)) == ([], [], {"SMA-S101"})
    (kept,) = package.captures.rglob("*.json")
    assert json.loads(kept.read_bytes())["formats"][0]["http_headers"]["User-Agent"] == "Mozilla"


@pytest.mark.parametrize("public", ["UserTweets.json", "web.warc.gz"])
def test_files_of_cookies_stay_out(public: str, tmp_path: Path) -> None:
    held = warc([PUBLIC])["web.warc.gz"] if public.endswith(".gz") else PUBLIC.data
    jar = b"# Netscape HTTP Cookie File\n.x.com\tTRUE\t/\tTRUE\t1\tauth_token\tvertrouwelijk\n"
    state = json.dumps({"cookies": [{"name": "auth_token", "value": "vertrouwelijk"}], "origins": []}).encode()
    delivered(tmp_path, {public: held, "cookies.txt": jar, "state.json": state}, "x", "7")
    (package,) = packages(tmp_path)
    assert marks_in(package.root) == []


def test_keys_in_addresses_of_pages_that_follow_are_cut(tmp_path: Path) -> None:
    public = PLATFORMS["facebook-graph"]
    follows = f"{public.public.url}?access_token=vertrouwelijk&after=b"
    page = {**public.public.body, "paging": {"cursors": {"after": "b"}, "next": follows}}
    delivered(tmp_path, {"feed.json": json.dumps(page).encode()}, "facebook", public.owner)
    (package,) = packages(tmp_path)
    assert marks_in(package.root) == []
    (kept,) = package.captures.rglob("*.json")
    assert json.loads(kept.read_bytes())["paging"]["next"] == f"{public.public.url}?access_token=&after=b"


SELF = {
    **account(),
    "source": {"privacy": "public", "note": "vertrouwelijk", "fields": []},
    "role": {"permissions": "vertrouwelijk"},
}


@pytest.mark.parametrize("form", ["files", "warc"])
def test_what_an_account_is_told_of_itself_is_cut_from_files_and_told_of_records(form: str, tmp_path: Path) -> None:
    public = PLATFORMS["mastodon"]
    itself = Answer("https://sociaal.voorbeeldstad.example/api/v1/accounts/verify_credentials", SELF)
    found = delivered(tmp_path, FORMS[form]([public.public, itself]), "mastodon", public.owner)
    (package,) = packages(tmp_path)
    assert bool(marks_in(package.root)) == ("SMA-R276" in told(found)) == (form == "warc")


MESSAGE = json.dumps(
    {
        "access_token": 'vertrouwelijk"\\1',
        "next": "https://voorbeeldstad.example/?b=1&access_token=vertrouwelijk&after=3",
        "kop": [{"name": "Cookie", "value": "vertrouwelijk; x"}, {"name": "Via", "value": "goed"}],
        "cookies": [{"name": "a", "value": "vertrouwelijk]"}],
        "cookieJar": {"a": "vertrouwelijk}"},
        "next_token": "blijft",
        "ingepakt": json.dumps({"refresh_token": "vertrouwelijk"}),
        "leeg": {"password": ""},
    }
).encode()


@given(st.integers(1, 200), st.integers(0, 300))
def test_values_are_found_however_the_bytes_come(size: int, before: int) -> None:
    data = b" " * before + MESSAGE
    watch = CredentialWatch("antwoord.json")
    for start in range(0, len(data), size):
        watch.update(data[start : start + size])
    left, at = b"", 0
    for span in watch.spans():
        left, at = left + data[at : span.offset], span.offset + span.length
    left += data[at:]
    assert b"vertrouwelijk" not in left
    kept = json.loads(left)
    assert [kept["next_token"], kept["kop"][1]["value"], kept["next"][-8:]] == ["blijft", "goed", "&after=3"]


TABLE = "Platform;URL;Datum;Tekst;Account;Reageerders;IP\n" + "".join(
    f'X;https://x.com/vbs/status/{1750000000000000999 + at};2024-01-24T03:38:08Z;"Dag; {at}";vbs;"{MARK}; Jan";\n'
    for at in range(2)
)


@pytest.mark.parametrize("people", [(), ("reageerders",)])
def test_columns_that_no_mapping_names_are_told_and_people_are_cut_by_the_cell(
    people: tuple[str, ...], tmp_path: Path
) -> None:
    (neutral,) = (one for one in shipped() if one.name == "neutral-list")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(supplier, "mappings", lambda: (msgspec.structs.replace(neutral, people=people),))
        found = delivered(tmp_path, {"lijst.csv": TABLE.encode()})
    (package,) = packages(tmp_path)
    assert bool(marks_in(package.root)) == (not people)
    (unnamed,) = (one.params["names"] for one in found if one.code == "SMA-R277")
    assert unnamed == ("IP" if people else "Reageerders, IP")
    (kept,) = package.captures.rglob("*.csv")
    assert [row.count(";") for row in kept.read_text("utf-8").splitlines()] == ([6, 7, 7] if people else [6, 8, 8])
    assert "Dag; 1" in package.posts.read_text(encoding="utf-8")


@pytest.mark.parametrize("size", [1, 7, 64, 129, 1000])
def test_keys_are_found_however_the_bytes_come(size: int) -> None:
    filler = b'{"impression_count": 1, "text": "' + b"x" * 300 + b'"},'
    data = (
        b"[" + filler + b'{"access_token": "geheim"},' + filler * 3 + b'{"cookies": [{"value": "1"}]},' + filler + b"]"
    )
    whole, parts = CredentialWatch("a.json"), CredentialWatch("a.json")
    whole.update(data)
    for start in range(0, len(data), size):
        parts.update(data[start : start + size])
    found = whole.spans()
    assert [data[one.offset : one.offset + one.length] for one in found] == [b"geheim", b'{"value": "1"}']
    assert parts.spans() == found
