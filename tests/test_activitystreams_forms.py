"""The JSON Schema, the JSON-LD context and the document of normalised posts: each holds for every line."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
from hypothesis import HealthCheck, given, settings

from history_values import EXAMPLES, FULL, RARE, simple, struct
from sma_plugin.formats import activitystreams
from sma_plugin.formats.activitystreams import decode, encode, meta
from sma_plugin.model import AccountHistory, AccountRef, HistoryItem, PostHistory, PostState, PostVersion, Resource
from sma_plugin.namespaces import ACTIVITYSTREAMS

AS2 = frozenset(
    {
        "actor",
        "anyOf",
        "attachment",
        "attributedTo",
        "cc",
        "content",
        "duration",
        "endTime",
        "generator",
        "height",
        "href",
        "icon",
        "id",
        "image",
        "inReplyTo",
        "latitude",
        "location",
        "longitude",
        "mediaType",
        "name",
        "object",
        "oneOf",
        "preview",
        "preferredUsername",
        "published",
        "summary",
        "tag",
        "to",
        "type",
        "updated",
        "url",
        "width",
    }
)
"""Terms of the AS2 and ActivityPub context that lines use."""
AS2_TYPES = frozenset(
    {
        "Announce",
        "Application",
        "Article",
        "Audio",
        "Document",
        "Event",
        "Group",
        "Image",
        "Link",
        "Mention",
        "Note",
        "Organization",
        "Page",
        "Person",
        "Place",
        "Question",
        "Service",
        "Video",
    }
)
OPAQUE = ("sma:raw", "sma:counts")
"""Terms whose values are JSON of others."""
DOCS = Path(__file__).parent.parent / "docs"
DOCUMENT = DOCS / "normalised-posts.md"


@pytest.fixture(scope="module")
def context() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(activitystreams.shipped(activitystreams.CONTEXT_FILE))["@context"]
    return found


@cache
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(activitystreams.shipped(activitystreams.SCHEMA_FILE))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(struct(PostHistory) | struct(AccountHistory) | struct(Resource))
def test_every_line_is_valid(item: HistoryItem) -> None:
    validator().validate(json.loads(encode(item)))


@settings(deadline=None, max_examples=60)
@given(struct(PostState))
def test_a_line_is_valid_whatever_a_post_says(state: PostState) -> None:
    item = simple(versions=(PostVersion(state), PostVersion(state)))
    validator().validate(json.loads(encode(item)))


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
    line = json.loads(encode(item))
    assert set(keys(line)) <= AS2 | defined.keys() | {"@context"}
    assert set(types(line)) <= AS2_TYPES | defined.keys()


def test_every_term_of_the_context_is_used(context: dict[str, Any]) -> None:
    items = (*EXAMPLES, *RARE)
    used = {key for item in items for key in keys(json.loads(encode(item)))}
    used |= {name for item in items for name in types(json.loads(encode(item)))}
    vocabularies = {"@version", "sma", "as", "schema", "toot", "xsd"}
    assert context.keys() - vocabularies - used == set()


def test_the_context_defines_every_term_under_its_own_name(context: dict[str, Any]) -> None:
    own = {term: value for term, value in context.items() if term.startswith("sma:")}
    assert own
    assert all(value["@id"] == term for term, value in own.items())
    assert context["sma"] == f"{ACTIVITYSTREAMS}#"


@pytest.mark.parametrize("document", [DOCUMENT, DOCS / "genormaliseerde-berichten.md"], ids=["en", "nl"])
def test_the_document_names_every_term_of_the_context_and_of_activitystreams(
    document: Path, context: dict[str, Any]
) -> None:
    named = set(re.findall(r"`([@\w:]+)`", document.read_text(encoding="utf-8")))
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
