"""Suppliers' deliveries: a mapping of a few lines reads CSV, JSON, XML, HTML and e-mail, each post with its bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from making import PNG
from sma_plugin.bundle.mappings import use_mappings
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.ingest import ingest
from sma_plugin.model import Evidence, Post, PostHistory, Problem
from sma_plugin.package import Package
from sma_plugin.readers.contract import Source
from sma_plugin.readers.suppliers import json_records, supplier
from sma_plugin.readers.suppliers.mapping import MappingError, decoded, shipped, use
from sma_plugin.readers.suppliers.posts import Reading
from sma_plugin.readers.suppliers.records import records
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Paths, Settings
from sma_plugin.show import show_delivery
from sma_plugin.stored.asked import history_of
from sma_plugin.testing import capture
from sma_plugin.texts import UserError
from test_pictures import delivered

FIELDS = """
[fields]
id = "nummer"
created = "tijd"
text = "tekst"
author_id = "wie"
media = "foto"
"""
CSV = 'supplier = "Voorbeeld"\nform = "csv"\nplatform = "x"\n[recognise]\nnames = ["nummer", "wie"]\n' + FIELDS
JSON = 'supplier = "Voorbeeld"\nform = "json"\nplatform = "x"\nitems = "data.posts.*"\n' + FIELDS.replace(
    "wie", "wie.id"
)
XML = 'supplier = "Voorbeeld"\nform = "xml"\nplatform = "x"\nitems = "lijst/bericht"\n' + FIELDS.replace(
    '"wie"', '"wie/@id"'
)
HTML = """supplier = "Voorbeeld"
form = "html"
platform = "x"
items = "//div[@class='post']"
[fields]
id = "@data-id"
created = "string(.//time/@datetime)"
text = ".//p"
author_id = { fixed = "7" }
"""
EML = """supplier = "Voorbeeld"
form = "eml"
platform = "x"
[recognise]
names = ["X-Netwerk:"]
[fields]
id = "X-Id"
created = { from = "Date", format = "%a, %d %b %Y %H:%M:%S %z" }
text = "body"
author_id = { fixed = "7" }
"""
ROWS = (
    b'nummer;wie;tijd;tekst;foto\r\n1;7;2024-03-01T10:00:00Z;"De markt;\r\nis open";foto.png\r\n2;7;2024-03-02;Dag;\r\n'
)
POSTS = json.dumps(
    {
        "data": {
            "posts": [
                {"nummer": "1", "wie": {"id": "7"}, "tijd": "2024-03-01T10:00:00Z", "tekst": "De markt;\r\nis open"},
                {"nummer": 2, "wie": {"id": 7}, "tijd": "2024-03-02", "tekst": "Dag"},
            ]
        }
    }
).encode()
ELEMENTS = (
    b'<?xml version="1.0"?><lijst><bericht><nummer>1</nummer><wie id="7"/><tijd>2024-03-01T10:00:00Z</tijd>'
    b"<tekst>De markt;\r\nis open</tekst></bericht><bericht><nummer>2</nummer><wie id='7'/><tijd>2024-03-02</tijd>"
    b"<tekst>Dag</tekst></bericht></lijst>"
)
PAGE = (
    b"<html><body><div class=post data-id=1><time datetime=2024-03-01T10:00:00Z>x</time>"
    b"<p>De markt;\r\nis open</p></div>"
    b"<div class=post data-id=2><time datetime=2024-03-02></time><p>Dag</p></div></body></html>"
)
MAIL = (
    b"From: x@voorbeeld.example\r\nX-Netwerk: x\r\nX-Id: %d\r\nDate: %s\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"\r\n%s\r\n"
)
FORMS = {
    "csv": (CSV, {"lijst.csv": ROWS}),
    "json": (JSON, {"lijst.json": POSTS}),
    "xml": (XML, {"lijst.xml": ELEMENTS}),
    "html": (HTML, {"lijst.html": PAGE}),
    "eml": (
        EML,
        {
            "1.eml": MAIL % (1, b"Fri, 01 Mar 2024 10:00:00 +0000", b"De markt;\r\nis open"),
            "2.eml": MAIL % (2, b"Sat, 02 Mar 2024 00:00:00 +0000", b"Dag"),
        },
    ),
}


@pytest.fixture(autouse=True)
def _shipped_only() -> Iterator[None]:
    yield
    use([])


def settings(folder: Path, mapping: str) -> Settings:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "voorbeeld.toml").write_text(mapping, encoding="utf-8")
    return Settings(base=str(folder), paths=Paths(mappings=("voorbeeld.toml",)), undecided=True)


def packaged(folder: Path, mapping: str, contents: dict[str, bytes]) -> Package:
    contents = contents | {"capture.toml": b'platform = "x"\naccount = { native_id = "7" }\n'}
    known = settings(folder / "archief", mapping)
    (made,) = ingest([delivered(folder, contents)], folder / "out", known, Quiet()).packages
    return Package(made.path)


@pytest.mark.parametrize("form", FORMS)
def test_a_few_lines_read_a_delivery_in_each_form(form: str, tmp_path: Path) -> None:
    mapping, contents = FORMS[form]
    package = packaged(tmp_path, mapping, contents)
    posts = [line.item for line in read_lines(package.posts) if isinstance(line.item, PostHistory)]
    assert [(post.native_id, post.created.us) for post in posts] == [
        ("1", 1_709_287_200_000_000),
        ("2", 1_709_337_600_000_000),
    ]
    assert [" ".join((post.latest.text or "").split()) for post in posts] == ["De markt; is open", "Dag"]
    for post, sign in zip(posts, (b"markt", b"Dag"), strict=True):
        (evidence,) = post.versions[0].evidence
        data = package.path(evidence.path).read_bytes()
        if form in ("csv", "json", "xml"):
            assert evidence.offset is not None
            assert evidence.length is not None
            data = data[evidence.offset : evidence.offset + evidence.length]
            assert (b"markt" in data) != (b"Dag" in data)
        assert sign in data


def test_the_history_says_of_an_unknown_technique_that_it_is_unknown(tmp_path: Path) -> None:
    package = packaged(tmp_path, CSV, {"lijst.csv": ROWS})
    told, _ = history_of("x:7", [package.root], None)
    assert ([one.technique for one in told.account.captures], told.account.techniques) == (["unknown"], {"unknown": 2})


def test_a_medium_is_found_by_the_name_in_the_list(tmp_path: Path) -> None:
    package = packaged(tmp_path, CSV, {"lijst.csv": ROWS, "fotos/foto.png": PNG})
    posts = [line.item for line in read_lines(package.posts) if isinstance(line.item, PostHistory)]
    (medium,) = posts[0].latest.media or ()
    assert medium.kind == "image"
    assert medium.path is not None
    assert package.path(medium.path).read_bytes() == PNG


RECORDS = [
    [
        {
            "last_modification_ts": 1711330402,
            "creation_ts": 1711311742,
            "deleted_ts": 1711400000,
            "sm_network": "FB",
            "sm_object_id": "1659394080766096",
            "urls_mapping": {"__PF:0123456789abcdef0123": {"target_url": "https://voorbeeldstad.example/markt"}},
            "etc": {
                "author_id": "432721040100079",
                "author_name": "Gemeente Voorbeeldstad",
                "message": "De markt is open __PF:0123456789abcdef0123",
                "privacy": {"value": "EVERYONE"},
                "likes": [["900", "Jan Voorbeeld"]],
                "reactions": {"LOVE": {"count": 2, "users": [["901", "Piet Voorbeeld"]]}},
            },
        }
    ]
]


def test_pagefreezers_records_give_posts_without_the_people_who_reacted(tmp_path: Path) -> None:
    found = delivered(tmp_path, {"records.json": json.dumps(RECORDS).encode()})
    (made,) = ingest([found], tmp_path / "out", Settings(undecided=True), Quiet()).packages
    package = Package(made.path)
    (post,) = [line.item for line in read_lines(package.posts) if isinstance(line.item, PostHistory)]
    assert post.native_id == "432721040100079_1659394080766096"
    assert post.latest.text == "De markt is open https://voorbeeldstad.example/markt"
    assert post.latest.raw == {"text": "De markt is open __PF:0123456789abcdef0123"}
    assert post.audience == "public"
    assert post.withdrawn is not None
    assert post.withdrawn.at is not None
    assert post.withdrawn.at.us == 1_711_400_000_000_000
    assert [one.counts for one in post.observations if one.counts] == [{"likes": 1, "reactions:LOVE": 2}]
    (kept,) = package.root.rglob("records.json")
    assert b'Voorbeeld"' not in kept.read_bytes().replace(b"Gemeente Voorbeeldstad", b"")
    assert json.loads(kept.read_bytes())[0][0]["etc"]["reactions"]["LOVE"] == {"count": 2}
    for path in package.root.rglob("*"):
        if path.is_file():
            assert b"Piet Voorbeeld" not in path.read_bytes()


def test_records_in_a_script_are_read_too(tmp_path: Path) -> None:
    pytest.importorskip("pyjson5")
    script = "var posts = [\n" + json.dumps(RECORDS)[1:-1].replace('"creation_ts":', "creation_ts :") + ",];"
    shown = show_delivery(delivered(tmp_path, {"posts.js": script.encode()}), Settings(undecided=True), Quiet())
    assert shown.counts["posts"] == 1


def test_a_typed_list_joins_what_the_address_names(tmp_path: Path) -> None:
    rows = (
        "Platform;URL;Datum;Tekst;Account;Reacties\n"
        "X (Twitter);https://twitter.com/vbs/status/1750000000000000999;2024-01-24T03:38:08Z;Dag;@vbs;1.204\n"
    )
    shown = show_delivery(delivered(tmp_path, {"lijst.csv": rows.encode()}), Settings(undecided=True), Quiet())
    assert shown.captures[0].tool == "Berichtenlijst (neutral-list)"
    assert shown.counts["posts"] == 1
    assert shown.accounts == ("X (Twitter) @vbs",)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (CSV.replace("author_id", "auhtor_id"), "author_id"),
        (CSV.replace('form = "csv"', 'form = "pdf"'), "pdf"),
        (CSV + 'kind = { from = "soort", values = "geen" }', "geen"),
        (CSV + 'title = { from = "soort", pattern = "(" }', "("),
        ('supplier = "V"\nform = "csv"\n[fields]\ntitle = "a"\n', "url"),
        ("supplier = ", "Invalid value"),
        (CSV + "[values.soort]\nST = 'bericht'\n", None),
        (CSV + 'kind = { from = "soort", values = "soort" }\n[values.soort]\nST = "bericht"\n', "bericht"),
        (CSV + 'id2 = "x"', "fields.id"),
    ],
)
def test_a_wrong_mapping_is_told_with_what_is_wrong(wrong: str, says: str | None, tmp_path: Path) -> None:
    if says is None:
        assert decoded(wrong, "a.toml").supplier == "Voorbeeld"
        return
    with pytest.raises(MappingError, match=r"a\.toml") as error:
        decoded(wrong, "a.toml")
    assert says in error.value.reason
    with pytest.raises(UserError, match=r"voorbeeld\.toml"):
        use_mappings(settings(tmp_path, wrong))


def test_a_mapping_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"weg\.toml"):
        use_mappings(Settings(base=str(tmp_path), paths=Paths(mappings=("weg.toml",))))


def test_a_mapping_in_a_delivery_decides_nothing(tmp_path: Path) -> None:
    contents = {"lijst.csv": ROWS, "voorbeeld.toml": CSV.encode()}
    assert show_delivery(delivered(tmp_path, contents), Settings(undecided=True), Quiet()).captures == ()


def test_a_document_too_large_for_memory_is_read_item_by_item(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_records, "MAX_DOCUMENT", 100)
    found = list(records(Source("a", io.BytesIO(POSTS), Evidence("a")), decoded(JSON, "a.toml")))
    assert [one.values("nummer") for one in found if not isinstance(one, Problem)] == [["1"], [2]]
    assert len(found) == 2


def test_the_mappings_that_ship_are_right() -> None:
    names = {one.name for one in shipped()}
    assert {"neutral-list", "pagefreezer"} | {name for name, _, _, _ in SHIPPED} == names


PAGE, MOMENT_2026 = "100064000000001", 1_767_268_800_000_000
SHIPPED = [
    (
        "crowdtangle-facebook",
        (
            f"Page Name,User Name,Facebook Id,Post Created,Total Interactions,Likes,URL,Message,Link Text\n"
            f'Voorbeeldstad,vbstad,{PAGE},2026-01-01 07:00:00 EST,"1,200","1,000",'
            f"https://www.facebook.com/{PAGE}/posts/737265021752251,De markt is open,"
        ),
        ("facebook", f"{PAGE}_737265021752251", PAGE, "vbstad", "note"),
        {"likes": 1000},
    ),
    (
        "crowdtangle-instagram",
        (
            "Account,User Name,Followers at Posting,Post Created,Total Interactions,Likes,URL,Description,Image Text\n"
            "Voorbeeldstad,vbstad,10,2026-01-01 13:00:00 CET,3,1,https://www.instagram.com/p/CxAbCd1/,De markt is open,"
        ),
        ("instagram", "190059390837", None, "vbstad", "note"),
        {"likes": 1},
    ),
    (
        "meta-business-facebook",
        (
            "Post ID,Page ID,Page name,Title,Description,Publish time,Permalink,Post type,Date,Reactions\n"
            f"737265021752251,{PAGE},Voorbeeldstad,,De markt is open,01/01/2026 12:00,https://www.facebook.com/{PAGE}/posts/737265021752251,,Lifetime,4"
        ),
        ("facebook", f"{PAGE}_737265021752251", PAGE, None, "note"),
        {"likes": 4},
    ),
    (
        "meta-business-instagram",
        (
            "Post ID,Account ID,Account username,Description,Publish time,Permalink,Post type,Date,Likes\n"
            "18011,17,vbstad,De markt is open,01/01/2026 12:00,"
            "https://www.instagram.com/reel/CxAbCd1/,IG reel,Lifetime,2"
        ),
        ("instagram", "190059390837", None, "vbstad", "video"),
        {"likes": 2},
    ),
    (
        "x-analytics",
        (
            "Tweet id,Tweet permalink,Tweet text,time,impressions,likes\n"
            "9,https://x.com/vbstad/status/9,De markt is open,2026-01-01 12:00 +0000,10.0,3.0"
        ),
        ("x", "9", None, "vbstad", "note"),
        {"likes": 3, "views": 10},
    ),
    (
        "twarc-csv",
        (
            "id,referenced_tweets.replied_to.id,referenced_tweets.retweeted.id,author_id,created_at,text,author.username,"
            "public_metrics.like_count\n9,,8,5,2026-01-01T12:00:00.000Z,De markt is open,vbstad,1"
        ),
        ("x", "9", "5", "vbstad", "repost"),
        {"likes": 1},
    ),
    (
        "twarc-v1-csv",
        (
            "id,tweet_url,created_at,user_screen_name,text,tweet_type,favorite_count,in_reply_to_status_id,"
            "retweet_or_quote_id,user_id\n9,https://twitter.com/vbstad/status/9,Thu Jan 01 12:00:00 +0000 2026,vbstad,"
            "De markt is open,retweet,1,,8,5"
        ),
        ("x", "9", "5", "vbstad", "repost"),
        {"likes": 1},
    ),
    (
        "twint-csv",
        (
            "id\tconversation_id\tdate\ttime\ttimezone\tuser_id\tusername\ttweet\tlikes_count\tquote_url\tuser_rt_id\t"
            "retweet_id\tretweet_date\tlink\n9\t9\t2026-01-01\t13:00:00\tCET\t5\tvbstad\tDe markt is open\t2\t\t\t\t\t"
            "https://twitter.com/vbstad/status/9"
        ),
        ("x", "9", "5", "vbstad", "note"),
        {"likes": 2},
    ),
    (
        "twint-json",
        (
            '{"id": 9, "conversation_id": "9", "date": "2026-01-01", "time": "13:00:00", "timezone": "+0100",'
            ' "user_id": 5, "username": "vbstad", "tweet": "De markt is open", "photos": [], "likes_count": 2,'
            ' "quote_url": "", "user_rt_id": "", "retweet_id": "", "retweet_date": ""}'
        ),
        ("x", "9", "5", "vbstad", "note"),
        {"likes": 2},
    ),
]
"""Mappings that ship, what a delivery of theirs looks like, and the post in it; all say and were made the same."""


@pytest.mark.parametrize(("name", "content", "known", "counts"), SHIPPED)
def test_tables_that_tools_make_are_read_as_they_are(
    name: str, content: str, known: tuple[str | None, ...], counts: dict[str, int], tmp_path: Path
) -> None:
    path = f"berichten.{'json' if name.endswith('json') else 'csv'}"
    shown = show_delivery(delivered(tmp_path, {path: (content + "\n").encode()}), Settings(undecided=True), Quiet())
    assert [one.tool and one.tool.endswith(f"({name})") for one in shown.captures] == [True]
    found = capture({path: content.encode()}, supplier)
    (post,) = [item for item in supplier.read(found) if isinstance(item, Post)]
    assert (post.platform, post.native_id, post.author.native_id, post.author.handle, post.kind) == known
    assert (post.created.us, post.state.text) == (MOMENT_2026, "De markt is open")
    assert (post.created.assumed == "minute") == name.startswith(("meta-business", "x-analytics"))
    assert post.counts
    assert {key: post.counts.values[key] for key in counts} == counts


@trying(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(FORMS)), st.data())
def test_damaged_deliveries_raise_nothing(form: str, data: st.DataObject) -> None:
    mapping = decoded(FORMS[form][0], "a.toml")
    whole = next(iter(FORMS[form][1].values()))
    at, end = sorted((data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, len(whole)))))
    body = whole[:at] + data.draw(st.binary(max_size=12)) + whole[end:]
    reading = Reading(mapping, {}, frozenset({"x"}))
    for record in records(Source("a", io.BytesIO(body), Evidence("a")), mapping):
        if not isinstance(record, Problem):
            for item in reading.items(record):
                assert item is not None
