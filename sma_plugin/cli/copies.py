"""``sma privacy review``, ``remake`` and ``check``: copies for access, what to look at for them, whether they leak."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from sma_plugin.cli import privacy
from sma_plugin.cli.privacy import Packages
from sma_plugin.cli.shared import (
    LANGUAGE,
    AsJson,
    Config,
    Lang,
    command,
    err_console,
    out_console,
    print_json,
    say,
    settings_of,
)
from sma_plugin.findings import gather
from sma_plugin.notation import number
from sma_plugin.package.files import write_json, write_json_lines
from sma_plugin.privacy.keys import Keys
from sma_plugin.reporting import Outcome
from sma_plugin.selection.decision_table import write_questions
from sma_plugin.settings import Settings
from sma_plugin.stored.opened import Stored, open_stored
from sma_plugin.terminal import Bars, print_findings, write
from sma_plugin.texts import UserError

app = privacy.app
"""The same group: here it gets more commands."""
_EVERYTHING = re.compile(r"(?:^|/)(?:metadata/|objects/)")


@contextmanager
def _opened(paths: Sequence[Path]) -> Iterator[list[Stored]]:
    with tempfile.TemporaryDirectory(prefix="sma-") as folder:
        yield open_stored(paths, Path(folder), _EVERYTHING)


def _keys(settings: Settings, paths: Sequence[Path]) -> Keys:
    keys = Keys.configured(settings, *paths)
    if keys.current is None:
        raise UserError("key_none", path=keys.path)
    return keys


@command(app, "review", "privacy_review")
def review(
    packages: Packages,
    out: Annotated[Path, typer.Option("--out", help=say("help_review_out"))],
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Make the list of what a person has to look at."""
    from sma_plugin.privacy.review import questions_of  # noqa: PLC0415 -- needs an extra
    from sma_plugin.privacy.rulings import rulings  # noqa: PLC0415

    settings = settings_of(config, lang)
    keys = _keys(settings, packages)
    with _opened(packages) as stored:
        found = {
            put.id: put for one in stored for put in questions_of(one.package, keys, rulings(one.package, settings))
        }
    if not found:
        write(out_console, say("review_nothing"))
        return
    write_questions(out, list(found.values()), settings, LANGUAGE)
    folder = settings.resolve(settings.paths.decisions) if settings.paths.decisions else say("review_no_folder")
    write(out_console, say("review_written", count=number(len(found), LANGUAGE), path=out, folder=folder))


@command(app, "remake", "privacy_remake")
def remake(
    packages: Packages,
    out: Annotated[Path, typer.Option("--out", help=say("help_remake_out"))],
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Make copies for access anew, beside the packages."""
    from sma_plugin.privacy.copying import gone_in, write_copy  # noqa: PLC0415 -- needs an extra
    from sma_plugin.privacy.protecting import missing  # noqa: PLC0415
    from sma_plugin.privacy.rulings import rulings  # noqa: PLC0415
    from sma_plugin.privacy.step import findings_of, record_of, redaction  # noqa: PLC0415
    from sma_plugin.readable.step import event_of, write_beside  # noqa: PLC0415

    settings = settings_of(config, lang)
    keys = _keys(settings, packages)
    found = list(missing(keys))
    with _opened(packages) as stored, Bars(err_console, LANGUAGE) as bars:
        for one in stored:
            if (out / one.name).exists():
                raise UserError("exists", path=out / one.name)
        gone = gone_in([one.package for one in stored]) if len(stored) > 1 else frozenset()
        for one in stored:
            decided = rulings(one.package, settings)
            copied = write_copy(one.package, out / one.name, keys, decided, bars, gone)
            event = redaction(copied, decided, settings)
            events = [event]
            if settings.defaults.readable:
                bars.start("posts")
                written = write_beside(out / one.name, settings, lambda more: bars.progress(posts=more))
                events.append(event_of(written, settings, *event.objects))
            write_json_lines(out / one.name / "events.jsonl", events)
            write_json(out / one.name / "access.json", record_of(one.package, decided, settings, event.at))
            found += [*decided.asking.findings, *findings_of(copied, decided)]
            write(
                out_console,
                say("remade", package=one.name, path=out / one.name, key=copied.access.parts.pseudonyms.key_id),
            )
    print_findings(err_console, gather(found), LANGUAGE)


@command(app, "check", "privacy_check")
def check(
    packages: Packages,
    copies: Annotated[Path | None, typer.Option("--copies", help=say("help_check_copies"))] = None,
    as_json: AsJson = False,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Search everything that goes out for whoever is protected."""
    from sma_plugin.privacy.check import checked  # noqa: PLC0415 -- needs an extra

    settings = settings_of(config, lang)
    keys = Keys.configured(settings, *packages) if settings.paths.key_file else None
    results = {}
    with _opened(packages) as stored:
        for one in stored:
            beside = copies / one.name if copies else None
            results[one.name] = checked(one.package, settings, keys, beside)
    findings = gather([finding for one in results.values() for finding in one.findings])
    if as_json:
        print_json({"spellings": say("checked_spellings"), "packages": results, "findings": findings})
    else:
        for name, told in results.items():
            needles = {f"{sort}s": number(told.needles[sort], LANGUAGE) for sort in ("name", "handle", "id", "page")}
            counts = {key: number(getattr(told, key), LANGUAGE) for key in ("people", "files", "texts")}
            write(out_console, say("checked", package=name, **counts, **needles))
        write(out_console, say("checked_spellings"))
        print_findings(out_console, findings, LANGUAGE)
    wrong = any(finding.severity == "error" for finding in findings)
    if not as_json:
        write(out_console, say("check_leaks" if wrong else "check_clean"), style="bold")
    raise typer.Exit(int(Outcome.ERRORS if wrong else Outcome.OK))
