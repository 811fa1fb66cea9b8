"""What the ``datapackage.json`` of a WACZ says of its members, and of other files."""

from __future__ import annotations

from typing import Any, NamedTuple


class Claim(NamedTuple):
    """What ``datapackage.json`` says of one member."""

    path: str
    algorithm: str
    digest: str
    size: int | None


def needs(package: dict[str, Any]) -> list[str]:
    """Names of other WACZ files: those that it requires (``relation.requires``), and the parts of a collection."""
    relation = package.get("relation")
    required = relation.get("requires") if isinstance(relation, dict) else None
    rows = required if isinstance(required, list) else []
    keys = ("path", "filename", "name", "url")
    named = [next((row[key] for key in keys if row.get(key)), "") if isinstance(row, dict) else row for row in rows]
    parts = [claim.path for claim in claims(package) if claim.path.lower().endswith(".wacz")]
    return [name for name in (*named, *parts) if isinstance(name, str) and name]


def claims(package: dict[str, Any]) -> list[Claim]:
    """What the datapackage lists: ``hash`` as ``sha256:…`` (1.1.1), or ``stats`` with ``hashing`` beside it (1.0)."""
    resources = package.get("resources")
    rows = [row for row in resources if isinstance(row, dict)] if isinstance(resources, list) else []
    found = []
    for row in rows:
        old_form = row.get("stats")
        stats: dict[str, Any] = old_form if isinstance(old_form, dict) else {}
        stated = str(row.get("hash") or stats.get("hash") or "")
        label, _, digest = stated.rpartition(":")
        algorithm = (label or str(row.get("hashing") or "sha256")).lower().replace("-", "")
        size = row.get("bytes", stats.get("bytes"))
        if isinstance(row.get("path"), str):
            found.append(Claim(row["path"], algorithm, digest, size if isinstance(size, int) else None))
    return found
