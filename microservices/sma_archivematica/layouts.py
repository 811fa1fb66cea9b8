"""Where things are in Archivematica's source: the only module that knows.

1.17 and before, and the first trees of 1.18, import from the top (``main.models``); later ones from
``archivematica.…``, which packages install in one folder or spread over two.
"""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

_NAMES = {
    "client scripts": ("archivematica.MCPClient.clientScripts", "clientScripts"),
    "loader": ("archivematica.MCPClient.client.loader", "client.loader"),
    "packages": ("archivematica.MCPServer.server.packages", "server.packages"),
    "processing fields": ("archivematica.MCPServer.server.processing_config", "server.processing_config"),
    "transfer pages": (
        "archivematica.dashboard.components.filesystem_ajax.views",
        "components.filesystem_ajax.views",
    ),
    "api pages": ("archivematica.dashboard.components.api.views", "components.api.views"),
    "api addresses": ("archivematica.dashboard.components.api.urls", "components.api.urls"),
    "models": ("archivematica.dashboard.main.models", "main.models"),
    "server": ("archivematica.MCPServer.server", "server"),
    "version": ("archivematica.archivematicaCommon.version", "archivematica.common.version", "version"),
    "storage": (
        "archivematica.archivematicaCommon.storageService",
        "archivematica.common.storageService",
        "storageService",
    ),
}
"""Names within the package go first: started from its own folder, a component has the same files at the top as well."""
_SETTINGS = {
    "mcpserver": ("archivematica.MCPServer.settings.common", "settings.common"),
    "mcpclient": ("archivematica.MCPClient.settings.common", "settings.common"),
    "dashboard": ("archivematica.dashboard.settings.production", "settings.production"),
}
STOCK_SETTINGS = "SMA_STOCK_SETTINGS"
"""The environment variable with the settings module that the installation had before."""


class NotArchivematicaError(ImportError):
    """Nothing of the name that it has in any layout is to be found."""


def module(name: str) -> ModuleType:
    """A module of Archivematica by what it is. Raises :class:`NotArchivematicaError`."""
    return _first(_NAMES[name])


def modules(name: str) -> list[ModuleType]:
    """A module of Archivematica under every name that it has here. Raises as :func:`module`."""
    return [one for one in map(_loaded, _NAMES[name]) if one] or [module(name)]


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
