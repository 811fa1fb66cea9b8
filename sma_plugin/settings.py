"""Configuration: ``sma.toml``, decoded strictly (CONTRACTS.md, "Configuration"). Never read from a bundle.

Relative paths are relative to the file. Everything has a default that works for ``examples/``.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Literal

import msgspec

from sma_plugin.misconfigured import SettingsError, explained
from sma_plugin.model import AccountRef, Audience
from sma_plugin.provenance import Stamps
from sma_plugin.texts import refusal


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
    in_force: dict[str, str] = {}
    """From which day a version of the Archiefwet is in force (ISO date, by its key), where the archive knows better."""
    identifier_source: str | None = None
    reading_room: str | None = None
    """Where people may consult what the archive keeps."""
    storage_location: str | None = None
    """Where packages are stored: a place with its country."""


class Paths(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where registers, lists and keys are, and where to work."""

    registers: tuple[str, ...] = ("register.csv",)
    selection_lists: tuple[str, ...] = ("selection-list.csv",)
    decisions: str | None = None
    """The folder with the tables of decisions that roles took."""
    destruction: str | None = None
    """The folder where approvals and declarations of destruction are kept."""
    hotspots: tuple[str, ...] = ()
    """Tables of events for which is kept what would be destroyed otherwise."""
    holds: tuple[str, ...] = ()
    """Tables of legal holds, while which nothing is destroyed."""
    restriction_codes: tuple[str, ...] = ()
    """Lists of codes for restrictions, and of triggers."""
    restrictions: tuple[str, ...] = ()
    """Tables of what is restricted, on which ground, by which decision, how long."""
    platform_terms: tuple[str, ...] = ()
    """The archive's own files of platforms' terms, which go before those that come with the software."""
    characteristics: tuple[str, ...] = ()
    """The archive's own files of essential characteristics and target profiles, which go before the software's."""
    accessions: tuple[str, ...] = ()
    """Tables of the legal position of what is taken in, and the statute that applies to it."""
    plans: tuple[str, ...] = ()
    """Tables of the improvement plan that came back, or folders of them (``sma plan take`` puts them in the first)."""
    format_policy: str | tuple[str, ...] = ()
    """Policies of formats, shipped ones by name and own ones by file: the first that knows a format decides."""
    pronom_signatures: str | None = None
    """A file with newer signatures than come with the software, as siegfried makes it (``.sig``)."""
    working_area: str | None = None
    packages: str | None = None
    key_file: str | None = None
    mappings: tuple[str, ...] = ()
    """Mapping files, or folders of them, that say how deliveries of suppliers are read."""
    trusted_certificates: tuple[str, ...] = ()
    """PEM files with the root certificates that signatures in deliveries have to lead to."""


class Defaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Standing choices. ``period_cut``: how one account's posts are cut into packages."""

    language: Literal["nl", "en"] = "nl"
    audience: Audience | None = None
    mentions: Literal["count", "keep"] = "count"
    period_cut: Literal["none", "year", "month"] = "none"
    several_values: Literal["split", "longest"] = "longest"
    target_profile: str | None = None
    """The target profile by its name: what is wanted of each essential characteristic; without it nothing is judged."""
    decode_media: Literal["ends", "whole", "none"] = "ends"
    """What is decoded to know whether media play: images, and of films and sound the ends or the whole; or nothing."""
    mask_secrets: bool = False
    """Whether a copy of every WARC is derived without cookies, log-ins, keys and signatures."""
    readable: bool = True
    """Whether a copy for access also holds its posts as a table (CSV) and as pages (HTML)."""


class Archivematica(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The Archivematica that packages go to. Keys are never here: they stand in a file or in the environment."""

    dashboard: str | None = None
    storage_service: str | None = None
    """Addresses of the dashboard and of the Storage Service, such as ``https://archivematica.example``."""
    user: str | None = None
    storage_user: str | None = None
    """Whose keys they are."""
    credentials: str | None = None
    """The file with the keys, which nobody else may read."""
    transfer_source: str | None = None
    """The location of the Storage Service that packages are taken from (UUID); without it the default one."""
    transfer_source_path: str | None = None
    """Where that location is on this machine."""
    processing: str = "social_media"
    """The processing configuration: at most 16 letters, digits and underscores."""
    restricted_location: str | None = None
    """The location of the Storage Service where packages with restrictions are stored (UUID), apart from the others."""
    operator_role: str | None = None
    """The role of whoever takes decisions in the dashboard."""
    returned: str | None = None
    """Where deliveries go back that were rejected or not wholly taken in."""
    receipts: str | None = None
    """Where receipts of stored packages are kept, with what is on record of those on their way; else beside them."""


class Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A role that decides, and the kinds of decision it may take."""

    decides: tuple[str, ...] = ()


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A standing policy that lets the software take a proposal without asking: who decided so, when, on what ground."""

    role: str
    date: str
    ground: str
    choose: str | None = None
    """What is chosen where the proposal is not simply followed."""


class InWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in both languages."""

    nl: str
    en: str


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that is configured. ``base`` is the folder that relative paths start from."""

    organisation: Organisation = Organisation()
    archive: Archive = Archive()
    roles: dict[str, Role] = {}
    paths: Paths = Paths()
    defaults: Defaults = Defaults()
    archivematica: Archivematica = Archivematica()
    policies: dict[str, Policy] = {}
    reasons: dict[str, dict[str, InWords]] = {}
    """By subject the reasons that a decision may have, where the archive knows others than the software."""
    base: str = "."
    undecided: bool = False
    """``--undecided``: accounts in no register are packaged with value N instead of being held."""

    named: tuple[str, ...] = ()
    """What ``[paths]`` of the file names itself, so that a file which is not there can be told from a default."""

    fixity: bool = True
    """False where nothing is kept: what no manifest asks for is then not hashed."""

    subjects: tuple[tuple[str, AccountRef], ...] = ()
    """Platform and reference of every registered account, so that their posts are known when they are met."""

    previous: tuple[str, ...] = ()
    """``--previous``: stored packages that this delivery is related to."""

    answered: tuple[str, ...] = ()
    """Tables of decisions that lie elsewhere than in the folder for them: what an operator chose in a dashboard."""

    file: str = ""
    """The file that all of this was read from."""

    @property
    def stamps(self) -> Stamps:
        """Where identifiers and times come from."""
        return Stamps.from_environment()

    def resolve(self, path: str) -> Path:
        """A configured path as a path."""
        return Path(self.base, path).expanduser()


_RUNTIME = ("base", "undecided", "named", "subjects", "previous", "fixity", "answered", "file")


def load(path: Path | None) -> Settings:
    """Read a configuration file; ``None`` gives the defaults. Raises :class:`SettingsError`."""
    if path is None:
        return Settings()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError("config_unreadable", path=path, **refusal(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError("config_no_toml", path=path, reason=error) from error
    own = set(_RUNTIME) & set(raw)
    if own:
        raise SettingsError("config_not_there", path=path, name=min(own))
    try:
        settings = msgspec.convert(_dates_as_text(raw), Settings)
    except msgspec.ValidationError as error:
        raise explained(str(error), path, Settings, _RUNTIME) from error
    return msgspec.structs.replace(settings, base=str(path.parent), file=str(path), named=tuple(raw.get("paths", ())))


def _dates_as_text(raw: Any) -> Any:
    """TOML has dates of its own; a configuration may write them with or without quotes."""
    if isinstance(raw, dict):
        return {name: _dates_as_text(value) for name, value in raw.items()}
    return raw.isoformat() if isinstance(raw, date) else raw
