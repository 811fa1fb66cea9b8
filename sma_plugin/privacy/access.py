"""A history as others than the custodian may read it: third parties under pseudonyms, and nothing that shows them.

What is not named here is left out: a field that the model gets later enters access copies only when somebody says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
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
from sma_plugin.privacy.masking import Masker, Posts
from sma_plugin.privacy.met import Met
from sma_plugin.privacy.names import NOBODY, Scene
from sma_plugin.privacy.people import People
from sma_plugin.privacy.pseudonyms import Pseudonyms
from sma_plugin.privacy.requests import Requests

_GONE = ("deleted", "not-found")
_REMEMBERED = 1 << 16


@dataclass
class Statement:
    """Something that a person had added to a post, with the identifier of the post in the copy."""

    platform: str
    post: str
    text: str


@dataclass
class Tally:
    """What was done to some items: what was left out, what was masked, words and numbers to look at, statements."""

    left_out: Counter[str]
    masked: Counter[str]
    doubtful: Counter[str]
    particulars: Counter[str]
    statements: list[Statement]


@dataclass
class Access:
    """Makes access copies of the items of one history; ``counts`` and the masker's say what was done.

    ``reviewed`` are the files that a person looked at and let through: package path, and the path that it has in the
    copy. ``keep_gone``: a role decided that posts by others that are gone at their source stay.
    """

    pseudonyms: Pseudonyms
    people: People
    masker: Masker
    posts: Posts
    authors: Mapping[tuple[str, str], str]
    threads: Mapping[tuple[str, str], set[str]]
    reviewed: Mapping[str, str] = field(default_factory=dict)
    requests: Requests | None = None
    keep_gone: bool = False
    gone: frozenset[tuple[str, str]] = frozenset()
    """Platform and identifier of posts of which other packages say that they are gone."""
    statements: list[Statement] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    """What was left out: ``gone`` posts, ``media`` (pages and screenshots too), ``suppressed`` items."""

    def __post_init__(self) -> None:
        self._named_by = lru_cache(_REMEMBERED)(self._named_account)

    def items(self, items: Iterable[HistoryItem]) -> Iterator[HistoryItem]:
        """The items of the access copy, in the same order."""
        for item in items:
            if self.requests is not None and self.requests.suppressed(item):
                self.counts["suppressed"] += 1
            elif isinstance(item, PostHistory):
                if (post := self._post(item)) is not None:
                    self._add_statements(item, post)
                    yield post
            elif isinstance(item, AccountHistory):
                yield self._account(item)
            elif (resource := self._resource(item)) is not None:
                yield resource

    def _add_statements(self, item: PostHistory, post: PostHistory) -> None:
        """What people had added to a post, under its identifier in the copy."""
        for text in self.requests.statements(item) if self.requests else ():
            self.statements.append(Statement(item.platform, post.native_id, self._text(text, item.platform) or ""))

    def tally(self) -> Tally:
        """What was done since this was last asked; from here on it counts anew."""
        masker = self.masker
        told = Tally(self.counts, masker.counts, masker.doubtful, masker.particulars, self.statements)
        self.counts, masker.counts, masker.doubtful, masker.particulars = Counter(), Counter(), Counter(), Counter()
        self.statements = []
        return told

    def include(self, told: Tally) -> None:
        """Count what was done elsewhere too."""
        self.counts.update(told.left_out)
        self.masker.counts.update(told.masked)
        self.masker.doubtful.update(told.doubtful)
        self.masker.particulars.update(told.particulars)
        self.statements += told.statements

    # --- accounts ----------------------------------------------------------------------------------------------------

    def _account(self, item: AccountHistory) -> AccountHistory:
        names = (handle.value for handle in item.handles)
        pseudonym = self.people.pseudonym(item.platform, AccountRef(item.native_id, next(names, None)))
        if pseudonym is not None:
            return AccountHistory(item.platform, pseudonym, own=item.own)
        return AccountHistory(
            item.platform,
            item.native_id,
            own=item.own,
            url=item.url and self.masker.address(item.url, item.platform),
            created=_moment(item.created),
            aliases=self._aliases(item.aliases, item.platform),
            handles=item.handles,
            profiles=tuple(self._profile(one) for one in item.profiles),
            observations=tuple(self._observation(one, None) for one in item.observations),
        )

    def _profile(self, one: ProfileVersion) -> ProfileVersion:
        platform = one.platform
        return ProfileVersion(
            platform,
            self._ref(platform, one.account),
            _moment(one.at),
            name=self._text(one.name, platform),
            handle=one.handle,
            bio=self._text(one.bio, platform),
            url=one.url and self.masker.address(one.url, platform),
            links=one.links and tuple(self._link(link, platform, NOBODY) for link in one.links),
            fields=one.fields
            and tuple((self._said(name, platform), self._said(value, platform)) for name, value in one.fields),
            location=self._text(one.location, platform),
            avatar=one.avatar and self._medium(one.avatar, platform, NOBODY, own=True),
            header=one.header and self._medium(one.header, platform, NOBODY, own=True),
            verified=self._text(one.verified, platform),
            kind=self._text(one.kind, platform),
            language=self._text(one.language, platform),
        )

    def _aliases(self, aliases: tuple[Alias, ...], platform: str) -> tuple[Alias, ...]:
        return tuple(
            Alias(self._said(one.scheme, platform), self.masker.address(one.value, platform), one.derived)
            for one in aliases
        )

    def _ref(self, platform: str, ref: AccountRef, free: frozenset[str] = NOBODY.free) -> AccountRef:
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

    # --- posts -------------------------------------------------------------------------------------------------------

    def _post(self, item: PostHistory) -> PostHistory | None:
        platform = item.platform
        pseudonym = self.people.pseudonym(platform, item.author)
        free = self.people.free(item.created.us)
        own = pseudonym is None or pseudonym in free
        if not own and not self.keep_gone and (is_gone(item) or (platform, item.native_id) in self.gone):
            self.counts["gone"] += 1
            return None
        scene = self._scene(item, free)
        native_id = self._post_id(platform, item.native_id, own=own)
        return PostHistory(
            platform,
            self._ref(platform, item.author, free),
            native_id,
            _moment(item.created),
            item.kind,
            item.klass,
            tuple([self._version(one, platform, scene, own=own) for one in item.versions]),
            derived_id=item.derived_id,
            url=item.url and self.masker.address(item.url, platform, scene, ours=not item.placed_on) if own else None,
            audience=item.audience,
            aliases=self._aliases(item.aliases, platform) if own and item.aliases else (),
            relations=tuple([self._relation(one, platform, free) for one in item.relations]),
            observations=tuple([self._observation(one, native_id) for one in item.observations]),
            revisions=item.revisions if own else None,
            withdrawn=item.withdrawn and Withdrawal(item.withdrawn.ground, _moment(item.withdrawn.at)),
            pinned=item.pinned,
            thread=item.thread and self._named(platform, item.thread),
            parent=item.parent and self._named(platform, item.parent),
            depth=item.depth,
            placed_on=item.placed_on and self._ref(platform, item.placed_on, free),
        )

    def _scene(self, item: PostHistory, free: frozenset[str]) -> Scene:
        """Who takes part: who wrote, who is called, who is answered; and who else is in the thread."""
        platform, shown = item.platform, self.people.shown
        refs = [item.author, *(tie.target_account for tie in item.relations if tie.target_account)]
        for version in item.versions:
            refs += version.state.mentions or ()
        here = {shown(platform, ref.native_id, ref.handle, ref.name) for ref in refs}
        here.add(self.authors.get((platform, item.parent or "")))
        return Scene({one for one in here if one}, self.threads.get((platform, item.thread or ""), ()), free)

    def _version(self, one: PostVersion, platform: str, scene: Scene, *, own: bool) -> PostVersion:
        native = one.native_id and self._post_id(platform, one.native_id, own=own)
        return PostVersion(self._state(one.state, platform, scene, own=own), native, _moment(one.edited))

    def _state(self, state: PostState, platform: str, scene: Scene, *, own: bool) -> PostState:
        links = state.links and tuple([self._link(link, platform, scene) for link in state.links])
        text = state.text
        for link, shown in zip(state.links or (), links or (), strict=True):
            if text and link.shown and link.shown != shown.shown:
                text = text.replace(link.shown, shown.shown or "")  # a short address leads where the long one does
        return PostState(
            text and self.masker.text(text, platform, scene, own=own),
            None,
            self._text(state.title, platform, scene),
            self._text(state.content_warning, platform, scene),
            state.sensitive,
            self._text(state.language, platform, scene),
            state.hashtags and tuple([self.masker.hashtag(tag, platform, scene) for tag in state.hashtags]),
            state.mentions and tuple([self._ref(platform, ref, scene.free) for ref in state.mentions]),
            links,
            state.media and tuple([self._medium(one, platform, scene, own=own) for one in state.media]),
            state.location and self._location(state.location, platform, scene) if own else None,
            state.poll and self._poll(state.poll, platform, scene),
            self._text(state.tool, platform, scene),
            state.truncated,
        )

    def _location(self, place: Location, platform: str, scene: Scene) -> Location:
        name, country = self._text(place.name, platform, scene), self._text(place.country, platform, scene)
        return Location(name, None, country, place.latitude, place.longitude)

    def _poll(self, poll: Poll, platform: str, scene: Scene) -> Poll:
        options = tuple(self._said(option, platform, scene) for option in poll.options)
        return Poll(options, poll.multiple, _moment(poll.ends))

    def _link(self, link: Link, platform: str, scene: Scene) -> Link:
        """A link; where the address is masked, so is the short form of it, for that leads there too."""
        url = self.masker.address(link.url, platform, scene)
        shown = link.shown and (url if url != link.url else self.masker.address(link.shown, platform, scene))
        title, description = self._text(link.title, platform, scene), self._text(link.description, platform, scene)
        return Link(url, shown, title, description)

    def _medium(self, one: Media, platform: str, scene: Scene, *, own: bool) -> Media:
        """That there is a medium; the medium itself only when somebody looked at it."""
        shown = self.reviewed.get(one.path or "")
        self.counts["media"] += shown is None and one.path is not None
        return Media(
            one.kind,
            path=shown,
            mime=self._text(one.mime, platform, scene),
            alt=self._text(one.alt, platform, scene) if own or shown else None,
            width=one.width,
            height=one.height,
            duration=one.duration,
        )

    def _relation(self, tie: Relation, platform: str, free: frozenset[str]) -> Relation:
        """The tie, by identifiers of this copy; an address tells of people, and is not needed where one is."""
        account = tie.target_account and self._ref(platform, tie.target_account, free)
        target = tie.target if tie.target is not None else tie.target_url
        named = target and self._named(platform, target)
        return Relation(tie.kind, named, None, account, self._text(tie.state, platform))

    def _observation(self, seen: Observation, post: str | None) -> Observation:
        counts = seen.counts and {self._said(name, seen.platform): count for name, count in seen.counts.items()}
        return Observation(
            seen.platform, post, at=_moment(seen.at), counts=counts, status=self._text(seen.status, seen.platform)
        )

    def _post_id(self, platform: str, native_id: str, *, own: bool) -> str:
        return native_id if own else self.pseudonyms.of("post", platform, native_id)

    def _named(self, platform: str, native_id: str) -> str:
        """The identifier of a post in this copy, whoever wrote it."""
        return self._post_id(platform, native_id, own=self.posts.own(platform, native_id))

    # --- texts and pages ---------------------------------------------------------------------------------------------

    def _text(self, text: str | None, platform: str, scene: Scene = NOBODY) -> str | None:
        return text and self._said(text, platform, scene)

    def _said(self, text: str, platform: str, scene: Scene = NOBODY) -> str:
        return text if self.masker.is_plain(text) else self.masker.text(text, platform, scene)

    def _resource(self, item: Resource) -> Resource | None:
        """A page or screenshot that was reviewed. Which page it is of says who is on it, so its address stays out."""
        kept = next((self.reviewed[one.path] for one in item.evidence if one.path in self.reviewed), None)
        self.counts["media"] += kept is None
        if kept is None:
            return None
        return Resource(item.role, kept, _moment(item.at), mime=self._text(item.mime, ""), length=item.length)


def is_gone(item: PostHistory) -> bool:
    """Whether a post is known to be gone at its source."""
    return item.withdrawn is not None or any(seen.status in _GONE for seen in item.observations)


@overload
def _moment(moment: Moment) -> Moment: ...
@overload
def _moment(moment: None) -> None: ...
def _moment(moment: Moment | None) -> Moment | None:
    """A moment as understood; the text that it was delivered as is the original's."""
    return moment and Moment(moment.us)


def prepared(
    found: Iterable[AccountHistory | Met],
    pseudonyms: Pseudonyms,
    people: People,
    decided: Mapping[str, str] | None = None,
) -> Access:
    """What the access copy of a history is made with, after a first pass over who is met in it."""
    seen: list[tuple[str, str, str | None, AccountRef, tuple[str, ...]]] = []

    def noted() -> Iterator[AccountHistory | Met]:
        for one in found:
            if isinstance(one, Met):
                seen.append((one.platform, one.native_id, one.thread, one.author, one.aliases))
            yield one

    people.meet(noted())  # only now it is known whose each handle is
    posts = Posts(pseudonyms)
    authors: dict[tuple[str, str], str] = {}
    threads: dict[tuple[str, str], set[str]] = {}
    for platform, native, thread, author, aliases in seen:
        whose = people.pseudonym(platform, author)
        posts.add(platform, native, aliases, own=whose is None)
        if whose is not None:
            authors[platform, native] = whose
            if thread and people.has_common_name(whose):
                threads.setdefault((platform, thread), set()).add(whose)
    return Access(pseudonyms, people, Masker(pseudonyms, people, posts, decided), posts, authors, threads)
