"""``sma formats``: policies of preferred formats: import one, see what there is, hold files against it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sma_plugin.cli.shared import (
    LANGUAGE,
    AsJson,
    Config,
    Lang,
    check_lang,
    command,
    commands,
    err_console,
    must_exist,
    out_console,
    print_json,
    say,
    settings_of,
    tell,
)
from sma_plugin.formats import conversion
from sma_plugin.formats.identify import check_signatures, signature_file
from sma_plugin.package.files import write_json
from sma_plugin.preferred.checking import check_formats, lacking_for, lines_of
from sma_plugin.preferred.importing import import_policy, write_policy
from sma_plugin.preferred.policy import STATUSES, Policies, chosen, policies_named, shipped
from sma_plugin.preferred.registry import registry
from sma_plugin.reporting import Outcome
from sma_plugin.settings import Settings
from sma_plugin.terminal import Bars, write
from sma_plugin.texts import UserError

app = commands("formats")
Named = Annotated[list[str] | None, typer.Option("--policy", help=say("help_formats_policy"), metavar="POLICY")]


def _policies(settings: Settings, named: list[str] | None) -> Policies:
    """The policies that were named, else those that are configured. A named file is looked for from where one is."""
    if not named:
        return chosen(settings)
    known = shipped()
    return policies_named(settings, [name if name in known else str(Path(name).resolve()) for name in named])


@command(app, "import", "formats_import")
def import_table(
    table: Annotated[Path, typer.Argument(help=say("help_formats_table"), metavar="TABLE")],
    out: Annotated[Path, typer.Option("--out", help=say("help_formats_out"))],
    name: Annotated[str | None, typer.Option("--name", help=say("help_formats_name"))] = None,
    lang: Lang = None,
) -> None:
    """Make a policy of a table."""
    check_lang(lang)
    found = import_policy(table, name or table.stem)
    write_policy(out, found.policy)
    puids = {puid for rule in found.policy.format for puid in rule.puids}
    rules = len(found.policy.format)
    write(out_console, say("formats_imported", path=out, rows=found.rows, rules=rules, puids=len(puids)))
    tell(found.findings)


@command(app, "list", "formats_list")
def list_policies(policy: Named = None, as_json: AsJson = False, config: Config = None, lang: Lang = None) -> None:
    """Show policies, commands and tools."""
    settings = settings_of(config, lang)
    policies = _policies(settings, policy)
    if as_json:
        told = {"chosen": policies.names, "shipped": shipped(), "policies": policies.policies}
        print_json(told | {"commands": conversion.for_preservation(), "tools": conversion.tools()})
        return
    write(out_console, say("formats_shipped"), style="bold")
    for name, one in shipped().items():
        write(out_console, f"{name}: {getattr(one.name, LANGUAGE)}", 2, hanging=2)
    write(out_console, say("formats_chosen"), style="bold")
    for name, one in zip(policies.names, policies.policies, strict=True):
        counts = {status: sum(rule.status == status for rule in one.format) for status in STATUSES}
        write(
            out_console, say("formats_policy", policy=name, title=getattr(one.name, LANGUAGE), **counts), 2, hanging=2
        )
    write(out_console, say("formats_commands"), style="bold")
    for row in conversion.for_preservation().values():
        missing = say("formats_row_missing", tools=", ".join(row.missing)) if row.missing else ""
        write(
            out_console, f"{row.name} ({', '.join(row.source)}): {getattr(row.text, LANGUAGE)}{missing}", 2, hanging=2
        )
    _tell_lacking({name: tool for name, tool in conversion.tools().items() if not tool.here})
    tell(policies.findings)


def _tell_lacking(lacking: dict[str, conversion.Tool]) -> None:
    if lacking:
        write(out_console, say("formats_lacking"), style="bold")
    for name, tool in lacking.items():
        write(out_console, f"{name}: {getattr(tool.install, LANGUAGE)}", 2, hanging=2)


@command(app, "registry", "formats_registry")
def write_registry(
    out: Annotated[Path, typer.Option("--out", help=say("help_formats_registry_out"))],
    policy: Named = None,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Write what Archivematica's registry of formats needs."""
    policies = _policies(settings_of(config, lang), policy)
    if out.exists():
        raise UserError("exists", path=out)
    found = registry(policies)
    write_json(out, found)
    counts = {name: len(found[name]) for name in ("formats", "commands", "rules")}
    write(out_console, say("formats_registered", path=out, **counts))
    for one in found["left_out"]:
        write(out_console, f"{one['format']} ({one['command']}): {one['why'][LANGUAGE]}", 2, hanging=2)
    tell(policies.findings)


@command(app, "check", "formats_check")
def check(
    paths: Annotated[list[Path], typer.Argument(help=say("help_formats_paths"), metavar="PACKAGE")],
    policy: Named = None,
    as_json: AsJson = False,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Hold files against the policies."""
    settings = settings_of(config, lang)
    policies = _policies(settings, policy)
    check_signatures(settings)
    for path in paths:
        must_exist(path)
    with Bars(err_console, LANGUAGE) as bars:
        bars.start("formats")
        given = signature_file(settings)
        found = {str(path): check_formats(path, policies, bars.progress, given) for path in paths}
        bars.end("formats", Outcome.OK)
    if as_json:
        print_json(found)
        return
    _tell_lacking(lacking_for(found.values()))
    for shown, one in found.items():
        write(out_console, shown, style="bold")
        for line, indent in lines_of(one, LANGUAGE):
            write(out_console, line, indent + 2, hanging=2)
    tell(policies.findings)
