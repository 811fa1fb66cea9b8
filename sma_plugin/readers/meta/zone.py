"""The time zone of the account, from the file of the export that names it (``timezone.json`` or ``timezone.html``)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import closing
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from sma_plugin.readers.contract import DAMAGE, CaptureView
from sma_plugin.readers.meta.tree import Place

_MOST = 1 << 20
_NAME = re.compile(r"[A-Z][A-Za-z_]+(?:\\?/[A-Za-z0-9_+-]+){1,2}|UTC")


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_in(capture: CaptureView, places: Iterable[Place]) -> ZoneInfo | None:
    """The first time zone that one of the files names."""
    for place in places:
        try:
            with closing(capture.open(place.path).stream) as stream:
                text = stream.read(_MOST).decode("utf-8", "replace")
        except (KeyError, *DAMAGE):
            continue
        for found in _NAME.finditer(text):
            name = found.group().replace("\\/", "/")
            if name in _known():
                return _zone(name)
    return None


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
