"""From a status of the REST interface to a post, with the status that it repeats or quotes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sma_plugin.model import (
    AccountRef,
    Alias,
    Counts,
    Evidence,
    Link,
    Moment,
    Poll,
    Post,
    PostState,
    Relation,
    Withdrawal,
)
from sma_plugin.readers.mastodon.accounts import People
from sma_plugin.readers.mastodon.audiences import AUDIENCES
from sma_plugin.readers.mastodon.common import PLATFORM, Files, links_in
from sma_plugin.readers.mastodon.entities import CardEntity, PollEntity, StatusEntity
from sma_plugin.readers.mastodon.pictures import media_of
from sma_plugin.readers.mastodon.quotes import Quote, quote_of, reactions
from sma_plugin.readers.values import html_text, iso_moment, number

_COUNTS = {
    "replies": "replies_count",
    "reposts": "reblogs_count",
    "likes": "favourites_count",
    "quotes": "quotes_count",
}
_MAX_DEPTH = 8


def is_direct(status: StatusEntity) -> bool:
    """Whether a status is a direct message, or repeats one."""
    return status.visibility == "direct" or (status.reblog is not None and status.reblog.visibility == "direct")


class Statuses:
    """Makes posts of statuses, with what the capture around them tells."""

    def __init__(self, people: People, files: Files | None) -> None:
        self._people, self._files = people, files

    def posts(
        self, status: StatusEntity, evidence: Evidence, at: Moment | None, *, depth: int = 0
    ) -> Iterator[tuple[StatusEntity, Post]]:
        """The post, and those that it brings along, each with the status that it is made of."""
        if status.account is not None:
            self._people.meet(status.account)
        quote = quote_of(status)
        relations = [
            *self._reply(status),
            *self._repost(status),
            *self._quote(quote),
        ]
        yield status, self.post(status, evidence, at, tuple(relations), included=depth > 0)
        for inner in (status.reblog, quote.quoted):
            if inner is not None and depth < _MAX_DEPTH and not is_direct(inner):
                yield from self.posts(inner, evidence, at, depth=depth + 1)

    def post(
        self,
        status: StatusEntity,
        evidence: Evidence,
        at: Moment | None,
        relations: tuple[Relation, ...] = (),
        *,
        included: bool = False,
    ) -> Post:
        """The one post that a status is."""
        repeats = status.reblog is not None
        counts = _counts(status)
        return Post(
            platform=PLATFORM,
            author=self.author(status),
            native_id=status.uri or None,
            created=iso_moment(status.created_at) or Moment(),
            state=PostState() if repeats else self.state(status),
            kind="repost" if repeats else "question" if status.poll else "note",
            url=status.url,
            aliases=self.aliases(status),
            relations=relations,
            counts=Counts(counts, at) if counts and not repeats else None,
            audience=AUDIENCES.get(status.visibility or ""),
            edited=iso_moment(status.edited_at),
            withdrawn=Withdrawal("archived") if status.visibility == "archived" else None,
            pinned=status.pinned,
            included=included,
            evidence=(evidence,),
        )

    def author(self, status: StatusEntity) -> AccountRef:
        """Who wrote a status."""
        return self._people.reference(status.account, status.uri)

    def aliases(self, status: StatusEntity) -> tuple[Alias, ...]:
        """The identifiers by which a status is found again: its page, and its number on the server that answered."""
        found = [Alias("url", status.url)] if status.url and status.url != status.uri else []
        local = self._people.local_id(status.id)
        return (*found, Alias("local-id", local)) if local else tuple(found)

    def state(self, status: StatusEntity) -> PostState:
        """What a status, or one revision of it, says."""
        html, tags, mentions = status.content, status.tags, status.mentions
        text = _source_text(status) if html is None else html_text(html)
        return PostState(
            text=text,
            html=html,
            content_warning=status.spoiler_text or None,
            sensitive=status.sensitive,
            language=status.language,
            hashtags=None if tags is None else tuple(one["name"] for one in tags if isinstance(one.get("name"), str)),
            mentions=None if mentions is None else tuple(self._people.mentioned(one) for one in mentions),
            links=_links(status),
            media=media_of(status.media_attachments, self._files, self._people.host if _is_home(status) else None),
            poll=_poll(status.poll),
            tool=_tool(status.application),
            raw=_raw(status),
        )

    def _reply(self, status: StatusEntity) -> Iterator[Relation]:
        answered, account = status.in_reply_to_id, status.in_reply_to_account_id
        if answered in (None, ""):
            return
        own = status.account.id if status.account else None
        whose: AccountRef | None = None
        target = self._people.local_id(answered)
        if account is not None and own is not None and str(account) == str(own):
            whose = self._people.reference(status.account, status.uri)
            # An answer to oneself: the server names its own statuses alike, so the other address is known too.
            base, found, last = (status.uri or "").rpartition("/")
            if found and last == str(status.id):
                target = f"{base}/{answered}"
        elif account is not None:
            named = [one for one in status.mentions or () if str(one.id) == str(account)]
            whose = self._people.mentioned(named[0]) if named else self._people.numbered(account)
        yield Relation("reply", target, target_account=whose)

    def _repost(self, status: StatusEntity) -> Iterator[Relation]:
        if inner := status.reblog:
            yield Relation("repost", inner.uri, inner.url, self._people.reference(inner.account, inner.uri))

    def _quote(self, quote: Quote) -> Iterator[Relation]:
        quoted = quote.quoted
        if quoted is not None and not is_direct(quoted):
            whose = self._people.reference(quoted.account, quoted.uri)
            yield Relation("quote", quoted.uri, quoted.url, whose, quote.state)
        elif quoted is None and quote != Quote():
            yield Relation("quote", quote.target or self._people.local_id(quote.number), state=quote.state)


def _source_text(status: StatusEntity) -> str | None:
    """The source text, where the server shows it as it is: a quote gets a line before it, remote mentions lose a host.

    The source text itself is always kept among the raw values.
    """
    rendered = status.quote or any("@" in (one.acct or "") for one in status.mentions or ())
    return None if rendered else status.text


def _is_home(status: StatusEntity) -> bool:
    """Whether the server that answered is the one on which the status was written."""
    return status.account is not None and "@" not in (status.account.acct or "@")


def _counts(status: StatusEntity) -> dict[str, int]:
    found: dict[str, Any] = {name: getattr(status, field) for name, field in _COUNTS.items()}
    if status.poll:
        options = status.poll.options or []
        found.update((f"votes:{index}", one.get("votes_count")) for index, one in enumerate(options, 1))
        found["voters"] = status.poll.voters_count
    for one in reactions(status):
        if isinstance(name := one.get("name"), str):
            found[f"reactions:{name}"] = one.get("count")
    return {name: count for name, value in found.items() if (count := number(value)) is not None}


def _links(status: StatusEntity) -> tuple[Link, ...] | None:
    """The links of the text; the preview adds its title to the one that it is of, or is one more."""
    card = status.card
    if status.content is None and card is None:
        return None
    mentioned = [one.url for one in status.mentions or () if one.url]
    found = {link.url: link for link in links_in(status.content, mentioned)}
    if card and card.url:
        found[card.url] = _previewed(found.get(card.url) or Link(card.url), card)
    return tuple(found.values())


def _previewed(link: Link, card: CardEntity) -> Link:
    return Link(link.url, link.shown, card.title or None, card.description or None, card.image or None)


def _poll(poll: PollEntity | None) -> Poll | None:
    if poll is None:
        return None
    titles = (one.get("title") for one in poll.options or ())
    return Poll(
        tuple(one if isinstance(one, str) else "" for one in titles), poll.multiple, iso_moment(poll.expires_at)
    )


def _tool(application: dict[str, Any] | None) -> str | None:
    name = application.get("name") if application else None
    return name if isinstance(name, str) and name else None


def _raw(status: StatusEntity) -> dict[str, Any] | None:
    emoji = {one["shortcode"]: one.get("url") for one in status.emojis or () if isinstance(one.get("shortcode"), str)}
    known = status.visibility is None or status.visibility in AUDIENCES
    found = {
        "emoji": emoji,
        "visibility": None if known else status.visibility,
        "text": status.text if status.content is None else None,
        "in_reply_to_id": status.in_reply_to_id,
        "quote_approval": status.quote_approval,
    }
    return {name: value for name, value in found.items() if value not in (None, {}, "")} or None
