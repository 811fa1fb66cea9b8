"""Findings: one observation each, with a code, a severity, a place and a remedy (CONTRACTS.md, "Findings").

The codes are data: ``data/<room>.toml``, one table per code. This room knows no other.
"""

from __future__ import annotations

from sma_plugin.findings.finding import (
    SEVERITIES,
    Code,
    Finding,
    Language,
    Place,
    Severity,
    UnknownCodeError,
    code,
    codes,
    make,
    source,
)
from sma_plugin.findings.joined import MAX_PLACES, consequences, gather, worst
from sma_plugin.findings.texts import parameters, pattern, remedy, text

__all__ = [
    "MAX_PLACES",
    "SEVERITIES",
    "Code",
    "Finding",
    "Language",
    "Place",
    "Severity",
    "UnknownCodeError",
    "code",
    "codes",
    "consequences",
    "gather",
    "make",
    "parameters",
    "pattern",
    "remedy",
    "source",
    "text",
    "worst",
]
