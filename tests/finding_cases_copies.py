"""Cases of SMA-P005 to P029: copies for access, and what is found in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from finding_cases import Bench, Case, Contents
from finding_cases_privacy import BOTH, SOUND, conversation
from making import ACTOR
from sma_plugin.findings import Finding
from sma_plugin.ingest import ingest
from sma_plugin.privacy.keys import By, Key, Keys
from sma_plugin.privacy.requests import Digests, Request, listed
from sma_plugin.provenance import Stamps
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Paths, Role

NOBODY = "platform,native_id,handle,kind,list,category\n"
Prepare = Callable[[Bench, Keys, Key], None]


def copied(
    contents: Contents, before: Prepare | None = None, register: str = BOTH
) -> Callable[[Bench], Iterable[Finding]]:
    """A run with a key, after something was done beside it."""

    def go(bench: Bench) -> Iterable[Finding]:
        keys = Keys(bench.home / "sleutels" / "k")
        key = keys.new(By(Stamps("proef"), "archivaris", "proef"))
        (bench.home / "besluiten").mkdir()
        if before:
            before(bench, keys, key)
        paths = Paths(key_file="sleutels/k", decisions="besluiten")
        settings = msgspec.structs.replace(
            bench.settings(register=register, paths=paths),
            roles={"archivaris": Role(("review", "names"))},
            undecided=True,
        )
        result = ingest([bench.deliver(contents)], bench.home / "out", settings, Quiet())
        return [one for package in result.packages for one in package.findings] or result.findings

    return go


def reviewed_before(bench: Bench, _keys: Keys, _key: Key) -> None:
    """A review of a file with other bytes than it has now."""
    question = f"review/mastodon/{ACTOR}/{'0' * 64}/objects/captures/01-mastodon-platform-export/avatar.png"
    rows = f"question;decided;role;date;ground\n{question};show;archivaris;1-2-2026;x\n"
    (bench.home / "besluiten" / "a.csv").write_text(rows)


def suppressed(_bench: Bench, keys: Keys, key: Key) -> None:
    """A request of the person who replied."""
    about = Digests(key).account("x", "22222", "roos")
    told = {"role": "archivaris", "date": "2026-02-01", "ground": "AVG", "decision": "1", "at": "2026-02-01"}
    listed(keys).add(Request(id="v-1", outcome="suppressed", key=key.id, accounts=about, **told))


CASES = [
    Case("SMA-P003", copied(SOUND)),
    Case("SMA-P005", copied(SOUND, register=NOBODY), "SMA-P005", "SMA-S002"),
    Case("SMA-P006", copied(SOUND, reviewed_before), "SMA-P003", "SMA-P006"),
    Case("SMA-P007", copied(conversation("Dag"), suppressed)),
]
