"""Normalised posts: the round trip, the schema, the context, the document that names every term."""

from __future__ import annotations

import hashlib
import json
import math
import re
import typing
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal

import jsonschema
import msgspec
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sma_plugin import model
from sma_plugin.formats import activitystreams
from sma_plugin.formats.activitystreams import MalformedLineError, decode, encode, meta, read_lines
from sma_plugin.model import (
    AccountHistory,
    AccountRef,
    Alias,
    Evidence,
    Handle,
    HistoryItem,
    Link,
    Location,
    Media,
    Moment,
    Observation,
    Poll,
    PostHistory,
    PostState,
    PostVersion,
    ProfileVersion,
    Relation,
    Resource,
    Withdrawal,
)
from sma_plugin.namespaces import ACTIVITYSTREAMS, BASE

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
AS2 = frozenset(
    "actor anyOf attachment attributedTo cc content duration endTime generator height href icon id image inReplyTo "
    "latitude location longitude mediaType name object oneOf preferredUsername published summary tag to type updated "
    "url width".split()
)
"""Terms of the AS2 and ActivityPub context that lines use."""
AS2_TYPES = frozenset(
    "Announce Application Article Audio Document Event Group Image Link Mention Note Organization Page Person Place "
    "Question Service Video".split()
)
OPAQUE = ("sma:raw", "sma:counts")
"""Terms whose values are JSON of others."""
US = 1_741_000_000_000_000
DOCUMENT = Path(__file__).parent.parent / "docs" / "normalised-posts.md"


@pytest.fixture(scope="module")
def context() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(activitystreams.shipped(activitystreams.CONTEXT_FILE))["@context"]
    return found


@cache
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(activitystreams.shipped(activitystreams.SCHEMA_FILE))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


# --- any value that the model can hold -------------------------------------------------------------------------------


def is_text(value: str) -> bool:
    """Two surrogates that make a pair are a character: no JSON tells them apart, and no decoder yields them."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") == value


odd = st.sampled_from(
    ["", "\ud83d", "\udc00x", "\0", "é👩‍👧", "</script>", "a b%2F", "https://a.example/1", "\ufeff", "@#"]
)
texts = odd | st.text(st.characters(exclude_categories=()), max_size=4).filter(is_text)
integers = st.integers(-5, 10**6) | st.sampled_from([2**63, 2**64, -(2**63) - 1, 10**30])
floats = st.floats(allow_nan=False) | st.sampled_from([math.inf, -math.inf, 1e-7, -0.0, 12.5])
scalars = st.none() | st.booleans() | integers | floats | texts
values = st.recursive(scalars, lambda part: st.lists(part, max_size=2) | st.dictionaries(texts, part, max_size=2))
times = st.integers(US, US + 10**12) | st.sampled_from([0, -1, -(10**17), 10**18, -(10**18), 2**70])


def of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of an annotation of the model."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return struct(kind)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (UnionType, typing.Union):
        return st.none() | st.one_of([of(one) for one in arguments if one is not NoneType])
    if origin is tuple and arguments[-1] is ...:
        return st.lists(of(arguments[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(of, arguments))
    if origin is dict:
        return st.dictionaries(texts, of(arguments[1]), max_size=2)
    return {str: texts, int: integers, bool: st.booleans(), float: floats, Any: values}[kind]


@cache
def struct(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Structs of the model with each field of any value, or left at its default."""
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    required = {name: of(field.type) for name, field in fields.items() if field.required}
    optional = {name: of(field.type) for name, field in fields.items() if not field.required}
    if kind is Moment:
        optional["us"] = st.none() | times
    if kind is Handle:
        optional = dict.fromkeys(optional, st.none() | times)
    return st.fixed_dictionaries(required, optional=optional).map(lambda given: kind(**given))


STATE = PostState(
    text="De Stationsweg is dicht & blijft dicht",
    html="<p>De Stationsweg is dicht &amp; blijft dicht</p>",
    title="Afsluiting",
    content_warning="verkeer",
    sensitive=False,
    language="nl",
    hashtags=("stationsweg",),
    mentions=(AccountRef("200", "wandelaar_voorbeeld", "Wandelaar", "https://a.example/w", (Alias("local", "7"),)),),
    links=(Link("https://voorbeeldstad.example/werk", "voorbeeldstad.example/w…", "Werk", "Alle wegwerk"),),
    media=(
        Media("image", "m1", "objects/captures/01/a b%.png", "https://a.example/a", "image/png", "een bord", 4, 3),
        Media("animation", duration=2.5, blurhash="UB"),
        Media("unknown", duration=1e-7),
    ),
    location=Location("Voorbeeldstad", "p1", "NL", 52.1, math.inf),
    poll=Poll(("ja", "nee"), multiple=False, ends=Moment(US, "morgen", "zone:UTC")),
    tool="web",
    truncated=True,
    raw={"created_at": "di 4 maart"},
)
FULL = PostHistory(
    platform="x",
    author=AccountRef("100", "vbstad", "Gemeente Voorbeeldstad", "https://x.com/vbstad", (Alias("local", "1", True),)),
    native_id="1627000000000000001",
    created=Moment(US, "di 4 maart", "zone:Europe/Amsterdam"),
    kind="note",
    klass="own",
    versions=(
        PostVersion(STATE, "1627000000000000001", None, (Evidence("a.jsonl", "bytes", 10, 20, "/0", "01"),)),
        PostVersion(PostState(text="", hashtags=(), media=(), links=(), mentions=(), raw={}), "2", Moment(US + 1)),
    ),
    url="https://x.com/vbstad/status/1627000000000000001",
    audience="unlisted",
    aliases=(Alias("url", "https://x.com/vbstad/status/1"),),
    relations=(
        Relation("reply", "12", "https://x.com/i/status/12", AccountRef("200"), "deleted"),
        Relation("quote", target_url="https://b.example/9"),
    ),
    observations=(
        Observation("x", "1627000000000000001", None, Moment(US), {"likes": 4}, evidence=(Evidence("b.json"),)),
        Observation("mastodon", None, AccountRef("200"), None, {}, "not-found", "404"),
    ),
    revisions=("1627000000000000001", "2"),
    withdrawn=Withdrawal("deleted", Moment(None, "later"), "de gemeente"),
    pinned=False,
    thread="12",
    parent="12",
    depth=1,
)
PROFILE = ProfileVersion(
    platform="x",
    account=AccountRef("100", "vbstad"),
    at=Moment(US, "nu"),
    name="Gemeente Voorbeeldstad",
    handle="vbstad",
    bio="Wegen & water",
    url="https://voorbeeldstad.example",
    links=(Link("https://voorbeeldstad.example"),),
    fields=(("Loket", "14 000"),),
    location="Voorbeeldstad",
    avatar=Media("image", path="avatar.png"),
    header=Media("unknown", source="https://a.example/h"),
    verified="government",
    kind="Organization",
    language="nl",
    evidence=(Evidence("profile.js"),),
    raw={"verified": "ja"},
)
ACCOUNT = AccountHistory(
    platform="x",
    native_id="100",
    own=True,
    url="https://x.com/vbstad",
    created=Moment(US),
    aliases=(Alias("handle", "vbstad", True),),
    handles=(Handle("vbstad_oud", None, 10**18), Handle("vbstad", US, US + 1)),
    profiles=(PROFILE, ProfileVersion("x", AccountRef("100"), fields=(), links=())),
    observations=(Observation("x", None, AccountRef("100"), Moment(US), {"followers": 12}),),
    evidence=(Evidence("account.js", "bytes", 0, 9),),
)
RESOURCE = Resource(
    "failure", "https://x.com/login", Moment(US), "Inloggen", 403, "text/html", 12, (Evidence("w.warc"),)
)
EXAMPLES = (FULL, ACCOUNT, RESOURCE)


def simple(**given: Any) -> PostHistory:
    state = given.pop("state", PostState(text="Goedemorgen"))
    values = {"platform": "x", "author": AccountRef("100"), "native_id": "1", "created": Moment(US), "kind": "note"}
    return PostHistory(**{**values, "klass": "own", "versions": (PostVersion(state),), **given})


def line_of(item: HistoryItem) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(encode(item))
    return found


# --- the round trip --------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(struct(PostHistory) | struct(AccountHistory) | struct(Resource))
def test_a_line_is_valid_and_read_back_is_what_was_written(item: HistoryItem) -> None:
    line = encode(item)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert decode(line) == item
    validator().validate(json.loads(line))


@settings(deadline=None, max_examples=80)
@given(struct(PostState))
def test_any_state_comes_back_as_the_last_version_and_as_an_earlier_one(state: PostState) -> None:
    item = simple(versions=(PostVersion(state), PostVersion(PostState(text="later")), PostVersion(state)))
    line = encode(item)
    assert decode(line) == item
    validator().validate(json.loads(line))


@pytest.mark.parametrize("item", EXAMPLES)
def test_an_item_with_everything_comes_back(item: HistoryItem) -> None:
    assert decode(encode(item)) == item
    assert decode(encode(item).rstrip(b"\n")) == item


@pytest.mark.parametrize("field", ["hashtags", "mentions", "links", "media"])
def test_that_there_are_none_is_told_from_that_nothing_is_known(field: str) -> None:
    none, unknown = simple(state=PostState(**{field: ()})), simple(state=PostState())
    assert line_of(none)["sma:empty"] == [field]
    assert "sma:empty" not in line_of(unknown)
    assert (decode(encode(none)), decode(encode(unknown))) == (none, unknown)


def test_a_lone_surrogate_is_kept_in_a_line_that_every_parser_reads() -> None:
    item = simple(state=PostState(text="a\ud83d\\ud83d", raw={"text": "\udc00"}))
    line = encode(item)
    assert orjson.loads(line)["content"] == "a\ufffd\\ud83d"
    assert decode(line) == item


def test_raw_numbers_that_json_cannot_hold_are_kept_as_text() -> None:
    item = simple(state=PostState(raw={"score": math.inf, "id": 10**40}))
    line = line_of(item)
    assert "sma:raw" not in line
    assert json.loads(line["sma:rawText"]) == {"score": math.inf, "id": 10**40}
    assert decode(encode(item)) == item


def test_raw_values_nested_too_deep_for_parsers_are_kept_as_text() -> None:
    deep: dict[str, Any] = {}
    for _ in range(300):
        deep = {"a": deep}
    item = simple(state=PostState(raw=deep))
    assert decode(encode(item)) == item
    assert orjson.loads(encode(item))["sma:rawText"].startswith('{"a": {"a"')


def test_keys_are_sorted_and_the_same_item_gives_the_same_bytes() -> None:
    line = encode(FULL)
    assert line == orjson.dumps(orjson.loads(line), option=orjson.OPT_SORT_KEYS) + b"\n"
    assert encode(decode(line)) == line


# --- what the terms of ActivityStreams say ---------------------------------------------------------------------------


def test_the_newest_version_stands_on_the_object_and_its_text_only_there() -> None:
    versions = (PostVersion(PostState(text="Open tot 17 uur")), PostVersion(PostState(text="tot 18"), None, Moment(US)))
    line = line_of(simple(versions=versions))
    assert (line["content"], line["mediaType"], line["updated"]) == ("tot 18", "text/plain", "2025-03-03T11:06:40Z")
    assert [version.get("content") for version in line["sma:versions"]] == ["Open tot 17 uur", None]


def test_html_of_the_platform_is_the_content() -> None:
    line = line_of(simple(state=PostState(text="a & b", html="<p>a &amp; b</p>")))
    assert (line["content"], line["sma:text"]) == ("<p>a &amp; b</p>", "a & b")
    assert "mediaType" not in line


@pytest.mark.parametrize(
    ("kind", "as_type"),
    [("note", "Note"), ("repost", "Announce"), ("question", "Question"), ("article", "Article"), ("event", "Event")],
)
def test_the_kind_of_post_is_its_type(kind: model.PostKind, as_type: str) -> None:
    item = simple(kind=kind)
    assert line_of(item)["type"] == as_type
    assert decode(encode(item)) == item


def test_a_repost_announces_the_line_of_the_post_that_it_repeats() -> None:
    repeated = line_of(simple(native_id="7"))
    line = line_of(simple(kind="repost", relations=(Relation("repost", "7", "https://x.com/i/status/7"),)))
    assert line["object"] == repeated["id"]
    assert line["actor"] == line["attributedTo"]["id"] == line_of(ACCOUNT)["id"]


def test_a_reply_and_a_quote_name_what_they_answer_and_quote() -> None:
    line = line_of(FULL)
    assert (line["inReplyTo"], line["quote"]) == (f"{BASE}/id/x/post/12", "https://b.example/9")


@pytest.mark.parametrize(
    ("native_id", "identifier"),
    [
        ("https://social.voorbeeldstad.example/users/g/1", "https://social.voorbeeldstad.example/users/g/1"),
        ("at://did:plc:abc/app.bsky.feed.post/3k", "at://did:plc:abc/app.bsky.feed.post/3k"),
        ("1627", f"{BASE}/id/x/post/1627"),
        ("1/2 é", f"{BASE}/id/x/post/1%2F2%20%C3%A9"),
        ("https://a b", f"{BASE}/id/x/post/https%3A%2F%2Fa%20b"),
    ],
)
def test_an_identifier_follows_from_the_native_id_alone(native_id: str, identifier: str) -> None:
    assert line_of(simple(native_id=native_id))["id"] == identifier
    assert line_of(simple(native_id=native_id, url="https://elders.example", klass="reply"))["id"] == identifier


@pytest.mark.parametrize(
    ("audience", "to", "cc"), [("public", [PUBLIC], None), ("unlisted", None, [PUBLIC]), ("followers", None, None)]
)
def test_only_what_is_public_is_addressed_to_the_public(
    audience: model.Audience, to: list[str] | None, cc: list[str] | None
) -> None:
    line = line_of(simple(audience=audience))
    assert (line.get("to"), line.get("cc"), line["sma:audience"]) == (to, cc, audience)


@pytest.mark.parametrize(("multiple", "term"), [(True, "anyOf"), (False, "oneOf"), (None, "sma:options")])
def test_a_poll_says_how_many_may_be_chosen_only_when_that_is_known(multiple: bool | None, term: str) -> None:
    item = simple(state=PostState(poll=Poll(("ja",), multiple)))
    assert line_of(item)[term] == [{"type": "Note", "name": "ja"}]
    assert decode(encode(item)) == item


def test_a_medium_that_was_not_captured_has_no_url() -> None:
    kept, referred = Media("image", path="objects/a.png"), Media("image", source="https://a.example/a.png")
    first, second = line_of(simple(state=PostState(media=(kept, referred))))["attachment"]
    assert first["url"] == "objects/a.png"
    assert "url" not in second


@pytest.mark.parametrize(
    ("kind", "as_type"),
    [("Organization", "Organization"), ("bot", "Service"), ("Application", "Application"), (None, "Person")],
)
def test_an_actor_has_the_type_that_its_profile_states(kind: str | None, as_type: str) -> None:
    item = AccountHistory("x", "1", profiles=(ProfileVersion("x", AccountRef("1"), kind=kind),))
    assert line_of(item)["type"] == as_type


def test_an_actor_says_what_was_stated_last() -> None:
    line = line_of(ACCOUNT)
    assert (line["preferredUsername"], line["name"]) == ("vbstad", "Gemeente Voorbeeldstad")
    assert line["summary"] == "Wegen &amp; water"
    assert line["icon"] == {"type": "Image", "url": "avatar.png"}


# --- schema, context, document ---------------------------------------------------------------------------------------


def keys(value: Any) -> Iterator[str]:
    """Every key in a line, but for JSON of others."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield key
            if key not in OPAQUE:
                yield from keys(part)
    elif isinstance(value, list):
        for part in value:
            yield from keys(part)


def types(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "type" in value:
            yield value["type"]
        for key, part in value.items():
            if key not in OPAQUE:
                yield from types(part)
    elif isinstance(value, list):
        for part in value:
            yield from types(part)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(struct(PostHistory) | struct(AccountHistory) | struct(Resource))
def test_every_key_and_type_is_of_activitystreams_or_defined_in_the_context(item: HistoryItem) -> None:
    defined = json.loads(activitystreams.shipped(activitystreams.CONTEXT_FILE))["@context"]
    line = line_of(item) if is_plain(item) else json.loads(encode(item))
    assert set(keys(line)) <= AS2 | defined.keys() | {"@context"}
    assert set(types(line)) <= AS2_TYPES | defined.keys()


def is_plain(item: HistoryItem) -> bool:
    return b"sma:exact" not in encode(item)


def test_every_term_of_the_context_is_used(context: dict[str, Any]) -> None:
    items = (*EXAMPLES, *RARE)
    used = {key for item in items for key in keys(json.loads(encode(item)))}
    used |= {name for item in items for name in types(json.loads(encode(item)))}
    vocabularies = {"@version", "sma", "as", "schema", "toot", "xsd"}
    assert context.keys() - vocabularies - used == set()


RARE: tuple[HistoryItem, ...] = (
    simple(created=Moment(10**18), derived_id=True),
    simple(state=PostState(poll=Poll((), None, Moment()), raw={"x": math.inf}, media=(Media(duration=-1.0),))),
    simple(state=PostState(text="\ud800", location=Location(latitude=math.inf, longitude=-math.inf))),
    simple(versions=(PostVersion(PostState(), None, Moment(US, "nu")),)),
    AccountHistory("x", "1", handles=(Handle("a", 10**18, 10**18),)),
)


def test_the_context_defines_every_term_under_its_own_name(context: dict[str, Any]) -> None:
    own = {term: value for term, value in context.items() if term.startswith("sma:")}
    assert own
    assert all(value["@id"] == term for term, value in own.items())
    assert context["sma"] == f"{ACTIVITYSTREAMS}#"


def test_the_document_names_every_term_of_the_context_and_of_activitystreams(context: dict[str, Any]) -> None:
    named = set(re.findall(r"`([@\w:]+)`", DOCUMENT.read_text(encoding="utf-8")))
    assert context.keys() - {"@version", "as", "schema", "toot", "xsd", "sma"} - named == set()
    assert AS2 - named == set()
    assert {term for term in named if term.startswith("sma:")} <= context.keys()


def test_the_example_in_the_document_is_a_line() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    document = json.loads(example)
    validator().validate(document)
    assert orjson.loads(encode(decode(example.encode()))) == document


@pytest.mark.parametrize("item", [*EXAMPLES, *RARE])
def test_the_schema_holds_for_every_form(item: HistoryItem) -> None:
    line = json.loads(encode(item))
    validator().validate(line)
    validator().validate({**line, "toekomst:veld": {"a": 1}})
    assert decode(orjson.dumps({**json.loads(encode(EXAMPLES[0])), "toekomst:veld": 1})) == EXAMPLES[0]


@pytest.mark.parametrize(
    "change",
    [
        {"id": "geen iri"},
        {"type": "Nota"},
        {"published": "4 maart"},
        {"sma:class": "onbekend"},
        {"sma:versions": {}},
        {"sma:record": "bericht"},
        {"attributedTo": "https://a.example"},
        {"@context": "https://www.w3.org/ns/activitystreams"},
        {"sma:pinned": "nee"},
        {"attachment": [{"type": "Link"}]},
    ],
)
def test_the_schema_refuses_what_is_no_line(change: dict[str, Any]) -> None:
    assert not validator().is_valid({**json.loads(encode(FULL)), **change})


@pytest.mark.parametrize("term", ["id", "type", "sma:record", "attributedTo", "sma:nativeId", "sma:class", "@context"])
def test_the_schema_requires_what_every_line_has(term: str) -> None:
    line = json.loads(encode(FULL))
    del line[term]
    assert not validator().is_valid(line)


# --- files -----------------------------------------------------------------------------------------------------------


def test_lines_are_read_with_their_exact_place(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(b"".join(map(encode, EXAMPLES)).rstrip(b"\n"))
    data = path.read_bytes()
    lines = list(read_lines(path))
    assert [line.item for line in lines] == list(EXAMPLES)
    assert [data[line.offset : line.offset + line.length] + b"\n" for line in lines] == [
        encode(one) for one in EXAMPLES
    ]


@pytest.mark.parametrize(
    "bad",
    [
        b"\n",
        b"[]",
        b'{"sma:record":"post"',
        b'{"sma:record":"other"}',
        b'{"sma:record":"resource","url":5,"sma:role":"page"}',
        b'{"sma:record":"resource","url":"a","sma:role":"page","sma:at":"gisteren"}',
        b'{"sma:record":"resource","url":"a","sma:role":"page","sma:at":"2025-01-01T00:00:00+01:00"}',
        b'{"sma:record":"resource","url":"a","sma:role":"page","sma:exact":"{}"}',
        b'{"sma:record":"resource","url":"a","sma:role":"page","sma:exact":"' + b"[" * 100_000 + b'"}',
        b"\xff\xfe",
    ],
)
def test_a_line_that_is_none_is_refused_with_its_place(tmp_path: Path, bad: bytes) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(encode(RESOURCE) + bad)
    lines = read_lines(path)
    assert next(lines).item == RESOURCE
    with pytest.raises(MalformedLineError) as caught:
        next(lines)
    assert caught.value.offset == len(encode(RESOURCE))


@given(
    st.binary(max_size=40)
    | st.builds(
        lambda at, byte: encode(FULL)[:at] + byte + encode(FULL)[at + 1 :],
        st.integers(0, 3000),
        st.binary(min_size=1, max_size=1),
    )
)
@settings(deadline=None, max_examples=100)
def test_damaged_lines_are_refused_or_read_never_anything_else(line: bytes) -> None:
    try:
        found = decode(line)
    except MalformedLineError:
        return
    assert isinstance(found, PostHistory | AccountHistory | Resource)


def test_the_sidecar_counts_and_names_what_holds() -> None:
    counts = activitystreams.Counts()
    for item in (*EXAMPLES, simple(klass="reply", author=AccountRef("200"), kind="repost")):
        counts.add(item)
    found = meta(counts)
    assert found["schemaVersion"] == activitystreams.SCHEMA_VERSION
    assert found["records"] == {"account": 1, "post": 2, "resource": 1}
    assert (found["lines"], found["versions"]) == (4, 3)
    assert (found["classes"], found["types"]) == ({"own": 1, "reply": 1}, {"Announce": 1, "Note": 1})
    assert found["accounts"] == [
        {"platform": "x", "nativeId": "100", "posts": 1},
        {"platform": "x", "nativeId": "200", "posts": 1},
    ]
    shipped = activitystreams.shipped(activitystreams.CONTEXT_FILE)
    assert found["contextSha256"] == hashlib.sha256(shipped).hexdigest()
