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
from sma_plugin.model import AccountHistory, PostHistory
from sma_plugin.package import Package
from sma_plugin.privacy.agreement import check_access_copy, key_of
from sma_plugin.privacy.file_names import FileNames, is_short, kept_name
from sma_plugin.privacy.identities import refs_in
from sma_plugin.privacy.keys import Keys
from sma_plugin.privacy.known import Known
from sma_plugin.privacy.met import met_in
from sma_plugin.privacy.outgoing import Said, files_of, texts_of
from sma_plugin.privacy.people import People, Shown
from sma_plugin.privacy.pseudonyms import Pseudonyms
from sma_plugin.privacy.rulings import rulings
from sma_plugin.privacy.searching import Needle, Search
from sma_plugin.privacy.third_parties import ThirdParties, handle_of
from sma_plugin.settings import Settings


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
    parties = ThirdParties((line.item for line in activitystreams.read_lines(package.posts)), shown, called)
    search, names = Search(parties.needles), FileNames(parties.needles, parties.own)
    result.people = len({needle.bearer for needle in parties.needles})
    result.needles.update(search.counts)
    seen: set[tuple[str, str | None, str]] = set()
    for place, root in files_of(package, copy):
        result.files += 1
        path = place.relative_to(root).as_posix()
        for said in (Said(path, None, path), *texts_of(package, place, path, copy)):
            result.texts += 1
            for needle, common in _told(said, search, parties.own, names):
                bearer = needle.bearer
                if common and bearer not in said.line:
                    result.words[bearer] += 1
                elif (said.path, said.item, bearer) not in seen:
                    seen.add((said.path, said.item, bearer))
                    result.findings.append(
                        make("SMA-P010", path=said.path, item=said.item, pseudonym=bearer, **_sort(needle.sort))
                    )
    if result.words:
        result.findings.append(make("SMA-P011", words=len(result.words), times=result.words.total()))
    return result


def _told(said: Said, search: Search, own: set[str], names: FileNames) -> Iterator[tuple[Needle, bool]]:
    """By what somebody is told of, and whether that may be a common word. Names of kept files were given to others."""
    if said.text == said.path and (name := kept_name(said.path)):
        yield from ((one.needle, False) for one in names.found(name))
        return
    for needle, common in search.found(said.text):
        if said.line:
            yield needle, common
        elif needle.bearer not in own and not is_short(needle):
            yield needle, common or needle.text.isalpha()


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
            for name in (ref.native_id, ref.handle and handle_of(ref.handle), ref.name):
                if name and pseudonym:
                    found.setdefault((item.platform, name), pseudonym)
    return found
