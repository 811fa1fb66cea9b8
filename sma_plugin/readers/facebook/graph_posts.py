"""Posts, comments and reviews of the Facebook Graph API.

A post's id is the number of the page (person, group) on which it stands, and its own number; a comment's, the number of
its post and its own. ``updated_time`` moves with every comment: it is kept as delivered and is no moment of an edit.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sma_plugin.model import (
    AccountRef,
    Audience,
    Counts,
    Evidence,
    Link,
    Moment,
    Post,
    PostState,
    Relation,
    Withdrawal,
)
from sma_plugin.readers.facebook.addresses import absolute, direct
from sma_plugin.readers.facebook.graph_parts import (
    PLATFORM,
    Attached,
    account,
    address,
    aliases,
    audience,
    counts,
    hashtags,
    location,
    mentions,
    moment,
)
from sma_plugin.readers.fields import Fields
from sma_plugin.readers.values import MOST

_KEPT = (
    "story",
    "updated_time",
    "status_type",
    "is_expired",
    "promotion_status",
    "rating",
    "recommendation_type",
    "backdated_time",
)
_UNPUBLISHED = ("UNPUBLISHED", "SCHEDULED_UNPUBLISHED", "SCHEDULED_LIVE", "SCHEDULED_CANCELED", "SCHEDULED_EXPIRED")
_PUBLISHED_SO = frozenset(("ADS_POST", "INLINE_CREATED", "PUBLISHED", "REVIEWABLE_BRANDED_CONTENT"))
"""Values of ``unpublished_content_type`` of what people saw all the same: advertisements are posts of the account."""


class Seen(NamedTuple):
    """Where and when an object was seen: its evidence, the moment, the list that it stands in."""

    evidence: Evidence
    at: Moment | None = None
    owner: str | None = None
    """The id of the object whose list it is."""
    edge: str | None = None
    authors_given: bool = True
    """Whether the list tells who wrote what stands in it, at least of some."""


def never_published(one: Fields) -> bool:
    """Whether a post, video or event is a draft or planned for later."""
    if one.text("unpublished_content_type") in _PUBLISHED_SO:
        return False
    status = one.raw("status")  # of a broadcast a word, of a video an object
    drafted = one.flag("is_draft") or (isinstance(status, str) and status in _UNPUBLISHED)
    return bool(drafted) or one.flag("is_published") is False or one.flag("published") is False


def post(one: Fields, seen: Seen) -> Post:
    """A post on a page, a person's profile or a group."""
    native = one.text("id") or ""
    place, _, number = native.partition("_")
    attached = Attached(one)
    relations = _shared(one, attached)
    repeats = bool(relations) and relations[0].kind == "repost"
    added = one.text("status_type")
    more = [
        ("post-number", number),
        ("url", absolute(one.text("permalink_url"))),
        ("photo", attached.single("image") if added == "added_photos" else None),
        ("video", attached.single("video") if added == "added_video" else None),
    ]
    numbers = counts(one)
    author = _author(one, seen, place)
    return Post(
        PLATFORM,
        author=author,
        native_id=native or None,
        created=moment(one, "created_time"),
        state=_state(one, attached),
        kind="repost" if repeats else "note",
        url=absolute(one.text("permalink_url")),
        aliases=aliases(more),
        relations=relations,
        counts=Counts(numbers, seen.at) if numbers else None,
        audience=_audience(one),
        withdrawn=Withdrawal("hidden") if one.flag("is_hidden") else None,
        placed_on=AccountRef(place) if place and author.native_id != place else None,
        evidence=(seen.evidence,),
    )


def _audience(one: Fields) -> Audience | None:
    """An advertisement that is on no page was for whom it was aimed at."""
    return "limited" if one.flag("is_published") is False else audience(one)


def _author(one: Fields, seen: Seen, place: str) -> AccountRef:
    """Who wrote a post: ``from``. A list that gives no authors at all did not ask for them; then it is the page's."""
    writer = account(one.object("from"))
    if writer.native_id:
        return writer
    if seen.edge in ("posts", "published_posts", "ads_posts", "promotable_posts"):
        return AccountRef(place or None)
    is_unknown = seen.edge == "visitor_posts" or seen.authors_given
    return AccountRef() if is_unknown else AccountRef(place or None)


def taken_for_the_page(one: Fields, seen: Seen) -> bool:
    """Whether a post was taken for one of the page only because the list gives no authors."""
    named = one.object("from").text("id")
    return not named and not seen.authors_given and seen.edge not in ("posts", "published_posts", "visitor_posts")


def _shared(one: Fields, attached: Attached) -> tuple[Relation, ...]:
    """The post that this one shares: with words of its own a quote, else a repost."""
    parent = one.text("parent_id")
    if not parent or parent == one.text("id"):
        return ()
    address = next((link.url for link in attached.links if "facebook.com" in link.url), None)
    whose = AccountRef(parent.partition("_")[0]) if "_" in parent else None
    return (Relation("quote" if one.said("message") else "repost", parent, address, whose),)


def _state(one: Fields, attached: Attached) -> PostState:
    text = one.said("message")
    return PostState(
        text=text,
        hashtags=hashtags(text),
        mentions=mentions(one),
        links=_links(one, attached),
        media=tuple(attached.media) if attached.known else None,
        location=location(one.object("place")) if "place" in one else None,
        tool=one.object("application").text("name"),
        raw=kept(one, _KEPT, place=address(one.object("place"))),
    )


def _links(one: Fields, attached: Attached) -> tuple[Link, ...] | None:
    """Links of attachments; in versions before 3.3 members of the post itself."""
    found = list(attached.links)
    old = one.text("link")
    if old and one.text("type") in ("link", None) and not attached.known:
        found.append(Link(direct(old), None, one.text("name"), one.text("description")))
    return tuple(found) if found or attached.known else None


def kept(one: Fields, names: tuple[str, ...], **more: Any) -> dict[str, Any] | None:
    """Values as delivered, of members that have no place of their own; and ``more``, as far as there is any."""
    given = {name: one.raw(name) for name in names}
    plain = {name: value for name, value in given.items() if _is_plain(value)}
    return plain | {name: value for name, value in more.items() if value} or None


def _is_plain(value: Any) -> bool:
    """Whether a value is a text or a number that every part of the way can hold."""
    return isinstance(value, str | float) or (isinstance(value, int) and abs(value) < MOST)


# --- comments --------------------------------------------------------------------------------------------------------


def comment_id(native: str, under: str | None = None) -> str:
    """A comment's id in one form: the numbers of its post and its own.

    >>> comment_id("19_101_7"), comment_id("101_7"), comment_id("7", "19_101")
    ('101_7', '101_7', '101_7')
    """
    numbers = native.split("_")
    if len(numbers) == 1 and under:
        above = under.split("_")
        return f"{above[1] if len(above) == 3 else above[-1]}_{native}"
    return "_".join(numbers[-2:])


def _answered(one: Fields, native: str, seen: Seen) -> str | None:
    """What a comment answers: another comment, or the post."""
    if parent := one.object("parent").text("id"):
        return comment_id(parent, seen.owner)
    number = native.split("_", maxsplit=1)[0] if "_" in native else None
    owner = seen.owner
    if owner and "_" in owner:
        first, last = owner.split("_")[:2]
        # The list is that of a post with this number, or of a comment on the post with this number.
        return owner if last == number or number is None else comment_id(owner) if first == number else number
    return number or owner


def comment(one: Fields, seen: Seen) -> Post:
    """A comment on a post, or an answer to a comment."""
    given = one.text("id") or ""
    native = comment_id(given, seen.owner)
    target = _answered(one, native, seen)
    attached = Attached(one)
    text = one.said("message")
    numbers = counts(one)
    url = absolute(one.text("permalink_url"))
    return Post(
        PLATFORM,
        author=account(one.object("from")),
        native_id=native or None,
        created=moment(one, "created_time"),
        state=PostState(
            text=text,
            hashtags=hashtags(text),
            mentions=mentions(one),
            links=tuple(attached.links) if attached.known else None,
            media=tuple(attached.media) if attached.known else None,
        ),
        url=url,
        aliases=aliases([("comment", native.rpartition("_")[2]), ("url", url)]),
        relations=(Relation("reply", target),) if target else (),
        counts=Counts(numbers, seen.at) if numbers else None,
        audience="limited" if one.flag("is_private") else None,
        withdrawn=Withdrawal("hidden") if one.flag("is_hidden") else None,
        evidence=(seen.evidence,),
    )


def review(one: Fields, seen: Seen) -> Post:
    """A review of a page by somebody else. Which page it is of, only the list that it stands in tells."""
    story = one.object("open_graph_story")
    text = one.said("review_text")
    page = seen.owner if seen.edge == "ratings" else None
    return Post(
        PLATFORM,
        author=account(one.object("reviewer")),
        native_id=story.text("id") or one.text("id"),
        created=moment(one if one.text("created_time") else story, "created_time"),
        state=PostState(text=text, hashtags=hashtags(text), raw=kept(one, _KEPT)),
        placed_on=AccountRef(page) if page else None,
        evidence=(seen.evidence,),
    )
