"""Deliveries with a mark in every place that may not enter a package, and where the marks are found again."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
from rich.console import Console

from making import tree, zipped
from sma_plugin.findings import Finding, Language, remedy, text
from sma_plugin.ingest import DEPOSITOR, Result, ingest
from sma_plugin.settings import Settings
from sma_plugin.terminal import Bars, print_result
from sma_plugin.validate.step import validate_path

SECRET, PUBLIC = "vertrouwelijk", "openbaar"
_SHORT = 8
"""Letters up to which a word stands in base 64 by chance."""
LANGUAGES: tuple[Language, ...] = ("nl", "en")


def words(text: str) -> list[str]:
    """The words of a text, which lists of names are written as."""
    return text.split()


def placed(home: Path, members: Mapping[str, bytes], parts: int = 1, wrapper: str = "") -> Path:
    """A delivery of these members: a folder with so many zips, or the folder itself for no parts."""
    home.mkdir(exist_ok=True)
    given = [(wrapper + path, data) for path, data in members.items()]
    for part in range(parts):
        zipped(home / f"export-{part + 1}.zip", dict(given[part::parts]))
    for path, data in given if parts == 0 else ():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_bytes(data)
    return home


@dataclass(frozen=True)
class Made:
    """What a run made of a delivery: its files by path, all that it told, and the packages' own findings."""

    result: Result
    files: dict[str, bytes]
    told: str
    """What was printed in both languages, and each finding with its remedy and its parameters."""

    @property
    def posts(self) -> bytes:
        """The posts of every package."""
        return b"".join(data for path, data in self.files.items() if path.endswith("/posts.jsonl"))

    @property
    def kinds(self) -> set[str]:
        """The classes of what was left out of the packages."""
        records = [json.loads(data) for path, data in self.files.items() if path.endswith("/excluded.json")]
        return {one["kind"] for record in records for one in record["classes"]}

    @property
    def kept(self) -> set[str]:
        """The delivered files that are in a package, by their paths there."""
        return {path.partition("/objects/captures/")[2] for path in self.files if "/objects/captures/" in path}

    def marked(self, mark: str = SECRET) -> list[str]:
        """Every place with a mark in it: file names, files, what archives and packed files in the package hold."""
        return sorted(set(_marked(self.files, mark)) | ({"what was told"} if mark in self.told.casefold() else set()))

    def unread(self, marks: Collection[str]) -> list[str]:
        """The marks that stand in no post."""
        return [mark for mark in marks if mark.encode() not in self.posts]

    def errors(self) -> list[str]:
        """What validation of the packages finds wrong."""
        found = (one for package in self.result.packages for one in validate_path(package.path))
        return [one.code for one in found if one.severity == "error"]


def made_of(delivery: Path, out: Path, settings: Settings = Settings(undecided=True)) -> Made:  # noqa: B008 -- immutable
    """Ingest a delivery, without decisions unless ``settings`` give them."""
    printed = io.StringIO()
    console = Console(file=printed, width=10_000)
    with Bars(console, "nl") as bars:
        result = ingest([delivery], out, settings, bars)
    findings = [*result.findings, *(one for package in result.packages for one in package.findings)]
    for language in LANGUAGES:
        print_result(console, result, language)
    told = "\n".join(_told(one) for one in findings)
    # What is for the depositor lies beside the packages and names what was left out.
    files = {path: data for path, data in tree(out).items() if not path.startswith(f"{DEPOSITOR}/")}
    return Made(result, files, f"{printed.getvalue()}\n{told}")


def _told(finding: Finding) -> str:
    said = [text(finding, language) + remedy(finding, language) for language in LANGUAGES]
    return "\n".join([*said, msgspec.json.encode(finding).decode()])


def _marked(files: Mapping[str, bytes], mark: str, within: str = "") -> Iterator[str]:
    for path, data in files.items():
        where = f"{within}{path}"
        if mark in path.casefold() or any(form in data.lower() for form in _forms(mark)):
            yield where
        if data.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield from _marked({name: archive.read(name) for name in archive.namelist()}, mark, f"{where}!")
        elif data.startswith(b"\x1f\x8b"):
            yield from _marked({"": gzip.decompress(data)}, mark, f"{where}!")


def _forms(mark: str) -> list[bytes]:
    """How a mark can be written, in lower case: as it is, in UTF-16, in base 64 wherever it begins in a body."""
    utf_16 = (mark.encode(f"utf-16-{order}") for order in ("le", "be"))
    base_64 = (
        base64.b64encode(bytes(at) + mark.encode())[at + 1 : -4].lower() for at in range(3) if len(mark) > _SHORT
    )
    return [mark.encode(), *utf_16, *base_64]
