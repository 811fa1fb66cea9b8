"""``sma-step``: the light entry for machines. JSON lines out: progress, findings, outcome (CONTRACTS.md, "Steps")."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import msgspec

from sma_plugin.json_lines import JsonLines
from sma_plugin.misconfigured import SettingsError
from sma_plugin.pipeline import STEPS, StepError, place_of, run
from sma_plugin.reporting import Outcome
from sma_plugin.selection.standing import load_checked
from sma_plugin.stopping import stop_with_parent, stopped_or
from sma_plugin.texts import UserError, refused

JOBS: dict[str, str] = {
    "transfer-receive": "sma_plugin.archivematica.transfers:receive",
    "transfer-compose": "sma_plugin.archivematica.transfers:compose",
    "transfer-return": "sma_plugin.archivematica.transfers:give_back",
    "transfer-check": "sma_plugin.archivematica.transfers:check",
    "provenance": "sma_plugin.archivematica.sip_jobs:provenance",
    "aip-mets": "sma_plugin.archivematica.sip_jobs:aip_mets",
}
"""What links in Archivematica's workflow run, and where it is: ``job(words, settings, report) -> exit code``."""
USAGE = f"""usage: sma-step NAME[,NAME...] PLACE [--config FILE] [--undecided] [--verify]
       sma-step JOB FOLDER [--unit UUID] [--name NAME] [--decision CHOICE] [--config FILE]

Runs steps on a working area (up to and including compose) or on a package.
Steps: {", ".join(STEPS)}.
With --verify, delivered files and what earlier steps left are hashed again first.
Example: sma-step describe,validate packages/x-voorbeeldstad-20250101-20251231

Or runs a job of a link in Archivematica's workflow on a transfer or SIP.
Jobs: {", ".join(JOBS)}.

Exit codes: 0 done, 1 errors, 2 wrong use, 3 a decision is needed;
of jobs also 4 a package already, 6 rejected."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command and leave with its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    sys.exit(stopped_or(lambda: command(words), "sma-step: stopped; the same command goes on where it was"))


def command(arguments: list[str]) -> int:
    """Run the command; gives its exit code."""
    if arguments and arguments[0] in JOBS:
        return _job(arguments[0], arguments[1:])
    rest = list(arguments)
    undecided, verify = "--undecided" in rest, "--verify" in rest
    rest = [word for word in rest if word not in ("--undecided", "--verify")]
    config = None
    if "--config" in rest:
        at = rest.index("--config")
        if at + 1 == len(rest):
            return _wrong_use("--config needs a file")
        config = Path(rest.pop(at + 1))
        rest.pop(at)
    if rest in (["--help"], ["-h"]):
        sys.stdout.write(USAGE + "\n")
        return 0
    if len(rest) != 2 or any(word.startswith("-") for word in rest):
        return _wrong_use("give the names of steps and a place")
    return _steps(rest[0].split(","), Path(rest[1]), config, undecided=undecided, verify=verify)


def _steps(names: list[str], place: Path, config: Path | None, *, undecided: bool, verify: bool) -> int:
    try:
        settings = msgspec.structs.replace(load_checked(config), undecided=undecided)
        return int(run(names, place_of(place), settings, JsonLines(settings.defaults.language), verify=verify))
    except (StepError, SettingsError) as error:
        return _wrong_use(str(error))
    except OSError as error:
        sys.stderr.write(f"sma-step: {error.filename or place}: {error.strerror or error}\n")
        return int(Outcome.ERRORS)


def _job(name: str, words: list[str]) -> int:
    """Run a job; what a user can cause is one sentence on standard error, in the language of the archive.

    Options stand in their places, behind the folder: a transfer may have any name, also that of an option.
    """
    at = next((at for at in range(1, len(words) - 1, 2) if words[at] == "--config"), None)
    config = Path(words[at + 1]) if at else None
    words = [*words[:at], *words[at + 2 :]] if at else words
    report = JsonLines()
    stop_with_parent()
    try:
        settings = load_checked(config)
        report = JsonLines(settings.defaults.language)
        module, _, function = JOBS[name].partition(":")
        code = int(getattr(import_module(module), function)(words, settings, report))
    except UserError as error:
        sys.stderr.write(f"{error.sentence(report.language)}\n")
        code = int(Outcome.ERRORS)
    except OSError as error:
        sys.stderr.write(f"{error.filename or name}: {refused(error, report.language)}\n")
        code = int(Outcome.ERRORS)
    report.over(code)
    return code


def _wrong_use(message: str) -> int:
    sys.stderr.write(f"sma-step: {message}\n\n{USAGE}\n")
    return 2
