"""Keys and signatures planted in every container and field: they are in the originals and nowhere else."""

from __future__ import annotations

import base64
import copy
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations import home, talk
from planting_web import FORMS, MARK, PLATFORMS, Answer, marks_in
from sma_plugin.ingest import ingest
from sma_plugin.model import AccountRef, Moment, Post, PostState
from sma_plugin.package.items import ItemWriter, read_items
from sma_plugin.reporting import Quiet
from sma_plugin.secrets.addresses import masked, masked_settings, may_hold_secret, without_secrets
from sma_plugin.secrets.names import names
from sma_plugin.settings import load
from sma_plugin.texts import UserError
from warc_builders import members, record

SIGNATURES = {
    "amazon": f"X-Amz-Credential={MARK}&X-Amz-Signature={MARK}",
    "cloudfront": f"Expires=1&Signature={MARK}~&Key-Pair-Id={MARK}",
    "azure": f"sv=2020&se=2026&sig={MARK}%2F%3D",
    "google": f"GoogleAccessId={MARK}&X-Goog-Signature={MARK}",
    "meta": f"_nc_cat=1&oh={MARK}&oe=65F00000",
    "token": f"access_token={MARK}",
}
PUBLIC = PLATFORMS["facebook-graph"]
PICTURE = "https://scontent.xx.fbcdn.net/v/a.jpg"


def ingested(folder: Path, files: dict[str, bytes], about: str) -> tuple[list[str], list[str]]:
    """Ingest with a key for access copies; gives the codes told, and where marks are left."""
    place = home(folder)
    inside = folder / "in"
    for path, data in files.items():
        (inside / path).parent.mkdir(parents=True, exist_ok=True)
        (inside / path).write_bytes(data)
    (inside / "capture.toml").write_text(about)
    settings = msgspec.structs.replace(load(place.config), undecided=True)
    result = ingest([inside], place.out, settings, Quiet(), keep=True)
    assert result.packages
    told = [*result.findings, *(one for package in result.packages for one in package.findings)]
    assert MARK not in repr(told)
    # While it is worked on, receive holds the first bytes of what was delivered, and read the names of the members.
    work = folder / f".{place.out.name}.sma-work" / "steps"
    roots = [place.out, *(work / name for name in ("read", "history", "assess", "select"))]
    marks = [one for root in roots for one in marks_in(root)]
    return [one.code for one in told], [
        one for one in marks if not one.startswith("members.jsonl") and "objects/captures/" not in one
    ]


def with_secrets(signed: str) -> Answer:
    """A page of posts that has signed addresses wherever a post may have one."""
    body: dict[str, Any] = copy.deepcopy(PUBLIC.public.body)
    address = f"{PICTURE}?{signed}"
    image = {"image": {"src": address, "height": 10, "width": 10}}
    (one,) = body["data"]
    one["full_picture"] = one["permalink_url"] = address
    one["attachments"] = {"data": [{"media": image, "type": "photo", "url": address, "title": address}]}
    one["message"] += f" zie https://voorbeeld.example/doc?{signed}&n=1"
    return Answer(PUBLIC.public.url, body)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("signature", SIGNATURES)
def test_no_signed_address_of_a_post_leaves_the_original(signature: str, form: str, tmp_path: Path) -> None:
    about = f'platform = "facebook"\naccount = {{ native_id = "{PUBLIC.owner}" }}\n'
    told, marks = ingested(tmp_path, FORMS[form]([with_secrets(SIGNATURES[signature])]), about)
    assert marks == []
    assert "SMA-P030" in told
    (posts,) = (tmp_path / "out").glob("*/objects/derived/access/posts.jsonl")
    assert "n=1" in posts.read_text()


X = PLATFORMS["x"].public
HTML = b"<html><body>Dag</body></html>"


def response(url: str, status: str = "200 OK", *, number: int, body: bytes = HTML, kind: str = "text/html") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nSet-Cookie: guest_id={MARK}\r\n\r\n".encode()
    return record(block=head + body, url=url, number=number)


def test_no_address_of_a_page_that_was_asked_with_a_key_is_told(tmp_path: Path) -> None:
    asked = [response(f"https://x.com/gemeente?sig={MARK}", number=2)]
    states = (
        "404 Not Found",
        "403 Forbidden",
        "429 Too Many Requests",
        "500 Error",
        f"302 Found\r\nLocation: /?sig={MARK}",
    )
    asked += [
        response(f"https://x.com/a/status/{number}?access_token={MARK}", status, number=10 + number)
        for number, status in enumerate(states)
    ]
    asked.append(response(f"{X.url}?sig={MARK}", number=20, body=b'{"data": [', kind="application/json"))
    asked.append(response(f"https://pbs.twimg.com/media/a.jpg?sig={MARK}", "404 Not Found", number=21))
    info = f"software: wget\r\narguments: --header 'Cookie: auth_token={MARK}' https://x.com/?sig={MARK}\r\n"
    first = record("warcinfo", info.encode(), url=None, number=1, Content_Type="application/warc-fields")
    web = members(first, response(X.url, number=30, body=X.data, kind="application/json"), *asked)
    told, marks = ingested(tmp_path, {"web.warc.gz": web}, 'platform = "x"\naccount = { native_id = "7" }\n')
    assert marks == []
    assert {"SMA-R275", "SMA-P031"} <= set(told)


def test_no_key_in_a_delivered_name_or_in_what_was_declared_is_kept(tmp_path: Path) -> None:
    files = {
        "UserTweets.json": X.data,
        f"media/a.jpg?oh={MARK}&oe=1": b"\xff\xd8\xff\xd9",
        f"gemeente.html?access_token={MARK}": HTML,
    }
    about = (
        f'platform = "x"\naccount = {{ native_id = "7", url = "https://x.com/gemeente?sig={MARK}" }}\n'
        f'tool = "wget"\ntool_settings = "--header=\'Cookie: a={MARK}\' --token {MARK}"\n'
        f'storage_location = "https://bucket.example/a?X-Amz-Signature={MARK}"\n'
    )
    _, marks = ingested(tmp_path, files, about)
    assert marks == []
    kept = [path.name for path in (tmp_path / "out").glob("*/objects/captures/*/**/*")]
    assert not [name for name in kept if MARK in name]
    assert len([name for name in kept if name.startswith(("a.jpg", "gemeente.html"))]) == 2


# --- what counts as one ----------------------------------------------------------------------------------------------

PARAMETERS = sorted({*names().parameters, *names().addresses.parameters})


@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize(
    "written", ["https://a.example/b?x=1&{}={}&y=2", "https%3A%2F%2Fa.example%3F{}%3D{}%26y=2", "\\u0026{}={}#z"]
)
def test_every_name_is_known_in_every_spelling(name: str, written: str) -> None:
    for spelt in (name, name.upper(), name.lower()):
        address = written.format(spelt, MARK)
        assert masked(f"zie {address} daar") == f"zie {written.format(spelt, '')} daar"


@pytest.mark.parametrize(
    "address",
    [
        f"https://rr1.googlevideo.com/videoplayback/expire/1/sig/{MARK}/file",
        f"https://media-exp1.licdn.com/dms/image/C4/x/0/1?e=1&v=beta&t={MARK}",
        f"https://graph.example/?key=AIza{MARK * 3}",
        f"https://graph.example/?k=EAA{MARK * 3}",
        f"https://a.example/?vorm=eyJ{MARK}.eyJ{MARK}.{MARK}",
    ],
)
def test_keys_are_known_by_their_host_or_their_form(address: str) -> None:
    assert MARK not in masked(address)


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example/?design=1&consig=2&t=3&format=jpg",
        "token=abc in gewone tekst",
        "een author=jan, sid: 3 en oh=ja",
        "https://a.example/sig/zaak",
    ],
)
def test_what_is_no_key_stays(text: str) -> None:
    assert masked(text) == text


def test_options_and_headers_that_somebody_wrote_down_are_masked() -> None:
    told = f"wget --header='Cookie: a={MARK}; b={MARK}' --password {MARK} -t 3 'https://a.example/?sig={MARK}'"
    assert MARK not in masked_settings(told)
    assert masked_settings("wget --tries=3 --mirror") == "wget --tries=3 --mirror"


@given(st.binary(max_size=200), st.sampled_from(PARAMETERS), st.text("abcXYZ019_~-", min_size=1, max_size=20))
def test_what_is_passed_over_quickly_holds_nothing(around: bytes, name: str, value: str) -> None:
    data = around + f"?{name}={value}".encode() + b"#" + around
    assert may_hold_secret(data)
    assert f"?{name}={value}#".encode() not in without_secrets(data)[0]


def test_an_item_with_a_number_too_large_is_written_without_its_keys(tmp_path: Path) -> None:
    state = PostState(text=f"https://a.example/?sig={MARK}")
    state = msgspec.structs.replace(state, raw={"groot": 10**30, "adres": f"?sig={MARK}"})
    post = Post("x", AccountRef("1"), "1", Moment(1), state)
    with ItemWriter(tmp_path / "items") as writer:
        writer.add(0, post)
    assert MARK.encode() not in (tmp_path / "items").read_bytes()
    assert writer.masked == {0: 2}
    ((_, found),) = read_items(tmp_path / "items")
    assert isinstance(found, Post)
    assert found.state.text == "https://a.example/?sig="


# --- the key to pseudonyms -------------------------------------------------------------------------------------------


def test_the_key_is_nowhere_but_in_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = talk(tmp_path)
    key = place.key
    plain = base64.b64encode(key.value).rstrip(b"=")
    spelt = (
        key.value,
        key.secret.encode(),
        key.secret.upper().encode(),
        plain,
        plain.translate(bytes.maketrans(b"+/", b"-_")),
    )
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path != place.keys.path]
    assert place.package.access_posts in files
    assert not [path for path in files if any(one in path.read_bytes() for one in spelt)]
    printed = capsys.readouterr()
    assert not [one for one in spelt if one.decode("latin-1") in printed.out + printed.err]


@pytest.mark.parametrize("inside", ["in", "out"])
def test_a_key_within_what_is_delivered_or_made_is_refused_before_anything_is_read(inside: str, tmp_path: Path) -> None:
    place = home(tmp_path, key=False)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "UserTweets.json").write_bytes(X.data)
    settings = load(place.config)
    paths = msgspec.structs.replace(settings.paths, key_file=f"{inside}/sleutels/k")
    with pytest.raises(UserError, match="a package, delivery or working area"):
        ingest([tmp_path / "in"], place.out, msgspec.structs.replace(settings, paths=paths), Quiet())
    assert not place.out.exists()


def test_a_copy_of_a_key_that_was_delivered_along_does_not_enter(tmp_path: Path) -> None:
    place = home(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "UserTweets.json").write_bytes(X.data)
    (tmp_path / "in" / "notities.txt").write_bytes(place.keys.path.read_bytes())
    (tmp_path / "in" / "capture.toml").write_text('platform = "x"\naccount = { native_id = "7" }\n')
    settings = msgspec.structs.replace(load(place.config), undecided=True)
    result = ingest([tmp_path / "in"], place.out, settings, Quiet(), keep=True)
    assert result.packages
    work = tmp_path / f".{place.out.name}.sma-work"
    files = [path for root in (place.out, work) for path in root.rglob("*") if path.is_file()]
    held = [path.name for path in files if place.key.secret.encode() in path.read_bytes()]
    assert [name for name in held if name != "heads.msgpack"] == []


def test_a_key_that_cannot_be_used_is_told_before_anything_is_read(tmp_path: Path) -> None:
    place = home(tmp_path)
    (tmp_path / "in.json").write_bytes(X.data)
    place.keys.path.parent.chmod(0o755)
    with pytest.raises(UserError, match="open to others"):
        ingest([tmp_path / "in.json"], place.out, load(place.config), Quiet())
    assert not place.out.exists()
