"""From an item of Instagram's export to the post as the product knows it: posts, stories, comments, reposts.

The export gives no ids, addresses, counts or audience. For a single medium caption and moment can stand with the medium
only, for a carousel they stand with the post. Source: formats/PLATFORM_FORMATS.md 2.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sma_plugin.model import (
    AccountRef,
    Audience,
    Post,
    PostState,
    Problem,
    Relation,
    Withdrawal,
)
from sma_plugin.readers.documents import unreadable
from sma_plugin.readers.instagram.export_layout import PLATFORM, Role
from sma_plugin.readers.meta.captions import EMPTY, media_of, said_in, state
from sma_plugin.readers.meta.documents import Record
from sma_plugin.readers.meta.labels import Labelled
from sma_plugin.readers.meta.media import MediaFiles
from sma_plugin.readers.meta.text import fbid, moment, objects, words
from sma_plugin.readers.remarks import with_remarks


@dataclass(slots=True)
class Posts:
    """Makes posts of the items of one export."""

    owner: AccountRef
    media: MediaFiles
    private: bool = False
    """Only followers can see what the account posts."""
    unknown: dict[str, None] = field(default_factory=dict)
    """Labels of the file at hand in a language that is not known."""

    def items(self, record: Record, role: Role, path: str) -> Iterator[Post | Problem]:
        """The post in one item of ``path``, after the problems it has; nothing when the item is none."""
        problems: list[Problem] = []
        if role == "comments":
            post = self._comment(record, path, problems)
        elif role == "reposts":
            post = self._repost(record, path, problems)
        else:
            post = self._post(record, role, path, problems)
        yield from problems
        if post is not None:
            yield from with_remarks(post, path, record.piece)

    def _post(self, record: Record, role: Role, path: str, problems: list[Problem]) -> Post | None:
        item = record.value
        files = ([item] if "uri" in item else []) + objects(item.get("media"))
        said = said_in(record, files, self.media, path, problems)
        if said is None:
            return None
        content, created = said
        return Post(
            platform=PLATFORM,
            author=self.owner,
            native_id=None,
            created=created,
            state=content,
            kind="story" if role == "stories" else "note",
            aliases=fbid(item),
            audience=self._audience(role),
            withdrawn={"archive": Withdrawal("archived"), "trash": Withdrawal("deleted")}.get(role),
            evidence=(record.evidence,),
        )

    def _audience(self, role: Role) -> Audience | None:
        """Who could see a post; of a story for close friends the export does not say so."""
        return "followers" if self.private and role != "other" else None

    def _comment(self, record: Record, path: str, problems: list[Problem]) -> Post | None:
        item = record.value
        labelled = Labelled(item)
        text, owner = labelled.text("comment"), labelled.text("owner") or labelled.text("username")
        if text is None and (values := labelled.texts()):
            # In a language that is not known the order tells: what was said, then whose medium it was said to.
            self.unknown.update(dict.fromkeys(labelled.unknown))
            text = values[0]
            owner = owner or (values[1] if len(values) > 1 else None)
        media = media_of(objects(item.get("media_list_data")) + objects(item.get("media")), self.media, path, problems)
        when = item.get("timestamp") or labelled.time()
        if text is None and not media:
            problems.append(unreadable(path, record.piece, EMPTY))
            return None
        answered = AccountRef(handle=owner) if owner else None
        return Post(
            platform=PLATFORM,
            author=self.owner,
            native_id=None,
            created=moment(when),
            state=state(text, media),
            aliases=fbid(item),
            relations=(Relation("reply", target_account=answered),),
            evidence=(record.evidence,),
        )

    def _repost(self, record: Record, path: str, problems: list[Problem]) -> Post | None:
        item = record.value
        labelled = Labelled(item)
        url = words(labelled.of("url").get("href")) or labelled.text("url")
        when = item.get("timestamp") or labelled.time()
        if url is None and when is None:
            problems.append(unreadable(path, record.piece, EMPTY))
            return None
        by = labelled.text("username") or labelled.text("owner")
        author = AccountRef(handle=by) if by else None
        media = media_of(objects(item.get("media")) + labelled.media(), self.media, path, problems)
        return Post(
            platform=PLATFORM,
            author=self.owner,
            native_id=None,
            created=moment(when),
            state=PostState(media=media or None),
            kind="repost",
            aliases=fbid(item),
            relations=(Relation("repost", target_url=url, target_account=author),),
            evidence=(record.evidence,),
        )
