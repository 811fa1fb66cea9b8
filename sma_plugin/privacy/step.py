"""A copy of the normalised posts for access, with third parties under pseudonyms.

Without a key there is no copy, and that is told. What a person has to look at (words that may be names, media) is put
on a list by ``sma privacy review``.
"""

from __future__ import annotations

from collections.abc import Iterator

from sma_plugin.findings import Finding, make
from sma_plugin.model import Agent, Event
from sma_plugin.package import Package
from sma_plugin.package.files import write_json
from sma_plugin.privacy.agreement import REDACTION, REPRESENTATION
from sma_plugin.privacy.copying import Copied, clear, write_copy
from sma_plugin.privacy.keys import Keys
from sma_plugin.privacy.rulings import Rulings, rulings
from sma_plugin.reporting import Reporter
from sma_plugin.selection.decision_events import detail_of
from sma_plugin.selection.records import RESTRICTION_TYPES, AccessCopy, Restriction
from sma_plugin.settings import Settings

STEP = "protect"
FIELDS = (
    "authors, mentions, texts, titles, hashtags, links, alternative texts, polls, profiles, identifiers, addresses, "
    "ties between posts, and file names"
)


def access_copy(place: Package, settings: Settings, keys: Keys | None, report: Reporter) -> Iterator[Event | Finding]:
    """Write ``posts.jsonl`` and what goes with it under ``objects/derived/access``, where there is a key."""
    if keys is None or keys.current is None:
        clear(place.access)
        place.access_record.unlink(missing_ok=True)
        if settings.paths.key_file:
            yield make("SMA-P001")
        return
    decided = rulings(place, settings)
    copied = write_copy(place, place.access, keys, decided, report)
    event = redaction(copied, decided, settings)
    write_json(place.access_record, record_of(place, decided, settings, event.at))
    yield event
    yield from findings_of(copied, decided)


def record_of(place: Package, decided: Rulings, settings: Settings, made: str) -> AccessCopy:
    """The copy as an archival item, with the restriction that holds for it: pseudonyms are personal data."""
    restriction = Restriction(
        "Nader te bepalen",
        RESTRICTION_TYPES,
        note="Raadpleegkopie: derden staan onder pseudoniem, en dat zijn nog steeds persoonsgegevens.",
        basis="statute",
        citation="Algemene verordening gegevensbescherming, art. 4, onder 5",
    )
    identifier = settings.stamps.identifier(f"access/{place.root.name}")
    return AccessCopy(identifier, decided.audience, (restriction,), made)


def redaction(copied: Copied, decided: Rulings, settings: Settings) -> Event:
    """What was done: method, fields, which key, how much of what, and what roles decided."""
    access = copied.access
    counts = {**access.masker.counts, **{f"left out ({sort})": count for sort, count in access.counts.items()}}
    counted = ", ".join(f"{count} {sort}" for sort, count in sorted(counts.items()) if count)
    by_role = [detail_of(one) for one in decided.decisions]
    reviewed = f"{len(access.parts.reviewed)} files and {len(decided.words)} words decided one by one"
    cleaned, unclean = (len(copied.with_metadata(came)) for came in ("taken out", "not looked for"))
    reviewed += f"; metadata taken out of {cleaned} files" if cleaned else ""
    reviewed += f"; metadata not taken out of {unclean} files of other kinds" if unclean else ""
    return settings.stamps.event(
        REDACTION,
        f"third parties under keyed pseudonyms (HMAC-SHA-256, 80 bits) in {FIELDS}; "
        f"key {access.parts.pseudonyms.key_id}, kept outside the package; audience {decided.audience}",
        step=STEP,
        key="posts",
        note="; ".join([counted or "nothing to mask", reviewed, *by_role]),
        agents=(Agent(settings.archive.name, role="implementer"),),
        objects=(REPRESENTATION,),
    )


def findings_of(copied: Copied, decided: Rulings) -> Iterator[Finding]:
    """What there is to say of a copy."""
    access = copied.access
    if access.masker.doubtful:
        yield make("SMA-P002", words=len(access.masker.doubtful), times=access.masker.doubtful.total())
    if access.counts["media"]:
        yield make("SMA-P003", media=access.counts["media"])
    if access.counts["gone"]:
        yield make("SMA-P004", posts=access.counts["gone"])
    if not decided.named:
        yield make("SMA-P005")
    for one in copied.left_out:
        yield make("SMA-P006" if one.trouble == "changed" else "SMA-P037", path=one.path)
    for one in copied.with_metadata("not looked for"):
        yield make("SMA-P008", path=one.path)
    if access.counts["suppressed"]:
        yield make("SMA-P007", count=access.counts["suppressed"])
