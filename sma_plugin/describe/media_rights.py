"""Rights in media, and restrictions on kinds of file: what is decided per kind, and what is yet to be looked into.

What others placed is theirs; of what the account placed nobody knows without looking, for it may show people or be
made by others. Which laws come into question is data (``media_rights.toml``). Files with keys and cookies in them are a
kind of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import msgspec

from sma_plugin.describe.context import Subject
from sma_plugin.describe.mdto_parts import lists
from sma_plugin.facts import facts
from sma_plugin.package.records import FileRecord
from sma_plugin.selection.records import KEYS, RESTRICTION_TYPES, UNDETERMINED, MaskedCopy, MediaRights, Restriction

COLLECTION = "collection"
_WORDS = {"licence known": "licentie bekend", "third party": "van derden", "to be determined": "nader te bepalen"}
MAX_NAMES = 10
"""So many files are named in a restriction; PREMIS rights name all of them."""
_OWN_EXPORT = "platform-export"


class Laws(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The laws that may give others rights in a kind of medium."""

    grounds: tuple[str, ...]


@cache
def laws() -> dict[str, Laws]:
    """``media_rights.toml``."""
    return facts(__package__, "media_rights.toml", dict[str, Laws])


def undecided(subject: Subject) -> Iterator[MediaRights]:
    """Kinds of media whose rights nobody decided on, others' apart from the account's; then the collection."""
    settled = {kind for one in subject.decisions.restrictions if one.rights for kind in one.media}
    for (kind, own), count in sorted(subject.media.items()):
        if kind in laws() and kind not in settled:
            yield MediaRights(kind, "to be determined" if own else "third party", count, laws()[kind].grounds)
    # A platform gives its own export; whoever takes from its pages or interface takes from a collection of its.
    if subject.media and any(one.technique != _OWN_EXPORT for one in subject.record.capture):
        yield MediaRights(COLLECTION, "to be determined", 1, laws()[COLLECTION].grounds)


def decided(subject: Subject) -> tuple[Restriction, ...]:
    """What was decided to be restricted; where nothing was, that it is yet to be determined.

    What is about files with keys in them says nothing of the rest, and nothing at all where there are none.
    """
    held = bool(subject.masked and subject.masked.files)
    found = tuple(one for one in subject.decisions.restrictions if held or one.media != (KEYS,))
    return found if any(one.media != (KEYS,) for one in found) else (*found, UNDETERMINED)


def of_keys(subject: Subject) -> tuple[Restriction, ...]:
    """What holds for files with keys in them while no role decided about these."""
    known = subject.masked
    settled = any(KEYS in one.media for one in subject.decisions.restrictions)
    return (known.restriction,) if known and known.files and not settled else ()


def restrictions(subject: Subject, *, keys: bool = True) -> tuple[Restriction, ...]:
    """What is restricted: what was decided, and that rights in media are yet to be determined where they are.

    Without ``keys`` what is about files with keys in them only is left out.
    """
    found = [one for one in decided(subject) if keys or one.media != (KEYS,)]
    if open_rights := [in_words(one, subject) for one in undecided(subject)]:
        note = f"Rechten op media: {'; '.join(open_rights)}"
        rest = (one for one in found if one != UNDETERMINED)
        found = [*rest, Restriction(UNDETERMINED.label, RESTRICTION_TYPES, note=note)]
    found += of_keys(subject) if keys else ()
    return tuple(naming_files(one, subject.masked) for one in found)


def naming_files(restriction: Restriction, masked: MaskedCopy | None) -> Restriction:
    """A restriction that names the files, where it is about those with keys in them: MDTO restricts no single file."""
    if not masked or KEYS not in restriction.media:
        return restriction
    names = sorted(path.rpartition("/")[2] for path in masked.with_keys)
    more = f" en {len(names) - MAX_NAMES} andere" if len(names) > MAX_NAMES else ""
    named = f"{', '.join(names[:MAX_NAMES])}{more}"
    note = f"{named}: {restriction.note}" if restriction.note else named
    return msgspec.structs.replace(restriction, note=note)


def in_words(one: MediaRights, subject: Subject) -> str:
    """Rights in a kind of medium in a sentence."""
    grounds = ", ".join(one.grounds)
    if one.kind == COLLECTION:
        return f"berichten als verzameling, {_WORDS[one.status]} ({grounds})"
    whose = f"van {subject.label}, {_WORDS[one.status]}" if one.status == "to be determined" else _WORDS[one.status]
    return f"{lists()['media'][one.kind]} {whose}: {one.count} ({grounds})"


def kind_of(record: FileRecord) -> str | None:
    """The kind of medium that a file is; ``None`` for data, pages and captures.

    >>> kind_of(FileRecord("objects/a.png", "", 1, "original", mime="image/png"))
    'image'
    """
    kind = (record.mime or "").partition("/")[0]
    if record.mime == "application/pdf":
        return "document"
    return kind if kind in laws() else None


def kind_in(record: FileRecord, subject: Subject) -> str | None:
    """The kind of file that restrictions may be about, in this package."""
    held = subject.masked.with_keys if subject.masked else ()
    # What was made of a file with keys has them too, unless it is the copy without them.
    with_keys = record.path in held or (record.source in held and record.use == "preservation")
    return KEYS if with_keys else kind_of(record)


def concerns(restriction: Restriction, kind: str | None) -> bool:
    """Whether a restriction is about files of a kind."""
    return not restriction.media or kind in restriction.media or (kind == "image" and "animation" in restriction.media)
