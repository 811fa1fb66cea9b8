"""Where things are in Archivematica's source: the only module that knows.

1.17 and before, and the first trees of 1.18, import from the top (``main.models``); later ones from
``archivematica.…``.
"""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

_NAMES = {
    "client scripts": ("clientScripts", "archivematica.MCPClient.clientScripts"),
    "packages": ("server.packages", "archivematica.MCPServer.server.packages"),
    "transfer pages": (
        "components.filesystem_ajax.views",
        "archivematica.dashboard.components.filesystem_ajax.views",
    ),
    "api pages": ("components.api.views", "archivematica.dashboard.components.api.views"),
    "api addresses": ("components.api.urls", "archivematica.dashboard.components.api.urls"),
    "models": ("main.models", "archivematica.dashboard.main.models"),
    "server": ("server", "archivematica.MCPServer.server"),
    "version": ("version", "archivematica.archivematicaCommon.version", "archivematica.common.version"),
    "storage": (
        "storageService",
        "archivematica.archivematicaCommon.storageService",
        "archivematica.common.storageService",
    ),
}
_SETTINGS = {
    "mcpserver": ("settings.common", "archivematica.MCPServer.settings.common"),
    "mcpclient": ("settings.common", "archivematica.MCPClient.settings.common"),
    "dashboard": ("settings.production", "archivematica.dashboard.settings.production"),
}
STOCK_SETTINGS = "SMA_STOCK_SETTINGS"
"""The environment variable with the settings module that the installation had before."""


class NotArchivematicaError(ImportError):
    """Nothing of the name that it has in any layout is to be found."""


def module(name: str) -> ModuleType:
    """A module of Archivematica by what it is. Raises :class:`NotArchivematicaError`."""
    return _first(_NAMES[name])


def named(name: str) -> str:
    """What a module is called here; it is not loaded. Raises :class:`NotArchivematicaError`."""
    return _named(_NAMES[name])


def stock_settings(component: str) -> str:
    """What the settings of a component are called where nobody chose others. Raises as :func:`named`."""
    return _named(_SETTINGS[component])


def _named(names: tuple[str, ...]) -> str:
    found = next((one for one in names if _is_there(one)), None)
    if found is None:
        raise NotArchivematicaError(f"none of these is on PYTHONPATH: {', '.join(names)}")
    return found


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _first(names: tuple[str, ...]) -> ModuleType:
    found = next((one for one in map(_loaded, names) if one), None)
    if found is None:
        raise NotArchivematicaError(f"none of these is on PYTHONPATH: {', '.join(names)}")
    return found


def _loaded(name: str) -> ModuleType | None:
    """A module if it is there; one that is there and cannot be loaded is not passed over."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name and f"{name}.".startswith(f"{error.name}."):
            return None
        raise


def settings_with_ours(component: str) -> dict[str, Any]:
    """The settings of a component as the installation has them, by name, with our app among its apps."""
    chosen = os.environ.get(STOCK_SETTINGS, "")
    if chosen.partition(".")[0] == __name__.partition(".")[0]:
        raise NotArchivematicaError(f"{STOCK_SETTINGS} names settings of sma-plugin itself: {chosen}")
    stock = import_module(chosen) if chosen else _first(_SETTINGS[component])
    settings = {name: getattr(stock, name) for name in dir(stock) if name.isupper()}
    return {
        **settings,
        "INSTALLED_APPS": [*settings["INSTALLED_APPS"], "sma_archivematica"],
        "SMA_COMPONENT": component,
    }
