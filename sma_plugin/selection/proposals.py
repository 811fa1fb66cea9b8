"""What a delivery says of decisions is a proposal at most (CONTRACTS.md, "Untrusted input"): told, and not used."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sma_plugin.bundle.delivery import DeliveryRecord
from sma_plugin.findings import Finding, make
from sma_plugin.package import WorkArea
from sma_plugin.package.files import read_json

_DECIDES = re.compile(
    r"(?:^|/)(?:sma\.toml|decisions\.json|(?:decisions?|besluit(?:en)?)(?![a-z])[^/]*\.(?:xlsx|csv))\Z", re.IGNORECASE
)


def proposals_in(place: WorkArea) -> Iterator[Finding]:
    """That a delivery holds what looks like decisions or a configuration; names may be of persons, so none is told."""
    found = sum(_DECIDES.search(one.path) is not None for one in read_json(place.delivery, DeliveryRecord).members)
    if found:
        yield make("SMA-S116", count=found)
