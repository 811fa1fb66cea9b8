"""The step *describe*: METS, PREMIS, MDTO, Dublin Core, Archivematica's import files and the report of one package."""

from __future__ import annotations

from sma_plugin.describe.context import DescribeContext
from sma_plugin.describe.describing import STEP, UNREADABLE_RECORD, describe_package
from sma_plugin.describe.report import write_report
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.improvement.edits import load_edits
from sma_plugin.package import Package
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.selection.records import Reference
from sma_plugin.settings import Settings


def describe(place: Package, settings: Settings, report: Reporter) -> Outcome:
    """Describe a package. Errors mean that it cannot be ingested as it is."""
    report.start(STEP)
    findings = describe_package(place, context_of(settings), read_lines)
    if not any(finding.code == UNREADABLE_RECORD for finding in findings):
        write_report(place)
    for finding in findings:
        report.finding(finding)
    return Outcome.ERRORS if any(finding.severity == "error" for finding in findings) else Outcome.OK


def context_of(settings: Settings) -> DescribeContext:
    """Who is responsible, from the configuration."""
    body = settings.organisation
    creator = Reference(body.creator, body.creator_identifier, body.creator_identifier_source)
    custodian = (
        Reference(body.custodian, body.custodian_identifier, body.custodian_identifier_source)
        if body.custodian
        else creator
    )
    return DescribeContext(
        settings.stamps,
        creator,
        custodian,
        settings.archive.name,
        settings.defaults.language,
        settings.archive.statute,
        settings.archive.identifier_source,
        settings.archive.reading_room,
        load_edits(settings),
    )
