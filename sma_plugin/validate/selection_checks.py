"""Whether what was decided for a package is what its METS says, and what the selection list at hand says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.package import Package
from sma_plugin.package.files import read_json
from sma_plugin.selection.records import Category, PackageDecisions
from sma_plugin.validate.mets_document import Document

_PATH = "metadata/sma/decisions.json"


def check_selection(package: Package, document: Document, categories: Iterable[Category]) -> Iterator[Finding]:
    """Appraisal value and category of the record of decisions against the METS and the lists that are loaded.

    A record that cannot be read has been told; a list that is not loaded is not compared with.
    """
    try:
        decided = read_json(package.decisions, PackageDecisions)
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
        return
    known = decided.category
    own = (decided.value, known.code if known else "")
    if document.appraisal is not None and document.appraisal != own:
        yield make("SMA-V039", path=_PATH, decided=" ".join(own).strip(), stated=" ".join(document.appraisal).strip())
    if known:
        same = [one for one in categories if (one.list_name, one.list_version) == (known.list_name, known.list_version)]
        listed = next((one.value for one in same if one.code == known.code), "-")
        if same and listed != (known.value if decided.hotspots else decided.value):
            yield make(
                "SMA-V040",
                path=_PATH,
                category=known.code,
                list=f"{known.list_name} {known.list_version}",
                decided=decided.value,
                listed=listed,
            )
