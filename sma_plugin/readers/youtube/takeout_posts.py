"""Rows of a Takeout as posts: comments, messages in live chats, posts of the community."""

from __future__ import annotations

from sma_plugin.model import AccountRef, Audience, Moment, Post, PostState, Relation
from sma_plugin.readers.csv_tables import Record
from sma_plugin.readers.values import iso_moment
from sma_plugin.readers.youtube.api_posts import parent_of
from sma_plugin.readers.youtube.common import PLATFORM, channel, watch_url
from sma_plugin.readers.youtube.takeout_layout import layout
from sma_plugin.readers.youtube.takeout_texts import Text, text_of


def whole(row: Record, names: list[str]) -> Record:
    """A row whose text was not quoted, so that its commas made cells of it: they are put together again.

    Such texts are pieces of JSON: the cells from the first that opens one to the last that closes one.
    """
    cells, extra = row.row.cells, len(row.extra)
    if not extra or "text" not in names:
        return row
    at = names.index("text")
    if not cells[at].startswith("{") or not cells[at + extra].endswith("}"):
        return row
    mended = [*cells[:at], ",".join(cells[at : at + extra + 1]), *cells[at + extra + 1 :]]
    return Record(dict(zip(names, mended, strict=False)), row.evidence, row.row, [], odd=True)


def moment(raw: str) -> Moment:
    """A moment as delivered, ISO 8601 with a zone in every generation met."""
    return iso_moment(raw) or Moment()


def author_of(named: str, owner: AccountRef) -> AccountRef:
    """Whose a row is: of the channel that it names, else of the account's only one."""
    return owner if not named or named == owner.native_id else channel(named)


def comment(row: Record, author: AccountRef) -> tuple[Post, Text]:
    """A comment or a message in a live chat: an answer to a comment, a video or a post of the community."""
    said = text_of(row.values.get("text", ""))
    video, target = row.get("video"), row.get("parent") or _above(row.get("id")) or row.get("top")
    post = Post(
        PLATFORM,
        author,
        row.given("id"),
        moment(row.get("created")),
        PostState(text=said.text, mentions=said.mentions, links=said.links, raw=_raw(row, said)),
        url=f"{watch_url(video)}&lc={row.get('id')}" if video else None,
        relations=_answers(target, video, row.get("post")),
        evidence=(row.evidence,),
    )
    return post, said


def _above(native_id: str) -> str:
    """The comment that an answer's own id names."""
    return (parent_of(native_id) or "") if native_id.startswith("Ug") else ""


def _answers(comment: str, video: str, post: str) -> tuple[Relation, ...]:
    under = video or post
    page = watch_url(video) if video else f"https://www.youtube.com/post/{post}" if post else None
    if comment:
        return (Relation("reply", comment), *((Relation("thread", under),) if under else ()))
    return (Relation("reply", under, page),) if under else ()


def _raw(row: Record, said: Text) -> dict[str, str] | None:
    text = row.values.get("text", "")
    found = {"Comment Text": text} if text != said.text else {}
    if row.get("price") not in ("", "0"):
        found["Price"] = f"{row.get('price')} {row.get('currency')}".strip()
    return found or None


def community_post(row: Record, author: AccountRef) -> tuple[Post, Text]:
    """A post of the community."""
    said = text_of(row.values.get("text", ""))
    native = row.get("id")
    post = Post(
        PLATFORM,
        author,
        native or None,
        moment(row.get("created")),
        PostState(text=said.text, mentions=said.mentions, links=said.links),
        url=f"https://www.youtube.com/post/{native}" if native else None,
        audience=audience(row.get("privacy")),
        evidence=(row.evidence,),
    )
    return post, said


def audience(word: str) -> Audience | None:
    """Who can see something, by the export's word for it; ``None`` for a word that is not known."""
    return layout().audiences.get(word.casefold())
