"""The Django app: what it adds to the component that it is loaded in."""

from __future__ import annotations

import json
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from sma_archivematica import TRANSFER_TYPE, layouts

HERE = Path(__file__).resolve().parent
FOLDER = "socialMediaBundle"


class SmaArchivematicaConfig(AppConfig):
    """The transfer type and the client scripts, where they belong."""

    name = "sma_archivematica"
    verbose_name = "Social media archiving"
    default_auto_field = "django.db.models.AutoField"

    def ready(self) -> None:
        """Extend the component that its settings name; elsewhere there is nothing to extend."""
        extend = {"mcpserver": _mcpserver, "mcpclient": _mcpclient, "dashboard": _dashboard}
        component = getattr(settings, "SMA_COMPONENT", None)
        if component:
            extend[component]()


def _mcpclient() -> None:
    """Our client scripts are found among Archivematica's own, by whichever name these are loaded here."""
    ours = str(HERE / "client_scripts")
    for scripts in layouts.modules("client scripts"):
        if ours not in scripts.__path__:
            scripts.__path__.append(ours)


def _mcpserver() -> None:
    """Transfers of our type may be started, and have a watched directory."""
    packages = layouts.module("packages")
    ids = json.loads((HERE / "workflow.json").read_text(encoding="utf-8"))["ids"]
    watched = Path(settings.WATCH_DIRECTORY, "activeTransfers", FOLDER)
    watched.mkdir(mode=0o770, parents=True, exist_ok=True)
    start = packages.StartingPoint(watched_dir=str(watched), chain=ids["approved"], link=ids["type"])
    packages.PACKAGE_TYPE_STARTING_POINTS.setdefault(TRANSFER_TYPE, start)


def _dashboard() -> None:
    """Transfers of our type can be told from others, and approved; a client can ask for what the API does not tell."""
    from sma_archivematica import dashboard_api  # noqa: PLC0415 -- only the dashboard has addresses

    layouts.module("transfer pages").TRANSFER_TYPE_DIRECTORIES.setdefault(TRANSFER_TYPE, FOLDER)
    dashboard_api.extend()
