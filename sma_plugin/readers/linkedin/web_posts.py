"""Posts and comments out of what LinkedIn's pages load (Voyager).

Posts bear no moment but the one in their number ("2w" is what pages show): it is taken from there and said to be
derived. The activity by which a post came into a feed can be that of somebody who liked it; the post's own are told
apart by the moment in their numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sma_plugin.model import (
    Account,
    AccountRef,
    Counts,
    Evidence,
    Moment,
    Post,
    PostState,
    ProfileVersion,
    Relation,
)
from sma_plugin.readers.linkedin.common import PLATFORM, aliases, comment_urn, moment_in, of_comment, urns_in
from sma_plugin.readers.linkedin.export_layout import layout
from sma_plugin.readers.linkedin.web_parts import (
    Known,
    account,
    at,
    counts,
    hashtags,
    links,
    media,
    mentions,
    referred,
    words,
)
from sma_plugin.readers.values import epoch_moment

_UPDATES = (".feed.render.UpdateV2", ".dash.feed.Update", ".feed.Update")
_COMMENTS = (".feed.Comment", ".dash.social.Comment")
_ORGANISATIONS = (".organization.Company", ".dash.organization.Company", ".organization.Organization")
_SAME_US = 600_000_000
"""The numbers of one post are given within seconds of each other."""


class Place(NamedTuple):
    """Where something was seen: the objects around it, the evidence for it, when."""

    known: Known
    evidence: Evidence
    at: Moment | None


def is_update(value: Any) -> bool:
    """Whether an object is a post as it stands in a feed or on its own page."""
    kind = at(value, "$type")
    if isinstance(kind, str) and not kind.endswith(_UPDATES):
        return False
    told = at(value, "updateMetadata") or at(value, "metadata")
    return isinstance(at(value, "actor"), dict) and (isinstance(kind, str) or isinstance(told, dict))


def is_comment(value: Any) -> bool:
    """Whether an object is a comment."""
    kind = at(value, "$type")
    named = isinstance(kind, str) and kind.endswith(_COMMENTS)
    return named and comment_urn(str(at(value, "urn") or at(value, "entityUrn"))) is not None


def is_organisation(value: Any) -> bool:
    """Whether an object is the page of an organisation, described."""
    kind = at(value, "$type")
    return isinstance(kind, str) and kind.endswith(_ORGANISATIONS) and bool(words(at(value, "name")))


def update(value: dict[str, Any], place: Place, *, included: bool = False) -> Iterator[Post]:
    """A post, and before it the one that it passes on."""
    told = at(value, "updateMetadata") or at(value, "metadata") or {}
    urns = _urns(value, told)
    if not urns:
        return
    shared = referred(value, "resharedUpdate", place.known)
    inner = list(update(shared, place, included=True)) if shared is not None and shared is not value else []
    yield from inner
    text = at(value, "commentary", "text")
    said = words(text)
    content = at(value, "content")
    yield Post(
        PLATFORM,
        _author(value),
        urns[0],
        _moment(urns, value),
        PostState(
            text=said if said is not None else "",
            title=words(at(content, "articleComponent", "title")),
            hashtags=hashtags(said),
            mentions=mentions(text, place.known),
            links=links(content),
            media=media(content, place.known),
            raw=_raw(value),
        ),
        kind="note" if said or not inner else "repost",
        url=_page(value, urns[0]),
        aliases=aliases(*urns),
        relations=_passed_on(inner, shared, reposted=not said),
        counts=_counts(value, place),
        audience=layout().audiences.get(str(at(told, "shareAudience")).upper()),
        included=included,
        evidence=(place.evidence,),
    )


def _urns(value: dict[str, Any], told: Any) -> list[str]:
    """The URNs of a post, that of the share first, without activities of others that brought it into a feed."""
    share = at(told, "shareUrn")
    detail = at(value, "*socialDetail") or at(value, "socialDetail")
    detail = at(detail, "entityUrn") or detail
    named = [one for one in (share, detail) if isinstance(one, str)]
    own = [urn for one in named for urn in urns_in(one)]
    carrying = [at(told, name) for name in ("urn", "backendUrn")]
    carrying += [at(value, name) for name in ("preDashEntityUrn", "entityUrn")]
    others = [urn for one in carrying if isinstance(one, str) for urn in urns_in(one)]
    if not own:
        return list(dict.fromkeys(others))[:1]
    made = moment_in(own[0])
    near = [one for one in others if _near(made, moment_in(one))]
    return list(dict.fromkeys((*own, *near)))


def _near(one: Moment | None, other: Moment | None) -> bool:
    return one is None or other is None or abs((one.us or 0) - (other.us or 0)) < _SAME_US


def _moment(urns: list[str], value: Any) -> Moment:
    shown = words(at(value, "actor", "subDescription")) or at(value, "actor", "subDescription", "accessibilityText")
    found = next(filter(None, map(moment_in, urns)), None)
    raw = shown.replace("•", " ").strip() if isinstance(shown, str) else None
    return Moment(found.us if found else None, raw or None, found.assumed if found else None)


def _author(value: Any) -> AccountRef:
    actor = at(value, "actor")
    attribute = at(actor, "name", "attributes", 0) or {}
    other = [at(attribute, name) for name in ("*miniProfile", "*miniCompany")]
    other = [at(one, "entityUrn") or one for one in other]
    urn = f"{at(actor, 'urn')} {at(actor, 'backendUrn')}"
    return account(urn, at(actor, "navigationContext", "actionTarget"), words(at(actor, "name")), other)


def _page(value: Any, urn: str) -> str:
    shared = at(value, "socialContent", "shareUrl")
    return shared.split("?")[0] if isinstance(shared, str) else f"https://www.linkedin.com/feed/update/{urn}"


def _raw(value: Any) -> dict[str, Any] | None:
    found = {"subDescription": words(at(value, "actor", "subDescription"))}
    return {name: one for name, one in found.items() if one} or None


def _passed_on(inner: list[Post], shared: Any, *, reposted: bool) -> tuple[Relation, ...]:
    if not inner:
        urn = next(iter(urns_in(str(shared))), None) if isinstance(shared, str) else None
        return (Relation("quote", urn),) if urn else ()
    last = inner[-1]
    return (Relation("repost" if reposted else "quote", last.native_id, last.url, last.author),)


def _counts(value: Any, place: Place) -> Counts | None:
    detail = referred(value, "socialDetail", place.known)
    told = referred(detail, "totalSocialActivityCounts", place.known)
    found = counts(told)
    if not found and detail is not None:
        stated = {
            "numLikes": at(detail, "likes", "paging", "total"),
            "numComments": at(detail, "comments", "paging", "total"),
            "numShares": at(detail, "totalShares"),
        }
        found = counts(stated)
    return Counts(found, place.at) if found else None


def comment(value: dict[str, Any], place: Place) -> Post:
    """A comment: an answer to its post, or to the comment that its address names before it."""
    native = comment_urn(str(at(value, "urn") or at(value, "entityUrn"))) or ""
    commenter = at(value, "commenter")
    dressed = at(value, "commenterForDashConversion") or commenter
    text = at(value, "commentary") or at(value, "commentV2")
    pieces = at(value, "comment", "values") or ()
    said = words(text) if text is not None else "".join(str(at(piece, "value") or "") for piece in pieces)
    page = at(value, "permalink")
    above = comment_urn(page.split("replyUrn")[0]) if isinstance(page, str) and "replyUrn" in page else None
    under = of_comment(native)
    answers = above if above and above != native else None
    made = epoch_moment(at(value, "createdTime") or at(value, "createdAt"), 1000)
    mini = at(commenter, "*miniProfile") or at(commenter, "*miniCompany") or at(dressed, "actor")
    content = at(value, "content")
    name = words(at(dressed, "title"))
    author = account(at(commenter, "urn"), at(dressed, "navigationUrl"), name, at(mini, "entityUrn") or mini)
    return Post(
        PLATFORM,
        author,
        native,
        made or moment_in(native) or Moment(),
        PostState(
            text=said,
            hashtags=hashtags(said),
            mentions=mentions(text, place.known),
            links=links(content),
            media=media(content, place.known),
            raw={"edited": True} if at(value, "edited") is True else None,
        ),
        url=page if isinstance(page, str) else None,
        aliases=aliases(native),
        relations=(Relation("reply", answers), Relation("thread", under)) if answers else (Relation("reply", under),),
        counts=_counts(value, place),
        evidence=(place.evidence,),
    )


def organisation(value: dict[str, Any], place: Place) -> Iterator[Account | ProfileVersion]:
    """The page of an organisation as it is described."""
    name, handle = words(at(value, "name")), at(value, "universalName")
    address = f"https://www.linkedin.com/company/{handle}" if isinstance(handle, str) else at(value, "url")
    ref = account(at(value, "objectUrn"), address, name, at(value, "entityUrn"))
    if ref.native_id is None and ref.handle is None:
        return
    followers = at(value, "followingInfo", "followerCount") or at(value, "followerCount")
    yield Account(PLATFORM, ref, evidence=(place.evidence,))
    yield ProfileVersion(
        PLATFORM,
        ref,
        place.at,
        name=name,
        handle=ref.handle,
        bio=words(at(value, "description")) or words(at(value, "tagline")),
        url=ref.url,
        evidence=(place.evidence,),
        raw={"followers": followers} if isinstance(followers, int) else None,
    )
