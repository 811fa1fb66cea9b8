"""A conversation on X with two citizens, delivered and ingested as somebody with a key would: for tests of privacy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from sma_plugin.ingest import ingest
from sma_plugin.package import Package
from sma_plugin.privacy.keys import By, Key, Keys
from sma_plugin.provenance import Stamps
from sma_plugin.reporting import Quiet
from sma_plugin.settings import load

CONFIG = """
[roles.archivist]
decides = ["keys", "requests", "reveal", "gone", "masking"]
[roles.trainee]
decides = []
[paths]
registers = ["register.csv"]
selection_lists = ["list.csv"]
key_file = "keys/pseudonyms.key"
"""
REGISTER = "platform,native_id,handle,kind,list,category\nx,1,gemeente,corporate,Voorbeeldlijst,1.1\n"
LIST = "list,version,category,value,term\nVoorbeeldlijst,2024,1.1,B,\n"
BY = By(Stamps("proef"), "archivist", "Besluit 1")
WHEN = "2024-01-02T08:00:00.000Z"
JAN = {"id": "22222222", "username": "jan_jansen84", "name": "Jan van Jansen-Voorbeeld"}
ROOS = {"id": "33333333", "username": "roosje_v", "name": "Roos de Vries-Voorbeeld"}


class Home(NamedTuple):
    """Where it all lies: the configuration, the keys, the packages."""

    config: Path
    keys: Keys
    out: Path

    @property
    def package(self) -> Package:
        """The one package."""
        return Package(next(path for path in sorted(self.out.iterdir()) if (path / "metadata").is_dir()))

    @property
    def key(self) -> Key:
        """The key in use."""
        key = Keys(self.keys.path).current
        assert key is not None
        return key


def post(number: str, author: str, text: str, answers: tuple[str, str] | None = None) -> dict[str, Any]:
    """A post of X's API, which may answer another: number and author."""
    told = {"id": number, "author_id": author, "text": text, "created_at": WHEN, "conversation_id": "20"}
    counts = {"public_metrics": {"reply_count": 0, "like_count": 0, "retweet_count": 0, "quote_count": 0}}
    if answers is None:
        return told | counts
    tie = {"in_reply_to_user_id": answers[1], "referenced_tweets": [{"type": "replied_to", "id": answers[0]}]}
    return told | counts | tie


def page(*posts: dict[str, Any]) -> bytes:
    """A page of X's API with these posts after an own one, everybody included."""
    users = [{"id": "1", "username": "gemeente", "name": "Stad"}, JAN, ROOS]
    told = {"data": [post("20", "1", "De brug gaat open"), *posts], "includes": {"users": users}}
    return json.dumps(told | {"meta": {"result_count": 1 + len(posts)}}).encode()


TALK = page(
    post("30", JAN["id"], "@gemeente Mail mij op jan@voorbeeld.example", ("20", "1")),
    post("31", ROOS["id"], "@gemeente Wat zegt @jan_jansen84?", ("20", "1")),
)


def home(folder: Path, *, key: bool = True) -> Home:
    """An empty workplace with a configuration, tables and a key."""
    (folder / "sma.toml").write_text(CONFIG)
    (folder / "register.csv").write_text(REGISTER)
    (folder / "list.csv").write_text(LIST)
    keys = Keys(folder / "keys" / "pseudonyms.key")
    if key:
        keys.new(BY)
    return Home(folder / "sma.toml", keys, folder / "out")


def talk(folder: Path, delivered: bytes = TALK) -> Home:
    """The conversation, ingested."""
    place = home(folder)
    (folder / "antwoord.json").write_bytes(delivered)
    ingest([folder / "antwoord.json"], place.out, load(place.config), Quiet())
    return place
