"""The edit history of a status: revisions that do not say which status they are of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sma_plugin.model import AccountRef, Alias, Audience, Item, Moment, Post, Problem
from sma_plugin.readers.contract import Source
from sma_plugin.readers.documents import Value, unreadable
from sma_plugin.readers.ladder import Ladder
from sma_plugin.readers.left_out import whole_left_out
from sma_plugin.readers.mastodon.audiences import AUDIENCES
from sma_plugin.readers.mastodon.common import PLATFORM, server_of
from sma_plugin.readers.mastodon.entities import AccountEntity, StatusEntity
from sma_plugin.readers.mastodon.kinds import status_of_path
from sma_plugin.readers.mastodon.statuses import Statuses, is_direct
from sma_plugin.readers.values import iso_moment

MAX_KNOWN = 100_000
"""So many posts are remembered; after that only direct messages are, so that their history is never read."""
_ladder = Ladder(StatusEntity)


class _Known(NamedTuple):
    """What a status said of itself: the first revision of its history has its author and its very moment."""

    native_id: str | None
    url: str | None
    author: AccountRef
    aliases: tuple[Alias, ...]
    audience: Audience | None
    direct: bool


class Histories:
    """Reads histories, with the statuses of the same capture to tell whose they are."""

    def __init__(self, makers: Statuses) -> None:
        self._makers = makers
        self._known: dict[tuple[str, str], _Known] = {}
        self._waiting: list[tuple[Source, list[Value]]] = []

    def learn(self, status: StatusEntity) -> None:
        """Remember a status, for a history that may come."""
        key = _key(status.account, status.created_at)
        if key is None or key in self._known:
            return
        if len(self._known) > MAX_KNOWN:
            self._known = {key: known for key, known in self._known.items() if known.direct}
        self._known[key] = _Known(
            status.uri,
            status.url,
            self._makers.author(status),
            self._makers.aliases(status),
            AUDIENCES.get(status.visibility or ""),
            is_direct(status),
        )

    def items(self, source: Source, values: list[Value]) -> Iterator[Item]:
        """The history of a post that was met; that of another waits for the end."""
        first = values[0].decoded
        if _key_of(first) in self._known:
            yield from self._history(source, values)
        else:
            self._waiting.append((source, values))

    def end(self) -> Iterator[Item]:
        """The histories that waited for their post."""
        for source, values in self._waiting:
            yield from self._history(source, values)

    def _history(self, source: Source, values: list[Value]) -> Iterator[Item]:
        """Each revision as a state of its post, in order. A history of a direct message stays out."""
        revisions: list[tuple[StatusEntity, Value]] = []
        for value in values:
            try:
                decoded = _ladder.decode(value.piece.data)
            except ValueError as error:
                yield unreadable(source.path, value.piece, str(error))
                continue
            revisions.append((decoded.value, value))
            if decoded.rung:
                place = (value.piece.offset, len(value.piece.data))
                yield Problem("SMA-R002", source.path, *place, {"path": source.path})
        if not revisions:
            return
        known = self._status_of(source, revisions[0][0])
        if known is None:
            yield Problem("SMA-R068", source.path, params={"path": source.path, "count": len(revisions)})
        elif known.direct:
            yield from whole_left_out("mastodon-api.direct", source)
        else:
            yield from self._posts(source, known, revisions)

    def _status_of(self, source: Source, first: StatusEntity) -> _Known | None:
        key = _key(first.account, first.created_at)
        if key is not None and key in self._known:
            return self._known[key]
        number, host = status_of_path(source), server_of(source.url)
        if number is None or host is None:
            return None
        author = self._makers.author(first)
        return _Known(None, None, author, (Alias("local-id", f"{host}#{number}"),), None, direct=False)

    def _posts(self, source: Source, known: _Known, revisions: list[tuple[StatusEntity, Value]]) -> Iterator[Post]:
        created = iso_moment(revisions[0][0].created_at) or Moment()
        for revision, value in revisions:
            piece = value.piece
            yield Post(
                platform=PLATFORM,
                author=known.author,
                native_id=known.native_id,
                created=created,
                state=self._makers.state(revision),
                kind="question" if revision.poll else "note",
                url=known.url,
                aliases=known.aliases,
                audience=known.audience,
                # Of several the first says its moment too: a text that was put back later is another state.
                edited=iso_moment(revision.created_at) if len(revisions) > 1 else None,
                evidence=(source.evidence(piece.offset, len(piece.data), value.locator),),
            )


def _key_of(revision: Any) -> tuple[str, str] | None:
    """The key of a revision that is not decoded further than JSON."""
    account = revision.get("account")
    known = AccountEntity(id=account.get("id"), url=account.get("url")) if isinstance(account, dict) else None
    created = revision.get("created_at")
    return _key(known, created if isinstance(created, str) else None)


def _key(account: AccountEntity | None, created: str | None) -> tuple[str, str] | None:
    if account is None or account.id in (None, "") or not created:
        return None
    return f"{account.url}#{account.id}", created
