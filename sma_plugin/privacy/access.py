"""A history as others than the custodian may read it: third parties under pseudonyms, and nothing that shows them.

What is not named here is left out: a field that the model gets later enters access copies only when somebody says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import overload

from sma_plugin.model import (
    AccountHistory,
    AccountRef,
    Alias,
    HistoryItem,
    Link,
    Location,
    Media,
    Moment,
    Observation,
    Poll,
    PostHistory,
    PostState,
    PostVersion,
    ProfileVersion,
    Relation,
    Resource,
    Withdrawal,
)
from sma_plugin.privacy.masking import Masker
from sma_plugin.privacy.people import People
from sma_plugin.privacy.pseudonyms import Pseudonyms

_GONE = ("deleted", "not-found")


@dataclass
class Access:
    """Makes access copies of the items of one history; both passes see the same items.

    ``reviewed`` are the files (package paths) that a person looked at and let through. ``counts`` says what was done.
    """

    pseudonyms: Pseudonyms
    people: People
    masker: Masker
    reviewed: Collection[str] = ()
    own_posts: set[tuple[str, str]] = field(default_factory=set)
    gone: int = 0
    """Posts by others that are known to be gone at their source, and so were left out."""
    media: int = 0
    """Media, screenshots and pages that were left out, not having been reviewed."""

    def items(self, items: Iterable[HistoryItem]) -> Iterator[HistoryItem]:
        """The items of the access copy, in the same order."""
        for item in items:
            if isinstance(item, PostHistory):
                if (post := self._post(item)) is not None:
                    yield post
            elif isinstance(item, AccountHistory):
                yield self._account(item)
            elif (resource := self._resource(item)) is not None:
                yield resource

    # --- accounts ----------------------------------------------------------------------------------------------------

    def _account(self, item: AccountHistory) -> AccountHistory:
        pseudonym = self.people.pseudonym(item.platform, AccountRef(item.native_id))
        if pseudonym is not None:
            return AccountHistory(item.platform, pseudonym)
        return AccountHistory(
            item.platform,
            item.native_id,
            own=item.own,
            url=item.url,
            created=_moment(item.created),
            aliases=self._aliases(item.aliases, item.platform),
            handles=item.handles,
            profiles=tuple(self._profile(one) for one in item.profiles),
            observations=tuple(self._observation(one) for one in item.observations),
        )

    def _profile(self, one: ProfileVersion) -> ProfileVersion:
        platform = one.platform
        return ProfileVersion(
            platform,
            self._ref(platform, one.account),
            _moment(one.at),
            name=one.name,
            handle=one.handle,
            bio=self._text(one.bio, platform, ()),
            url=one.url,
            links=one.links and tuple(self._link(link, platform, ()) for link in one.links),
            fields=one.fields
            and tuple((self._said(name, platform), self._said(value, platform)) for name, value in one.fields),
            location=self._text(one.location, platform, ()),
            avatar=one.avatar and self._medium(one.avatar, platform, (), own=True),
            header=one.header and self._medium(one.header, platform, (), own=True),
            verified=self._text(one.verified, platform, ()),
            kind=self._text(one.kind, platform, ()),
            language=self._text(one.language, platform, ()),
        )

    def _aliases(self, aliases: tuple[Alias, ...], platform: str) -> tuple[Alias, ...]:
        return tuple(Alias(one.scheme, self.masker.address(one.value, platform), one.derived) for one in aliases)

    def _ref(self, platform: str, ref: AccountRef) -> AccountRef:
        pseudonym = self.people.pseudonym(platform, ref)
        return AccountRef(pseudonym) if pseudonym else AccountRef(ref.native_id, ref.handle, ref.name, ref.url)

    # --- posts -------------------------------------------------------------------------------------------------------

    def _post(self, item: PostHistory) -> PostHistory | None:
        platform, own = item.platform, self.people.pseudonym(item.platform, item.author) is None
        if not own and (item.withdrawn or any(seen.status in _GONE for seen in item.observations)):
            self.gone += 1
            return None
        present = self._present(item)
        return PostHistory(
            platform,
            self._ref(platform, item.author),
            self._post_id(platform, item.native_id, own=own),
            _moment(item.created),
            item.kind,
            item.klass,
            tuple(self._version(one, platform, present, own=own) for one in item.versions),
            derived_id=item.derived_id,
            url=item.url and self.masker.address(item.url, platform, present) if own else None,
            audience=item.audience,
            aliases=self._aliases(item.aliases, platform) if own else (),
            relations=tuple(self._relation(one, platform) for one in item.relations),
            observations=tuple(self._observation(one) for one in item.observations),
            revisions=item.revisions if own else None,
            withdrawn=item.withdrawn and Withdrawal(item.withdrawn.ground, _moment(item.withdrawn.at)),
            pinned=item.pinned,
            thread=item.thread and self._named(platform, item.thread),
            parent=item.parent and self._named(platform, item.parent),
            depth=item.depth,
            placed_on=item.placed_on and self._ref(platform, item.placed_on),
        )

    def _present(self, item: PostHistory) -> frozenset[str]:
        """Who takes part in a conversation: who wrote, who is called, who is answered."""
        platform = item.platform
        refs = [item.author, *(tie.target_account for tie in item.relations if tie.target_account)]
        refs += [ref for version in item.versions for ref in version.state.mentions or ()]
        return frozenset(found for ref in refs if (found := self.people.pseudonym(platform, ref)))

    def _version(self, one: PostVersion, platform: str, present: Collection[str], *, own: bool) -> PostVersion:
        native = one.native_id and self._post_id(platform, one.native_id, own=own)
        return PostVersion(self._state(one.state, platform, present, own=own), native, _moment(one.edited))

    def _state(self, state: PostState, platform: str, present: Collection[str], *, own: bool) -> PostState:
        return PostState(
            text=self._text(state.text, platform, present, by_staff=own),
            title=self._text(state.title, platform, present),
            content_warning=self._text(state.content_warning, platform, present),
            sensitive=state.sensitive,
            language=self._text(state.language, platform, present),
            hashtags=state.hashtags and tuple(self._said(tag, platform, present) for tag in state.hashtags),
            mentions=state.mentions and tuple(self._ref(platform, ref) for ref in state.mentions),
            links=state.links and tuple(self._link(link, platform, present) for link in state.links),
            media=state.media and tuple(self._medium(one, platform, present, own=own) for one in state.media),
            location=state.location and self._location(state.location, platform, present) if own else None,
            poll=state.poll and self._poll(state.poll, platform, present),
            tool=self._text(state.tool, platform, present),
            truncated=state.truncated,
        )

    def _location(self, place: Location, platform: str, present: Collection[str]) -> Location:
        name = self._text(place.name, platform, present)
        return Location(name, None, self._text(place.country, platform, present), place.latitude, place.longitude)

    def _poll(self, poll: Poll, platform: str, present: Collection[str]) -> Poll:
        options = tuple(self._said(option, platform, present) for option in poll.options)
        return Poll(options, poll.multiple, _moment(poll.ends))

    def _link(self, link: Link, platform: str, present: Collection[str]) -> Link:
        return Link(
            self.masker.address(link.url, platform, present),
            link.shown and self.masker.address(link.shown, platform, present),
            self._text(link.title, platform, present),
            self._text(link.description, platform, present),
        )

    def _medium(self, one: Media, platform: str, present: Collection[str], *, own: bool) -> Media:
        """That there is a medium; the medium itself only when somebody looked at it."""
        shown = one.path if one.path in self.reviewed else None
        self.media += shown is None
        return Media(
            one.kind,
            path=shown,
            mime=self._text(one.mime, platform, present),
            alt=self._text(one.alt, platform, present) if own or shown else None,
            width=one.width,
            height=one.height,
            duration=one.duration,
        )

    def _relation(self, tie: Relation, platform: str) -> Relation:
        """The tie, by identifiers of this copy; an address tells of people, and is not needed where one is."""
        account = tie.target_account and self._ref(platform, tie.target_account)
        target = tie.target if tie.target is not None else tie.target_url
        named = target and self._named(platform, target)
        return Relation(tie.kind, named, None, account, self._text(tie.state, platform, ()))

    def _observation(self, seen: Observation) -> Observation:
        counts = seen.counts and {self._said(name, seen.platform): count for name, count in seen.counts.items()}
        return Observation(seen.platform, at=_moment(seen.at), counts=counts, status=seen.status)

    def _post_id(self, platform: str, native_id: str, *, own: bool) -> str:
        return native_id if own else self.pseudonyms.of("post", platform, native_id)

    def _named(self, platform: str, native_id: str) -> str:
        """The identifier of a post in this copy, whoever wrote it."""
        return self._post_id(platform, native_id, own=(platform, native_id) in self.own_posts)

    # --- texts and pages ---------------------------------------------------------------------------------------------

    def _text(self, text: str | None, platform: str, present: Collection[str], *, by_staff: bool = False) -> str | None:
        return text and self.masker.text(text, platform, present, by_staff=by_staff)

    def _said(self, text: str, platform: str, present: Collection[str] = ()) -> str:
        return self.masker.text(text, platform, present)

    def _resource(self, item: Resource) -> Resource | None:
        """A page or screenshot that was reviewed. Which page it is of says who is on it, so its address stays out."""
        kept = next((one.path for one in item.evidence if one.path in self.reviewed), None)
        self.media += kept is None
        if kept is None:
            return None
        return Resource(item.role, "", _moment(item.at), mime=item.mime, length=item.length)


@overload
def _moment(moment: Moment) -> Moment: ...
@overload
def _moment(moment: None) -> None: ...
def _moment(moment: Moment | None) -> Moment | None:
    """A moment as understood; the text that it was delivered as is the original's."""
    return moment and Moment(moment.us)


def prepared(items: Iterable[HistoryItem], pseudonyms: Pseudonyms, people: People) -> Access:
    """What the access copy of a history is made with, after a first pass over it."""
    posts: list[tuple[str, str, AccountRef]] = []

    def noted() -> Iterator[HistoryItem]:
        for item in items:
            if isinstance(item, PostHistory) and (
                item.author.native_id is None or people.pseudonym(item.platform, item.author) is None
            ):
                posts.append((item.platform, item.native_id, item.author))
            yield item

    people.meet(noted())  # only now it is known whose each handle is
    own = {(platform, native) for platform, native, author in posts if people.pseudonym(platform, author) is None}
    return Access(pseudonyms, people, Masker(pseudonyms, people), own_posts=own)
