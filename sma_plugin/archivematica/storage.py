"""The Storage Service as a client sees it: what is stored where, and getting at it."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import quote

import msgspec

from sma_plugin.archivematica.call_errors import CallError
from sma_plugin.archivematica.calls import Caller, Streamed
from sma_plugin.texts import UserError

UPLOADED = "UPLOADED"
_GONE = ("DELETED", "FAIL")
_PAGE = 200


class Location(msgspec.Struct, frozen=True):
    """A place of the Storage Service. ``path`` is the whole path on the machine of the Storage Service."""

    uuid: str
    path: str
    description: str | None = None
    purpose: str | None = None


class StoredPackage(msgspec.Struct, frozen=True):
    """A stored package, as the Storage Service has it on record."""

    uuid: str
    current_path: str
    status: str
    size: int = 0
    package_type: str = ""
    stored_date: str | None = None
    current_location: str | None = None
    encrypted: bool = False
    replicas: tuple[Any, ...] = ()

    @property
    def is_kept(self) -> bool:
        """Whether it is in storage, or on its way there: not deleted, and not failed before it came there."""
        return self.status not in _GONE

    @property
    def name(self) -> str:
        """The name of the file or folder that it is."""
        return self.current_path.rstrip("/").rpartition("/")[2]

    def is_of(self, name: str) -> bool:
        """Whether it was made of the transfer of this name: Archivematica adds the UUID, and the Storage Service
        an extension.
        """
        return self.name == f"{name}-{self.uuid}" or self.name.startswith(f"{name}-{self.uuid}.")


class _Meta(msgspec.Struct, frozen=True):
    next: str | None = None


class _Page(msgspec.Struct, frozen=True):
    objects: tuple[StoredPackage, ...]
    meta: _Meta = _Meta()


class Storage:
    """Calls of the Storage Service's API. All of them raise :class:`CallError`."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller

    def package(self, uuid: str) -> StoredPackage:
        """A stored package. Raises :class:`UserError` for what is no UUID."""
        return self.caller.get(f"/api/v2/file/{checked(uuid)}/", StoredPackage)

    def location(self, uuid: str | None) -> Location:
        """A location, or the transfer source that is used when none is named."""
        return self.caller.get(f"/api/v2/location/{quote(uuid) if uuid else 'default/TS'}/", Location)

    def location_of(self, package: StoredPackage) -> Location | None:
        """Where a package is stored."""
        uuid = (package.current_location or "").rstrip("/").rpartition("/")[2]
        return self.location(uuid) if uuid else None

    def aips_since(self, moment: str) -> Iterator[StoredPackage]:
        """Every AIP that was stored at or after this moment (ISO 8601)."""
        wanted = {"package_type": "AIP", "stored_date__gte": moment, "limit": str(_PAGE)}
        begin, more = 0, True
        while more:
            page = self.caller.get("/api/v2/file/", _Page, **wanted, offset=str(begin))
            yield from page.objects
            begin += len(page.objects)
            more = bool(page.meta.next and page.objects)

    def file(self, uuid: str, path: str) -> AbstractContextManager[Streamed]:
        """One file of a stored package, as it comes in."""
        return self.caller.streaming(f"/api/v2/file/{uuid}/extract_file/?relative_path_to_file={quote(path)}")

    def whole(self, uuid: str, begin: int = 0) -> AbstractContextManager[Streamed]:
        """A stored package, as it comes in; from this byte on where the server can."""
        headers = {"Range": f"bytes={begin}-"} if begin else {}
        return self.caller.streaming(f"/api/v2/file/{uuid}/download/", **headers)

    def pointer(self, uuid: str) -> bytes | None:
        """The pointer file of a stored package, which has its checksum; an uncompressed one has none."""

        def fetch() -> bytes:
            with self.caller.streaming(f"/api/v2/file/{uuid}/pointer_file/") as answer:
                return b"".join(answer.blocks)

        try:
            return self.caller.again(fetch)
        except CallError as error:
            if error.name == "call_missing":
                return None
            raise


def checked(uuid: str) -> str:
    """A UUID in the form that addresses have. Raises :class:`UserError` for what is none."""
    try:
        return str(uuids.UUID(uuid))
    except ValueError:
        raise UserError("client_no_uuid", uuid=uuid) from None
