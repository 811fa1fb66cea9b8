"""Files that yt-dlp and youtube-dl write beside the videos that they fetch: info.json, with comments, in all years.

Signed addresses and the address of who fetched the video stand in ``formats``: nothing of these is told. The files
beside it (video, thumbnail, subtitles, description, chat) belong to it by the beginning of their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sma_plugin.model import Item
from sma_plugin.readers.contract import CaptureView, Listing, Match, Member
from sma_plugin.readers.documents import peek
from sma_plugin.readers.youtube.info_documents import Documents
from sma_plugin.readers.youtube.info_platforms import platform_in, platform_of

NAME, TOOL = "yt-dlp", "yt-dlp or youtube-dl"
_MARKS = re.compile(
    rb'"(extractor(?:_key)?|format_id|_format_sort_fields|automatic_captions|webpage_url(?:_basename|_domain)?|fulltitle|'
    rb"requested_formats|_has_drm|playlist_index|upload_date|requested_subtitles|display_id|author_is_uploader|"
    rb'formats|view_count|uploader_id|channel_follower_count)"\s*:'
)
_SURE = {b"extractor_key", b"_format_sort_fields", b"_has_drm", b"author_is_uploader"}
_ENOUGH = 3
_CHAT = re.compile(rb'\{\s*"(?:clickTrackingParams|replayChatItemAction|videoOffsetTimeMsec)"')
_JSON_NAME = re.compile(r"(.*?)(?:\.info)?\.json(?:\.gz)?", re.IGNORECASE)


def recognise(listing: Listing) -> Match | None:
    """The first of the captures in the listing; ``recognise_all`` gives one for each platform."""
    return next(iter(recognise_all(listing)), None)


def recognise_all(listing: Listing) -> list[Match]:
    """One match for each platform that the first bytes of files tell, with what lies beside them."""
    found: dict[str | None, list[str]] = {}
    for member in listing.members:
        if is_info(member):
            found.setdefault(_platform(member), []).append(member.path)
    if None in found and len(found) > 1:
        # What does not say of which platform it is came with the others.
        found[next(name for name in found if name)].extend(found.pop(None))
    return [Match(NAME, platform, "api", _with_files(listing, paths), tool=TOOL) for platform, paths in found.items()]


def _with_files(listing: Listing, infos: list[str]) -> tuple[str, ...]:
    stems = {_stem(path) for path in infos}
    named = set(infos)
    return tuple(
        member.path for member in listing.members if member.path in named or not stems.isdisjoint(_stems(member.path))
    )


def _stem(path: str) -> str:
    found = _JSON_NAME.fullmatch(path)
    return found.group(1) if found else path


def _stems(path: str) -> Iterator[str]:
    """What a file can belong to: its name without one or more of its endings."""
    folder, slash, name = path.rpartition("/")
    parts = name.split(".")
    for size in range(len(parts) - 1, 0, -1):
        yield folder + slash + ".".join(parts[:size])


def is_info(member: Member) -> bool:
    """Whether a member is of the form that yt-dlp writes, whatever its name."""
    if peek(member.head) is None or _CHAT.match(member.head.lstrip()):
        return False
    marks = set(_MARKS.findall(member.head))
    named = member.path.lower().endswith((".info.json", ".info.json.gz"))
    return bool(marks & _SURE) or len(marks) >= _ENOUGH or (named and bool(marks)) or _is_list_of_formats(marks)


def _is_list_of_formats(marks: set[bytes]) -> bool:
    return marks >= {b"formats", b"format_id"}


def _platform(member: Member) -> str | None:
    """The platform, where the first bytes say it; a file can hold its extractor far behind."""
    seen = peek(member.head)
    fields = seen.fields if seen else {}
    if {"extractor", "extractor_key"} & fields.keys():
        return platform_of(fields)
    return platform_in(member.head.decode("utf-8", "replace").replace("\\/", "/"))


def read(capture: CaptureView) -> Iterator[Item]:
    """The videos with their comments, in the order of the delivery."""
    members = [capture.listing.by_path[path] for path in capture.match.paths]
    infos = [member.path for member in members if is_info(member)]
    documents = Documents([member for member in members if member.path not in set(infos)])
    for path in infos:
        yield from documents.items(capture.open(path), _stem(path))
    for member in members:
        if _CHAT.match(member.head.lstrip()):
            yield from documents.chat(capture.open(member.path))
