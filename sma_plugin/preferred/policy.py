"""Format policies: what an archive says of each format. Several may lie side by side; the configuration chooses.

A policy is a TOML file, shipped under ``fpr_rules/policies`` or the archive's own. Of several that are chosen the first
one that knows a format decides. What no policy knows is kept as it is.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from sma_plugin.findings import Finding, make
from sma_plugin.formats.conversion import for_preservation
from sma_plugin.preferred.puids import is_ours
from sma_plugin.settings import InWords, Settings
from sma_plugin.texts import UserError

Status = Literal["preferred", "acceptable", "convert"]
STATUSES: tuple[Status, ...] = ("preferred", "acceptable", "convert")
"""From the mildest to the one that does most."""
KEEP = "keep"
"""The shipped policy that keeps everything: what holds where none is configured."""


class Rule(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is said of formats: preferred, acceptable (never converted), or convert by a command of ``commands.toml``.

    ``puids`` are identifiers of PRONOM, of our own, or of somebody else's list. A rule without any that a file can have
    here goes by ``extensions``, for files that have no identifier. ``ask``: a role decides first, with the growth in
    size before it.
    """

    status: Status
    puids: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    command: str | None = None
    ask: bool = False
    why: str | InWords = ""
    sort: str = ""
    name: str = ""
    version: str = ""
    note: str = ""


class FormatPolicy(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One policy: what it is called, where it comes from, which edition, and its rules."""

    name: InWords
    source: str = ""
    edition: str = ""
    format: tuple[Rule, ...] = ()

    @property
    def called(self) -> str:
        """Its name and edition, as records have them."""
        return f"{self.name.en} ({self.edition})" if self.edition else self.name.en


class Ruled(NamedTuple):
    """The rule about a file, and the policy that it stands in."""

    rule: Rule
    policy: FormatPolicy


class Policies:
    """The policies that hold, in order; ``findings`` are what is wrong with them."""

    def __init__(self, policies: Sequence[tuple[str, FormatPolicy]]) -> None:
        self.names = tuple(name for name, _ in policies)
        self.policies = tuple(one for _, one in policies)
        self.findings = [finding for name, one in policies for finding in _wrong(name, one)]

    @cached_property
    def _by_puid(self) -> dict[str, Ruled]:
        found: dict[str, Ruled] = {}
        for policy in self.policies:
            of_one: dict[str, Ruled] = {}
            for rule in policy.format:
                for puid in rule.puids:
                    known = of_one.get(puid)
                    if known is None or _before(rule, known.rule):
                        of_one[puid] = Ruled(rule, policy)
            found = of_one | found
        return found

    def about(self, puid: str | None, name: str) -> Ruled | None:
        """The rule about a file of this format, or with no format and this name; ``None`` where nothing is said."""
        if puid:
            return self._by_puid.get(puid)
        lower = name.lower()
        for policy in self.policies:
            for rule in policy.format:
                if rule.extensions and not any(map(is_ours, rule.puids)) and lower.endswith(rule.extensions):
                    return Ruled(rule, policy)
        return None

    def kindred(self, name: str) -> tuple[str, ...]:
        """Formats that the policies name and that have this name too: other versions of one that they do not know."""
        rules = (rule for policy in self.policies for rule in policy.format if rule.name.casefold() == name.casefold())
        return tuple(dict.fromkeys(puid for rule in rules for puid in rule.puids))

    @property
    def puids(self) -> tuple[str, ...]:
        """Every identifier that the policies know, in their order."""
        return tuple(self._by_puid)

    @property
    def converts(self) -> bool:
        """Whether anything is ever converted."""
        return any(rule.status == "convert" for policy in self.policies for rule in policy.format)


def _before(one: Rule, other: Rule) -> bool:
    """Whether a rule goes before another one of the same policy on the same format: the milder one does."""
    return STATUSES.index(one.status) < STATUSES.index(other.status)


def _wrong(name: str, policy: FormatPolicy) -> Iterator[Finding]:
    known = for_preservation()
    said: dict[str, Rule] = {}
    for number, rule in enumerate(policy.format, 1):
        row = str(number)
        command = known.get(rule.command or "")
        if rule.status == "convert" and command is None:
            named = ", ".join(sorted(known)) or "-"
            yield make("SMA-F023", path=name, item=row, row=row, command=rule.command or "-", known=named)
        foreign = [puid for puid in rule.puids if command and not command.takes(puid)]
        if rule.status == "convert" and command and foreign:
            yield make("SMA-F024", path=name, item=row, row=row, command=command.name, puids=", ".join(foreign))
        for puid in rule.puids:
            other = said.setdefault(puid, rule)
            if other.status != rule.status:
                yield make("SMA-F022", path=name, item=row, puid=puid)


# --- reading ---------------------------------------------------------------------------------------------------------


def shipped() -> dict[str, FormatPolicy]:
    """The policies that come with the software, by name."""
    folder = files("sma_plugin.fpr_rules").joinpath("policies")
    found = sorted(one.name for one in folder.iterdir() if one.name.endswith(".toml"))
    return {name.removesuffix(".toml"): decoded(folder.joinpath(name).read_bytes(), name) for name in found}


def chosen(settings: Settings) -> Policies:
    """The policies that are configured, else the one that keeps everything. Raises :class:`UserError`."""
    return policies_named(settings, _named(settings) or (KEEP,))


def policies_named(settings: Settings, names: Sequence[str]) -> Policies:
    """Policies by name (shipped) or path. Raises :class:`UserError` for one that is not there or cannot be used."""
    known = shipped()
    return Policies([(name, known[name] if name in known else _read(settings.resolve(name), known)) for name in names])


def policy_files(settings: Settings) -> list[Path]:
    """The policies of the archive's own that are configured."""
    return [settings.resolve(name) for name in _named(settings) if name not in shipped()]


def _named(settings: Settings) -> tuple[str, ...]:
    named = settings.paths.format_policy
    return (named,) if isinstance(named, str) else named


def key_of(settings: Settings) -> str:
    """A digest of the policies that hold; empty while nothing is ever converted."""
    found = chosen(settings)
    return hashlib.sha256(msgspec.json.encode(found.policies)).hexdigest() if found.converts else ""


def _read(path: Path, known: dict[str, FormatPolicy]) -> FormatPolicy:
    if not path.is_file():
        raise UserError("formats_no_policy", name=path, known=", ".join(known))
    if path.suffix.lower() != ".toml":
        raise UserError("formats_import_first", path=path)
    return decoded(path.read_bytes(), str(path))


def decoded(data: bytes, name: str) -> FormatPolicy:
    """A policy by its bytes. Raises :class:`UserError`."""
    try:
        return msgspec.convert(tomllib.loads(data.decode("utf-8-sig")), FormatPolicy)
    except (msgspec.ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError("formats_bad_policy", path=name, reason=error) from error
