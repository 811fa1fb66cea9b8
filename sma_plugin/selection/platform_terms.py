"""Terms of platforms that touch on archiving, as dated data (``platform_terms.toml``, and the archive's own files)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated

import msgspec

from sma_plugin.findings import Finding, Language, make
from sma_plugin.settings import Settings


class Clause(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"since": "from"}):
    """A rule of a platform's terms, with its source and when that was looked at."""

    id: str
    text: dict[Language, str]
    source: str
    seen: str
    first_hand: bool = False
    since: str | None = None
    until: str | None = None
    techniques: tuple[str, ...] = ()
    more_than: Annotated[int, msgspec.Meta(ge=0)] = 0
    deleted: bool = False


def load_terms(settings: Settings) -> tuple[dict[str, tuple[Clause, ...]], list[Finding]]:
    """The clauses by platform, with the archive's own, and what is wrong with its files."""
    terms, findings = dict(_shipped()), []
    for name in settings.paths.platform_terms:
        path = settings.resolve(name)
        try:
            own = _decoded(path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError, msgspec.ValidationError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            findings.append(make("SMA-S010", path=name, reason=reason or ""))
            continue
        for which, clauses in own.items():
            replaced = {one.id for one in clauses}
            terms[which] = (*(one for one in terms.get(which, ()) if one.id not in replaced), *clauses)
    return terms, findings


@cache
def _shipped() -> dict[str, tuple[Clause, ...]]:
    return _decoded(files(__package__).joinpath("platform_terms.toml").read_text(encoding="utf-8"))


def _decoded(text: str) -> dict[str, tuple[Clause, ...]]:
    return msgspec.convert(tomllib.loads(text), dict[str, tuple[Clause, ...]])
