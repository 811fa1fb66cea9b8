"""A history as others than the custodian may read it: third parties under pseudonyms, and nothing that shows them.

What is not named here or in ``access_parts`` is left out: a field that the model gets later enters access copies only
when somebody says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sma_plugin.model import (
    AccountHistory,
    AccountRef,
    HistoryItem,
    PostHistory,
    PostVersion,
    ProfileVersion,
    Resource,
    Withdrawal,
)
from sma_plugin.privacy.access_parts import Parts, moment_of
from sma_plugin.privacy.masking import Masker
from sma_plugin.privacy.met import Met
from sma_plugin.privacy.names import NOBODY, Scene
from sma_plugin.privacy.people import People, handle_of, short_of
from sma_plugin.privacy.posts import Posts
from sma_plugin.privacy.pseudonyms import Pseudonyms
from sma_plugin.privacy.requests import Requests

_GONE = ("deleted", "not-found")


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

    ``authors`` are the pseudonyms of those who wrote posts, by platform and post; ``threads`` those who are called by
    one word, by platform and thread. ``keep_gone``: a role decided that posts by others that are gone stay.
    """

    parts: Parts
    authors: Mapping[tuple[str, str], str]
    threads: Mapping[tuple[str, str], set[str]]
    requests: Requests | None = None
    keep_gone: bool = False
    gone: frozenset[tuple[str, str]] = frozenset()
    """Platform and identifier of posts of which other packages say that they are gone."""
    statements: list[Statement] = field(default_factory=list)

    @property
    def masker(self) -> Masker:
        """What masks texts, and counts it."""
        return self.parts.masker

    @property
    def counts(self) -> Counter[str]:
        """What was left out: ``gone`` posts, ``media`` (pages and screenshots too), ``suppressed`` items."""
        return self.parts.counts

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
            self.statements.append(Statement(item.platform, post.native_id, self.parts.text(text, item.platform) or ""))

    def tally(self) -> Tally:
        """What was done since this was last asked; from here on it counts anew."""
        parts, masker = self.parts, self.masker
        told = Tally(parts.counts, masker.counts, masker.doubtful, masker.particulars, self.statements)
        parts.counts, masker.counts, masker.doubtful, masker.particulars = Counter(), Counter(), Counter(), Counter()
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
        parts = self.parts
        names = (handle.value for handle in item.handles)
        pseudonym = parts.people.pseudonym(item.platform, AccountRef(item.native_id, next(names, None)))
        if pseudonym is not None:
            return AccountHistory(item.platform, pseudonym, own=item.own)
        return AccountHistory(
            item.platform,
            item.native_id,
            own=item.own,
            url=item.url and parts.masker.address(item.url, item.platform),
            created=moment_of(item.created),
            aliases=parts.aliases(item.aliases, item.platform),
            handles=item.handles,
            profiles=tuple(self._profile(one) for one in item.profiles),
            observations=tuple(parts.observation(one, None) for one in item.observations),
        )

    def _profile(self, one: ProfileVersion) -> ProfileVersion:
        platform, parts = one.platform, self.parts
        return ProfileVersion(
            platform,
            parts.ref(platform, one.account),
            moment_of(one.at),
            name=parts.text(one.name, platform),
            handle=one.handle,
            bio=parts.text(one.bio, platform),
            url=one.url and parts.masker.address(one.url, platform),
            links=one.links and tuple(parts.link(link, platform, NOBODY) for link in one.links),
            fields=one.fields
            and tuple((parts.said(name, platform), parts.said(value, platform)) for name, value in one.fields),
            location=parts.text(one.location, platform),
            avatar=one.avatar and parts.medium(one.avatar, platform, NOBODY, own=True),
            header=one.header and parts.medium(one.header, platform, NOBODY, own=True),
            verified=parts.text(one.verified, platform),
            kind=parts.text(one.kind, platform),
            language=parts.text(one.language, platform),
        )

    # --- posts -------------------------------------------------------------------------------------------------------

    def _post(self, item: PostHistory) -> PostHistory | None:
        platform, parts, people, author = item.platform, self.parts, self.parts.people, item.author
        pseudonym = people.shown(platform, author.native_id, author.handle, author.name)
        free = people.free(item.created.us)
        own = pseudonym is None or pseudonym in free
        if not own and not self.keep_gone and (is_gone(item) or (platform, item.native_id) in self.gone):
            self.counts["gone"] += 1
            return None
        scene = self._scene(item, free)
        native_id = parts.post_id(platform, item.native_id, own=own)
        return PostHistory(
            platform,
            parts.ref(platform, author, free),
            native_id,
            moment_of(item.created),
            item.kind,
            item.klass,
            tuple([self._version(one, platform, scene, own=own) for one in item.versions]),
            derived_id=item.derived_id,
            url=item.url and self._url(item, item.url, scene) if own else None,
            audience=item.audience,
            aliases=parts.aliases(item.aliases, platform) if own and item.aliases else (),
            relations=tuple([parts.relation(one, platform, free) for one in item.relations]),
            observations=tuple([parts.observation(one, native_id) for one in item.observations]),
            revisions=item.revisions if own else None,
            withdrawn=item.withdrawn and Withdrawal(item.withdrawn.ground, moment_of(item.withdrawn.at)),
            pinned=item.pinned,
            thread=item.thread and parts.named(platform, item.thread),
            parent=item.parent and parts.named(platform, item.parent),
            depth=item.depth,
            placed_on=item.placed_on and parts.ref(platform, item.placed_on, free),
        )

    def _url(self, item: PostHistory, url: str, scene: Scene) -> str:
        """The address of an own post; one on the page of somebody else tells whose that is. Its number names nobody."""
        ours, number = not item.placed_on, item.native_id
        if not (ours and number.isdecimal() and url.endswith(("/" + number, "=" + number))):
            return self.masker.address(url, item.platform, scene, ours=ours)
        return self.masker.address(url.removesuffix(number), item.platform, scene, ours=True) + number

    def _scene(self, item: PostHistory, free: frozenset[str]) -> Scene:
        """Who takes part: who wrote, who is called, who is answered; and who else is in the thread."""
        platform, shown = item.platform, self.parts.people.shown
        refs = [item.author]
        refs += [tie.target_account for tie in item.relations if tie.target_account]
        for version in item.versions:
            refs += version.state.mentions or ()
        here = {one for ref in refs if (one := shown(platform, ref.native_id, ref.handle, ref.name))}
        short = {
            handle_of(called): shown(platform, ref.native_id, ref.handle, ref.name)
            for ref in refs
            if (handle := ref.handle) and "@" in handle and (called := short_of(handle))
        }
        if answered := self.authors.get((platform, item.parent or "")):
            here.add(answered)
        return Scene(here, self.threads.get((platform, item.thread or ""), ()), free, short)

    def _version(self, one: PostVersion, platform: str, scene: Scene, *, own: bool) -> PostVersion:
        native = one.native_id and self.parts.post_id(platform, one.native_id, own=own)
        return PostVersion(self.parts.state(one.state, platform, scene, own=own), native, moment_of(one.edited))

    def _resource(self, item: Resource) -> Resource | None:
        """A page or screenshot that was reviewed. Which page it is of says who is on it, so its address stays out."""
        kept = next((self.parts.reviewed[one.path] for one in item.evidence if one.path in self.parts.reviewed), None)
        self.counts["media"] += kept is None
        if kept is None:
            return None
        return Resource(item.role, kept, moment_of(item.at), mime=self.parts.text(item.mime, ""), length=item.length)


def is_gone(item: PostHistory) -> bool:
    """Whether a post is known to be gone at its source."""
    return item.withdrawn is not None or any(seen.status in _GONE for seen in item.observations)


def prepared(
    found: Sequence[Met],
    pseudonyms: Pseudonyms,
    people: People,
    decided: Mapping[str, str] | None = None,
) -> Access:
    """What the access copy of a history is made with, after a first pass over who is met in it."""
    people.meet(found)  # only now it is known whose each handle is
    posts = Posts(pseudonyms)
    authors: dict[tuple[str, str], str] = {}
    threads: dict[tuple[str, str], set[str]] = {}
    for met in found:
        bearers = [people.pseudonym(platform, ref) for platform, ref in met.accounts]
        for post in met.posts:
            platform, whose = post.platform, bearers[post.author]
            posts.add(platform, post.native_id, post.aliases, own=whose is None)
            if whose is not None:
                authors[platform, post.native_id] = whose
                if post.thread and people.has_common_name(whose):
                    threads.setdefault((platform, post.thread), set()).add(whose)
    masker = Masker(pseudonyms, people, posts, decided)
    return Access(Parts(pseudonyms, people, masker, posts), authors, threads)
