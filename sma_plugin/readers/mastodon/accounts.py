"""From an account of the REST interface to a reference, an account and a profile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sma_plugin.model import Account, AccountRef, Alias, Evidence, Link, Media, Moment, Observation, ProfileVersion
from sma_plugin.readers.mastodon.common import PLATFORM, Files, account_aliases, full_handle, links_in, server_of
from sma_plugin.readers.mastodon.entities import AccountEntity, MentionEntity
from sma_plugin.readers.values import html_text, iso_moment, number

MAX_KNOWN = 50_000
"""So many references and profiles are remembered, to say each once; after that some are said again."""


class People:
    """The accounts that a capture meets: one reference for each, and every profile once.

    ``host`` is the server that answered, as far as known: numbers of accounts and statuses mean something there only.
    """

    def __init__(self, files: Files | None, host: str | None) -> None:
        self.host = host
        self._files = files
        self._said: dict[object, object] = {}

    def local_id(self, value: str | int | None) -> str | None:
        """``host#id``: a server's own number; ``None`` while the server is not known."""
        return f"{self.host}#{value}" if self.host and value not in (None, "") else None

    def meet(self, account: AccountEntity) -> None:
        """Learn from an account without ``@`` in its name, which is the server's own, which server answered."""
        if self.host is None and account.acct and "@" not in account.acct:
            self.host = server_of(account.uri or account.url)

    def reference(self, account: AccountEntity | None, status_uri: str | None = None) -> AccountRef:
        """The account; where it does not give its ActivityPub id, that is what stands before ``/statuses/``."""
        if account is None:
            return AccountRef()
        self.meet(account)
        handle = full_handle(account.acct or account.username, account.url or account.uri)
        more = []
        native = account.uri or None
        if native is None and status_uri and "/statuses/" in status_uri:
            native = status_uri.partition("/statuses/")[0]
            more.append(Alias("activitypub-id", native, derived=True))
        if local := self.local_id(account.id):
            more.append(Alias("local-id", local))
        return AccountRef(
            native, handle, account.display_name or None, account.url, account_aliases(account.url, handle, *more)
        )

    def mentioned(self, mention: MentionEntity) -> AccountRef:
        """An account that is mentioned, of which the ActivityPub id is not given."""
        handle = full_handle(mention.acct or mention.username, mention.url)
        return AccountRef(None, handle, None, mention.url, account_aliases(mention.url, handle))

    def numbered(self, value: str | int) -> AccountRef | None:
        """An account of which only the server's number is known."""
        local = self.local_id(value)
        return AccountRef(aliases=(Alias("local-id", local),)) if local else None

    def items(
        self, account: AccountEntity, ref: AccountRef, evidence: Evidence, at: Moment | None
    ) -> Iterator[Account | ProfileVersion | Observation]:
        """The account, its profile and its numbers, each when it is new or says something new."""
        if len(self._said) > MAX_KNOWN:
            self._said.clear()
        key = ref.native_id or ref.url or account.id
        if self._news("account", key, value=True):
            yield Account(PLATFORM, ref, created=iso_moment(account.created_at), evidence=(evidence,))
        if self._news(
            "profile", key, (account.display_name, account.note, account.avatar, account.header, account.fields)
        ):
            yield self._profile(account, ref, evidence, at)
        if account.suspended and self._news("suspended", key, value=True):
            yield Observation(PLATFORM, account=ref, at=at, status="suspended", evidence=(evidence,))
        counts = _counts(account)
        if counts and self._news("counts", key, counts):
            yield Observation(PLATFORM, account=ref, at=at, counts=counts, evidence=(evidence,))

    def _news(self, what: str, key: object, value: object) -> bool:
        known = self._said.get((what, key))
        self._said[what, key] = value
        return known != value

    def _profile(
        self, account: AccountEntity, ref: AccountRef, evidence: Evidence, at: Moment | None
    ) -> ProfileVersion:
        fields = [(_text(one.get("name")), _text(one.get("value"))) for one in account.fields or ()]
        return ProfileVersion(
            platform=PLATFORM,
            account=ref,
            at=at,
            name=account.display_name,
            handle=ref.handle,
            bio=None if account.note is None else html_text(account.note),
            bio_html=account.note,
            url=account.url,
            links=_links(account, [value for _, value in fields]),
            fields=None if account.fields is None else tuple((name, html_text(value)) for name, value in fields),
            avatar=self._picture(account.avatar, account.avatar_description),
            header=self._picture(account.header, account.header_description),
            kind="bot" if account.bot else "group" if account.group else None,
            evidence=(evidence,),
            raw=_raw(account),
        )

    def _picture(self, address: str | None, alt: str | None) -> Media | None:
        if not address:
            return None
        path = self._files.same_name(address) if self._files else None
        return Media("image", path=path, source=address, alt=alt or None)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _links(account: AccountEntity, values: list[str]) -> tuple[Link, ...] | None:
    if account.note is None and account.fields is None:
        return None
    found = {link.url: link for markup in [*values, account.note or ""] for link in links_in(markup)}
    return tuple(found.values())


def _counts(account: AccountEntity) -> dict[str, int]:
    found = {
        "followers": account.followers_count,
        "following": account.following_count,
        "posts": account.statuses_count,
    }
    # A number that the account hides is given as -1.
    return {name: count for name, value in found.items() if (count := number(value)) is not None and count >= 0}


def _moved(account: Any) -> str | None:
    """The address of the account to which this one moved."""
    named = (account.get("uri"), account.get("url"), account.get("acct")) if isinstance(account, dict) else ()
    return next(filter(None, map(_text, named)), None)


def _roles(roles: Any) -> list[str] | None:
    """The roles that are shown on a profile, by name."""
    named = [_text(one.get("name")) for one in roles if isinstance(one, dict)] if isinstance(roles, list) else []
    return [name for name in named if name] or None


def _raw(account: AccountEntity) -> dict[str, Any] | None:
    verified = {
        _text(one.get("name")): one["verified_at"] for one in account.fields or () if _text(one.get("verified_at"))
    }
    found = {
        "id": account.id,
        "acct": account.acct,
        "locked": account.locked,
        "discoverable": account.discoverable,
        "indexable": account.indexable,
        "memorial": account.memorial,
        "limited": account.limited,
        "moved": _moved(account.moved),
        "verified_at": verified,
        "roles": _roles(account.roles),
    }
    return {name: value for name, value in found.items() if value not in (None, {})} or None
