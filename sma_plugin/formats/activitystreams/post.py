"""Post histories as ActivityStreams objects. The inverse is ``activitystreams_read``.

The newest version of a post stands on the object itself, in ActivityStreams' own terms; earlier versions stand whole
under ``sma:versions``.
"""

from __future__ import annotations

from sma_plugin.formats.activitystreams import parts
from sma_plugin.formats.activitystreams.values import AS2, CONTEXT, Doc, fields, iri, put_fields, put_moment, put_raw
from sma_plugin.model import PostHistory, PostKind, PostState, PostVersion, Relation, Withdrawal

PUBLIC = f"{AS2}#Public"
POST_TYPES: dict[PostKind, str] = {
    "note": "Note",
    "repost": "Announce",
    "question": "Question",
    "article": "Article",
    "event": "Event",
    "video": "Video",
    "image": "Image",
    "page": "Page",
    "story": "Note",
}
"""AS2 type by kind of post; ``sma:kind`` says more where that is not all."""

_LISTS: parts.Lists = (
    ("hashtags", "tag", parts.hashtag),
    ("mentions", "tag", parts.mention),
    ("media", "attachment", parts.media),
    ("links", "attachment", parts.link),
)
_STATE = fields(title="name", content_warning="summary", sensitive="sensitive", language="sma:language")
_POST = fields(
    url="url",
    audience="sma:audience",
    revisions="sma:revisions",
    pinned="sma:pinned",
    thread="sma:thread",
    parent="sma:parent",
)


def post(item: PostHistory) -> Doc:
    """A post with all its versions."""
    platform = item.platform
    author = parts.reference(item.author, platform)
    doc: Doc = {
        "@context": CONTEXT,
        "type": POST_TYPES[item.kind],
        "id": iri("post", platform, item.native_id),
        "attributedTo": author,
        "sma:record": "post",
        "sma:platform": platform,
        "sma:nativeId": item.native_id,
        "sma:class": item.klass,
    }
    if item.kind == "story":
        doc["sma:kind"] = item.kind
    put_moment(doc, "published", "sma:publishedDetail", item.created)
    put_fields(doc, item, _POST)
    if item.audience is not None:
        _put_addressing(doc, item.audience)
    if item.derived_id:
        doc["sma:derivedId"] = True
    if item.depth:
        doc["sma:depth"] = item.depth
    if item.kind == "repost" and "id" in author:
        doc["actor"] = author["id"]
    _put_ties(doc, item)
    _put_versions(doc, item.versions)
    return doc


def _put_addressing(doc: Doc, audience: str) -> None:
    """AS2 can only name the public; who else could read a post was not seen."""
    if audience == "public":
        doc["to"] = [PUBLIC]
    elif audience == "unlisted":
        doc["cc"] = [PUBLIC]


def _put_ties(doc: Doc, item: PostHistory) -> None:
    """What the post is tied to and what was seen of it: empty for most posts."""
    platform = item.platform
    if item.aliases:
        doc["sma:aliases"] = [parts.alias(other) for other in item.aliases]
    if item.relations:
        doc["sma:relations"] = [parts.relation(tie, platform) for tie in item.relations]
        _put_targets(doc, item)
    if item.observations:
        doc["sma:observations"] = [parts.observation(seen, platform, item.native_id) for seen in item.observations]
    if item.withdrawn is not None:
        doc["sma:withdrawn"] = _withdrawal(item.withdrawn)
    if item.placed_on is not None:
        doc["sma:placedOn"] = parts.reference(item.placed_on, platform)


def _put_targets(doc: Doc, item: PostHistory) -> None:
    """AS2's own terms for the first tie of each kind. A continued thread answers the post before it."""
    first: dict[str, str] = {}
    for tie in item.relations:
        target = _target(tie, item.platform)
        if target is not None:
            first.setdefault(tie.kind, target)
    answered = first.get("reply", first.get("thread"))
    if answered is not None:
        doc["inReplyTo"] = answered
    if "quote" in first:
        doc["quote"] = first["quote"]
    if "repost" in first and item.kind == "repost":
        doc["object"] = first["repost"]


def _target(tie: Relation, platform: str) -> str | None:
    return iri("post", platform, tie.target) if tie.target is not None else tie.target_url


def _withdrawal(withdrawn: Withdrawal) -> Doc:
    doc: Doc = {"sma:ground": withdrawn.ground}
    if withdrawn.at is not None:
        put_moment(doc, "sma:at", "sma:atDetail", withdrawn.at)
    if withdrawn.by is not None:
        doc["sma:by"] = withdrawn.by
    return doc


def _put_versions(doc: Doc, versions: tuple[PostVersion, ...]) -> None:
    """Every version in order; the state of the last stands on ``doc`` itself."""
    docs = [_version(version) for version in versions]
    doc["sma:versions"] = docs
    if not docs:
        return
    for version, earlier in zip(versions[:-1], docs, strict=False):
        _put_state(earlier, version.state)
    _put_state(doc, versions[-1].state)
    if "updated" in docs[-1]:
        doc["updated"] = docs[-1]["updated"]


def _version(version: PostVersion) -> Doc:
    doc: Doc = {}
    if version.native_id is not None:
        doc["sma:nativeId"] = version.native_id
    if version.edited is not None:
        put_moment(doc, "updated", "sma:updatedDetail", version.edited)
    if version.evidence:
        doc["sma:evidence"] = [parts.evidence(pointer) for pointer in version.evidence]
    return doc


def _put_state(doc: Doc, state: PostState) -> None:
    """What a post says. Where the platform gives HTML that is the content; else the content is plain text."""
    if state.html is not None:
        doc["content"] = state.html
        if state.text is not None:
            doc["sma:text"] = state.text
    elif state.text is not None:
        doc["content"] = state.text
        doc["mediaType"] = "text/plain"
    put_fields(doc, state, _STATE)
    parts.put_lists(doc, state, _LISTS)
    _put_rest_of_state(doc, state)
    put_raw(doc, state.raw)


def _put_rest_of_state(doc: Doc, state: PostState) -> None:
    if state.location is not None:
        doc["location"] = parts.place(state.location)
    if state.poll is not None:
        parts.put_poll(doc, state.poll)
    if state.tool is not None:
        doc["generator"] = {"type": "Application", "name": state.tool}
    if state.truncated:
        doc["sma:truncated"] = True
