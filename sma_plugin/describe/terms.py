"""Terms of the Library of Congress preservation vocabularies, as they stand in PREMIS: label, authority, URI."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from sma_plugin.describe.xml import escaped

AUTHORITY = "http://id.loc.gov/vocabulary/preservation"


@cache
def vocabularies() -> dict[str, dict[str, str]]:
    """Codes by vocabulary and label (``premis_terms.toml``)."""
    return tomllib.loads(files(__package__).joinpath("premis_terms.toml").read_text(encoding="utf-8"))


def uri(vocabulary: str, label: str) -> str | None:
    """The URI of a term; ``None`` for a term that the vocabulary does not have.

    >>> uri("eventType", "capture")
    'http://id.loc.gov/vocabulary/preservation/eventType/cap'
    """
    code = vocabularies()[vocabulary].get(label)
    return f"{AUTHORITY}/{vocabulary}/{code}" if code else None


@cache
def term(name: str, vocabulary: str, label: str) -> str:
    """A PREMIS element with a term and where it comes from; a term of no vocabulary stands without authority."""
    found = uri(vocabulary, label)
    source = f' authority="{vocabulary}" authorityURI="{AUTHORITY}/{vocabulary}" valueURI="{found}"' if found else ""
    return f"<premis:{name}{source}>{escaped(label)}</premis:{name}>"
