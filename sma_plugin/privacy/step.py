"""The step *protect*: a copy of the normalised posts for access, with third parties under pseudonyms.

Without a key there is no copy, and that is told. What a person has to look at (words that may be names, media) is
listed beside the package, not in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from sma_plugin.findings import Finding, make
from sma_plugin.formats import activitystreams
from sma_plugin.formats.derived import records_of
from sma_plugin.model import Agent, Event, HistoryItem, PostHistory
from sma_plugin.package import Package
from sma_plugin.package.files import read_json, write_bytes, write_json, write_json_lines, writing
from sma_plugin.package.items import without_collector
from sma_plugin.privacy.access import Access, prepared
from sma_plugin.privacy.folding import folded_only
from sma_plugin.privacy.keys import Key, Keys
from sma_plugin.privacy.people import People
from sma_plugin.privacy.pseudonyms import Pseudonyms
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.selection.records import PackageDecisions
from sma_plugin.selection.register import load_register
from sma_plugin.settings import Settings

STEP = "protect"
_SHIPPED = (activitystreams.CONTEXT_FILE, activitystreams.SCHEMA_FILE)
_TICK = 500


def protect(place: Package, settings: Settings, report: Reporter) -> Outcome:
    """Write ``posts.jsonl`` and what goes with it under ``objects/derived/access``, where there is a key."""
    report.start(STEP)
    key = Keys.configured(settings, place.root).current if settings.paths.key_file else None
    if key is None:
        _remove(place)
        place.log(STEP, [], [_noted(report, make("SMA-P001"))] if settings.paths.key_file else [])
        return Outcome.OK
    with without_collector():
        access = _written(place, key, settings, report)
    write_json_lines(place.step(STEP) / "files.jsonl", records_of(place, place.access, "access", settings))
    findings = [_noted(report, finding) for finding in _findings(access)]
    place.log(STEP, [_event(access, settings)], findings)
    return Outcome.OK


def _written(place: Package, key: Key, settings: Settings, report: Reporter) -> Access:
    pseudonyms = Pseudonyms(key)
    people = People(pseudonyms, _exempt(place, settings))
    access = prepared(_items(place), pseudonyms, people)
    counts = activitystreams.Counts()
    posts = 0
    with writing(place.access_posts) as stream:
        for item in access.items(_items(place)):
            stream.write(activitystreams.encode(item))
            counts.add(item)
            posts += isinstance(item, PostHistory)
            if posts % _TICK == 0:
                report.progress(posts=_TICK)
    for name in _SHIPPED:
        write_bytes(place.access / name, activitystreams.shipped(name))
    write_json(place.access / "posts.meta.json", activitystreams.meta(counts))
    write_json(place.step(STEP) / "review.json", dict(sorted(access.masker.doubtful.items())))
    return access


def _items(place: Package) -> Iterator[HistoryItem]:
    return (line.item for line in activitystreams.read_lines(place.posts))


def _exempt(place: Package, settings: Settings) -> set[tuple[str, str]]:
    """Everybody whose name may stay: the account itself, and the corporate accounts of the register."""
    own = read_json(place.decisions, PackageDecisions).account
    corporate = (entry.account for entry in load_register(settings).entries if entry.account.kind == "corporate")
    found: set[tuple[str, str]] = set()
    for account in (own, *corporate):
        for name in (account.native_id, account.handle and folded_only(account.handle.lstrip("@"))):
            if name:
                found.add((account.platform, name))
    for item in _items(place):
        if not isinstance(item, PostHistory) and getattr(item, "own", False):
            found |= {(item.platform, folded_only(handle.value)) for handle in item.handles}  # type: ignore[union-attr]
    return found


def _event(access: Access, settings: Settings) -> Event:
    counted = ", ".join(f"{count} {sort}" for sort, count in sorted(access.masker.counts.items()))
    return settings.stamps.event(
        "redaction",
        "third parties under keyed pseudonyms (HMAC-SHA-256): authors, mentions, texts, titles, links, alternative "
        f"texts, polls, identifiers and addresses; key {access.pseudonyms.key_id}, kept outside the package",
        step=STEP,
        key="posts",
        note=f"{counted or 'nothing to mask'}; {access.media} media and pages and {access.gone} posts left out",
        agents=(Agent(settings.archive.name, role="implementer"),),
        objects=("representation:access",),
    )


def _findings(access: Access) -> Iterator[Finding]:
    if access.masker.doubtful:
        yield make("SMA-P002", words=len(access.masker.doubtful), times=access.masker.doubtful.total())
    if access.media:
        yield make("SMA-P003", media=access.media)
    if access.gone:
        yield make("SMA-P004", posts=access.gone)


def _noted(report: Reporter, finding: Finding) -> Finding:
    report.finding(finding)
    return finding


def _remove(place: Package) -> None:
    """Take away the copy that an earlier run made."""
    for path in sorted(place.access.iterdir()) if place.access.is_dir() else ():
        path.unlink()
    if place.access.is_dir():
        place.access.rmdir()
    (place.step(STEP) / "files.jsonl").unlink(missing_ok=True)
