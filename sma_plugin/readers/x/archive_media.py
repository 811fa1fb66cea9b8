"""Which delivered file is which medium of a post or profile: ``tweets_media/<post id>-<name in the address>``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import msgspec

from sma_plugin.model import Media, Problem
from sma_plugin.readers.x.archive_layout import PROFILE_MEDIA, media_folder
from sma_plugin.readers.x.common import base_name, medium, native, variants
from sma_plugin.readers.x.common_parts import MediaEntity


class MediaFiles:
    """The media of all roots of one archive, by file name, and what was asked for in vain."""

    def __init__(self, paths: Iterable[str], empty: Collection[str] = ()) -> None:
        """``empty`` are the delivered files without a byte in them."""
        self._empty = empty
        self._posts: dict[str, str] = {}
        self._profile: dict[str, str] = {}
        for path in paths:
            folder = media_folder(path)
            if folder is not None:
                name = path.rpartition("/")[2]
                (self._profile if folder == PROFILE_MEDIA else self._posts).setdefault(name, path)
        self._stems = {name.rpartition(".")[0] or name: path for name, path in self._profile.items()}
        self.absent = 0
        """Media asked for in an archive that was delivered without a media folder."""
        self.absent_of_reposts = 0

    def of_post(
        self, entities: list[MediaEntity], post: str, path: str, *, repost: bool, problems: list[Problem]
    ) -> tuple[Media, ...]:
        """The media of one post in ``path``; for each that is not there a problem is added, once."""
        found = []
        for entity in entities:
            one = self._medium(entity, [post, *_origin(entity)])
            if one.path in self._empty:
                # A file of no bytes is no medium: what the post showed is not here. It is told where it is read.
                one = msgspec.structs.replace(one, path=None)
            elif one.path is None:
                self._miss(one, post, path, repost=repost, problems=problems)
            found.append(one)
        return tuple(found)

    def of_profile(self, account: str | None, url: str | None) -> Media | None:
        """An avatar or header; the address of a header has no file name extension, its file may have one."""
        name = base_name(url)
        if name is None:
            return None
        stem = f"{account}-{name.rpartition('.')[0] or name}"
        path = self._profile.get(f"{account}-{name}") or self._stems.get(stem)
        return Media("image", path=path, source=url)

    def _medium(self, entity: MediaEntity, posts: list[str]) -> Media:
        choices = [(base_name(one.url), one.url, one.content_type) for one in variants(entity)]
        if entity.type not in ("video", "animated_gif"):
            choices = [(base_name(entity.address), entity.address, None)]
        for name, url, mime in choices:
            for post in posts:
                path = self._posts.get(f"{post}-{name}")
                if path is not None:
                    return medium(entity, path, url, mime)
        best = choices[0] if choices else (None, None, None)
        return medium(entity, None, best[1], best[2])

    def _miss(self, one: Media, post: str, path: str, *, repost: bool, problems: list[Problem]) -> None:
        """Media of reposts are another's and are mostly not exported; those and a missing folder are counted."""
        if repost:
            self.absent_of_reposts += 1
        elif not self._posts:
            self.absent += 1
        else:
            name = f"{post}-{base_name(one.source) or '?'}"
            problems.append(Problem("SMA-R007", path, params={"value": name}))

    def remarks(self, path: str) -> Iterator[Problem]:
        """What was counted instead of named one by one."""
        if self.absent:
            yield Problem("SMA-R024", path, params={"media": self.absent})
        if self.absent_of_reposts:
            yield Problem("SMA-R025", path, params={"media": self.absent_of_reposts})


def _origin(entity: MediaEntity) -> list[str]:
    """The post that first carried the medium; its id can stand in the file name."""
    origin = native(entity.source_status_id_str)
    return [origin] if origin else []
