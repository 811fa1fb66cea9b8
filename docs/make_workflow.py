"""Write the page and the picture of Archivematica's workflow with our steps marked, in Dutch and English.

``python docs/make_workflow.py WORKFLOW`` takes the stock ``workflow.json`` of an Archivematica, merges it with ours and
writes what it shows beside this script; ``make docs`` cannot, since that file is Archivematica's and not in here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from workflow_picture import Drawing
from workflow_shown import NAMES, Shown, shown

from sma_plugin.archivematica.processing import presets
from sma_plugin.texts import LANGUAGES

HERE = Path(__file__).parent


def page(one: Shown, stock: bytes) -> str:
    """The page: the picture, a table of our steps, the way in words, and what is answered beforehand."""
    name = NAMES[one.language]
    way_ = [
        f"1. **{one.name(link)}**" if link else "\n".join(f"1. {group}" for group in groups)
        for link, groups in one.parts()
    ]
    answers = [f"| {preset.asked} | {preset.answered} | {preset.because[one.language]} |" for preset in presets(stock)]
    return "\n".join(
        [
            f"# {one.word('title')}",
            "",
            one.word("made"),
            "",
            one.word("about"),
            "",
            f"![{one.word('title')}]({name}.svg)",
            "",
            f"## {one.word('steps')}",
            "",
            one.word("head"),
            "| --- | --- | --- | --- |",
            *_rows(one),
            "",
            f"## {one.word('way')}",
            "",
            *way_,
            "",
            f"## {one.word('answers')}",
            "",
            one.word("answers_head"),
            "| --- | --- | --- |",
            *answers,
            "",
        ]
    )


def _rows(one: Shown) -> Iterator[str]:
    """Our steps: those on the way first, then the others; what is there several times in one row."""
    beside = [name for name in one.workflow.links if name in one.ours and name not in one.way]
    steps: dict[tuple[str, str], list[str]] = {}
    for link in [*(name for name in one.way if name in one.ours), *beside]:
        module = "".join(f"`{name}`" for name in one.module(link))
        steps.setdefault((one.name(link), module), []).append(link)
    for (name, module), links in steps.items():
        told: dict[str, dict[str, None]] = {}
        for link in links:
            for codes, to in one.exits(link).items():
                told.setdefault(codes, {})[one.name(to) if to else one.word("end")] = None
        follows = "; ".join(f"{codes}: {' / '.join(to)}" for codes, to in told.items())
        where = ", ".join(dict.fromkeys(one.group(link) for link in links))
        yield f"| {name} | {module} | {where} | {follows} |"


def made(stock: bytes) -> dict[str, str]:
    """Every file by name, as it should be."""
    found = {}
    for language in LANGUAGES:
        one = shown(stock, language)
        found[f"{NAMES[language]}.md"] = page(one, stock)
        found[f"{NAMES[language]}.svg"] = Drawing(one).svg()
    return found


if __name__ == "__main__":
    for name, text in made(Path(sys.argv[1]).read_bytes()).items():
        (HERE / name).write_text(text, encoding="utf-8")
