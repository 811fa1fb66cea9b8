"""What a feed says of itself: its title, addresses, picture, and by these its platform and its account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sma_plugin.model import AccountRef, Evidence, Media, Moment, ProfileVersion
from sma_plugin.readers.feeds.names import YOUTUBE, atom, rss
from sma_plugin.readers.feeds.tables import platform_of, rules_of
from sma_plugin.readers.mastodon.common import account_aliases
from sma_plugin.readers.xml_element import Element


@dataclass
class Header:
    """The elements of a feed that are no items, as they come by."""

    title: str | None = None
    description: str | None = None
    language: str | None = None
    picture: str | None = None
    next_page: str | None = None
    own_page: str | None = None
    names: list[str] = field(default_factory=list)
    evidence: Evidence | None = None

    def learn(self, element: Element, evidence: Evidence) -> None:
        """Take in one element. RSS 1.0 has its items beside the channel, which is then one of them."""
        for one in element.children if element.name in rss("channel") else [element]:
            self._learn(one, evidence)

    def _learn(self, element: Element, evidence: Evidence) -> None:
        name, text = element.name, element.text.strip()
        if name in (*rss("title"), *atom("title")):
            self.title, self.evidence = self.title or text, self.evidence or evidence
        elif name in (*rss("description"), *atom("subtitle"), *atom("tagline")):
            self.description = self.description or text or None
        elif name == "language":
            self.language = text or None
        elif name in (*rss("link"), *atom("id"), "generator", *atom("generator")):
            self.names.append(text)
        elif name in (*rss("image"), *atom("logo"), *atom("icon")):
            self.picture = self.picture or element.words(*rss("url")) or (text if text.startswith("http") else None)
        elif name == f"{{{YOUTUBE}}}channelId":
            # The channel's own id in a feed lacks its first two letters.
            self.names.insert(0, f"yt:channel:{text if text.startswith('UC') else 'UC' + text}")
        elif name in atom("author"):
            self.names.extend(one for one in (element.words(*atom("uri")), element.words(*atom("url"))) if one)
        elif name in atom("link"):
            self._link(element)

    def _link(self, element: Element) -> None:
        address, relation = element.attributes.get("href", ""), element.attributes.get("rel", "alternate")
        if relation in ("self", "alternate"):
            self.names.append(address)
        self.own_page = address if relation == "self" else self.own_page
        self.next_page = address if relation in ("next", "prev-archive") else self.next_page

    def platform(self) -> str | None:
        """The platform that the feed is of, by what it names itself with."""
        return platform_of(self._told())

    def owner(self, platform: str) -> AccountRef:
        """The account that the feed is of."""
        rules = rules_of(platform)
        found = rules.owner(self._told(), self.title)
        page = next((name for name in self.names if name.startswith("http") and "/feed" not in name), None)
        aliases = account_aliases(page, found.handle) if platform == "mastodon" else ()
        return AccountRef(found.native_id, found.handle, found.name, page, aliases)

    def profile(self, platform: str, ref: AccountRef, at: Moment | None) -> Iterator[ProfileVersion]:
        """The profile of the account, as far as the feed shows it."""
        if self.evidence and ref.name:
            avatar = Media("image", source=self.picture) if self.picture else None
            bio = self.description if platform == "bluesky" else None
            yield ProfileVersion(
                platform, ref, at, ref.name, ref.handle, bio, url=ref.url, avatar=avatar, evidence=(self.evidence,)
            )

    def _told(self) -> Iterable[str]:
        return [name for name in self.names if name]
