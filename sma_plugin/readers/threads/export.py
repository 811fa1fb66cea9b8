"""The export of Threads, which Meta puts inside that of Instagram: posts and replies, and the profile.

Known by the names of its lists (``text_post_app_…``). It gives no ids and not what a reply answers. A medium can lie
among those of Instagram. Source: formats/PLATFORM_FORMATS.md 2.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sma_plugin.model import AccountRef, Exclusion, Item, Observation, Post, Problem, Relation, Tally
from sma_plugin.readers.contract import CaptureView, Listing, Match, Member
from sma_plugin.readers.documents import peek
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.instagram import export_layout as instagram
from sma_plugin.readers.instagram.export_pages import as_media
from sma_plugin.readers.instagram.export_recognise import EXPORT
from sma_plugin.readers.meta.captions import said_in
from sma_plugin.readers.meta.documents import Document, Record
from sma_plugin.readers.meta.media import MediaFiles
from sma_plugin.readers.meta.pages import Pages, is_page, items_of, named_on
from sma_plugin.readers.meta.profile import Owner, kept_out
from sma_plugin.readers.meta.text import fbid, members_of, objects
from sma_plugin.readers.meta.traces import traces
from sma_plugin.readers.meta.tree import Place, below, handle_in, places
from sma_plugin.readers.remarks import with_remarks
from sma_plugin.readers.values import MEDIA_FILE

NAME, PLATFORM = "threads-export", "threads"
PROFILE = f"{NAME}.profile"
POSTS_LIST, PROFILE_LIST = "text_post_app_text_posts", "text_post_app_text_post_app_profile"
_FOLDER = re.compile(r"(.*/)?your_instagram_activity/threads/", re.IGNORECASE)
_POSTS_PAGE = re.compile(r"threads_and_replies(_\d+)?\.html?", re.IGNORECASE)
_COUNTED = {
    "text_post_app_media_likes": "own likes",
    "text_post_app_text_post_app_followers": "followers",
    "text_post_app_text_post_app_following": "following",
}
_LEFT_OUT = (
    (re.compile(r"text_post_app.*(likes|saved).*"), f"{NAME}.likes"),
    (re.compile(r"text_post_app.*(follow|blocked|muted|restricted|unfollowed).*"), f"{NAME}.contacts"),
    (re.compile(r"text_post_app.*(apps_and_websites|consent|login).*"), f"{NAME}.account-security"),
    (re.compile(r"text_post_app.*(viewed|search|notification|topics).*"), f"{NAME}.history"),
)
"""Lists that stay out, by their names: their files can have been renamed."""


def recognise(listing: Listing) -> Match | None:
    """The first export in the bundle; ``recognise_all`` gives every one."""
    return next(iter(recognise_all(listing)), None)


def recognise_all(listing: Listing) -> list[Match]:
    """One match per folder with lists of Threads."""
    folders = dict.fromkeys(_folder(member.path) for member in listing.members if _is_threads(member))
    named = listing.name if len(folders) == 1 else ""
    return [match for match in (_match(listing, folder, named) for folder in folders) if match.paths]


def _is_threads(member: Member) -> bool:
    """Whether a file shows an export of Threads to be there."""
    return _list_in(member) is not None or _is_posts_page(member)


def _is_posts_page(member: Member) -> bool:
    return _POSTS_PAGE.fullmatch(_name(member.path)) is not None and is_page(member.head)


def _claimed(member: Member) -> bool:
    """Whether it is known what is to be done with a file; others are put to a decision."""
    name = _list_in(member)
    known = name in (POSTS_LIST, PROFILE_LIST) or _rule_of_list(name) is not None or _is_posts_page(member)
    return known or rule_for(NAME, _name(member.path)) is not None


def _rule_of_list(name: str | None) -> str | None:
    """The rule by which a list stays out."""
    return next((rule for pattern, rule in _LEFT_OUT if pattern.fullmatch(name or "")), None)


def _match(listing: Listing, folder: str, named: str) -> Match:
    inside = [member for member in listing.under(folder) if _folder(member.path) == folder]
    paths = [one.path for one in inside if _claimed(one)]
    placed = _FOLDER.fullmatch(folder)
    root = placed.group(1) or "" if placed else folder
    if not any(_has_posts(match, listing) for match in EXPORT.matches(listing) if root in match.roots):
        # Without posts of Instagram all media are those of Threads.
        media = (one.path for one in listing.under(root) if re.fullmatch(MEDIA_FILE, one.path, re.IGNORECASE))
        paths += [path for path in media if rule_for(instagram.NAME, path[len(root) :]) is None]
    handle = handle_in([root, named])
    return Match(
        NAME,
        PLATFORM,
        "platform-export",
        tuple(dict.fromkeys(paths)),
        roots=(folder,),
        confidence=65 if placed else 45,
        account=AccountRef(handle=handle) if handle else None,
        personal_export=True,
    )


def _has_posts(match: Match, listing: Listing) -> bool:
    """Whether an export of Instagram has posts of its own."""
    found = (instagram.role_of(listing.by_path[path], below(path, match.roots)) for path in match.paths)
    return any(role in ("posts", "stories", "archive", "trash", "other") for role in found)


def _folder(path: str) -> str:
    return path[: path.rfind("/") + 1]


def _name(path: str) -> str:
    return path[path.rfind("/") + 1 :]


def _list_in(member: Member) -> str | None:
    """The list of Threads in a document; ``None`` in any other."""
    seen = peek(member.head)
    names = seen.names if seen and not seen.array else ()
    return next((name for name in sorted(names) if name.startswith("text_post_app_")), None)


def read(capture: CaptureView) -> Iterator[Item]:
    """The items of one export: the account and its profile, posts and replies, what is counted and not kept."""
    yield from _Reading(capture).items()


class _Reading:
    """One export while it is read."""

    def __init__(self, capture: CaptureView) -> None:
        self._capture = capture
        self._places = [place for place in places(capture) if _is_threads(place.member)]
        self._media = MediaFiles(capture.listing.members)
        placed = _FOLDER.fullmatch(capture.match.roots[0])
        self._owner = Owner(
            PLATFORM, capture.match.account or AccountRef(), handle_in([placed.group(1) or ""] if placed else [])
        )

    def items(self) -> Iterator[Item]:
        """Everything in the export."""
        remarks = list(self._profile())
        yield from self._owner.items(self._capture.match.paths[0])
        yield from remarks
        for path in self._holding(POSTS_LIST):
            yield from self._posts(path)
            yield from traces(self._capture, path, f"{NAME}.upload")
        pages = Pages(self._capture, None)
        for place in self._places:
            if is_page(place.member.head):
                yield from self._page(pages, place)
                yield from traces(self._capture, place.path, f"{NAME}.upload")
        yield from self._left_out()

    def _holding(self, name: str) -> list[str]:
        return [place.path for place in self._places if _list_in(place.member) == name]

    def _profile(self) -> Iterator[Problem | Exclusion]:
        for path in self._holding(PROFILE_LIST):
            for record in Document(self._capture, path, (PROFILE_LIST,)):
                if isinstance(record, Problem):
                    yield record
                else:
                    self._owner.take(record)
            yield from kept_out(self._capture, path, PROFILE_LIST, PROFILE)
        if not self._owner.handle:
            # The profile in HTML stays out as a whole, but it is told whose it is.
            paths = (member.path for member in self._capture.listing.members)
            profiles = (path for path in paths if path.lower().endswith("/personal_information.html"))
            said = named_on(self._capture, profiles, ("username", "name"))
            self._owner.handle, self._owner.name = said.get("username"), self._owner.name or said.get("name")

    def _posts(self, path: str) -> Iterator[Post | Problem]:
        for record in Document(self._capture, path, (POSTS_LIST,)):
            yield from [record] if isinstance(record, Problem) else self._post(record, path)

    def _page(self, pages: Pages, place: Place) -> Iterator[Post | Problem]:
        """The posts on a page of the export in HTML, which does not say which of them are replies."""
        found = list(items_of(pages.cards(place.path), as_media, lambda record: self._post(record, place.path)))
        yield from found
        if not found:
            yield Problem("SMA-R106", place.path, params={"path": place.path})

    def _post(self, record: Record, path: str) -> Iterator[Post | Problem]:
        item = record.value
        files = objects(item.get("media")) or [item]
        problems: list[Problem] = []
        said = said_in(record, files, self._media, path, problems)
        yield from problems
        if said is None:
            return
        content, created = said
        flags = (members_of(one.get("text_app_post")) for one in [item, *files])
        answers = any(one.get("is_reply") is True for one in flags)
        post = Post(
            platform=PLATFORM,
            author=self._owner.ref(),
            native_id=None,
            created=created,
            state=content,
            aliases=fbid(item),
            relations=(Relation("reply"),) if answers else (),
            audience="followers" if self._owner.private else None,
            evidence=(record.evidence,),
        )
        yield from with_remarks(post, path, record.piece)

    def _left_out(self) -> Iterator[Item]:
        """Lists of likes and of people: counted where that says something, and left out whole."""
        counts: dict[str, int] = {}
        for member in self._capture.listing.members:
            if _folder(member.path) not in self._capture.match.roots:
                continue
            name = _list_in(member)
            if name in _COUNTED:
                count = Document(self._capture, member.path, (name,)).count()
                if _COUNTED[name] == "own likes":
                    yield Tally("own likes", None, count, member.path)
                else:
                    counts[_COUNTED[name]] = counts.get(_COUNTED[name], 0) + count
            rule = _rule_of_list(name)
            if rule and rule_for(NAME, _name(member.path)) is None:
                yield Exclusion(rule, member.path)
        if counts:
            yield Observation(PLATFORM, account=self._owner.ref(), counts=counts)
