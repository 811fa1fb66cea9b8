"""``sma schemas``: the official schemas that checks need."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sma_plugin.cli.shared import Lang, check_lang, command, commands, out_console, say
from sma_plugin.pipeline import StepError
from sma_plugin.terminal import write

app = commands("schemas")


@command(app, "install", "schemas_install")
def install(
    source: Annotated[Path | None, typer.Option("--from", help=say("help_schemas_from"))] = None,
    lang: Lang = None,
) -> None:
    """Fill the user's cache of official schemas."""
    from sma_plugin.validate import schemas  # noqa: PLC0415 -- only this command needs it

    check_lang(lang)
    try:
        for path in schemas.install(source):
            write(out_console, say("written", path=path))
    except schemas.SchemaError as error:
        raise StepError(error.name, **error.params) from error
