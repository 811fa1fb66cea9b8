"""What could supply a characteristic, and what is proposed to do about it, as data (``measures.toml``)."""

from __future__ import annotations

from functools import cache

import msgspec

from sma_plugin.characteristics.catalogue import shipped
from sma_plugin.facts import facts

CONVERSION = "omzetten"
"""How points begin that are of what conversions lost."""


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Techniques that could supply a characteristic, and the proposal in both languages."""

    text: dict[str, str]
    supplied_by: tuple[str, ...] = ()


@cache
def measure_of(name: str) -> Measure:
    """The measure for a characteristic (``category:name``).

    Techniques are those that the national guideline says deliver it; where the guideline says nothing of the
    characteristic, those of the project's own list.
    """
    of_kind = CONVERSION if name.startswith(f"{CONVERSION}:") else "other"
    own = _measures().get(name) or _measures()[of_kind]
    judged = next((one.declared for one in shipped().kenmerk if f"{one.category}:{one.name}" == name), {})
    declared = tuple(technique for technique, score in judged.items() if score == "+")
    return msgspec.structs.replace(own, supplied_by=declared) if declared else own


@cache
def _measures() -> dict[str, Measure]:
    return facts(__package__, "measures.toml", dict[str, Measure])
