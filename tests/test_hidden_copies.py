"""From review to check: what media say of themselves is not in a copy, or it is told and found."""

from __future__ import annotations

from pathlib import Path

import pytest

from making import mastodon, note, zipped
from sma_plugin.package import Package
from sma_plugin.privacy.check import checked
from sma_plugin.privacy.keys import Keys
from sma_plugin.privacy.review import questions_of
from sma_plugin.privacy.rulings import rulings
from sma_plugin.readable.step import protect
from sma_plugin.reporting import Quiet
from sma_plugin.selection.decision_table import write_questions
from sma_plugin.settings import Settings
from test_hidden import NAME, PICTURE, PICTURES, saved
from test_privacy_check import codes, packed

Place = tuple[Package, Settings, Keys]


def reviewed(home: Path, picture: bytes, kind: str) -> Place:
    """A package whose only picture a role let through."""
    name = f"media_attachments/plein.{kind}"
    shown = {"type": "Document", "mediaType": f"image/{kind}", "url": name, "name": None}
    other = {"type": "Mention", "name": f"@{NAME}", "href": "https://elders.example/@wies"}
    notes = [note(1, "Op het plein", attachment=[shown], tag=[other])]
    files = {path: data for path, data in mastodon(notes).items() if path not in ("avatar.png", "header.png")}
    place = packed(home, zipped(home / "archief.zip", files | {name: picture}))
    package, settings, keys = place
    put = [one for one in questions_of(package, keys, rulings(package, settings)) if name in one.id]
    write_questions(home / "leeg.csv", put, settings, "nl")
    text = (home / "leeg.csv").read_text("utf-8-sig")
    filled = text.rstrip("\r\n").removesuffix(";;;;") + ";opnemen;archivaris;1-2-2026;Beoordeling 1\n"
    (home / "besluiten" / "lijst.csv").write_text(filled, "utf-8")
    protect(package, settings, Quiet())
    return place


def note_of(package: Package) -> str:
    (event,) = (one for one in package.events("protect") if one.type == "redaction")
    return str(event.note)


def test_a_reviewed_picture_says_nothing_more_in_the_copy(tmp_path: Path) -> None:
    place = reviewed(tmp_path, PICTURES["jpeg"], "jpeg")
    (copy,) = place[0].access.glob("medium-*")
    assert NAME.encode() not in copy.read_bytes()
    assert "metadata taken out of 1 files" in note_of(place[0])
    assert "SMA-P008" not in [one.code for one in place[0].findings("protect")]
    assert codes(checked(*place)) == []
    (original,) = place[0].captures.rglob("plein.jpeg")
    assert original.read_bytes() == PICTURES["jpeg"]


@pytest.mark.parametrize("spelling", ["utf-8", "utf-16-le", "utf-16-be"])
def test_what_could_not_be_taken_out_is_told_and_found_by_the_check(tmp_path: Path, spelling: str) -> None:
    picture = saved(PICTURE, "TIFF") + b"\xff\xff" + f"gemaakt door {NAME}".encode(spelling) + b"\xff"
    place = reviewed(tmp_path, picture, "tiff")
    (told,) = (one for one in place[0].findings("protect") if one.code == "SMA-P008")
    assert str(told.places[0].path).endswith("plein.tiff")
    assert "metadata not taken out of 1 files of other kinds" in note_of(place[0])
    found = [one for one in checked(*place).findings if one.code == "SMA-P010"]
    assert [str(one.places[0].path).rpartition("/")[2][:7] for one in found] == ["medium-"]
    assert NAME not in repr(found)
