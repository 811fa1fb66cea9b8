"""``sma-format``: one file at a time, for Archivematica's rules. Each job imports what it needs itself, and no more."""

from __future__ import annotations

import sys
from collections.abc import Callable

USAGE = """usage: sma-format identify FILE
       sma-format convert NAME SOURCE TARGET
       sma-format validate FILE

identify   prints the PRONOM id, or ours, of what the first and last bytes of a file show; exit code 1 where they
           show nothing that is known here, so that another tool can be asked: sma-format identify FILE || sf FILE
convert    does one of the conversions of fpr_rules/commands.toml, checks what came of it, prints what was done
validate   prints as JSON whether a web archive or JSON is well-formed, as Archivematica reads it

Example: sma-format identify objects/pagina.warc.gz

Exit codes: 0 done, 1 not known, or it failed, 2 wrong use."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command and leave with its exit code."""
    sys.exit(command(sys.argv[1:] if arguments is None else arguments))


def command(arguments: list[str]) -> int:
    """Run the command; gives its exit code."""
    if arguments in (["--help"], ["-h"]):
        sys.stdout.write(USAGE + "\n")
        return 0
    job, *rest = arguments or [""]
    if job not in _JOBS or len(rest) != _JOBS[job][1]:
        sys.stderr.write(f"sma-format: give a job and what it needs\n\n{USAGE}\n")
        return 2
    try:
        return _JOBS[job][0](*rest)
    except OSError as error:
        sys.stderr.write(f"sma-format: {error.filename or rest[-1]}: {error.strerror or error}\n")
        return 1


def identify(path: str) -> int:
    """Print the id of a file."""
    from sma_plugin.formats.magic import ends_of, signatures, told  # noqa: PLC0415

    ends = ends_of(path)
    rows = (*signatures("own_formats"), *signatures("magic"))
    found = next(told(path.rpartition("/")[2], ends, rows), None) if ends.head else None
    if found is None:
        sys.stderr.write(f"sma-format: {path}: its first and last bytes show no format that is known here\n")
        return 1
    sys.stdout.write(f"{found.id}\n")
    return 0


def convert(name: str, source: str, target: str) -> int:
    """Convert a file and print what was done."""
    from pathlib import Path  # noqa: PLC0415

    from sma_plugin.formats.conversion import MissingToolError, NotConvertibleError  # noqa: PLC0415
    from sma_plugin.formats.conversion import command as row  # noqa: PLC0415
    from sma_plugin.texts import UserError  # noqa: PLC0415

    try:
        done = row(name).convert(Path(source), Path(target))
    except UserError as error:
        sys.stderr.write(f"sma-format: {error}\n")
        return 2
    except (MissingToolError, NotConvertibleError) as error:
        sys.stderr.write(f"sma-format: {source}: {error}\n")
        return 1
    sys.stdout.write(f'program="{done.tool}"; version="{done.version}"; {done.how}; checked: {done.checked}\n')
    return 0


def validate(path: str) -> int:
    """Print what Archivematica takes for the outcome of a validation: a dictionary that is JSON and Python alike."""
    import json  # noqa: PLC0415

    lines = path.endswith((".jsonl", ".ndjson"))
    wrong, doubtful = _of_json(path, lines=lines) if lines or path.endswith(".json") else _of_web_archive(path)
    outcome = "fail" if wrong else "partial pass" if doubtful else "pass"
    note = " ".join((*wrong, *doubtful))
    sys.stdout.write(json.dumps({"eventOutcomeInformation": outcome, "eventOutcomeDetailNote": note}) + "\n")
    return 0


_Told = tuple[list[str], list[str]]
"""What is wrong with a file, and what is doubtful."""
_MANY = 10


def _of_json(path: str, *, lines: bool) -> _Told:
    """Whether a file is one JSON value, or one on every line."""
    import msgspec  # noqa: PLC0415

    wrong = []
    with open(path, "rb") as stream:  # noqa: PTH123 -- as in formats/magic.py
        for number, part in enumerate(stream if lines else [stream.read()], 1):
            try:
                msgspec.json.decode(part)
            except msgspec.DecodeError as error:
                wrong.append(f"Line {number}: {error}." if lines else f"{error}.")
            if len(wrong) == _MANY:
                break
    return wrong, []


def _of_web_archive(path: str) -> _Told:
    """What ``sma validate`` says of a WARC or WACZ as such; whose account it is makes no difference here."""
    from pathlib import Path  # noqa: PLC0415

    from sma_plugin.check import check  # noqa: PLC0415
    from sma_plugin.findings import gather, text  # noqa: PLC0415
    from sma_plugin.reporting import Quiet  # noqa: PLC0415
    from sma_plugin.settings import Settings  # noqa: PLC0415

    here = [one for one in gather(check(Path(path), Settings(), Quiet())) if one.code[4] in "WZ"]
    wrong, doubtful = ([one for one in here if one.severity == kind] for kind in ("error", "warning"))
    told = [[f"{one.code}: {text(one, 'en')}" for one in some[:_MANY]] for some in (wrong, doubtful)]
    return told[0], told[1]


_JOBS: dict[str, tuple[Callable[..., int], int]] = {
    "identify": (identify, 1),
    "convert": (convert, 3),
    "validate": (validate, 1),
}


if __name__ == "__main__":
    main()
