"""Cases of SMA-P005 to P029: copies for access, and what is found in them."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from finding_cases import Bench, Case, Contents, of_packages
from finding_cases_privacy import BOTH, SOUND, conversation
from making import ACTOR, PNG
from sma_plugin.findings import Finding
from sma_plugin.ingest import ingest
from sma_plugin.package import Package
from sma_plugin.privacy.agreement import key_of
from sma_plugin.privacy.check import checked
from sma_plugin.privacy.keys import By, Key, Keys
from sma_plugin.privacy.requests import Digests, Request, listed
from sma_plugin.provenance import Stamps
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Paths, Role


def odd(said: bytes = b"") -> bytes:
    """A picture with a part that nobody knows and that is needed to show it."""
    part = len(said).to_bytes(4) + b"ODdD" + said + zlib.crc32(b"ODdD" + said).to_bytes(4)
    return PNG[:-12] + part + PNG[-12:]


SIGNED_PICTURE = odd(b"https://a.example/?n=1&sig=abc")
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
        return of_packages(result)

    return go


def reviewed(picture: bytes) -> Prepare:
    """A review of the avatar when it was this one."""

    def go(bench: Bench, _keys: Keys, _key: Key) -> None:
        sha256 = hashlib.sha256(picture).hexdigest()
        question = f"review/mastodon/{ACTOR}/{sha256}/objects/captures/01-mastodon-platform-export/avatar.png"
        rows = f"question;decided;role;date;ground\n{question};show;archivaris;1-2-2026;x\n"
        (bench.home / "besluiten" / "a.csv").write_text(rows)

    return go


def suppressed(_bench: Bench, keys: Keys, key: Key) -> None:
    """A request of the person who replied."""
    about = Digests(key).account("x", "22222", "roos")
    told = {"role": "archivaris", "date": "2026-02-01", "ground": "AVG", "decision": "1", "at": "2026-02-01"}
    listed(keys).add(Request(id="v-1", outcome="suppressed", key=key.id, accounts=about, **told))


def checking(said: str, damage: Callable[[Package], None] = lambda _: None) -> Callable[[Bench], Iterable[Finding]]:
    """``sma privacy check`` on a package that was sound, after something was done to it."""

    def go(bench: Bench) -> Iterable[Finding]:
        list(copied(conversation(said))(bench))
        (root,) = [path for path in (bench.home / "out").iterdir() if path.name != "for-depositor"]
        damage(Package(root))
        paths = Paths(key_file="sleutels/k")
        keys = Keys(bench.home / "sleutels" / "k")
        return checked(Package(root), bench.settings(register=BOTH, paths=paths), keys).findings

    return go


def planted(package: Package) -> None:
    """The number of who replied, in a text."""
    _replaced(package.access_posts, '"content":"Dag', '"content":"Dag 22222')


def of_another(package: Package) -> None:
    """Pseudonyms that name another key."""
    _replaced(package.access_posts, _mark(package), "zzzzz")


def of_a_namesake(package: Package) -> None:
    """Pseudonyms that name this key, and that it does not make."""
    mark = _mark(package)
    told = re.sub(rf'"p{mark}-[0-9a-z]+"', f'"p{mark}-0123456789abcdef"', package.access_posts.read_text())
    package.access_posts.write_text(told)


def without_event(package: Package) -> None:
    """No word of how the copy was made."""
    _replaced(package.all_events, '"redaction"', '"redactie"')


def _mark(package: Package) -> str:
    return (key_of(package) or "").removeprefix("k-")


def _replaced(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new))


CASES = [
    Case("SMA-P003", copied(SOUND)),
    Case("SMA-P005", copied(SOUND, register=NOBODY), "SMA-P005", "SMA-S002"),
    Case("SMA-P037", copied(SOUND | {"avatar.png": SIGNED_PICTURE}, reviewed(SIGNED_PICTURE)), "SMA-P003", "SMA-P037"),
    Case("SMA-P006", copied(SOUND, reviewed(b"")), "SMA-P003", "SMA-P006"),
    Case("SMA-P007", copied(conversation("Dag"), suppressed)),
    Case("SMA-P008", copied(SOUND | {"avatar.png": odd()}, reviewed(odd()))),
    Case("SMA-P010", checking("Dag", planted)),
    Case("SMA-P011", checking("Een roos voor iedereen")),
    Case("SMA-P012", checking("Dag", of_another)),
    Case("SMA-P013", checking("Dag", without_event)),
    Case("SMA-P014", checking("Dag", of_a_namesake)),
    Case("SMA-P019", copied({"pagina.json": conversation("Dag"), "Roos.png": PNG})),
]
