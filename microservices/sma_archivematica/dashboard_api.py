"""What the dashboard's own API does not tell a client: which types of transfer there are, which transfers have a name,
and what a task wrote. Nothing is changed here; who may ask is settled as for Archivematica's own API.
"""

from __future__ import annotations

import re
from typing import Any

from django.http import JsonResponse
from django.urls import re_path
from sma_archivematica import layouts

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_LONGEST = 20000
"""Characters of what a task wrote: its end, where it says what it failed on."""


def extend() -> None:
    """Add our addresses to those of the API (``api/sma/…``)."""
    asked = layouts.module("api pages")._api_endpoint(expected_methods=["GET"])  # noqa: SLF001 -- keys are checked there
    layouts.module("api addresses").urlpatterns += [
        re_path(r"^sma/$", asked(offered)),
        re_path(r"^sma/transfers/(?P<name>[^/]+)/$", asked(transfers)),
        re_path(rf"^sma/written/(?P<uuid>{_UUID})/$", asked(written)),
    ]


def offered(_request: Any) -> Any:
    """The types of transfer that can be started."""
    return JsonResponse({"types": sorted(layouts.module("transfer pages").TRANSFER_TYPE_DIRECTORIES)})


def transfers(_request: Any, name: str) -> Any:
    """The transfers of this name; and those that have none yet, because they are still being copied."""
    known = layouts.module("models").Transfer.objects
    named = [one for one in known.filter(currentlocation__contains=f"/{name}") if _is_of(one, name)]
    found = [{"uuid": str(one.uuid), "accession": one.accessionid or ""} for one in named]
    return JsonResponse({"transfers": found, "unplaced": [str(one.uuid) for one in known.filter(currentlocation="")]})


def _is_of(transfer: Any, name: str) -> bool:
    """Whether a transfer's folder has this name; Archivematica adds the UUID, and a number where one was taken."""
    folder = str(transfer.currentlocation).rstrip("/").rpartition("/")[2]
    return bool(re.fullmatch(rf"{re.escape(name)}(?:_\d+)?(?:-{transfer.uuid})?", folder))


def written(_request: Any, uuid: str) -> Any:
    """What a task wrote to its output and as errors."""
    task = layouts.module("models").Task.objects.filter(taskuuid=uuid).first()
    if task is None:
        return JsonResponse({"error": True, "message": "no such task"}, status=404)
    return JsonResponse({"output": (task.stdout or "")[-_LONGEST:], "error": (task.stderror or "")[-_LONGEST:]})
