"""The process that cleans the HTML of a message: apart, with limits, as a page may cost far more than its bytes.

Called as ``python -m sma_plugin.formats.mail_cleaning FOLDER``; reads and prints one JSON object. Pictures that stand
in the HTML itself are written into the folder.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote
from urllib.request import urlopen

from sma_plugin.formats.conversion import NotConvertibleError

_SECONDS, _MEMORY = 60, 2 << 30
"""What cleaning a message may cost."""
_DROPPED = {"script", "style", "title"}
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width", "height"}, "td": {"colspan", "rowspan"}}
_LINKS = {"http", "https", "mailto", "tel"}
_PICTURES = {"cid", "data", "file", "blob", "mid"}


class Cleaned(NamedTuple):
    """The HTML without what runs, hides or fetches; how many different pictures it asks for; names of those it has."""

    texts: list[str]
    asked: int
    taken: list[str]


def cleaned(texts: Sequence[str], held: Mapping[str, str], folder: Path) -> Cleaned:
    """The HTML of a message; ``held`` are the names of the pictures that it holds, by their content id.

    Raises :class:`NotConvertibleError` for what costs too much.
    """
    if not texts:
        return Cleaned([], 0, [])
    asked = json.dumps({"texts": texts, "held": held}).encode()
    command = [sys.executable, "-P", "-m", "sma_plugin.formats.mail_cleaning", str(folder)]
    try:
        done = subprocess.run(command, input=asked, capture_output=True, check=True, timeout=2 * _SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise NotConvertibleError("no-layout") from error
    return Cleaned(**json.loads(done.stdout))


class _Pictures:
    """The pictures that a message asks for."""

    def __init__(self, held: Mapping[str, str], folder: Path) -> None:
        self._held, self._folder = held, folder
        self._names: dict[str, str | None] = {}

    def attribute(self, tag: str, name: str, value: str) -> str | None:
        """What an attribute becomes: of a picture the name of its file, if the message holds it; else nothing."""
        scheme, colon, rest = value.strip().partition(":")
        scheme = scheme.lower()
        if (tag, name) != ("img", "src"):
            return None if colon and scheme in _PICTURES else value
        if value not in self._names:
            told = {"cid": self._by_id, "data": self._inside}.get(scheme)
            self._names[value] = told(rest) if told else None
        return self._names[value]

    def _by_id(self, rest: str) -> str | None:
        return self._held.get(unquote(rest))  # RFC 2392, 2

    def _inside(self, rest: str) -> str | None:
        try:
            data = urlopen(f"data:{rest}").read()  # noqa: S310 -- no other address than data: (RFC 2397)
        except ValueError:
            return None
        name = f"inside-{len(self._names) + 1}"
        (self._folder / name).write_bytes(data)
        return name

    def told(self) -> dict[str, Any]:
        """How many were asked for, and the names of those that are there."""
        taken = {name for name in self._names.values() if name}
        absent = sum(name is None for name in self._names.values())
        return {"asked": len(taken) + absent, "taken": sorted(taken)}


def main() -> None:
    """Set the limits, clean, tell."""
    import nh3  # noqa: PLC0415

    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    given = json.load(sys.stdin)
    pictures = _Pictures(given["held"], Path(sys.argv[1]))
    texts = [
        nh3.clean(
            text,
            attributes=_ATTRIBUTES,
            url_schemes=_LINKS | _PICTURES,
            clean_content_tags=_DROPPED,
            attribute_filter=pictures.attribute,
        )
        for text in given["texts"]
    ]
    json.dump({"texts": texts, **pictures.told()}, sys.stdout)


if __name__ == "__main__":
    main()
