"""The page about the workflow and its picture: made of a merged workflow, and all of our steps are on them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from lxml import etree

from conftest import ROOT
from sma_plugin.archivematica.workflow.fragment import fragment

DOCS = ROOT / "docs"
sys.path.insert(0, str(DOCS))

import make_workflow  # noqa: E402 - the folder of the script has to be on the path first
import workflow_picture  # noqa: E402 - likewise

SVG = "{http://www.w3.org/2000/svg}"


def test_they_show_the_workflow_as_it_is_merged(shared: Path) -> None:
    made = make_workflow.made((shared / "archivematica" / "workflow-1.17-dev.json").read_bytes())
    there = {name: (DOCS / name).read_text(encoding="utf-8") for name in made}
    assert there == made, "run: python docs/make_workflow.py WORKFLOW"


@pytest.mark.parametrize("language", make_workflow.NAMES)
def test_every_step_of_ours_is_told_and_drawn_in_the_reader_s_language(language: str) -> None:
    name = make_workflow.NAMES[language]
    page, picture = (DOCS / f"{name}.md").read_text(encoding="utf-8"), etree.parse(DOCS / f"{name}.svg").getroot()
    drawn = [one.text for one in picture.iter(f"{SVG}text")]
    for link in fragment().links.values():
        assert f"| {link['description'][language]} |" in page
        assert link["description"][language] in drawn


@pytest.mark.parametrize("name", make_workflow.NAMES.values())
def test_a_picture_can_be_read_without_seeing_it_and_shows_nothing_from_elsewhere(name: str) -> None:
    picture = etree.parse(DOCS / f"{name}.svg").getroot()
    title, told = picture.findtext(f"{SVG}title"), picture.findtext(f"{SVG}desc")
    assert picture.get("role") == "img"
    assert picture.get("aria-labelledby") == "t d"
    assert title
    assert told
    assert told.count(" → ") > 40
    assert [one for one in picture.iter() if any("href" in key for key in one.attrib)] == []


@pytest.mark.parametrize("name", make_workflow.NAMES.values())
def test_no_line_of_a_picture_runs_out_of_its_box(name: str) -> None:
    """At 8 points a letter for bold and 7 for small ones, as wide as common sans-serif letters are on average."""
    picture = etree.parse(DOCS / f"{name}.svg").getroot()
    for one in picture.iter(f"{SVG}text"):
        wide = {"name": 8, "small": 7}[one.get("class", "")] * len(one.text or "")
        room = workflow_picture.SIDE if int(one.get("x", "0")) > workflow_picture.RIGHT else workflow_picture.WIDTH
        assert wide <= room, one.text
