"""Media that were saved beside what tells of them, under the name that they have in their address."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

import msgspec

from sma_plugin.model import Media, Post
from sma_plugin.readers.addresses import path_of
from sma_plugin.readers.contract import Member
from sma_plugin.readers.values import MEDIA_FILE


class MediaFiles:
    """The files of media of one capture, by name. A name that two files have tells nothing."""

    def __init__(self, members: Iterable[Member] = ()) -> None:
        self._paths: dict[str, str | None] = {}
        for member in members:
            if member.size and is_media(member.path):
                name = member.path.rpartition("/")[2]
                self._paths[name] = None if name in self._paths else member.path

    def path(self, address: str | None) -> str | None:
        """The file with the name in which an address ends."""
        return self._paths.get(unquote(path_of(address)).rpartition("/")[2])

    def given_to(self, post: Post) -> Post:
        """The post, its media with the files that were saved of them."""
        media = post.state.media
        if not self._paths or not media:
            return post
        found = tuple(self._with_file(one) for one in media)
        return msgspec.structs.replace(post, state=msgspec.structs.replace(post.state, media=found))

    def _with_file(self, one: Media) -> Media:
        path = self.path(one.source) if one.path is None else one.path
        return msgspec.structs.replace(one, path=path)


def is_media(path: str) -> bool:
    """Whether a path has the name of a file of media."""
    return re.fullmatch(MEDIA_FILE, path, re.IGNORECASE) is not None
