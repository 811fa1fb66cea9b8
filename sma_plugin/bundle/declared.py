"""``capture.toml``: what the depositor says of a capture, found beside what was delivered (PRODUCT.md 3).

A capture's declaration is, nearest first: ``NAME.capture.toml`` beside a file or archive, ``capture.toml`` in its
folder or a folder above it. A declaration proposes; it decides nothing.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.model import AccountRef, Capture
from sma_plugin.readers.contract import Match

NAME = "capture.toml"
EXPECTED = ("captured", "agent", "authorised_by", "ground", "access_level", "tool", "storage_location")
"""What should be known of every capture; what stays unknown is one finding."""
_OWN = ("id", "uuid", "reader", "delivered", "recognised")
_UNKNOWN = re.compile(r"unknown field `([^`]*)`")


def is_declaration(path: str) -> bool:
    """Whether a path is a declaration rather than part of a capture."""
    name = PurePosixPath(path).name
    return name == NAME or name.endswith(f".{NAME}")


def candidates(paths: Iterable[str]) -> list[str]:
    """Where the declaration of a capture with these paths may stand, nearest first."""
    found: dict[str, None] = {}
    for path in paths:
        pure = PurePosixPath(path)
        found[f"{path}.{NAME}"] = None
        stem = pure.name
        while "." in stem:
            stem = stem.rpartition(".")[0]
            found[str(pure.with_name(f"{stem}.{NAME}"))] = None
    for path in paths:
        for folder in PurePosixPath(path).parents:
            found[str(folder / NAME)] = None
    return list(found)


def parse(data: bytes, path: str) -> Capture | Finding:
    """A declaration, or the finding that says why it cannot be used."""
    try:
        raw = tomllib.loads(data.decode("utf-8"))
        own = sorted(set(raw) & set(_OWN))
        if own:
            return make("SMA-B013", path=path, reason=f"'{own[0]}' cannot be declared")
        return msgspec.convert(raw, Capture)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return make("SMA-B013", path=path, reason=str(error))
    except msgspec.ValidationError as error:
        return make("SMA-B013", path=path, reason=_explain(str(error)))


def _explain(message: str) -> str:
    found = _UNKNOWN.search(message)
    known = [field.name for field in msgspec.structs.fields(Capture) if field.name not in _OWN]
    near = difflib.get_close_matches(found.group(1), known, 1) if found else []
    return f"{message}; '{near[0]}'?" if near else message


def fill(declared: Capture, match: Match, identifier: str, uuid: str, delivered: tuple[str, ...]) -> Capture:
    """The declaration with what recognition can tell, and a note of which values those are."""
    told = {
        "technique": match.technique if declared.technique == "unknown" else None,
        "platform": match.platform if declared.platform is None else None,
        "tool": match.tool if declared.tool is None else None,
        "captured": match.captured.raw if declared.captured is None and match.captured else None,
        "account": _account(declared.account, match.account),
    }
    filled = {name: value for name, value in told.items() if value is not None}
    return msgspec.structs.replace(
        declared,
        **filled,
        id=identifier,
        uuid=uuid,
        reader=match.reader,
        delivered=delivered,
        recognised=dict.fromkeys(filled, match.reader),
    )


def _account(declared: AccountRef | None, recognised: AccountRef | None) -> AccountRef | None:
    """The recognised account fills a declaration that has none or only a handle."""
    if recognised is None or (declared and declared.native_id):
        return None
    return recognised


def unknown_fields(capture: Capture) -> list[str]:
    """Names of the expected values that nobody gave."""
    return [name for name in EXPECTED if getattr(capture, name) is None]


def read_beside(path: Path) -> bytes | None:
    """The bytes of a declaration outside the bundle, if it is there."""
    return path.read_bytes() if path.is_file() else None
