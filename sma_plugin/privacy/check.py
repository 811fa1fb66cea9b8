"""``sma privacy check``: whether anything that goes out of the house names somebody who is protected.

Every access copy, METS label, file name and text of MDTO and of the other records that travel with a package is
searched for everything that third parties of its history are called. What is found is told by its place and pseudonym,
never by name. ``captures.toml`` and the normalised posts hold names by their nature and stay with the originals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sma_plugin.findings import Finding, make
from sma_plugin.formats import activitystreams
from sma_plugin.model import AccountHistory, AccountRef, PostHistory
from sma_plugin.package import Package
from sma_plugin.privacy.agreement import check_access_copy, key_of
from sma_plugin.privacy.identities import refs_in
from sma_plugin.privacy.keys import Keys
from sma_plugin.privacy.known import Known
from sma_plugin.privacy.met import met_in
from sma_plugin.privacy.outgoing import Said, files_of, texts_of
from sma_plugin.privacy.people import People, Shown
from sma_plugin.privacy.pseudonyms import Pseudonyms
from sma_plugin.privacy.rulings import rulings
from sma_plugin.privacy.searching import Needle, Search, plain
from sma_plugin.settings import Settings

_LEAST_DIGITS = 8
"""Digits from which a number in a record is looked at: sizes and places in files are numbers too."""


@dataclass
class Checked:
    """What was searched and what came of it."""

    findings: list[Finding] = field(default_factory=list)
    people: int = 0
    needles: Counter[str] = field(default_factory=Counter)
    files: int = 0
    texts: int = 0
    words: Counter[str] = field(default_factory=Counter)
    """Common words that are somebody's name, by pseudonym."""


def checked(package: Package, settings: Settings, keys: Keys | None, copy: Path | None = None) -> Checked:
    """Search everything of a package that goes out, and a copy that was made of it elsewhere. Hold keys against it."""
    shown = tuple(rulings(package, settings).shown)
    named = key_of(package)
    key = next((one for one in keys or () if one.id == named), keys.current if keys else None)
    people = People(Pseudonyms(key), shown, Known.beside(keys.path, keeps=False)) if key and keys else None
    called = pseudonyms_in(package, people) if people else {}
    result = check_package(package, shown, called, copy)
    result.findings += check_access_copy(package, key, people)
    return result


def check_package(
    package: Package, shown: tuple[Shown, ...], called: dict[tuple[str, str], str], copy: Path | None = None
) -> Checked:
    """Search everything of a package that goes out. ``called`` gives pseudonyms by platform and what identifies."""
    result = Checked()
    needles = list(_needles(package, shown, called))
    search = Search(needles)
    own = _own(package, called)
    result.people = len({needle.bearer for needle in needles})
    result.needles.update(search.counts)
    seen: set[tuple[str, str | None, str]] = set()
    for place, root in files_of(package, copy):
        result.files += 1
        path = place.relative_to(root).as_posix()
        for said in (Said(path, None, path), *texts_of(package, place, path, copy)):
            result.texts += 1
            for found in search.found(said.text):
                bearer = found.needle.bearer
                short = found.needle.text.isdecimal() and len(found.needle.text) < _LEAST_DIGITS
                if not said.line and (short or bearer in own):
                    continue
                if (found.common or (not said.line and found.needle.text.isalpha())) and bearer not in said.line:
                    result.words[bearer] += 1
                elif (said.path, said.item, bearer) not in seen:
                    seen.add((said.path, said.item, bearer))
                    result.findings.append(
                        make("SMA-P010", path=said.path, item=said.item, pseudonym=bearer, **_sort(found.needle.sort))
                    )
    if result.words:
        result.findings.append(make("SMA-P011", words=len(result.words), times=result.words.total()))
    return result


_SORTS = {
    "name": ("de naam", "the name"),
    "handle": ("de accountnaam", "the handle"),
    "id": ("een nummer", "an identifier"),
    "page": ("een adres", "an address"),
}


def _sort(sort: str) -> dict[str, Any]:
    return dict(zip(("sort_nl", "sort_en"), _SORTS[sort], strict=True))


def pseudonyms_in(package: Package, people: People) -> dict[tuple[str, str], str]:
    """The pseudonyms of everybody in a history, by platform and what identifies them."""
    people.meet(met_in(package.posts))
    found: dict[tuple[str, str], str] = {}
    for item in (line.item for line in activitystreams.read_lines(package.posts)):
        if not isinstance(item, AccountHistory | PostHistory):
            continue
        for ref in refs_in(item):
            pseudonym = people.pseudonym(item.platform, ref)
            for name in (ref.native_id, ref.handle and _handle(ref.handle), ref.name):
                if name and pseudonym:
                    found.setdefault((item.platform, name), pseudonym)
    return found


# --- who is looked for -----------------------------------------------------------------------------------------------


def _needles(package: Package, shown: tuple[Shown, ...], called: dict[tuple[str, str], str]) -> Iterator[Needle]:
    """Everything that third parties of a history are called, and the numbers and addresses of what they wrote."""
    ours = {
        (one.platform, name) for one in shown for name in (one.native_id, one.handle and _handle(one.handle)) if name
    }
    names_of_ours: set[str] = set()
    told: list[Needle] = []
    for item in (line.item for line in activitystreams.read_lines(package.posts)):
        if not isinstance(item, AccountHistory | PostHistory):
            continue
        for ref in refs_in(item):
            mine = (item.platform, ref.native_id or _handle(ref.handle or "")) in ours
            if mine:
                names_of_ours |= {plain(one.lstrip("@")) for one in (ref.name, ref.handle, ref.native_id) if one}
            else:
                told += _of_person(item.platform, ref, called)
        if isinstance(item, AccountHistory) and (item.platform, item.native_id) not in ours:
            told += _of_account(item, called)
        elif (
            isinstance(item, PostHistory)
            and (item.platform, item.author.native_id or _handle(item.author.handle or "")) not in ours
        ):
            told += _of_post(item, called)
    yield from (one for one in dict.fromkeys(told) if plain(one.text) not in names_of_ours)


def _of_person(platform: str, ref: AccountRef, called: dict[tuple[str, str], str]) -> Iterator[Needle]:
    bearer = _bearer(platform, ref.native_id, ref.handle, ref.name, called)
    if ref.handle:
        yield Needle(ref.handle.lstrip("@"), "handle", bearer)
    if ref.name:
        yield Needle(ref.name, "name", bearer)
    if ref.native_id:
        yield Needle(ref.native_id, "id", bearer)
    for address in (ref.url, *(other.value for other in ref.aliases)):
        if address:
            yield Needle(address, "page" if "/" in address else "id", bearer)


def _of_account(item: AccountHistory, called: dict[tuple[str, str], str]) -> Iterator[Needle]:
    bearer = _bearer(item.platform, item.native_id, None, None, called)
    for address in (item.url, *(profile.url for profile in item.profiles), *(one.value for one in item.aliases)):
        if address:
            yield Needle(address, "page" if "/" in address else "id", bearer)


def _of_post(item: PostHistory, called: dict[tuple[str, str], str]) -> Iterator[Needle]:
    author = item.author
    bearer = _bearer(item.platform, author.native_id, author.handle, author.name, called)
    yield Needle(item.native_id, "id", bearer)
    if item.url:
        yield Needle(item.url, "page", bearer)
    for other in item.aliases:
        if len(other.value) > len("12345678"):
            yield Needle(other.value, "page" if "/" in other.value else "id", bearer)


def _bearer(
    platform: str, native_id: str | None, handle: str | None, name: str | None, called: dict[tuple[str, str], str]
) -> str:
    """The pseudonym of somebody; without a key a number."""
    keys = [(platform, one) for one in (native_id, handle and _handle(handle), name) if one]
    known = next((called[key] for key in keys if key in called), None) or f"({len(called) + 1})"
    for key in keys:
        called.setdefault(key, known)
    return known


def _handle(handle: str) -> str:
    return plain(handle.lstrip("@"))


def _own(package: Package, called: dict[tuple[str, str], str]) -> set[str]:
    """The pseudonyms of the account itself: its package is described by its name, its copy may not have it."""
    items = (line.item for line in activitystreams.read_lines(package.posts))
    own = (item for item in items if isinstance(item, AccountHistory) and item.own)
    return {_bearer(item.platform, item.native_id, None, None, called) for item in own}
