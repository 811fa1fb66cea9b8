"""The list for review: every medium, screenshot and page of a package, and every word that may be a name.

The list goes out as a table of questions and comes back into the folder for decisions. A file is told by its package
path and SHA-256, so that a file that changed is asked about again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sma_plugin.model import HistoryItem, Media, PostHistory, Resource
from sma_plugin.package import Package
from sma_plugin.privacy.copying import access_of, items_of
from sma_plugin.privacy.keys import Keys
from sma_plugin.privacy.known import Known
from sma_plugin.privacy.rulings import Rulings, file_question, word_question
from sma_plugin.selection.asking import Question


def questions_of(package: Package, keys: Keys, decided: Rulings) -> Iterator[Question]:
    """Everything of a package that a person has to look at and has not decided on."""
    access = access_of(package, keys, decided, Known.beside(keys.path, keeps=False))
    kinds: dict[str, str] = {}
    for item in _noted(items_of(package), kinds):
        for _ in access.items([item]):
            pass
    account = decided.account
    for word, count in sorted(access.masker.doubtful.items()):
        yield word_question(account, word, count)
    for identity, count in sorted(access.masker.particulars.items()):
        if identity not in decided.words:
            yield word_question(account, identity, count, own=True)
    sums = package.checksums()  # so that its files are not read again for a list
    for path, kind in sorted(kinds.items()):
        source = package.path(path)
        if not source.resolve().is_relative_to(package.root.resolve()) or not source.is_file():
            continue
        sha256 = sums.get(path) or _digest(package, path)
        if decided.files.get(path) != sha256 and not decided.is_decided(sha256, path):
            yield file_question(account, sha256, path, size=source.stat().st_size, kind=kind)


def _noted(items: Iterator[HistoryItem], kinds: dict[str, str]) -> Iterator[HistoryItem]:
    """The items, while the files that they show are noted with their kind."""
    for item in items:
        if isinstance(item, Resource):
            kinds.update((one.path, item.role) for one in item.evidence)
        else:
            kinds.update((one.path, one.kind) for one in _media(item) if one.path)
        yield item


def _media(item: HistoryItem) -> Iterator[Media]:
    if isinstance(item, PostHistory):
        for version in item.versions:
            yield from version.state.media or ()
    elif not isinstance(item, Resource):
        for profile in item.profiles:
            yield from (one for one in (profile.avatar, profile.header) if one)


def _digest(package: Package, path: str) -> str:
    with package.path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
