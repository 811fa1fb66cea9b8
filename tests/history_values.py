"""Histories to try the normalised form on: any value that the model can hold, and some with everything in them."""

from __future__ import annotations

import math
import typing
from functools import cache
from types import NoneType
from typing import Any, Literal

import msgspec
import orjson
from hypothesis import strategies as st

from sma_plugin.formats.activitystreams import encode
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

US = 1_741_000_000_000_000


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
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return struct(kind)
    plain = {str: texts, int: integers, bool: st.booleans(), float: floats, Any: values}
    return plain[kind] if kind in plain else of_form(typing.get_origin(kind), typing.get_args(kind))


def of_form(origin: Any, arguments: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    """Values of an annotation with parameters."""
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is dict:
        return st.dictionaries(texts, of(arguments[1]), max_size=2)
    if origin is tuple and arguments[-1] is not ...:
        return st.tuples(*map(of, arguments))
    if origin is tuple:
        return st.lists(of(arguments[0]), max_size=2).map(tuple)
    return st.none() | st.one_of([of(one) for one in arguments if one is not NoneType])


@cache
def struct(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Structs of the model with each field of any value, or left at its default."""
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    required = {name: of(field.type) for name, field in fields.items() if field.required}
    optional = {name: of(field.type) for name, field in fields.items() if not field.required}
    if kind is Moment:
        optional["us"] = st.none() | times
    if kind is Observation:
        del optional["created"]  # a history has it with the post itself
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
    links=(
        Link(
            "https://voorbeeldstad.example/werk",
            "voorbeeldstad.example/w…",
            "Werk",
            "Alle wegwerk",
            "https://voorbeeldstad.example/w.png",
        ),
    ),
    media=(
        Media("image", "m1", "objects/captures/01/a b%.png", "https://a.example/a", "image/png", "een bord", 4, 3),
        Media("animation", duration=2.5, blurhash="UB", preview="https://voorbeeldstad.example/p.jpg"),
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
    placed_on=AccountRef("300", "dorp"),
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


RARE: tuple[HistoryItem, ...] = (
    simple(created=Moment(10**18), derived_id=True),
    simple(kind="story"),
    simple(state=PostState(poll=Poll((), None, Moment()), raw={"x": math.inf}, media=(Media(duration=-1.0),))),
    simple(state=PostState(text="\ud800", location=Location(latitude=math.inf, longitude=-math.inf))),
    simple(versions=(PostVersion(PostState(), None, Moment(US, "nu")),)),
    AccountHistory("x", "1", handles=(Handle("a", 10**18, 10**18),)),
)
