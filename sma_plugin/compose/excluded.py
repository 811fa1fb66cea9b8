"""What was left out of a package: by class, with counts and bytes, one hash over the full list, and the list itself.

The list goes to the depositor and never into the package (PRODUCT.md 4.5).
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterator

from sma_plugin.compose.cuts import OTHERS, REMOVED
from sma_plugin.findings import Finding, make
from sma_plugin.package.records import ExcludedClass, ExcludedRecord
from sma_plugin.readers.exclusion import class_of, classes
from sma_plugin.readers.left_out import UNCLAIMED

_OWN_CLASSES = {
    OTHERS: (
        "other-package",
        {
            "nl": "Hoort bij een ander account, een andere periode of geen enkel besluit.",
            "en": "Belongs to another account, another period, or no decision at all.",
        },
    ),
    REMOVED: (
        "removed",
        {
            "nl": "Verwijderd op verzoek van een persoon, bij besluit van een rol.",
            "en": "Removed on somebody's request, by decision of a role.",
        },
    ),
    UNCLAIMED: (
        "unclaimed",
        {
            "nl": "Bestand, of deel ervan, dat door geen lezer is herkend.",
            "en": "File, or part of one, that no reader recognised.",
        },
    ),
}
_OWN_LABELS = {
    "removed": {"nl": "wat op verzoek is verwijderd", "en": "what was removed on request"},
    "other-package": {"nl": "wat bij iets anders hoort", "en": "what belongs elsewhere"},
}


class Excluded:
    """Collects what is left out of one package."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, str, int]] = []

    @property
    def count(self) -> int:
        """How many items were left out."""
        return len(self._rows)

    def add(self, rule: str, path: str, size: int) -> None:
        """Something left out: the rule, where it stands in the delivery, its size in bytes."""
        self._rows.append((rule, path, size))

    def listing(self) -> bytes:
        """The full list as CSV, for the depositor; a leading quote keeps spreadsheets from running a name."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("rule", "path", "bytes"))
        for rule, path, size in sorted(self._rows):
            writer.writerow((rule, f"'{path}" if path[:1] in "=+-@\t\r" else path, size))
        return out.getvalue().encode()

    def record(self) -> ExcludedRecord:
        """What may be said in the package."""
        if not self._rows:
            return ExcludedRecord()
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        reasons: dict[str, dict[str, str]] = {}
        for rule, _, size in self._rows:
            kind, reason = _class(rule)
            reasons[kind] = reason
            sums[kind][0] += 1
            sums[kind][1] += size
        found = tuple(ExcludedClass(kind, count, size, reasons[kind]) for kind, (count, size) in sorted(sums.items()))
        return ExcludedRecord(found, hashlib.sha256(self.listing()).hexdigest())

    def findings(self) -> Iterator[Finding]:
        """One finding per class; what nobody claimed is for a role to look at."""
        for one in self.record().classes:
            if one.kind == "unclaimed":
                yield make("SMA-B015", count=one.count)
            else:
                label = classes()[one.kind].label if one.kind in classes() else _OWN_LABELS[one.kind]
                yield make("SMA-B018", count=one.count, label_nl=label["nl"], label_en=label["en"])


def _class(rule: str) -> tuple[str, dict[str, str]]:
    if rule in _OWN_CLASSES:
        return _OWN_CLASSES[rule]
    kind = class_of(rule)
    return kind, classes()[kind].reason
