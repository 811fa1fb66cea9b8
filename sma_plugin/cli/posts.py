"""``sma posts``: the posts of a package as a table and as pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sma_plugin.cli.shared import LANGUAGE, Lang, check_lang, err_console, must_exist, out_console, say
from sma_plugin.notation import number
from sma_plugin.package import Package
from sma_plugin.readable.source import Source
from sma_plugin.terminal import Bars, write
from sma_plugin.texts import UserError


def posts(
    package: Annotated[Path, typer.Argument(help=say("help_posts_package"), metavar="PACKAGE")],
    out: Annotated[Path, typer.Option("--out", help=say("help_posts_out"))],
    original: Annotated[bool, typer.Option("--original", help=say("help_posts_original"))] = False,
    lang: Lang = None,
) -> None:
    """Make the posts of a package readable."""
    from sma_plugin.formats.activitystreams import MalformedLineError  # noqa: PLC0415 -- only this command needs it
    from sma_plugin.readable.writing import write_readable  # noqa: PLC0415

    check_lang(lang)
    must_exist(package)
    source = _source(package, original=original)
    with Bars(err_console, LANGUAGE) as bars:
        bars.start("posts")
        try:
            made = write_readable(source, out, LANGUAGE, lambda count: bars.progress(posts=count))
        except MalformedLineError as error:
            raise UserError("posts_damaged", path=source.posts, offset=error.offset, reason=error.reason) from error
    write(out_console, say("posts_made", count=number(made.posts, LANGUAGE), path=out))


def _source(path: Path, *, original: bool) -> Source:
    """The posts that are meant: of a package, or of a copy that was made anew beside one."""
    place, alone = Package(path.resolve()), path.resolve() / "posts.jsonl"
    if not original and alone.is_file() and (path / place.access_record.name).is_file():
        return Source(alone, alone.parent, protected=True)
    if not place.posts.is_file():
        raise UserError("posts_none", path=path)
    if original:
        return Source(place.posts, place.root, protected=False)
    if not place.access_posts.is_file():
        raise UserError("posts_no_copy", path=path)
    return Source(place.access_posts, place.access, protected=True)
