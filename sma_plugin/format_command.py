"""``sma-format``: one file at a time, for Archivematica's rules. Each job imports what it needs itself, and no more."""

from __future__ import annotations

import sys
from collections.abc import Callable

from sma_plugin.stopping import stopped_or

USAGE = """usage: sma-format identify FILE
       sma-format characterise FILE
       sma-format validate FILE
       sma-format convert NAME SOURCE TARGET
       sma-format programs NAME

identify      prints the PRONOM id, or ours, of what the first and last bytes of a file show; exit code 1 where they
              show nothing that is known here, so that another tool can be asked: sma-format identify FILE || sf FILE
characterise  prints the essential characteristics of a file as XML
validate      prints as JSON whether a web archive or JSON is well-formed, as Archivematica reads it
convert       does one of the conversions of fpr_rules/commands.toml, checks what came of it, prints what was done
programs      prints which programs and versions do a conversion, as Archivematica puts it in an event

Example: sma-format identify objects/pagina.warc.gz

Exit codes: 0 done, 1 not known, or it failed, 2 wrong use."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command and leave with its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    sys.exit(stopped_or(lambda: command(words), "sma-format: stopped"))


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
    from sma_plugin.formats.magic import by_ends  # noqa: PLC0415

    found = by_ends(path)
    if found is None:
        sys.stderr.write(f"sma-format: {path}: its first and last bytes show no format that is known here\n")
        return 1
    sys.stdout.write(f"{found.id}\n")
    return 0


def characterise(path: str) -> int:
    """Print the characteristics of a file."""
    from pathlib import Path  # noqa: PLC0415

    from sma_plugin.characterise import UntoldError, characterised  # noqa: PLC0415
    from sma_plugin.formats.conversion import MissingToolError  # noqa: PLC0415

    try:
        told = characterised(Path(path))
    except (MissingToolError, UntoldError) as error:
        return _failed(path, error)
    sys.stdout.write(told.decode())
    return 0


def programs(name: str) -> int:
    """Print the programs that do a conversion, in the form of Archivematica's event details."""
    from sma_plugin.formats.conversion import MissingToolError  # noqa: PLC0415
    from sma_plugin.formats.conversion import command as row  # noqa: PLC0415
    from sma_plugin.texts import UserError  # noqa: PLC0415

    try:
        told = [f'program="{program}"; version="{version}"' for program, version in row(name).programs()]
    except UserError as error:
        return _wrong_use(error)
    except MissingToolError as error:
        return _failed(name, error)
    sys.stdout.write("; ".join(told) + "\n")
    return 0


def convert(name: str, source: str, target: str) -> int:
    """Convert a file and print what was done."""
    from pathlib import Path  # noqa: PLC0415

    from sma_plugin.formats.conversion import MissingToolError, NotConvertibleError  # noqa: PLC0415
    from sma_plugin.formats.conversion import command as row  # noqa: PLC0415
    from sma_plugin.formats.once import converted_already  # noqa: PLC0415
    from sma_plugin.texts import UserError  # noqa: PLC0415

    if before := converted_already(Path(source), Path(target)):
        return _failed(source, f"sma converted it already, to {before}; choose 'Do not normalize' for its packages")
    try:
        done = row(name).convert(Path(source), Path(target))
    except UserError as error:
        return _wrong_use(error)
    except (MissingToolError, NotConvertibleError) as error:
        return _failed(source, error)
    sys.stdout.write(f'program="{done.tool}"; version="{done.version}"; {done.how}; checked: {done.checked}\n')
    return 0


def _failed(what: str, error: object) -> int:
    sys.stderr.write(f"sma-format: {what}: {error}\n")
    return 1


def _wrong_use(error: Exception) -> int:
    sys.stderr.write(f"sma-format: {error}\n")
    return 2


_LINES = (".jsonl", ".ndjson")
_JSON = (".json", ".jsonld", ".activity", ".har", ".js")
_WEB_ARCHIVES = (".warc", ".warc.gz", ".warc.zst", ".arc", ".arc.gz", ".wacz")


def validate(path: str) -> int:
    """Print what Archivematica takes for the outcome of a validation: a dictionary that is JSON and Python alike."""
    import json  # noqa: PLC0415

    name = path.lower()
    if name.endswith((*_LINES, *_JSON)):
        wrong, doubtful = _of_json(path, lines=name.endswith(_LINES)), list[str]()
    elif name.endswith(_WEB_ARCHIVES):
        if name.endswith(".zst") and (missing := _zstandard_missing()):
            return _failed(path, missing)
        wrong, doubtful = _of_web_archive(path)
    else:
        sys.stderr.write(f"sma-format: {path}: by its name it is no web archive and no JSON\n")
        return 1
    outcome = "fail" if wrong else "partial pass" if doubtful else "pass"
    note = " ".join((*wrong, *doubtful))
    sys.stdout.write(json.dumps({"eventOutcomeInformation": outcome, "eventOutcomeDetailNote": note}) + "\n")
    return 0


_MANY = 10
_ASSIGNED = rb"\A\s*(?:\xef\xbb\xbf)?[\w.$]+\s*=(?!=)"
"""What stands before the value in a data file of X (``window.YTD.tweets.part0 =``)."""


def _zstandard_missing() -> Exception | None:
    from sma_plugin.formats.conversion import MissingToolError, tools  # noqa: PLC0415

    return None if tools()["zstandard"].here else MissingToolError("zstandard")


def _of_json(path: str, *, lines: bool) -> list[str]:
    """What is wrong with a file that is to be one JSON value, or one on every line."""
    import re  # noqa: PLC0415

    import msgspec  # noqa: PLC0415

    wrong = []
    with open(path, "rb") as stream:  # noqa: PTH123 -- as in formats/magic.py
        for number, part in enumerate(stream if lines else [re.sub(_ASSIGNED, b"", stream.read())], 1):
            try:
                msgspec.json.decode(part.removeprefix(b"\xef\xbb\xbf"))
            except (ValueError, RecursionError) as error:  # no JSON, no UTF-8, or nested too deeply
                wrong.append(f"Line {number}: {error}." if lines else f"{error}.")
            if len(wrong) == _MANY:
                break
    return wrong


def _of_web_archive(path: str) -> tuple[list[str], list[str]]:
    """What ``sma validate`` says is wrong with a WARC or WACZ as such, and what is doubtful; whose account it is makes
    no difference here.
    """
    from pathlib import Path  # noqa: PLC0415

    from sma_plugin.bundle.alone import findings_of  # noqa: PLC0415
    from sma_plugin.findings import text  # noqa: PLC0415

    here = findings_of(Path(path))
    wrong, doubtful = ([one for one in here if one.severity == kind] for kind in ("error", "warning"))
    told = [[f"{one.code}: {text(one, 'en')}" for one in some[:_MANY]] for some in (wrong, doubtful)]
    return told[0], told[1]


_JOBS: dict[str, tuple[Callable[..., int], int]] = {
    "identify": (identify, 1),
    "characterise": (characterise, 1),
    "validate": (validate, 1),
    "convert": (convert, 3),
    "programs": (programs, 1),
}


if __name__ == "__main__":
    main()
