"""Rotation: a new key, and a sealed table from the pseudonyms of the old one to those of the new.

The table lies beside the keys and opens with the new key. With it a pseudonym that somebody wrote down stays good after
the old key is destroyed; without a key it tells nothing. Requests under the AVG go over to the new key for everybody
who is met in the packages that are given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from sma_plugin.model import HistoryItem, PostHistory, Resource
from sma_plugin.privacy import sealing
from sma_plugin.privacy.identities import identities, refs_in
from sma_plugin.privacy.key_place import write_secret
from sma_plugin.privacy.keys import Key, Keys
from sma_plugin.privacy.known import Known
from sma_plugin.privacy.met import met_among
from sma_plugin.privacy.people import People
from sma_plugin.privacy.pseudonyms import Pseudonyms
from sma_plugin.privacy.requests import Digests, Request, listed
from sma_plugin.privacy.stored_posts import Read
from sma_plugin.texts import UserError


@dataclass
class Rotated:
    """What came of it: pseudonyms in the table, requests that went over, and those that did not."""

    pseudonyms: int = 0
    requests: int = 0
    left: int = 0


def table_path(keys: Keys, old: str, new: str) -> Path:
    """Where the table from one key to another lies."""
    return keys.path.with_name(f"{keys.path.name}.{old}.{new}.sealed")


def carry_over(keys: Keys, old: Key, histories: Iterable[Read]) -> Rotated:
    """Add everybody in these histories to the table from an older key to the one in use. Raises :class:`UserError`."""
    new = keys.current
    if new is None or new is old:
        raise UserError("key_not_older", key=old.id)
    table = read_table(keys, old.id, new)
    to, waiting, done = Pseudonyms(new), _Waiting(keys, old, new), Rotated()
    for read in histories:
        People(to, (), Known.beside(keys.path)).meet(met_among(read()))  # so that later packages call them the same
        known = Known.beside(keys.path, keeps=False)
        for pseudonym, identity in identities(read, old, known).items():
            table[pseudonym] = known.canonical(to.of(*identity))
        waiting.meet(read())
    sealed = sealing.seal(msgspec.msgpack.encode(table), new.value, f"sma-plugin table {old.id} {new.id}")
    write_secret(table_path(keys, old.id, new.id), msgspec.msgpack.encode(sealed))
    for request in waiting.gone_over():
        listed(keys).add(request)
        done.requests += 1
    done.pseudonyms, done.left = len(table), waiting.left
    return done


def read_table(keys: Keys, old: str, new: Key) -> dict[str, str]:
    """The table from an older key; empty when there is none. Raises :class:`UserError` for one that does not open."""
    path = table_path(keys, old, new.id)
    if not path.exists():
        return {}
    try:
        sealed = msgspec.msgpack.decode(path.read_bytes(), type=sealing.Sealed)
        return msgspec.msgpack.decode(sealing.opened(sealed, new.value), type=dict[str, str])
    except (msgspec.MsgspecError, sealing.NotOpenedError) as error:
        raise UserError("key_not_opened", path=path) from error


def followed(keys: Keys, pseudonym: str) -> tuple[str, Key]:
    """A pseudonym as a key that is here makes it, by the tables if need be. Raises :class:`UserError` for none."""
    for _ in range(len(keys.register.rows()) + 1):
        mark = pseudonym[1:].partition("-")[0]
        key = next((one for one in keys if one.id == f"k-{mark}"), None)
        if key is not None:
            return pseudonym, key
        newer = (read_table(keys, f"k-{mark}", one).get(pseudonym) for one in keys)
        known = next((one for one in newer if one), None)
        if known is None:
            break
        pseudonym = known
    raise UserError("pseudonym_no_key", pseudonym=pseudonym, path=keys.path)


class _Waiting:
    """Requests that stand under the old key alone, and what they are called under the new one."""

    def __init__(self, keys: Keys, old: Key, new: Key) -> None:
        rows = listed(keys).rows()
        over = {one.id for one in rows if one.key == new.id} | {one.ends for one in rows if one.ends}
        self._requests = [one for one in rows if one.key == old.id and one.id not in over and not one.ends]
        self._old, self._new, self._key = Digests(old), Digests(new), new
        self._known: dict[str, str] = {}
        self.left = 0

    def meet(self, items: Iterable[HistoryItem]) -> None:
        """Note what everybody and every post in a history is called under both keys."""
        for item in items if self._requests else ():
            if isinstance(item, Resource):
                continue
            for ref in refs_in(item):
                who = (item.platform, ref.native_id, ref.handle)
                self._known |= zip(self._old.account(*who), self._new.account(*who), strict=True)
            if isinstance(item, PostHistory):
                post = (item.platform, item.native_id)
                self._known[self._old.post(*post)] = self._new.post(*post)

    def gone_over(self) -> Iterator[Request]:
        """The requests of which everything that they are about was met, under the new key."""
        for one in self._requests:
            accounts = tuple(self._known[digest] for digest in one.accounts if digest in self._known)
            posts = tuple(self._known[digest] for digest in one.posts if digest in self._known)
            if (one.posts and len(posts) == len(one.posts)) or (accounts and not one.posts):
                yield msgspec.structs.replace(one, key=self._key.id, accounts=accounts, posts=posts)
            else:
                self.left += 1
