"""Screenshots and PDF documents of pages, with or without an index: evidence of the posts that are named.

A picture is evidence by itself. It becomes evidence of a post when an index or its own name says of which one; nothing
is read out of the picture. Signatures and timestamps in PDF documents are verified offline.
"""

from __future__ import annotations

import mimetypes
import re
import tempfile
from collections.abc import Iterator
from contextlib import closing
from os.path import commonpath
from typing import BinaryIO, cast
from urllib.parse import quote

from sma_plugin.model import Evidence, Item, Post, PostState, Problem, Resource
from sma_plugin.readers.contract import DAMAGE, CaptureView, Listing, Match
from sma_plugin.readers.pictures import pdf
from sma_plugin.readers.pictures.index import Index, Told, author_of, by_name, is_index, is_picture, is_workbook, rules

NAME = "pictures"
_CONFIDENCE = 5
_CHUNK = 1 << 20
_LARGEST, _IN_MEMORY = 1 << 30, 32 << 20
"""Signatures are looked for in documents up to so many bytes; larger ones are put by on disk meanwhile."""


def recognise(listing: Listing) -> Match | None:
    """The pictures that an index, their name or their company show to be captures of screens and pages."""
    companion = re.compile(rules().companions, re.IGNORECASE)
    indexes = [member.path for member in listing.members if is_index(member)]
    pictures = [member.path for member in listing.members if is_picture(member.path)]
    alone = all(is_picture(one.path) or companion.fullmatch(one.path) for one in listing.members)
    chosen = set(pictures if alone or indexes else filter(_tells, pictures))
    if not chosen:
        return None
    chosen.update(indexes, (one.path for one in listing.members if alone and is_workbook(one)))
    paths = tuple(member.path for member in listing.members if member.path in chosen)
    root = commonpath(paths) if len(paths) > 1 else paths[0].rpartition("/")[0]
    roots = (f"{root}/" if root else "",) if alone else ()
    return Match(NAME, None, "screen-capture", paths, roots, _CONFIDENCE, beside=True, keeps_rest=True)


def _tells(path: str) -> bool:
    name = path.rpartition("/")[2].casefold()
    return by_name(path).link is not None or any(word in name for word in rules().screens)


def read(capture: CaptureView) -> Iterator[Item]:
    """The indexes first; then each picture, and each post that it is of."""
    members = [capture.listing.by_path[path] for path in capture.match.paths]
    pictures = [member.path for member in members if is_picture(member.path)]
    index = Index(pictures)
    for member in members:
        if is_index(member):
            yield from index.read(capture, member.path)
        elif not is_picture(member.path):
            yield from index.read_workbook(capture, member.path)
    for path in pictures:
        yield from _picture(capture, path, index.told.get(path) or [by_name(path)])


def _picture(capture: CaptureView, path: str, told: list[Told]) -> Iterator[Item]:
    first = told[0]
    member, named = capture.listing.by_path[path], by_name(path)
    evidence = Evidence(path)
    yield Resource(
        "document" if path.lower().endswith(".pdf") else "screenshot",
        next((one.url for one in told if one.url), None) or quote(path),
        first.captured or named.captured,
        next((one.title for one in told if one.title), None),
        mime=mimetypes.guess_type(path)[0],
        length=member.size,
        evidence=(evidence,),
    )
    if path.lower().endswith(".pdf"):
        yield from _signatures(capture, path)
    for one in told:
        if one.link is not None:
            yield _post(one, evidence)


def _post(told: Told, picture: Evidence) -> Post:
    """The post that a picture is of. Nothing is known of it but what the index says."""
    link = told.link
    assert link is not None  # noqa: S101 -- the caller looked
    found = (picture, told.row) if told.row else (picture,)
    return Post(
        link.platform,
        author_of(told, link),
        link.native_id,
        told.posted or link.created,
        PostState(text=told.text),
        url=link.url,
        aliases=link.aliases,
        evidence=found,
    )


def _signatures(capture: CaptureView, path: str) -> Iterator[Problem]:
    """The signatures of a PDF; documents without the mark of one are not looked into."""
    try:
        source = capture.open(path)
        with closing(source.stream), tempfile.SpooledTemporaryFile(_IN_MEMORY) as copy:
            size, marked, tail = 0, False, b""
            while data := source.stream.read(_CHUNK):
                size += len(data)
                marked = marked or pdf.MARK in tail + data
                tail = data[-len(pdf.MARK) :]
                if size <= _LARGEST:
                    copy.write(data)
            if marked and size > _LARGEST:
                yield Problem("SMA-R254", path, params={"reason": "too large"})
            elif marked:
                copy.seek(0)
                yield from pdf.signatures(cast("BinaryIO", copy), path, getattr(capture, "trusted", ()))
    except (KeyError, *DAMAGE):
        return  # that a member cannot be read is told by whoever reads all members
