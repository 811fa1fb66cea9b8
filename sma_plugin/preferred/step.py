"""The step *normalise*: posts as ActivityStreams 2.0, and files converted as the archive's policy of formats says.

Without a policy nothing is converted. Where the policy wants a role to decide first, files stay as they are until one
did, with what it would cost before it.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sma_plugin import notation
from sma_plugin.findings import Finding, make
from sma_plugin.formats.conversion import tools
from sma_plugin.formats.identify import identify, signature_file
from sma_plugin.history.normalise import STEP
from sma_plugin.history.normalise import normalise as normalise_posts
from sma_plugin.model import Agent, Event
from sma_plugin.package import Package
from sma_plugin.package.files import read_json, read_json_lines, write_json, write_json_lines
from sma_plugin.package.records import FileRecord
from sma_plugin.preferred.checking import time_in_words
from sma_plugin.preferred.converting import Converting, Made
from sma_plugin.preferred.losses import kept, lost
from sma_plugin.preferred.planning import Cost, ToConvert, by_command, cost_of, to_convert
from sma_plugin.preferred.policy import Policies, chosen
from sma_plugin.provenance import SOFTWARE
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.selection.asking import Asking, question, question_id
from sma_plugin.selection.decision_events import detail_of
from sma_plugin.selection.records import Decision, PackageDecisions
from sma_plugin.selection.showing import label_of
from sma_plugin.settings import Settings
from sma_plugin.texts import LANGUAGES

SUBJECT, QUESTIONS = "conversion", "questions.json"
_SPARE = 64 << 20


class Plan(NamedTuple):
    """What is converted, what there is to say before that, and which decisions it rests on, by command."""

    todo: list[ToConvert]
    findings: list[Finding]
    decided: dict[str, Decision]


def normalise(place: Package, settings: Settings, report: Reporter) -> Outcome:
    """Write the normalised posts, and convert files as far as policies and roles want it."""
    policies = chosen(settings)
    plan = _plan(place, policies, settings) if policies.converts else Plan([], [], {})
    for finding in plan.findings:
        report.finding(finding)
    report.start(STEP, sum(one.record.size for one in plan.todo) or None)
    outcome = normalise_posts(place, settings, report)
    if not place.files.is_file():
        return outcome  # a package by itself: what was converted is in it, and of the rest nothing is on record here
    converting = Converting(place, place.step(STEP), settings.stamps)
    made = converting.convert(plan.todo, lambda more: report.progress(read_bytes=more))
    if not policies.converts:
        for path in (place.step(STEP) / QUESTIONS, place.kept_in_converting):
            path.unlink(missing_ok=True)
    else:
        _put_on_record(place, policies, settings, report, plan, made)
    return outcome


# --- before ----------------------------------------------------------------------------------------------------------


def _plan(place: Package, policies: Policies, settings: Settings) -> Plan:
    """What the policies want converted, less what lacks a tool, room or a decision."""
    every = list(to_convert(read_json_lines(place.files, FileRecord), policies))
    findings = list(policies.findings)
    able: list[ToConvert] = []
    for name, files in by_command(every).items():
        if missing := files[0].command.missing:
            findings += (_missing(name, tool, len(files)) for tool in missing)
        else:
            able += files
    todo, decided = _allowed(place, able, settings, findings)
    needed, free = cost_of(todo).after + _SPARE, shutil.disk_usage(place.root).free
    if todo and needed > free:
        findings.append(make("SMA-F030", needed=needed >> 20, free=free >> 20))
        return Plan([], findings, decided)
    return Plan(todo, findings, decided)


def _missing(command: str, tool: str, count: int) -> Finding:
    install = tools()[tool].install
    told: dict[str, Any] = {"install_nl": install.nl, "install_en": install.en}
    return make("SMA-F026", command=command, tool=tool, count=count, **told)


def _allowed(
    place: Package, able: Sequence[ToConvert], settings: Settings, findings: list[Finding]
) -> tuple[list[ToConvert], dict[str, Decision]]:
    """The files that may be converted at once or by decision. What a role has to decide first is put and told."""
    asking = Asking(settings)
    decided: dict[str, Decision] = {}
    for name, files in by_command(one for one in able if one.rule.ask).items():
        cost = cost_of(files)
        put = _question(place, files[0], cost)
        if decision := asking.put(put):
            decided[name] = decision
        else:
            sizes: dict[str, Any] = dict(_sizes(cost))
            findings.append(make("SMA-F029", count=cost.files, command=name, **sizes))
    write_json(place.step(STEP) / QUESTIONS, asking.questions)
    yes = {name for name, one in decided.items() if one.decided == "convert"}
    return [one for one in able if not one.rule.ask or one.command.name in yes], decided


def _question(place: Package, one: ToConvert, cost: Cost) -> Any:
    account = read_json(place.decisions, PackageDecisions).account
    told: dict[str, Any] = dict(_sizes(cost))
    for language in LANGUAGES:
        told[f"what_{language}"] = getattr(one.command.text, language)
        told[f"time_{language}"] = time_in_words(cost.elapsed(), language)
    return question(
        SUBJECT,
        question_id(SUBJECT, account.platform, account.native_id, one.command.name),
        label_of(account),
        "keep",
        "growth",
        package=place.root.name,
        count=cost.files,
        **told,
    )


def _sizes(cost: Cost) -> Iterator[tuple[str, str]]:
    for language in LANGUAGES:
        yield f"size_{language}", notation.size(cost.size, language)
        yield f"after_{language}", notation.size(cost.after, language)


# --- afterwards ------------------------------------------------------------------------------------------------------


def _put_on_record(
    place: Package, policies: Policies, settings: Settings, report: Reporter, plan: Plan, made: Sequence[Made]
) -> None:
    """Add files, events and findings to those of the posts."""
    files = place.step(STEP) / "files.jsonl"
    captures = {one.record.path: one.record.capture for one in plan.todo}
    records = [record for one in made for record in _records(place, one, captures[one.source], settings)]
    write_json_lines(files, [*read_json_lines(files, FileRecord), *records])
    write_json(place.kept_in_converting, kept(made))
    told = [*_findings(made), *_otherwise(plan.todo, records)]
    for finding in told:
        report.finding(finding)
    events = [_assigned(policies, plan, made, settings), *(_event(one, plan, settings) for one in made)]
    place.log(STEP, [*place.events(STEP), *events], [*place.findings(STEP), *plan.findings, *told])


def _records(place: Package, made: Made, capture: str | None, settings: Settings) -> Iterator[FileRecord]:
    for one in made.files:
        found = identify(place.path(one.path), signature_file(settings))
        yield FileRecord(
            one.path,
            one.sha256,
            one.size,
            "preservation",
            settings.stamps.identifier(f"file/{place.root.name}/{one.path}"),
            capture,
            mime=found.mime,
            puid=found.puid,
            format_name=found.name,
            format_version=found.version,
            source=made.source,
        )


def _findings(made: Iterable[Made]) -> Iterator[Finding]:
    for one in made:
        if one.refusal:
            told: dict[str, Any] = one.refusal.told()
            yield make("SMA-F027", path=one.source, command=one.command, cause=one.refusal.why, **told)
        else:
            yield from lost(one)


def _otherwise(todo: Iterable[ToConvert], records: Iterable[FileRecord]) -> Iterator[Finding]:
    """Results that are of another format than their command says."""
    commands = {one.record.path: one.command for one in todo}
    for record in records:
        command = commands[record.source or ""]
        if command.gives and record.puid not in command.gives:
            found, wanted = record.puid or record.mime or "-", ", ".join(command.gives)
            yield make("SMA-F031", path=record.path, command=command.name, found=found, wanted=wanted)


def _assigned(policies: Policies, plan: Plan, made: Sequence[Made], settings: Settings) -> Event:
    """That these policies were applied, and by which decisions."""
    names = "; ".join(one.called for one in policies.policies)
    counts: dict[str, int] = defaultdict(int)
    for one in made:
        counts["kept as they are, not convertible" if one.refusal else f"converted ({one.command})"] += 1
    counted = [f"{count} {what}" for what, count in sorted(counts.items())]
    by_role = [detail_of(one) for one in plan.decided.values()]
    return settings.stamps.event(
        "policy assignment",
        f"preferred formats by: {names}",
        step=STEP,
        key="formats",
        note="; ".join([*counted, *by_role]) or "nothing to convert",
        agents=(Agent(settings.archive.name, role="implementer"),),
    )


def _event(made: Made, plan: Plan, settings: Settings) -> Event:
    """What was done with one file: command, tool and version, how it was checked."""
    decision = plan.decided.get(made.command)
    by_role = f"; {detail_of(decision)}" if decision else ""
    if made.refusal:
        return settings.stamps.event(
            "normalization",
            f"{made.command}: not converted, kept as it is",
            step=STEP,
            key=made.source,
            at=made.at,
            outcome="fail",
            note=f"{made.refusal}{by_role}",
            objects=(made.source,),
        )
    return settings.stamps.event(
        "normalization",
        f"{made.command}: {made.how}",
        step=STEP,
        key=made.source,
        at=made.at,
        outcome="warning" if made.differs else "success",
        note=f"checked: {made.checked}{f'; changed: {made.changes()}' if made.differs else ''}{by_role}",
        agents=() if made.tool == SOFTWARE.name else (Agent(made.tool, "software", "executing program", made.version),),
        objects=(made.source, *(one.path for one in made.files)),
    )
