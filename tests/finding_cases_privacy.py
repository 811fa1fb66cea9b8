"""Cases of SMA-P and of decisions (SMA-S020 and on): access copies, and what roles decide."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec

from finding_cases import Bench, Case, Contents, ingested, of_packages
from making import ACTOR, mastodon, note
from sma_plugin.findings import Finding
from sma_plugin.ingest import ingest
from sma_plugin.privacy.keys import By, Keys
from sma_plugin.provenance import Stamps
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Paths, Role

SOUND = {name: data for name, data in mastodon([note(1, "Dag")]).items() if name != "likes.json"}
TWO_VALUES = "list,version,category,value,term\nVoorbeeldlijst,2024,1.1,B,\nVoorbeeldlijst,2024,2.1,V,P5Y\n"
TWO_ROWS = (
    "platform,native_id,handle,kind,list,category,from,until\n"
    f"mastodon,{ACTOR},,corporate,Voorbeeldlijst,1.1,,2025-03-01\n"
    f"mastodon,{ACTOR},,corporate,Voorbeeldlijst,2.1,2025-03-02,\n"
)
PERSONAL = f"platform,native_id,handle,kind,list,category\nmastodon,{ACTOR},,personal,Voorbeeldlijst,1.1\n"
TWO_DAYS = {
    name: data for name, data in mastodon([note(1, "Dag"), note(25, "Nog een dag")]).items() if name != "likes.json"
}
BOTH = (
    "platform,native_id,handle,kind,list,category\n"
    f"mastodon,{ACTOR},,corporate,Voorbeeldlijst,1.1\nx,1,gemeente,corporate,Voorbeeldlijst,1.1\n"
)
VALUES, SCENARIO = f"values/mastodon/{ACTOR}", f"scenario/mastodon/{ACTOR}"


def with_key(contents: Contents, *, made: bool = True) -> Callable[[Bench], list[Finding]]:
    """A run with a key file configured, and a key in it."""

    def go(bench: Bench) -> list[Finding]:
        if made:
            Keys(bench.home / "sleutel").new(By(Stamps("proef"), "archivaris", "proef"))
        return list(ingested(contents, register=BOTH, paths=Paths(key_file="sleutel"))(bench))

    return go


def decided(question: str, decision: str, register: str = TWO_ROWS, **values: str) -> Callable[[Bench], list[Finding]]:
    """A run with one row in the folder for decisions."""

    def go(bench: Bench) -> list[Finding]:
        row = {
            "question": question,
            "decided": decision,
            "role": "archivaris",
            "date": "1-2-2026",
            "ground": "x",
        } | values
        folder = bench.home / "besluiten"
        folder.mkdir()
        (folder / "a.csv").write_text(f"{';'.join(row)}\n{';'.join(row.values())}\n")
        paths = Paths(decisions="besluiten")
        settings = bench.settings(register=register, listed=TWO_VALUES, paths=paths)
        roles = {"archivaris": Role(("values", "scenario"))}
        result = ingest(
            [bench.deliver(TWO_DAYS)], bench.home / "out", msgspec.structs.replace(settings, roles=roles), Quiet()
        )
        return of_packages(result)

    return go


def with_codes(*rows: str) -> Callable[[Bench], list[Finding]]:
    """A run with a list of codes for restrictions."""

    def go(bench: Bench) -> list[Finding]:
        text = "".join(f"{row}\r\n" for row in ("begripCode;begripLabel;definitie", *rows))
        (bench.home / "codes.csv").write_bytes(text.encode("latin-1"))
        return list(ingested(SOUND, register=BOTH, paths=Paths(restriction_codes=("codes.csv",)))(bench))

    return go


def conversation(said: str, *more: dict[str, Any]) -> bytes:
    """A page of X's API: an own post that says ``said``, answered by somebody called Roos."""
    when = "2024-01-02T08:00:00.000Z"
    own: dict[str, Any] = {"id": "20", "author_id": "1", "text": said, "created_at": when, "conversation_id": "20"}
    reply = {"id": "30", "author_id": "22222", "text": "@gemeente Mooi", "created_at": when, "conversation_id": "20"}
    tie = {"in_reply_to_user_id": "1", "referenced_tweets": [{"type": "replied_to", "id": "20"}]}
    counts = {"public_metrics": {"reply_count": 0, "like_count": 0, "retweet_count": 0, "quote_count": 0}}
    users = [{"id": "1", "username": "gemeente", "name": "Stad"}, {"id": "22222", "username": "roos", "name": "Roos"}]
    included: dict[str, Any] = {"users": users}
    page = {"data": [own | counts, reply | tie | counts], "includes": included, "meta": {"result_count": 2}}
    errors = {"errors": list(more)} if more else {}
    return json.dumps(page | errors).encode()


GONE = {
    "resource_id": "30",
    "resource_type": "tweet",
    "value": "30",
    "title": "Not Found Error",
    "type": "https://api.twitter.com/2/problems/resource-not-found",
}


CASES = [
    Case("SMA-S020", decided(VALUES, "split", role="stagiair"), "SMA-S020", "SMA-S021"),
    Case("SMA-S021", decided(VALUES, "")),
    Case("SMA-S022", decided(VALUES, "split", date="gisteren"), "SMA-S021", "SMA-S022"),
    Case("SMA-S023", decided(VALUES, "weg ermee"), "SMA-S021", "SMA-S023"),
    Case("SMA-S024", decided(SCENARIO, "select", PERSONAL, hashtags="nergens")),
    Case("SMA-S030", with_codes("AW/Macht /1.0;macht;x")),
    Case("SMA-S031", with_codes("AW/Een/1.0;zelfde;x", "AW/Twee/1.0;zelfde;x")),
    Case("SMA-P001", with_key(SOUND, made=False)),
    Case("SMA-P002", with_key(conversation("Een roos voor iedereen"))),
    Case("SMA-P004", with_key(conversation("Dag", GONE)), "SMA-H012", "SMA-P004"),
]
