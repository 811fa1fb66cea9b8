"""The step *read*: every delivered byte once, for fixity and content together. Leaves items and member fixity."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from sma_plugin.bundle.containers import PACKED
from sma_plugin.bundle.delivery import CaptureRecord, DeliveryRecord
from sma_plugin.bundle.manifests import Expected, expected
from sma_plugin.bundle.mappings import use_mappings
from sma_plugin.bundle.names import printable
from sma_plugin.bundle.trust import trusted_certificates
from sma_plugin.bundle.view import Delivery, MemberFixity, View
from sma_plugin.findings import Finding, gather, make
from sma_plugin.model import MEDIA_FAULTS, Event, Exclusion, Item, Post, Problem
from sma_plugin.package import WorkArea
from sma_plugin.package.files import read_json, write_json_lines
from sma_plugin.package.items import ItemWriter, without_collector
from sma_plugin.readers.contract import Listing, Member
from sma_plugin.readers.registry import readers
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.secrets.credentials import JARS, VALUES
from sma_plugin.secrets.logins import is_jar
from sma_plugin.settings import Settings

STEP = "read"
_POSTS_PER_TICK = 500


def read(place: WorkArea, settings: Settings, report: Reporter) -> Outcome:
    """Read every capture with its reader, then hash what no reader read.

    Leaves ``items.msgpack`` and ``members.jsonl``. A capture that fails costs that capture, not the others.
    """
    record = read_json(place.delivery, DeliveryRecord)
    report.start(STEP, sum(member.entry.size for member in record.members if member.rule is None))
    findings: list[Finding] = []
    spool = place.step("receive") / "spool"
    trusted = trusted_certificates(settings)
    use_mappings(settings)
    with closing(Delivery(record, spool, lambda count: report.progress(read_bytes=count), trusted)) as delivery:
        delivery.hashed = settings.fixity
        manifest = _manifest(delivery, findings)
        with ItemWriter(place.items) as writer, without_collector():
            for number, capture in enumerate(record.captures):
                for item in _items(delivery, capture, report):
                    writer.add(number, item)
                    if isinstance(item, Problem):
                        findings.append(_finding(item, capture))
                delivery.close_members()
            for member, error in delivery.sweep():
                if error is not None:
                    findings.append(make("SMA-B016", path=printable(member.path), reason=str(error)))
            for number, capture in enumerate(record.captures):
                for problem in _media_faults(delivery, capture):
                    writer.add(number, problem)
                    findings.append(_finding(problem, capture))
                for exclusion in _credentials(delivery, capture):
                    writer.add(number, exclusion)
        findings.extend(
            make("SMA-P030", capture=record.captures[number].capture.id, count=count)
            for number, count in sorted(writer.masked.items())
        )
        findings.extend(_disagreements(delivery, manifest))
        write_json_lines(
            place.members, (MemberFixity(path, fix.size, fix.sha256) for path, fix in sorted(delivery.fixity.items()))
        )
        units = [(str(number), one.fixity()) for number, one in enumerate(delivery.containers) if one]
    write_json_lines(place.step(STEP) / "units.jsonl", units)
    joined = gather(findings)
    for finding in joined:
        report.finding(finding)
    place.log(STEP, list(_events(settings, record, manifest, joined)), joined)
    return Outcome.OK


def _items(delivery: Delivery, record: CaptureRecord, report: Reporter) -> Iterator[Item]:
    """The items of one capture; a reader that breaks ends its capture with a finding."""
    view = View(delivery, record)
    posts = 0
    try:
        for item in readers()[record.reader].read(view):
            if isinstance(item, Post):
                posts += 1
                if posts % _POSTS_PER_TICK == 0:
                    report.progress(posts=_POSTS_PER_TICK)
            elif isinstance(item, Exclusion) and item.offset is None:
                delivery.left_out.add(item.path)
            yield item
    except Exception as error:  # noqa: BLE001 -- a reader, ours or another's, must not take the other captures with it
        reason = f"{type(error).__name__}: {error}"
        yield Problem("SMA-B019", record.paths[0], params={"reader": record.reader, "reason": reason[:300]})
    report.progress(posts=posts % _POSTS_PER_TICK)
    yield from view.problems


def _media_faults(delivery: Delivery, record: CaptureRecord) -> Iterator[Problem]:
    """What showed of the files of media of a capture when they were read; of those that stay out nothing is told."""
    for path, fault in sorted(delivery.media_faults.items()):
        member = delivery.members[path]
        out = path in delivery.left_out or (record.personal_export and not member.claimed)
        if member.capture == record.capture.id and not out:
            yield Problem(MEDIA_FAULTS[fault], path)


def _credentials(delivery: Delivery, record: CaptureRecord) -> Iterator[Exclusion]:
    """What gives access to an account in the files of a capture: values in JSON and texts, and files of cookies."""
    for path, member in delivery.members.items():
        if member.capture == record.capture.id and member.rule is None:
            if is_jar(delivery.heads.get(path, b""), "" if member.claimed else path):
                yield Exclusion(JARS, path)
            yield from (Exclusion(VALUES, path, *span) for span in delivery.credentials.get(path, ()))


def _finding(problem: Problem, record: CaptureRecord) -> Finding:
    path = printable(problem.path) if problem.path else None
    params = {name: printable(value) if isinstance(value, str) else value for name, value in problem.params.items()}
    item = str(params["value"]) if "value" in params else None
    made = make(problem.code, path=path, offset=problem.offset, item=item, capture=record.capture.id)
    return type(made)(made.code, made.severity, params, made.places, 1, None, record.capture.id, STEP)


def _manifest(delivery: Delivery, findings: list[Finding]) -> dict[str, Expected]:
    """What delivered manifests say, and which second algorithm that asks for."""
    members = tuple(Member(path, member.entry.size, b"") for path, member in delivery.members.items())

    def content(path: str) -> bytes:
        with delivery.open(path) as stream:
            return stream.read()

    found = dict(expected(Listing(members), content, findings.append))
    delivery.asked = frozenset(found)
    delivery.second.update({path: row.algorithm for path, row in found.items() if row.algorithm != "sha256"})
    return found


def _disagreements(delivery: Delivery, manifest: dict[str, Expected]) -> Iterator[Finding]:
    for path, row in manifest.items():
        fixity = delivery.fixity.get(path)
        if fixity and row.digest not in (fixity.sha256, fixity.second):
            capture = delivery.members[path].capture
            yield make("SMA-B011", path=printable(path), capture=capture, manifest=printable(row.manifest))


def _events(
    settings: Settings, record: DeliveryRecord, manifest: dict[str, Expected], findings: list[Finding]
) -> Iterator[Event]:
    stamps = settings.stamps
    packed = {member.capture for member in record.members if record.units[member.unit].form in PACKED}
    for capture in record.captures:
        name = capture.capture.id
        objects = (f"capture:{name}",)
        if name in packed:
            yield stamps.event(
                "unpacking", "members taken from the delivered archive", step=STEP, key=name, objects=objects
            )
        bad = [finding for finding in findings if finding.capture == name and finding.severity == "error"]
        yield stamps.event(
            "message digest calculation",
            "SHA-256 of every member, in the pass that read it",
            step=STEP,
            key=name,
            objects=objects,
        )
        yield stamps.event(
            "validation",
            f"structure of the capture, reader {capture.reader}",
            step=STEP,
            key=name,
            outcome="warning" if bad else "success",
            note="; ".join(sorted({finding.code for finding in bad})) or None,
            objects=objects,
        )
        if manifest:
            yield stamps.event(
                "fixity check",
                "delivered manifests against the bytes read",
                step=STEP,
                key=name,
                outcome="fail" if any(_of_fixity(one, name) for one in findings) else "success",
                objects=objects,
            )


def _of_fixity(finding: Finding, capture: str) -> bool:
    """Whether a finding says that a manifest disagrees about a capture, or about what is of none."""
    return finding.code == "SMA-B011" and finding.capture in (None, capture)
