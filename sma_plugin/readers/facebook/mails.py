"""E-mails in which Facebook tells of a comment on a post of the account."""

from __future__ import annotations

from collections.abc import Iterator

from sma_plugin.model import AccountRef, Moment, Post, PostState, Relation
from sma_plugin.readers.facebook.addresses import Named, named
from sma_plugin.readers.facebook.graph_parts import PLATFORM, hashtags
from sma_plugin.readers.facebook.markup import Element, links_in, text_of
from sma_plugin.readers.facebook.page_parts import Page, account_of


def comments_in(tree: Element, page: Page) -> Iterator[Post]:
    """The comments that an e-mail tells of. The other things that e-mails tell are no posts."""
    if tree.find('.//*[@id="email_table"]') is None:
        return
    post = _post_of(tree)
    for row in tree.iter("tr"):
        below = row.getnext()
        cells = list(row.iterchildren("td"))
        body = below.find("./td[@colspan]/span") if below is not None else None
        # The picture of who wrote it, a cell with the name and the day, and the text in a row below.
        if len(cells) == 2 and body is not None and _has(cells[0], "img") and _has(cells[1], "a"):
            yield _comment(cells[1], text_of(body), post, page)


def _has(element: Element, tag: str) -> bool:
    return next(element.iter(tag), None) is not None


def _post_of(tree: Element) -> Named:
    """The post that the e-mail leads to."""
    found = (named(behind(address)) for address, _ in links_in(tree))
    return next((one for one in found if one.post), Named())


def _comment(cell: Element, text: str, post: Named, page: Page) -> Post:
    writer = next(cell.iter("a"))
    name = text_of(writer) or None
    rows = [row for inner in cell.iter("tr") if (row := text_of(inner))]
    target = post.graph_id or post.post
    return Post(
        PLATFORM,
        author=account_of(behind(writer.get("href") or ""), name) or AccountRef(name=name),
        native_id=f"{post.post}_{post.comment}" if post.post and post.comment else None,
        created=Moment(None, rows[1] if len(rows) > 1 else None),
        state=PostState(text=text, hashtags=hashtags(text)),
        relations=(Relation("reply", target),) if target else (),
        evidence=(page.evidence("e-mail"),),
    )


def behind(address: str) -> str:
    """The address that one in an e-mail leads to through ``/n/?``.

    >>> behind("https://www.facebook.com/n/?permalink.php&story_fbid=123&id=456&medium=email")
    'https://www.facebook.com/permalink.php?story_fbid=123&id=456&medium=email'
    """
    before, found, rest = address.partition("/n/?")
    path, _, parameters = rest.partition("&")
    return f"{before}/{path}?{parameters}" if found else address
