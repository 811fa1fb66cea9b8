"""Configuration: ``sma.toml``, decoded strictly (CONTRACTS.md, "Configuration"). Never read from a bundle.

Relative paths are relative to the file. Everything has a default that works for ``examples/``.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Literal

import msgspec

from sma_plugin.model import AccountRef, Audience
from sma_plugin.provenance import Stamps


class SettingsError(ValueError):
    """A configuration that cannot be used; the message says what is wrong, where, and what to do."""


class Organisation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body whose archive it is (creator) and the body that is responsible (custodian)."""

    creator: str = "Onbekende archiefvormer"
    creator_identifier: str | None = None
    creator_identifier_source: str | None = None
    custodian: str | None = None
    custodian_identifier: str | None = None
    custodian_identifier_source: str | None = None


class Archive(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The archival repository and the statute version that applies to this accession."""

    name: str = "Onbekend archief"
    statute: str = "Archiefwet 1995"
    identifier_source: str | None = None


class Paths(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where registers, lists and keys are, and where to work."""

    registers: tuple[str, ...] = ("register.csv",)
    selection_lists: tuple[str, ...] = ("selection-list.csv",)
    hotspots: tuple[str, ...] = ()
    restriction_codes: tuple[str, ...] = ()
    format_policy: str | None = None
    working_area: str | None = None
    packages: str | None = None
    key_file: str | None = None


class Defaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Standing choices. ``period_cut``: how one account's posts are cut into packages."""

    language: Literal["nl", "en"] = "nl"
    audience: Audience | None = None
    mentions: Literal["count", "keep"] = "count"
    period_cut: Literal["none", "year", "month"] = "none"
    several_values: Literal["split", "longest"] = "longest"
    mdto_per_file: bool = False


class Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A role that decides, and the kinds of decision it may take."""

    decides: tuple[str, ...] = ()


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A standing policy that lets the software take a proposal without asking: who decided so, when, on what ground."""

    role: str
    date: str
    ground: str


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that is configured. ``base`` is the folder that relative paths start from."""

    organisation: Organisation = Organisation()
    archive: Archive = Archive()
    roles: dict[str, Role] = {}
    paths: Paths = Paths()
    defaults: Defaults = Defaults()
    policies: dict[str, Policy] = {}
    base: str = "."
    undecided: bool = False
    """``--undecided``: accounts in no register are packaged with value N instead of being held."""

    subjects: tuple[tuple[str, AccountRef], ...] = ()
    """Platform and reference of every registered account, so that their posts are known when they are met."""

    @property
    def stamps(self) -> Stamps:
        """Where identifiers and times come from."""
        return Stamps.from_environment()

    def resolve(self, path: str) -> Path:
        """A configured path as a path."""
        return Path(self.base, path).expanduser()


_RUNTIME = ("base", "undecided", "subjects")
_UNKNOWN = re.compile(r"unknown field `([^`]*)`(?: - at `\$\.?([^`]*)`)?")


def load(path: Path | None) -> Settings:
    """Read a configuration file; ``None`` gives the defaults. Raises :class:`SettingsError`."""
    if path is None:
        return Settings()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"The configuration {path} cannot be read: {error.strerror}. Give --config FILE."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The configuration {path} is no valid TOML: {error}.") from error
    own = set(_RUNTIME) & set(raw)
    if own:
        raise SettingsError(f"The configuration {path} holds '{min(own)}', which cannot be configured there.")
    try:
        settings = msgspec.convert(raw, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"The configuration {path} cannot be used: {_explain(str(error))}.") from error
    return msgspec.structs.replace(settings, base=str(path.parent))


def _explain(message: str) -> str:
    """The validation message, with the nearest known name for an unknown one."""
    found = _UNKNOWN.search(message)
    if not found:
        return message
    name, section = found.group(1), found.group(2) or ""
    holder = {field.name: field.type for field in msgspec.structs.fields(Settings)}.get(section, Settings)
    known = [field.name for field in msgspec.structs.fields(holder)] if isinstance(holder, type) else []
    near = difflib.get_close_matches(name, [item for item in known if item not in _RUNTIME], 1)
    place = f" in section [{section}]" if section else ""
    return f"it has an unknown name '{name}'{place}" + (f"; did you mean '{near[0]}'?" if near else "")
