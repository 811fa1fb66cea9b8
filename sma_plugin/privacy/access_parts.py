"""What the parts of a post or profile are in an access copy: texts, links, media, places, ties and counts.

What is not named here is left out: a field that the model gets later enters access copies only when somebody says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import overload

from sma_plugin.model import (
    AccountRef,
    Alias,
    Link,
    Location,
    Media,
    Moment,
    Observation,
    Poll,
    PostState,
    Relation,
)
from sma_plugin.privacy.masking import Masker
from sma_plugin.privacy.names import NOBODY, Scene
from sma_plugin.privacy.people import People
from sma_plugin.privacy.posts import Posts
from sma_plugin.privacy.pseudonyms import Pseudonyms

_REMEMBERED = 1 << 16


@dataclass
class Parts:
    """Shows the parts of items; ``reviewed`` are files that were let through: package path, and path in the copy."""

    pseudonyms: Pseudonyms
    people: People
    masker: Masker
    posts: Posts
    reviewed: Mapping[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    """What was left out."""

    def __post_init__(self) -> None:
        self._named_by = lru_cache(_REMEMBERED)(self._named_account)

    def aliases(self, aliases: tuple[Alias, ...], platform: str) -> tuple[Alias, ...]:
        """Other identifiers, which may be addresses that name somebody."""
        return tuple(
            Alias(self.said(one.scheme, platform), self.masker.address(one.value, platform), one.derived)
            for one in aliases
        )

    def ref(self, platform: str, ref: AccountRef, free: frozenset[str] = NOBODY.free) -> AccountRef:
        """An account: under its pseudonym, or as it is where its name may stay (``free``: now and not always)."""
        return self._named_by(platform, ref.native_id, ref.handle, ref.name, ref.url, free)

    def _named_account(
        self,
        platform: str,
        native_id: str | None,
        handle: str | None,
        name: str | None,
        url: str | None,
        free: frozenset[str],
    ) -> AccountRef:
        """An account as the copy names it."""
        pseudonym = self.people.shown(platform, native_id, handle, name)
        if pseudonym is None or pseudonym in free:
            return AccountRef(native_id, handle, name, url)
        return AccountRef(pseudonym)

    def state(self, state: PostState, platform: str, scene: Scene, *, own: bool) -> PostState:
        """What a post says. ``own``: the account itself says it."""
        links = state.links and tuple([self.link(link, platform, scene) for link in state.links])
        text = state.text
        for link, shown in zip(state.links or (), links or (), strict=True):
            if text and link.shown and link.shown != shown.shown:
                text = text.replace(link.shown, shown.shown or "")  # a short address leads where the long one does
        return PostState(
            text and self.masker.text(text, platform, scene, own=own),
            None,
            self.text(state.title, platform, scene),
            self.text(state.content_warning, platform, scene),
            state.sensitive,
            self.text(state.language, platform, scene),
            state.hashtags and tuple([self.masker.hashtag(tag, platform, scene) for tag in state.hashtags]),
            state.mentions and tuple([self.ref(platform, ref, scene.free) for ref in state.mentions]),
            links,
            state.media and tuple([self.medium(one, platform, scene, own=own) for one in state.media]),
            state.location and self._location(state.location, platform, scene) if own else None,
            state.poll and self._poll(state.poll, platform, scene),
            self.text(state.tool, platform, scene),
            state.truncated,
        )

    def _location(self, place: Location, platform: str, scene: Scene) -> Location:
        name, country = self.text(place.name, platform, scene), self.text(place.country, platform, scene)
        return Location(name, None, country, place.latitude, place.longitude)

    def _poll(self, poll: Poll, platform: str, scene: Scene) -> Poll:
        options = tuple(self.said(option, platform, scene) for option in poll.options)
        return Poll(options, poll.multiple, moment_of(poll.ends))

    def link(self, link: Link, platform: str, scene: Scene) -> Link:
        """A link; where the address is masked, so is the short form of it, for that leads there too."""
        url = self.masker.address(link.url, platform, scene)
        shown = link.shown and (url if url != link.url else self.masker.address(link.shown, platform, scene))
        title, description = self.text(link.title, platform, scene), self.text(link.description, platform, scene)
        return Link(url, shown, title, description)

    def medium(self, one: Media, platform: str, scene: Scene, *, own: bool) -> Media:
        """That there is a medium; the medium itself only when somebody looked at it."""
        shown = self.reviewed.get(one.path or "")
        self.counts["media"] += shown is None and one.path is not None
        return Media(
            one.kind,
            path=shown,
            mime=self.text(one.mime, platform, scene),
            alt=self.text(one.alt, platform, scene) if own or shown else None,
            width=one.width,
            height=one.height,
            duration=one.duration,
        )

    def relation(self, tie: Relation, platform: str, free: frozenset[str]) -> Relation:
        """The tie, by identifiers of this copy; an address tells of people, and is not needed where one is."""
        account = tie.target_account and self.ref(platform, tie.target_account, free)
        target = tie.target if tie.target is not None else tie.target_url
        named = target and self.named(platform, target)
        return Relation(tie.kind, named, None, account, self.text(tie.state, platform))

    def observation(self, seen: Observation, post: str | None) -> Observation:
        """What was seen of a post or account: when and how often, not by whom and where."""
        counts = seen.counts and {self.said(name, seen.platform): count for name, count in seen.counts.items()}
        return Observation(
            seen.platform, post, at=moment_of(seen.at), counts=counts, status=self.text(seen.status, seen.platform)
        )

    def post_id(self, platform: str, native_id: str, *, own: bool) -> str:
        """The identifier of a post in this copy; that of somebody else leads to its author."""
        return native_id if own else self.pseudonyms.of("post", platform, native_id)

    def named(self, platform: str, native_id: str) -> str:
        """The identifier of a post in this copy, whoever wrote it."""
        return self.post_id(platform, native_id, own=self.posts.own(platform, native_id))

    def text(self, text: str | None, platform: str, scene: Scene = NOBODY) -> str | None:
        """A short text that may not be there."""
        return text and self.said(text, platform, scene)

    def said(self, text: str, platform: str, scene: Scene = NOBODY) -> str:
        """A short text, such as a language: most are met again and again, and name nobody."""
        return text if self.masker.is_plain(text) else self.masker.text(text, platform, scene)


@overload
def moment_of(moment: Moment) -> Moment: ...
@overload
def moment_of(moment: None) -> None: ...
def moment_of(moment: Moment | None) -> Moment | None:
    """A moment as understood; the text that it was delivered as is the original's."""
    return moment and Moment(moment.us)
