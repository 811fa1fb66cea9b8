"""``sma aip``: what is stored in the Storage Service."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sma_plugin import notation
from sma_plugin.cli.shared import (
    LANGUAGE,
    AsJson,
    Config,
    Lang,
    command,
    commands,
    err_console,
    out_console,
    print_json,
    say,
    settings_of,
    tell,
)
from sma_plugin.reporting import Outcome
from sma_plugin.terminal import Bars, print_findings, write

if TYPE_CHECKING:
    from sma_plugin.archivematica.storage import Storage
    from sma_plugin.settings import Settings

app = commands("aip")
Uuid = Annotated[str, typer.Argument(help=say("help_aip_uuid"), metavar="UUID")]


def _storage(settings: Settings) -> Storage:
    from sma_plugin.archivematica.pausing import Clock  # noqa: PLC0415 -- needs an extra
    from sma_plugin.archivematica.services import storage_of, unencrypted  # noqa: PLC0415 -- idem

    for address in unencrypted(settings.archivematica.storage_service):
        _tell("client_unencrypted", address=address)
    return storage_of(settings, _tell, Clock())


def _tell(name: str, **params: Any) -> None:
    write(err_console, say(name, **params))


@command(app, "show", "aip_show")
def show(uuid: Uuid, as_json: AsJson = False, config: Config = None, lang: Lang = None) -> None:
    """Show what is stored."""
    from sma_plugin.archivematica import stored_aips  # noqa: PLC0415 -- needs an extra

    settings = settings_of(config, lang)
    shown = stored_aips.show(_storage(settings), uuid, settings)
    if as_json:
        print_json(shown)
        return
    rows = {
        "receipt_aip": shown.uuid,
        "aip_name": shown.name,
        "receipt_package": shown.package,
        "aip_kind": shown.kind,
        "receipt_status": shown.status,
        "receipt_size": notation.size(shown.size, LANGUAGE),
        "receipt_location": shown.location,
        "receipt_path": shown.path,
        "receipt_stored": notation.moment(shown.stored, LANGUAGE) if shown.stored else None,
        "aip_encrypted": say("yes") if shown.encrypted else None,
        "aip_replicas": str(shown.replicas) if shown.replicas else None,
        "aip_receipt": shown.receipt,
    }
    for name, value in rows.items():
        if value:
            write(out_console, f"{say(name)}: {value}")


@command(app, "fetch", "aip_fetch")
def fetch(
    uuid: Uuid,
    out: Annotated[Path, typer.Option("--out", help=say("help_aip_fetch_out"))],
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Fetch an AIP and check it."""
    from sma_plugin.archivematica import fetching  # noqa: PLC0415 -- needs an extra

    storage = _storage(settings_of(config, lang))
    with Bars(err_console, LANGUAGE) as bars:
        bars.start("fetch", storage.package(uuid).size or None)
        fetched = fetching.fetch(storage, uuid, out, bars.progress)
        bars.end("fetch", Outcome.OK)
    tell(fetched.findings)
    write(out_console, say("aip_fetched", path=fetched.path, size=notation.size(fetched.size, LANGUAGE)))
    if fetched.checked_by:
        write(out_console, say(f"aip_checked_by_{fetched.checked_by}"))


@command(app, "validate", "aip_validate")
def validate(
    uuid: Uuid,
    whole: Annotated[bool, typer.Option("--whole", help=say("help_aip_whole"))] = False,
    as_json: AsJson = False,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Check a stored AIP."""
    from sma_plugin.archivematica import stored_aips  # noqa: PLC0415 -- needs an extra

    settings = settings_of(config, lang)
    storage = _storage(settings)
    with Bars(err_console, LANGUAGE) as bars:
        bars.start("fetch")
        found = stored_aips.validate(storage, uuid, settings, bars.progress, whole=whole)
        bars.end("fetch", Outcome.OK)
    wrong = any(finding.severity == "error" for finding in found)
    if as_json:
        print_json(found)
    else:
        print_findings(out_console, found, LANGUAGE)
        write(out_console, say("not_valid" if wrong else "valid", path=uuid), style="bold")
    raise typer.Exit(int(Outcome.ERRORS if wrong else Outcome.OK))
