"""The Django app: what it adds to the component that it is loaded in."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from sma_archivematica import TRANSFER_TYPE, bridge, layouts

HERE = Path(__file__).resolve().parent
FOLDER = "socialMediaBundle"
FIELD = "social_media_decision"
logger = logging.getLogger("archivematica.mcp.server.sma")


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
    """Transfers of our type may be started, and have a watched directory; their decision is a processing field."""
    packages = layouts.module("packages")
    ids = json.loads((HERE / "workflow.json").read_text(encoding="utf-8"))["ids"]
    watched = Path(settings.WATCH_DIRECTORY, "activeTransfers", FOLDER)
    watched.mkdir(mode=0o770, parents=True, exist_ok=True)
    start = packages.StartingPoint(watched_dir=str(watched), chain=ids["approved"], link=ids["type"])
    packages.PACKAGE_TYPE_STARTING_POINTS.setdefault(TRANSFER_TYPE, start)
    _offer_choice(ids["decide"])


def _offer_choice(decide: str) -> None:
    """A field for the operator's decision in the form of processing configurations.

    Nothing but this field depends on it, so a version that has no such list starts without; so does one with the stock
    workflow, where a field for a link that is not there would take away the whole form.
    """
    workflow = Path(getattr(settings, "WORKFLOW_FILE", None) or "")
    fields = field = None
    try:
        known = layouts.module("processing fields")
        fields, field = getattr(known, "processing_fields", None), getattr(known, "ReplaceDictField", None)
    except layouts.NotArchivematicaError as error:
        logger.debug("%s", error)
    ours = workflow.is_file() and decide in workflow.read_text(encoding="utf-8")
    if not (isinstance(fields, list) and field and ours):
        logger.warning(bridge.sentence("no_field", bridge.installed().get("language")))
    elif decide not in [one.link_id for one in fields]:
        fields.append(field(link_id=decide, name=FIELD))


def _dashboard() -> None:
    """Transfers of our type can be told from others, and approved; a client can ask for what the API does not tell."""
    from sma_archivematica import dashboard_api  # noqa: PLC0415 -- only the dashboard has addresses

    layouts.module("transfer pages").TRANSFER_TYPE_DIRECTORIES.setdefault(TRANSFER_TYPE, FOLDER)
    dashboard_api.extend()
