"""The two services of one Archivematica, as the configuration names them."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from sma_plugin.archivematica.calls import Caller, Tell
from sma_plugin.archivematica.credentials import dashboard_key, storage_key
from sma_plugin.archivematica.dashboard import Dashboard
from sma_plugin.archivematica.pausing import Clock, Pauses
from sma_plugin.archivematica.storage import Storage
from sma_plugin.archivematica.transfer_source import TransferSource
from sma_plugin.settings import Settings
from sma_plugin.texts import UserError


@dataclass(frozen=True)
class Services:
    """The two services of one Archivematica, as one package uses them."""

    settings: Settings
    dashboard: Dashboard
    storage: Storage
    source: TransferSource
    tell: Tell
    clock: Clock


def services(settings: Settings, tell: Tell, clock: Clock, pauses: Pauses | None = None) -> Services:
    """The services of the configuration. Raises :class:`UserError` for what is not configured, or has no key."""
    storage = storage_of(settings, tell, clock, pauses)
    address = settings.archivematica.dashboard
    if not address:
        raise UserError("client_address", setting="dashboard")
    caller = Caller("dashboard", address, dashboard_key(settings), tell, clock, pauses)
    return Services(settings, Dashboard(caller), storage, TransferSource(settings), tell, clock)


def unencrypted(*addresses: str | None) -> list[str]:
    """Those of the addresses to which keys go readable for everybody in between: to another machine, without TLS.

    >>> unencrypted("http://am.example", "http://am.example", "https://am.example", "http://127.0.0.1:81", None)
    ['http://am.example']
    """
    return [one for one in dict.fromkeys(addresses) if one and _is_open(one)]


def _is_open(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False  # no address at all, which is refused where it is used
    return parts.scheme == "http" and not _is_here(parts.hostname or "")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def storage_of(settings: Settings, tell: Tell, clock: Clock, pauses: Pauses | None = None) -> Storage:
    """The Storage Service of the configuration. Raises :class:`UserError`."""
    address = settings.archivematica.storage_service
    if not address:
        raise UserError("client_address", setting="storage_service")
    return Storage(Caller("storage_service", address, storage_key(settings), tell, clock, pauses))
