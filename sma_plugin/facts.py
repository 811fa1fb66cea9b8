"""Facts that change, read in one way everywhere: data beside the modules that use them (``<name>.toml``)."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TypeVar

import msgspec

T = TypeVar("T")


def facts(package: str, name: str, kind: type[T]) -> T:
    """The table ``name`` of a package, decoded strictly. Raises :class:`msgspec.ValidationError` for an odd one."""
    return msgspec.convert(tomllib.loads(files(package).joinpath(name).read_text("utf-8")), kind)
