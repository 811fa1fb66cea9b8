"""What the depositor says of a capture, found beside what was delivered (PRODUCT.md 3).

A capture's declaration is, nearest first: ``NAME.capture.toml`` beside a file, archive or folder, ``capture.toml``
in its folder or a folder above it; the same names with ``.xlsx`` or ``.csv`` are the form, filled in. A declaration
proposes; it decides nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from sma_plugin.bundle.form import Answers, read_form
from sma_plugin.bundle.questions import declaration, flat
from sma_plugin.findings import Finding, make
from sma_plugin.model import AccountRef, Capture
from sma_plugin.readers.contract import Match
from sma_plugin.secrets.addresses import cleaned, masked_settings
from sma_plugin.sheets import ENDINGS, SheetError, read_sheets

NAME = "capture.toml"
EXPECTED = ("captured", "agent", "authorised_by", "ground", "access_level", "tool", "storage_location")
"""What should be known of every capture; what stays unknown is one finding."""
_NAMES = (NAME, *(f"capture{ending}" for ending in ENDINGS))
PATTERNS = tuple(f"*{name}" for name in _NAMES)
"""What declarations are called, for finding them beside a bundle."""


def is_declaration(path: str) -> bool:
    """Whether a path is a declaration rather than part of a capture."""
    name = PurePosixPath(path).name
    return name in _NAMES or name.endswith(tuple(f".{one}" for one in _NAMES))


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
            if folder.name:
                found[f"{folder}.{NAME}"] = None
    return list(found)


class Declarations:
    """Everything that was declared, by the name that its ``capture.toml`` has or would have."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._found: dict[str, Capture] = {}
        self._read: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._found

    def get(self, name: str) -> Capture | None:
        """What stands in the declaration of this name."""
        return self._found.get(name)

    def add(self, path: str, data: bytes) -> None:
        """Take in one delivered declaration; what cannot be used is a finding."""
        if path in self._read:
            return
        self._read.add(path)
        for name, answers in self._answers(path, data):
            declared = declaration(answers, path)
            self.findings.extend(declared.findings)
            settings = declared.capture.tool_settings
            known = msgspec.structs.replace(declared.capture, tool_settings=settings and masked_settings(settings))
            self._found.setdefault(name, cleaned(known))

    def _answers(self, path: str, data: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
        try:
            if not path.lower().endswith(ENDINGS):
                yield path, dict(flat(tomllib.loads(data.decode("utf-8-sig"))))
                return
            forms = list(read_form(read_sheets(data, path)))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.findings.append(make("SMA-B013", path=path, reason=str(error)))
            return
        except SheetError as error:
            told: dict[str, Any] = {"reason_nl": error.sentence("nl"), "reason_en": error.sentence("en")}
            self.findings.append(make("SMA-B013", path=path, **told))
            return
        for form in forms:
            name = _name_of(form, path, only=len(forms) == 1)
            if name:
                yield name, dict(form.fields)
            else:
                self.findings.append(make("SMA-B032", path=path, item=form.sheet, sheet=form.sheet))

    def beside(self, path: Path) -> Capture | None:
        """The declaration of a delivered archive or file, from the folder that it stands in."""
        for candidate in map(Path, candidates([str(path)])):
            if candidate.parent != path.parent:
                continue
            for ending in (candidate.suffix, *ENDINGS):
                written = candidate.with_suffix(ending)
                if written.is_file():
                    self._add_outside(written, str(written))
        return next((self._found[name] for name in candidates([str(path)]) if name in self._found), None)

    def beside_folder(self, folder: Path, prefix: str) -> None:
        """Take in what lies beside a delivered folder under its name, as if it lay in the folder.

        ``prefix`` is what the paths of the folder's members begin with. What lies in the folder itself goes before.
        """
        for name in _NAMES if folder.name else ():
            written = folder.with_name(f"{folder.name}.{name}")
            if written.is_file():
                # The members of the folder go by its prefix, archives in it by their whole paths.
                self._add_outside(written, f"{prefix}{name}", str(folder / name))

    def _add_outside(self, written: Path, path: str, *also: str) -> None:
        """Take in a declaration that is no member of what was delivered; what is wrong with it is told once."""
        data, told = written.read_bytes(), len(self.findings)
        self.add(path, data)
        found = [_named(one, written.name) for one in self.findings[told:]]
        for other in also:
            self.add(other, data)
        self.findings[told:] = found


def _named(finding: Finding, name: str) -> Finding:
    """The finding with the name of its file: the path is that of this machine, and findings enter packages."""
    return msgspec.structs.replace(
        finding, places=tuple(msgspec.structs.replace(place, path=name) for place in finding.places)
    )


def _name_of(form: Answers, path: str, *, only: bool) -> str | None:
    """Where the ``capture.toml`` of a sheet would stand; a form of one sheet speaks for its own name."""
    if only:
        return str(PurePosixPath(path).with_suffix(".toml"))
    if not form.subject:
        return None
    inner = f"{form.subject}{NAME}" if form.subject.endswith("/") else f"{form.subject}.{NAME}"
    return str(PurePosixPath(path).parent / inner)


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
