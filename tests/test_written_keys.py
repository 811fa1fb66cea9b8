"""Keys in texts beside a capture, and files of keys: the values do not enter, what was said stays."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations import home
from planting_web import MARK, PLATFORMS, marks_in
from sma_plugin.ingest import ingest
from sma_plugin.reporting import Quiet
from sma_plugin.secrets.logins import is_jar
from sma_plugin.secrets.written import TextWatch, is_text
from sma_plugin.settings import load

X = PLATFORMS["x"].public
KEY = f"{MARK}-0123456789"
WITH_KEYS = {
    "log": "GET https://api.x.com/2?access_token={}&n=1 HTTP/1.1",
    "header": "> Authorization: Bearer {}",
    "cookie": "curl -H 'Cookie: a={}; b=2' https://x.com",
    "json header": '  "x-csrf-token": "{}",',
    "setting": "access_token = {}",
    "environment": "export X_BEARER_TOKEN={}",
    "yaml": '  client_secret: "{}"',
    "option": "twarc --access-token {} timeline gemeente",
    "password": "instaloader --login gemeente --password={} gemeente",
    "curl cookies": "curl 'https://x.com' -b 'ct0={}'",
    "curl log-in": "curl -u gemeente:{} https://x.com",
    "before the host": "wget https://gemeente:{}@x.com/",
}
WITHOUT = (
    "Cookie: wij gebruiken cookies op deze pagina",
    "Het wachtwoord: zie de kluis",
    "token: nee",
    "De sleutel (token) is ingetrokken; authorization volgt.",
    "https://x.com/gemeente?token_type=bearer&lang=nl",
    "curl -s https://x.com -o pagina.html",
    "http://voorbeeldstad.example:8080/",
)


def left(text: bytes, step: int = 7) -> bytes:
    """A text without the values that are found in it, whatever the pieces in which it passes."""
    watch = TextWatch()
    for at in range(0, len(text), step):
        watch.update(text[at : at + step])
    for span in reversed(watch.spans()):
        text = text[: span.offset] + text[span.offset + span.length :]
    return text


@pytest.mark.parametrize("form", WITH_KEYS)
def test_the_value_goes_and_what_was_said_stays(form: str) -> None:
    said = f"eerst\n{WITH_KEYS[form]}\nlaatst\n"
    told = left(said.format(KEY).encode()).decode()
    assert MARK not in told
    assert told.startswith("eerst\n" + WITH_KEYS[form].split("{}", maxsplit=1)[0].rpartition("'")[0][:8])
    assert told.endswith("\nlaatst\n")


@pytest.mark.parametrize("text", WITHOUT)
def test_a_sentence_holds_no_key(text: str) -> None:
    assert left(text.encode()).decode() == text


@given(st.text("ab \n=:'", max_size=80), st.text("ab \n=:'", max_size=80), st.integers(1, 40))
def test_a_key_is_found_whatever_stands_around_it_and_however_it_passes(before: str, after: str, step: int) -> None:
    text = f"{before}\naccess_token = {KEY}\n{after}".encode()
    assert MARK.encode() not in left(text, step)


@pytest.mark.parametrize(
    ("name", "data", "jar"),
    [
        ("map/.netrc", b"machine x.com", True),
        (".env", b"A=1", True),
        (".env.local", b"A=1", True),
        ("cookies.sqlite", b"SQLite format 3\0", True),
        ("session-gemeente", b"\x80\x04", True),
        ("c.txt", b".x.com\tTRUE\t/\tTRUE\t0\tauth_token\tx\n", True),
        ("c.txt", b"#HttpOnly_.x.com\tTRUE\t/\tTRUE\t0\tauth_token\tx\n", True),
        ("sessie.txt", b"Dag", False),
        ("cookies.txt", b"Wij gebruiken cookies", False),
        ("environment.md", b"Dag", False),
        ("tabel.tsv", b"naam\tJA\t/\tNEE\t0\t1\t2\n", False),
    ],
)
def test_files_of_keys_are_known_by_their_name_or_their_rows(name: str, data: bytes, *, jar: bool) -> None:
    assert is_jar(data, name) is jar


@pytest.mark.parametrize(
    ("head", "text"),
    [(b"Dag", True), ("é".encode() * 4, True), ("aé".encode()[:-1], True), (b"\xff\xd8\xff\xe0 abcdefgh", False),
     (b"a\0b", False), (b"", True), (b"Dag\xffJan", False)],
)  # fmt: skip
def test_text_is_told_from_the_rest(head: bytes, *, text: bool) -> None:
    assert is_text(head) is text


def test_nothing_of_a_key_beside_a_capture_enters_a_package(tmp_path: Path) -> None:
    place = home(tmp_path)
    inside = tmp_path / "in"
    inside.mkdir()
    texts = {
        "LEESMIJ.txt": "Vastgelegd met twarc.\n" + "\n".join(WITH_KEYS.values()).format(*[KEY] * len(WITH_KEYS)),
        "instellingen.ini": f"[x]\naccess_token = {KEY}\n",
        ".netrc": f"machine x.com password {KEY}\n",
        "koekjes.txt": f".x.com\tTRUE\t/\tTRUE\t0\tauth_token\t{KEY}\n",
    }
    for name, text in texts.items():
        (inside / name).write_text(text)
    (inside / "UserTweets.json").write_bytes(X.data)
    (inside / "capture.toml").write_text('platform = "x"\naccount = { native_id = "7" }\n')
    settings = msgspec.structs.replace(load(place.config), undecided=True)
    result = ingest([inside], place.out, settings, Quiet())
    assert marks_in(place.out) == []
    (made,) = result.packages
    kept = {path.name: path for path in made.path.rglob("objects/captures/*/*") if path.is_file()}
    assert {"LEESMIJ.txt", "instellingen.ini"} <= set(kept)
    assert not {"koekjes.txt", "_netrc", ".netrc"} & set(kept)
    assert kept["instellingen.ini"].read_text() == "[x]\naccess_token = \n"
    assert (
        kept["LEESMIJ.txt"].read_text().startswith("Vastgelegd met twarc.\nGET https://api.x.com/2?access_token=&n=1")
    )
    told = {one.code: one.params for one in made.findings}
    assert told["SMA-B018"]["count"] == len(WITH_KEYS) + 3
