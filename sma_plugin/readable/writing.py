"""A table and pages of the posts of a package, in a folder of their own; a post at a time, however many there are.

Pages are one a year, more of a year with many posts, so that a browser opens them; a thread stands whole in the year of
its first post.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import quote

import jinja2
from markupsafe import Markup, escape

from sma_plugin import notation
from sma_plugin.describe.pages import template
from sma_plugin.findings import Language
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.model import AccountHistory, Media, PostHistory
from sma_plugin.package.files import publish, write_bytes, writing
from sma_plugin.processes import Tick
from sma_plugin.readable.row import called, columns, counts_of, row_of, target_of, text_of, when
from sma_plugin.readable.source import Source
from sma_plugin.tables_out import csv_row
from sma_plugin.texts import UserError, text

TABLE, INDEX, UNDATED = "posts.csv", "index.html", "undated"
_DISGUISING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_TICK = 100
_FULL = 2000
"""Posts from which on a page takes no further thread: a browser needs seconds for more."""
_DEEPEST = 6
"""Levels of a thread that are shown further to the right; deeper ones stand under each other."""


class Written(NamedTuple):
    """What was made: posts, and posts per page (``YYYY`` or :data:`UNDATED`, further pages of a year ``YYYY-2``)."""

    posts: int
    pages: dict[str, int]


class _Page(NamedTuple):
    """A page: the year that it is of, and which of the pages of that year it is."""

    year: str = UNDATED
    part: int = 1

    @property
    def name(self) -> str:
        return self.year if self.part == 1 else f"{self.year}-{self.part}"


def write_readable(source: Source, out: Path, language: Language, tick: Tick) -> Written:
    """Write the table and the pages into a new folder, which is whole or not there at all.

    Raises :class:`UserError` when the folder is there already, and what reading the posts raises.
    """
    if out.exists():
        raise UserError("exists", path=out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sma-", dir=out.parent) as scratch:
        folder = Path(scratch) / out.name
        written = write_pages(source, (folder, out), language, tick)
        publish(folder, out)
    return written


def write_pages(source: Source, places: tuple[Path, Path], language: Language, tick: Tick) -> Written:
    """Write ``posts.csv``, a page per year and ``index.html`` into the first of two places.

    Media are linked as seen from the second, where the folder will stand.
    """
    folder, _ = places
    counted: Counter[_Page] = Counter()
    with ExitStack() as stack:
        pages = _Pages(source, places, language, stack)
        table = stack.enter_context(writing(folder / TABLE))
        table.write(csv_row([columns()[name][language] for name in columns()], first=True))
        page, last, posts = _Page(), dict[str, _Page](), 0
        for post in _posts(source, pages.accounts):
            if post.depth == 0:
                page = _page_of(when(post.created)[:4] or UNDATED, last, counted)
            table.write(csv_row(list(row_of(post).values())))
            pages.add(page, post)
            counted[page] += 1
            if (posts := posts + 1) % _TICK == 0:
                tick(_TICK)
    tick(posts % _TICK)
    listed = dict(sorted(counted.items()))
    write_bytes(folder / INDEX, _rendered("index.html", language, source=source, title=pages.title, pages=listed))
    return Written(posts, {page.name: count for page, count in listed.items()})


def _page_of(year: str, last: dict[str, _Page], counted: Counter[_Page]) -> _Page:
    """The page that the next thread of a year goes on: the ``last`` one of that year, unless it is full."""
    page = last.get(year, _Page(year))
    last[year] = _Page(year, page.part + 1) if counted[page] >= _FULL else page
    return last[year]


def _posts(source: Source, accounts: list[AccountHistory]) -> Iterator[PostHistory]:
    """The posts in order; accounts, which come before them, are put aside."""
    for line in read_lines(source.posts):
        if isinstance(line.item, PostHistory):
            yield line.item
        elif isinstance(line.item, AccountHistory):
            accounts.append(line.item)


class _Pages:
    """The pages of the years, each opened when its first post comes, and closed when the year goes on on another."""

    def __init__(self, source: Source, places: tuple[Path, Path], language: Language, stack: ExitStack) -> None:
        self._folder, self._home = places
        self._source, self._language, self._stack = source, language, stack
        self.accounts: list[AccountHistory] = []
        self._open: dict[_Page, tuple[ExitStack, BinaryIO]] = {}

    @property
    def title(self) -> str:
        """Whose posts they are, as the posts themselves say: in a copy for access perhaps by a pseudonym."""
        own = [one for one in self.accounts if one.own] or self.accounts[:1]
        names = (f"@{one.handles[-1].value}" if one.handles else one.native_id for one in own)
        called = (f"{notation.platform(one.platform)} {name}" for one, name in zip(own, names, strict=True))
        return ", ".join(called) or _say("title", self._language)

    def add(self, page: _Page, post: PostHistory) -> None:
        """Write a post on a page."""
        if page not in self._open:
            if full := self._open.pop(page._replace(part=page.part - 1), None):
                full[0].close()
            closing = self._stack.enter_context(ExitStack())
            self._open[page] = closing, closing.enter_context(self._file(page))
        shown = _rendered(
            "post.html",
            self._language,
            post=post,
            said=text_of(post),
            level=min(post.depth, _DEEPEST),
            counts=counts_of(post),
            ties=_ties(post),
            absent="not_here" if self._source.protected else "missing",
            media=[(one, self._address(one)) for one in post.latest.media or ()],
        )
        self._open[page][1].write(shown)

    @contextmanager
    def _file(self, page: _Page) -> Iterator[BinaryIO]:
        """The file of a page, from how it begins to how it ends."""
        with writing(self._folder / f"{page.name}.html") as stream:
            stream.write(_rendered("begin.html", self._language, source=self._source, title=self.title, page=page))
            yield stream
            stream.write(b"</main>\n</body>\n</html>\n")

    def _address(self, medium: Media) -> str | None:
        """Where the file lies as seen from the page, if it is there."""
        path = self._source.files / medium.path if medium.path else None
        inside = path is not None and path.resolve().is_relative_to(self._source.files.resolve())
        return quote(os.path.relpath(path, self._home)) if path and inside and path.is_file() else None


def _ties(post: PostHistory) -> dict[str, str]:
    """What the post shares or quotes; and what it answers, where that does not stand above it."""
    kinds = ("repost", "quote") if post.depth else ("reply", "repost", "quote")
    return {kind: target for kind in kinds if (target := target_of(post, kind))}


def shown(said: str) -> Markup:
    """A delivered text as it was written, joined emoji and directions of writing included.

    Characters that turn the order of others round, and control characters, are shown by their code.
    """
    return escape(_DISGUISING.sub(lambda one: f"\\u{ord(one.group()):04x}", said.replace("\r\n", "\n")))


def _rendered(name: str, language: Language, **values: Any) -> bytes:
    page = _template(name).render(
        language=language,
        say=partial(_say, language=language),
        moment=lambda one: notation.moment(when(one), language) or one.raw or "",
        number=partial(notation.number, language=language),
        called=called,
        shown=shown,
        word=partial(notation.word, language=language),
        heading=partial(_heading, language=language),
        **values,
    )
    return page.encode("utf-8", "replace")


def _heading(page: _Page, language: Language) -> str:
    year = _say("undated", language) if page.year == UNDATED else page.year
    return year if page.part == 1 else _say("part", language, year=year, part=page.part)


def _say(name: str, language: Language, **params: object) -> str:
    return text(f"readable_{name}", language, **params)


def _template(name: str) -> jinja2.Template:
    return template(__package__ or "", name)
