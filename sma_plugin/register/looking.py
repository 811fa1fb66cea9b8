"""Looking into deliveries and folders of packages for the accounts that they show."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.register.seen import SeenAccount, in_delivery, in_package, together
from sma_plugin.reporting import Reporter
from sma_plugin.settings import Settings
from sma_plugin.show import looked_into
from sma_plugin.stored.holders import holders
from sma_plugin.stored.opened import RECORDS, open_stored
from sma_plugin.texts import LANGUAGES, UserError

_LOOKING = ("receive", "read", "history")
_WANTED = re.compile(RECORDS.pattern + r"|(?:^|/)objects/derived/normalised/posts\.jsonl$")
"""What is unpacked of an archive: the records, and the posts, before which the account itself stands."""


def seen_at(paths: Sequence[Path], settings: Settings, report: Reporter, findings: list[Finding]) -> list[SeenAccount]:
    """Every account that these deliveries and packages show; a package that cannot be read is told and passed over.

    Raises :class:`UserError` for a path at which nothing is.
    """
    found: list[SeenAccount] = []
    for path in paths:
        if not path.exists():
            raise UserError("nothing_there", path=path)
        kept = holders(path)
        for one in kept:
            found += _stored(one, findings)
        if not kept:
            with looked_into([path], settings, report, _LOOKING) as place:
                found += in_delivery(place, path.name) if place.history.is_file() else ()
    return together(found)


def _stored(path: Path, findings: list[Finding]) -> Iterator[SeenAccount]:
    """The accounts of what is stored at a path, which one that is broken does not stop."""
    with tempfile.TemporaryDirectory(prefix="sma-") as folder:
        try:
            yield from [in_package(one) for one in open_stored([path], Path(folder), _WANTED)]
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            told = error if isinstance(error, UserError) else UserError("register_package", reason=str(error))
            reasons: dict[str, Any] = {f"reason_{name}": told.sentence(name).rstrip(".") for name in LANGUAGES}
            findings.append(make("SMA-S042", path=str(path), **reasons))
