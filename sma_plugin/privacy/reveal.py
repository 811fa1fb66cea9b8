"""Telling who stands behind a pseudonym: an act of a role, with a reason, that is on record before anybody is named.

The packages themselves are read again; nothing is kept of what was found. The register of keys says who looked, when,
why and at which pseudonym, and not whom it named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sma_plugin.model import AccountRef, PostHistory
from sma_plugin.privacy.identities import Identity, called, identities
from sma_plugin.privacy.keys import By, Key, Keys
from sma_plugin.privacy.known import Known
from sma_plugin.privacy.rotation import followed
from sma_plugin.privacy.stored_posts import Posts, Read
from sma_plugin.texts import UserError


class Revealed(NamedTuple):
    """What stands behind a pseudonym in one package: the identity, and what the person is called there.

    For a post ``called`` holds who wrote it; for something in a text it is empty.
    """

    package: str
    identity: Identity
    called: tuple[AccountRef, ...]


def reveal(keys: Keys, pseudonym: str, packages: Iterable[Posts], by: By) -> list[Revealed]:
    """What stands behind a pseudonym in each package that has it. Raises :class:`UserError` when none has."""
    current, key = followed(keys, pseudonym)
    keys.register.add(by.row(key, "revealed", about=pseudonym))
    known = Known.beside(keys.path, keeps=False)
    found = [told for one in packages for told in _in(one.name, one.read, (key, known), current)]
    if not found:
        raise UserError("pseudonym_not_found", pseudonym=pseudonym)
    return found


def _in(name: str, read: Read, by: tuple[Key, Known], pseudonym: str) -> Iterator[Revealed]:
    identity = identities(read, *by).get(pseudonym)
    if identity is None:
        return
    if identity.kind == "person":
        yield Revealed(name, identity, tuple(called(read, *by, pseudonym)))
    else:
        posts = (item for item in read() if isinstance(item, PostHistory))
        authors = (one.author for one in posts if (one.platform, one.native_id) == identity[1:])
        yield Revealed(name, identity, tuple(authors) if identity.kind == "post" else ())
