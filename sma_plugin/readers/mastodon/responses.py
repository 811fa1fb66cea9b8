"""What each kind of response gives: posts, profiles, what stays out, what is only counted."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, NamedTuple

from sma_plugin.model import Account, Evidence, Item, Observation, Problem
from sma_plugin.readers.addresses import host_of
from sma_plugin.readers.contract import Source
from sma_plugin.readers.documents import Value, Values, member_span, unreadable
from sma_plugin.readers.json_items import ArrayItems, Piece
from sma_plugin.readers.json_members import members
from sma_plugin.readers.ladder import Ladder, tolerant
from sma_plugin.readers.left_out import UNCLAIMED, item_left_out, stays_in, whole_left_out
from sma_plugin.readers.mastodon.accounts import People
from sma_plugin.readers.mastodon.common import PLATFORM, Files, server_of
from sma_plugin.readers.mastodon.entities import AccountEntity, StatusEntity
from sma_plugin.readers.mastodon.histories import Histories
from sma_plugin.readers.mastodon.kinds import (
    LOGGED_IN,
    PARTS,
    RULES,
    account_of_path,
    asked,
    is_timeline,
    kind_of_value,
    rule_of_path,
)
from sma_plugin.readers.mastodon.quotes import quote_of
from sma_plugin.readers.mastodon.statuses import Statuses, is_direct
from sma_plugin.readers.page_chain import Chain, linked_next
from sma_plugin.readers.remarks import error_given, no_posts, unknown_form, with_remarks
from sma_plugin.readers.timelines import Timelines

DIRECT = "mastodon-api.direct"
CONTACTS = "mastodon-api.contacts"
_OF_WHO_ASKS = ("source", "role")
"""Members that an account has only for itself: its preferences, its rights on the server."""
_COUNTED = ("poll", "media", "instance", "source", "tag", "emoji")
"""Kinds that are known and are no posts."""

_statuses = Ladder(StatusEntity)
_accounts = Ladder(AccountEntity)


class Tallied(NamedTuple):
    """What a document held that is only counted: known kinds, unknown forms, statuses without a known audience."""

    kinds: Counter[str]
    without: Counter[str]


class Responses:
    """Reads the responses of one capture, one after another. What they leave open is told at the end."""

    def __init__(self, files: Files | None) -> None:
        self._files = files
        self._people = People(files, None)
        self._makers = Statuses(self._people, files)
        self._histories = Histories(self._makers)
        self._chain = Chain()
        self._timelines = Timelines(PLATFORM)
        self._owners: set[str] = set()

    def read_source(self, source: Source) -> Iterator[Item]:
        """The items of one response."""
        self._people.host = server_of(source.url) or self._people.host
        values = Values(source)
        stream = iter(values)
        first = list(islice(stream, 2))
        rule = self._rule(source, first, values.form)
        if rule is not None:
            yield from whole_left_out(rule, source, len(first) + sum(1 for _ in stream))
            return
        if source.status is None or source.status < 400:
            self._chain.page(source, source.url, linked_next(source))
        tallied = Tallied(Counter(), Counter())
        yield from self._followed(source, self._values(source, values, first, stream, tallied))
        yield from _summary(source, tallied)

    def _followed(self, source: Source, items: Iterator[Item]) -> Iterator[Item]:
        """The items of a response; a page of a timeline covers what lies between its posts.

        A server has all posts of its own accounts, and of others' only what reached it.
        """
        place = self._chain.place(source.url) if is_timeline(source) else None
        following = self._chain.place(linked_next(source))
        yield from self._timelines.page(
            items, place, following, lambda account: host_of(account) == host_of(source.url)
        )

    def _values(
        self, source: Source, values: Values, first: list[Value], stream: Iterator[Value], tallied: Tallied
    ) -> Iterator[Item]:
        if first and values.form == "array" and _kind(first[0]) == "revision":
            yield from self._histories.items(source, list(chain(first, stream)))
        else:
            for value in chain(first, stream):
                yield from self._value(source, value, tallied)
        yield from values.problems()

    def end(self) -> Iterator[Item]:
        """Histories whose post was not met before them; pages that were announced and not captured."""
        yield from self._histories.end()
        yield from self._chain.open_ends()
        yield from self._timelines.spans()

    def _rule(self, source: Source, first: list[Value], form: str) -> str | None:
        """The rule by which the whole response stays out, if any.

        Accounts in a list are contacts of the account, unless the address says that they were asked for.
        """
        by_path = rule_of_path(source)
        if by_path not in (None, "profiles"):
            return by_path
        kind = _kind(first[0]) if first and form != "lines" else None
        if kind == "account" and form == "array" and by_path != "profiles":
            return CONTACTS
        return RULES.get(kind or "")

    def _value(self, source: Source, value: Value, tallied: Tallied) -> Iterator[Item]:
        piece, decoded, kind = value.piece, value.decoded, _kind(value)
        if isinstance(decoded, list) and decoded and _kind_of(decoded[0]) == "account":
            yield from item_left_out(CONTACTS, source, piece.offset, len(piece.data))
        elif isinstance(decoded, list):
            yield from self._list(source, piece.data, piece.offset, value.locator, tallied)
        elif kind == "status":
            yield from self._status(source, piece, value.locator, tallied)
        elif kind == "account":
            yield from self._account(source, piece, value.locator)
        elif kind == "envelope":
            yield from self._envelope(source, value, tallied)
        elif kind in RULES:
            yield from item_left_out(RULES[kind], source, piece.offset, len(piece.data))
        elif kind == "error":
            yield _error(source, decoded)
        elif decoded:
            (tallied.kinds if kind in _COUNTED else tallied.without)[kind or "?"] += 1
            if kind is None and value.locator and source.exact:
                # Among answers in one file it could be anything; as a file of its own nobody would claim it.
                yield from item_left_out(UNCLAIMED, source, piece.offset, len(piece.data))

    def _list(self, source: Source, data: bytes, offset: int, locator: str, tallied: Tallied) -> Iterator[Item]:
        """The values of a list inside a document: a page of statuses on one line, a part of an envelope."""
        for index, piece in enumerate(ArrayItems(io.BytesIO(data), start=offset)):
            try:
                inner = Value(piece, tolerant(piece.data), f"{locator}/{index}")
            except ValueError as error:
                yield unreadable(source.path, piece, str(error))
                continue
            yield from self._value(source, inner, tallied)

    def _envelope(self, source: Source, value: Value, tallied: Tallied) -> Iterator[Item]:
        """A document with several lists: statuses are read, lists of people and of own likes are cut out."""
        data, base = value.piece.data, value.piece.offset
        for name, start, begin, end in members(data):
            content = value.decoded.get(name)
            if not content:
                continue
            rule = PARTS.get(name)
            if name == "accounts" and isinstance(content, list) and len(content) == 1:
                rule = ""
            if rule:
                yield from item_left_out(rule, source, base + start, end - start)
            elif name == "account" and isinstance(content, dict):
                yield from self._account(source, Piece(base + begin, data[begin:end]), f"{value.locator}/{name}")
            elif rule is not None:
                yield from self._list(source, data[begin:end], base + begin, f"{value.locator}/{name}", tallied)

    def _account(self, source: Source, piece: Piece, locator: str) -> Iterator[Item]:
        try:
            account = _accounts.decode(piece.data).value
        except ValueError as error:
            yield unreadable(source.path, piece, str(error))
            return
        evidence = source.evidence(piece.offset, len(piece.data), locator)
        spans = [span for name in _OF_WHO_ASKS if (span := member_span(piece.data, name))]
        for start, end in spans if source.exact else ():
            yield from item_left_out(RULES["credentials"], source, piece.offset + start, end - start)
        if spans and not source.exact:
            yield stays_in(source)
        yield from self._asked(source, account, evidence)
        yield from self._people.items(account, self._people.reference(account), evidence, source.fetched_at)

    def _asked(
        self, source: Source, account: AccountEntity | None, evidence: Evidence, status_uri: str | None = None
    ) -> Iterator[Account]:
        """The account whose posts were asked for, or that asked, once: it is what the capture is of."""
        asked = account_of_path(source)
        if asked and account and asked in (str(account.id), LOGGED_IN) and asked not in self._owners:
            self._owners.add(asked)
            yield Account(PLATFORM, self._people.reference(account, status_uri), owner=True, evidence=(evidence,))

    def _status(self, source: Source, piece: Piece, locator: str, tallied: Tallied) -> Iterator[Item]:
        path, place = source.path, (piece.offset, len(piece.data))
        try:
            status, rung = _statuses.decode(piece.data)
        except ValueError as error:
            yield unreadable(path, piece, str(error))
            return
        if rung:
            yield Problem("SMA-R002", path, *place, {"path": path})
        self._histories.learn(status)
        if is_direct(status):
            # A response that is this one status goes as a whole where it cannot be cut.
            alone = not (locator or source.exact)
            yield from whole_left_out(DIRECT, source) if alone else item_left_out(DIRECT, source, *place)
            return
        if status.visibility == "draft":
            yield from item_left_out(RULES["scheduled"], source, *place)
            return
        yield from self._left_out_quote(source, piece, status)
        yield from self._posts(source, piece, status, locator, tallied)

    def _left_out_quote(self, source: Source, piece: Piece, status: StatusEntity) -> Iterator[Item]:
        quoted = quote_of(status).quoted
        if quoted is not None and is_direct(quoted):
            span = member_span(piece.data, "quote" if status.quote else "pleroma") or (0, len(piece.data))
            yield from item_left_out(DIRECT, source, piece.offset + span[0], span[1] - span[0])

    def _posts(
        self, source: Source, piece: Piece, status: StatusEntity, locator: str, tallied: Tallied
    ) -> Iterator[Item]:
        evidence = source.evidence(piece.offset, len(piece.data), locator)
        yield from self._asked(source, status.account, evidence, status.uri)
        for one, post in self._makers.posts(status, evidence, source.fetched_at):
            if one.account is not None:
                yield from self._people.items(one.account, post.author, evidence, source.fetched_at)
            yield from with_remarks(post, source.path, piece)
            tallied.without["audience"] += post.audience is None
        if source.method == "DELETE" and status.uri and asked(source).endswith(f"/statuses/{status.id}"):
            at = source.fetched_at
            yield Observation(PLATFORM, post=status.uri, at=at, status="deleted", detail="DELETE", evidence=(evidence,))


def _kind(value: Value) -> str | None:
    return _kind_of(value.decoded)


def _kind_of(decoded: Any) -> str | None:
    return kind_of_value(decoded) if isinstance(decoded, dict) else None


def _error(source: Source, decoded: dict[str, Any]) -> Problem:
    return error_given(source, decoded.get("error_description") or decoded.get("error"))


def _summary(source: Source, tallied: Tallied) -> Iterator[Problem]:
    path = source.path
    yield from (no_posts(path, kind, count) for kind, count in sorted(tallied.kinds.items()))
    for kind, count in sorted(tallied.without.items()):
        if count and kind == "audience":
            yield Problem("SMA-R063", path, params={"path": path, "count": count})
        elif count:
            yield unknown_form(path, count)
