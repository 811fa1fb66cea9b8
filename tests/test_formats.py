"""Formats are told by bytes, then by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from sma_plugin.formats.identify import identify


@pytest.mark.parametrize(
    ("name", "data", "puid", "mime"),
    [
        ("posts.jsonl", b'{"a":1}\n{"a":2}\n', "fmt/2054", "application/x-ndjson"),
        ("a.warc.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\3", None, "application/warc"),
        ("leeg.json", b"", None, "application/octet-stream"),
        ("zonder", b"\0\1\2", None, "application/octet-stream"),
    ],
)
def test_a_format_has_an_id_and_a_mime_type_as_far_as_known(
    tmp_path: Path, name: str, data: bytes, puid: str | None, mime: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    found = identify(path)
    assert (found.puid, found.mime) == (puid, mime)
