"""Facebook's own export of an account, profile or Page, in JSON and in HTML, of every generation since 2018.

Recognised by structure: renamed files, wrapper folders and parts do not matter. Read in this order: the account and its
profile; posts, each file in the order of its items; events, notes and comments; photos that no post shows; what is
counted and not kept. Source: formats/PLATFORM_FORMATS.md 2.3.
"""

from __future__ import annotations

from collections.abc import Iterator

from sma_plugin.model import AccountRef, Exclusion, Item, Observation, Problem, Tally
from sma_plugin.readers.contract import CaptureView
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.facebook.export_layout import LEFT_OUT, NAME, PLATFORM, READ, Role, list_names
from sma_plugin.readers.facebook.export_owner import RULE, Owner, kept_out
from sma_plugin.readers.facebook.export_pages import page_items
from sma_plugin.readers.facebook.export_photos import Photos
from sma_plugin.readers.facebook.export_posts import Posts
from sma_plugin.readers.facebook.export_recognise import EXPORT, counted_as
from sma_plugin.readers.facebook.export_roles import names_in, role_of
from sma_plugin.readers.meta.documents import Document, Record, glimpse, is_sound
from sma_plugin.readers.meta.media import MediaFiles
from sma_plugin.readers.meta.pages import Pages, is_page, named_on
from sma_plugin.readers.meta.text import members_of, mended, objects, words
from sma_plugin.readers.meta.traces import traces
from sma_plugin.readers.meta.tree import Place, below, handle_in, places
from sma_plugin.readers.meta.zone import zone_in

recognise, recognise_all = EXPORT.recognise, EXPORT.recognise_all


def read(capture: CaptureView) -> Iterator[Item]:
    """The items of one export (module docstring for their order)."""
    yield from _Reading(capture).items()


class _Reading:
    """One export while it is read."""

    def __init__(self, capture: CaptureView) -> None:
        self._capture = capture
        found = [(place, role_of(place.member, place.inner)) for place in places(capture)]
        self._places = [(place, role) for place, role in found if role is not None]
        self._left = {place.path: role for place, role in self._places if role in LEFT_OUT}
        self._owner = Owner(capture.match.account or AccountRef(), handle_in(capture.match.roots))
        self._media = MediaFiles(capture.listing.by_path[path] for path in capture.match.paths)

    def items(self) -> Iterator[Item]:
        """Everything in the export."""
        remarks = list(self._profile())
        yield from self._owner.items(self._capture.match.paths[0])
        yield from remarks
        owner = self._owner.ref()
        posts = Posts(owner, self._media)
        pages = Pages(self._capture, zone_in(self._capture, self._of("zone")))
        for role in READ:
            for place in self._of(role):
                if is_page(place.member.head):
                    yield from page_items(pages, place, role, posts)
                elif role == "photos":
                    yield from Photos(posts, place.path, _album(place)).items(self._records(place))
                else:
                    yield from self._file(posts, place, role)
        for place, role in self._places:
            if role in READ or role in ("profile-updates", "edits"):
                yield from traces(self._capture, place.path, f"{NAME}.upload")
        yield from self._updates()
        yield from self._edits()
        yield from self._counted()

    def _of(self, role: Role) -> list[Place]:
        return [place for place, one in self._places if one == role]

    def _records(self, place: Place) -> Document:
        return Document(self._capture, place.path, names_in(place.member))

    def _profile(self) -> Iterator[Problem | Exclusion]:
        """Whose export it is, and what is cut from the profile."""
        for place in self._of("profile"):
            records = list(self._records(place))
            yield from (one for one in records if isinstance(one, Problem))
            if not is_sound(records):
                yield Exclusion(RULE, place.path)
                continue
            for record in records:
                if isinstance(record, Record):
                    self._owner.take(record)
                    yield from kept_out(record, place.path)
        if not self._owner.profile:
            self._owner.page = named_on(self._capture, self._profile_pages(), ("name", "username"))
            self._owner.called = self._called()

    def _profile_pages(self) -> list[str]:
        """The profile in the export in HTML: it stays out as a whole, but it is told whose it is."""
        paths = (member.path for member in self._capture.listing.members)
        return [path for path in paths if path.lower().endswith("/profile_information.html")]

    def _called(self) -> str | None:
        """The name under which the account commented, where no profile tells it."""
        for place in (*self._of("comments"), *self._of("group-comments")):
            if is_page(place.member.head):
                continue
            for record in self._records(place):
                data = [] if isinstance(record, Problem) else objects(record.value.get("data"))
                for one in data:
                    if name := words(members_of(one.get("comment")).get("author")):
                        return name
        return None

    def _file(self, posts: Posts, place: Place, role: Role) -> Iterator[Item]:
        """The items of one file, each for what it is: a like among posts is left out, a comment is a comment."""
        liked = 0
        for record in self._records(place):
            if isinstance(record, Problem):
                yield record
                continue
            said = {name for one in objects(record.value.get("data")) for name in one}
            if "reaction" in said and not said & {"comment", "post"}:
                liked += 1
                yield Exclusion(f"{NAME}.like", place.path, record.piece.offset, len(record.piece.data))
            else:
                yield from posts.items(record, "comments" if "comment" in said else role, place.path)
        if liked:
            yield Tally("own likes", None, liked, place.path)

    def _updates(self) -> Iterator[Item]:
        """The pictures that the profile had before; of other changes nothing stays."""
        for place in self._of("profile-updates"):
            for record in () if is_page(place.member.head) else self._records(place):
                if isinstance(record, Problem):
                    yield record
                    yield Exclusion(f"{NAME}.change", place.path, record.offset, record.length)
                    continue
                if not record.value.get("attachments"):
                    yield Exclusion(f"{NAME}.change", place.path, record.piece.offset, len(record.piece.data))
                    continue
                problems: list[Problem] = []
                for attachment in objects(record.value.get("attachments")):
                    for one in objects(attachment.get("data")):
                        medium = self._media.medium(members_of(one.get("media")), place.path, problems, "SMA-R065")
                        version = self._owner.version(record, medium) if medium else None
                        yield from [version] if version else []
                yield from problems

    def _edits(self) -> Iterator[Problem]:
        """Earlier texts of posts, which the export ties to no post: pointed out."""
        for place in self._of("edits"):
            if is_page(place.member.head):
                continue
            document = self._records(place)
            yield from (one for one in document if isinstance(one, Problem))
            if document.counted:
                yield Problem("SMA-R103", place.path, params={"path": place.path, "count": document.counted})

    def _counted(self) -> Iterator[Item]:
        """What is left out whole; own likes and followers are counted before they are."""
        counts: dict[str, int] = {}
        for member in self._capture.listing.members:
            inner = below(member.path, self._capture.match.roots)
            by_path = rule_for(NAME, inner)
            role = counted_as(inner) if by_path else self._left.get(member.path)
            if role is None or not member.path.lower().endswith(".json"):
                continue
            count = Document(self._capture, member.path, list_names()).count()
            if by_path is None:
                yield Exclusion(LEFT_OUT[role], member.path, count=count)
            if role == "likes":
                yield Tally("own likes", None, count, member.path)
            elif role == "followers":
                counts[role] = counts.get(role, 0) + count
        if counts:
            yield Observation(PLATFORM, account=self._owner.ref(), counts=counts)


def _album(place: Place) -> str | None:
    """The name of the album that a document is of."""
    seen = glimpse(place.member.head)
    return words(mended(seen.fields.get("name"))) if seen and not seen.array else None
