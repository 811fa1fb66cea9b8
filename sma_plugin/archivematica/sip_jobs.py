"""What the links of an ingest run: the table of a package's provenance, and the METS of its AIP."""

from __future__ import annotations

from pathlib import Path

from sma_plugin.archivematica.aip_mets_step import describe_aip
from sma_plugin.archivematica.provenance import TABLE, rows
from sma_plugin.archivematica.sip import packages_in
from sma_plugin.archivematica.unit import unit_of
from sma_plugin.findings import Finding, make
from sma_plugin.package.files import write_json_lines
from sma_plugin.package.records import read_record
from sma_plugin.reporting import Outcome, Reporter
from sma_plugin.settings import Settings
from sma_plugin.validate.xml_stream import XmlError

STEP = "provenance"


def provenance(words: list[str], settings: Settings, report: Reporter) -> int:  # noqa: ARG001 -- as every job
    """Leave the table in the SIP. Raises :class:`~sma_plugin.texts.UserError` and ``OSError``."""
    return int(leave_table(unit_of(words).root, report))


def aip_mets(words: list[str], settings: Settings, report: Reporter) -> int:
    """Describe the METS of the AIP. Raises :class:`~sma_plugin.texts.UserError` and ``OSError``."""
    unit = unit_of(words)
    return int(describe_aip(unit.root, unit.identifier, settings, report))


def leave_table(folder: Path, report: Reporter) -> Outcome:
    """Leave the table of the package in a SIP, where there is one."""
    report.start(STEP)
    finding = _left(folder)
    if finding:
        report.finding(finding)
    report.end(STEP, outcome := Outcome.ERRORS if finding else Outcome.OK)
    return outcome


def _left(folder: Path) -> Finding | None:
    """Write the table; gives why not."""
    packages = packages_in(folder)
    if len(packages) > 1:
        return make("SMA-A052", path=folder.name, count=len(packages))
    for package in packages:
        try:
            write_json_lines(folder / TABLE, rows(package, read_record(package.record)))
        except XmlError as error:
            damaged = (error.path or package.mets).relative_to(package.metadata).as_posix()
            return make("SMA-V001", path=f"metadata/{damaged}", reason=str(error)[:200])
        except ValueError as error:
            return make("SMA-V006", path="metadata/sma/captures.toml", reason=str(error)[:200])
    return None
