"""Write the page and the picture of Archivematica's workflow with our steps marked, in Dutch and English.

``python docs/make_workflow.py WORKFLOW`` takes the stock ``workflow.json`` of an Archivematica, merges it with ours and
writes what it shows beside this script; ``make docs`` cannot, since that file is Archivematica's and not in here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

from sma_plugin.archivematica.processing import presets
from sma_plugin.archivematica.workflow import decisions, merged
from sma_plugin.archivematica.workflow.document import Document
from sma_plugin.archivematica.workflow.fragment import fragment
from sma_plugin.archivematica.workflow.merging import merged_by
from sma_plugin.archivematica.workflow.model import Link, Workflow
from sma_plugin.archivematica.workflow.way import way
from sma_plugin.findings import Language
from sma_plugin.settings import Settings
from sma_plugin.texts import LANGUAGES

HERE = Path(__file__).parent
NAMES: dict[Language, str] = {"nl": "werkstroom", "en": "workflow"}
WORDS: dict[str, dict[Language, str]] = {
    "title": {
        "nl": "De workflow van Archivematica met onze stappen erin",
        "en": "Archivematica's workflow with our steps in it",
    },
    "made": {
        "nl": "*Gemaakt van de samengevoegde workflow (docs/make_workflow.py); wijzig niet dit bestand.*",
        "en": "*Made of the merged workflow (docs/make_workflow.py); do not change this file.*",
    },
    "about": {
        "nl": "De weg van een socialemediabundel van goedkeuring tot opslag, met de vooraf gegeven antwoorden van onze"
        " verwerkingsconfiguratie. Onze stappen hebben een dikke rand en staan in het blauw; groepen van Archivematica"
        " staan er in het grijs naast, met de Engelse namen die het dashboard ervoor heeft. Rechts staat wat er bij een"
        " andere afsluitcode gebeurt: 3 er staat iets open, 4 het is al een pakket, 5 het is geen socialemediabundel,"
        " 6 de bundel is afgewezen.",
        "en": "The way of a social media bundle from approval into storage, with the answers that our processing"
        " configuration gives beforehand. Our steps have a thick border and are blue; groups of Archivematica are grey,"
        " with the names that the dashboard has for them. On the right is what happens on another exit"
        " code: 3 something is open, 4 it is a package already, 5 it is no social media bundle, 6 the bundle is"
        " rejected.",
    },
    "steps": {"nl": "Onze stappen", "en": "Our steps"},
    "head": {
        "nl": "| stap | client module | waar | wat er volgt, per afsluitcode |",
        "en": "| step | client module | where | what follows, by exit code |",
    },
    "way": {"nl": "De weg in woorden", "en": "The way in words"},
    "else": {"nl": "anders", "en": "else"},
    "end": {"nl": "einde", "en": "end"},
    "answers": {"nl": "Vooraf beantwoorde vragen", "en": "Questions answered beforehand"},
    "answers_head": {"nl": "| vraag | antwoord | waarom |", "en": "| question | answer | why |"},
}
LEFT, WIDTH, RIGHT, SIDE, LINE = 16, 420, 554, 404, 20
STYLE = """
text { font: 14px sans-serif; fill: #1a1a1a } .name { font-weight: bold } .small { font-size: 12px }
rect { fill: #f0f0f0; stroke: #8a8a8a } .ours { fill: #dcebfb; stroke: #0b4f8a; stroke-width: 3 }
.asks { fill: #fff3cd; stroke: #7a5b00; stroke-width: 3 } line { stroke: #1a1a1a; stroke-width: 1.5 }
"""


class Shown(NamedTuple):
    """A merged workflow, which links are ours, and the way of a bundle through it."""

    workflow: Workflow
    ours: frozenset[str]
    way: tuple[str, ...]
    language: Language

    def name(self, link: str) -> str:
        """What a link is called; in Dutch where it has a Dutch name."""
        words = self.workflow.links[link].description
        return words.get(self.language, words["en"])

    def group(self, link: str) -> str:
        """What the group of a link is called."""
        words = self.workflow.links[link].group
        return words.get(self.language, words["en"])

    def word(self, name: str) -> str:
        """One of our words."""
        return WORDS[name][self.language]

    def exits(self, link: str) -> dict[str, str | None]:
        """What follows on each exit code, those that lead to the same place together."""
        one = self.workflow.links[link]
        told: dict[str | None, list[str]] = {}
        for chain in one.config.get("chain_choices", ()):
            words = self.workflow.chains[chain].description
            told.setdefault(self.workflow.chains[chain].link_id, []).append(words.get(self.language, words["en"]))
        for code, leads in one.exit_codes.items():
            told.setdefault(leads.link_id, []).append(code)
        if one.fallback_link_id or not one.asks:
            told.setdefault(one.fallback_link_id, []).append(self.word("else"))
        return {", ".join(codes): to for to, codes in told.items()}

    def parts(self) -> Iterator[tuple[str | None, list[str]]]:
        """The way: each link of ours by itself, and between them the groups of Archivematica one after another."""
        groups: list[str] = []
        for name in self.way:
            if name in self.ours:
                if groups:
                    yield None, groups
                groups = []
                yield name, []
            elif self.group(name) not in groups[-1:]:
                groups.append(self.group(name))
        yield None, groups


def shown(stock: bytes, language: Language) -> Shown:
    """What there is to show of a workflow once it is merged."""
    made = merged(stock, decisions(Settings()))
    told, workflow = merged_by(made), Document(made).workflow
    begin = workflow.chains[fragment().ids["arrived"]].link_id
    answers = {one.link: one.answer for one in presets(stock)} | {begin: fragment().ids["approved"]}
    return Shown(workflow, frozenset(told.added if told else ()), tuple(way(workflow, begin, answers)), language)


# --- the picture -----------------------------------------------------------------------------------------------------


class Drawing:
    """An SVG that grows downwards."""

    def __init__(self, one: Shown) -> None:
        self.one, self.shapes, self.drawn = one, list[str](), set(one.way)
        self.y = self.bottom = 16

    def box(self, x: int, width: int, lines: list[str], kind: str) -> int:
        """A box with lines of text at the present height; gives where it ends."""
        height = LINE * len(lines) + 12
        self.shapes.append(f'<rect class="{kind}" x="{x}" y="{self.y}" width="{width}" height="{height}" rx="6"/>')
        for number, line in enumerate(lines):
            style = "name" if number == 0 and kind != "groups" else "small"
            at = self.y + LINE * (number + 1) - 1
            self.shapes.append(f'<text class="{style}" x="{x + 10}" y="{at}">{escape(line)}</text>')
        return self.y + height

    def step(self, link: str) -> None:
        """A step of ours with what happens on its other exit codes on the right."""
        one, beside, branch = self.one, LEFT + WIDTH, self.y + 18
        following = one.way[one.way.index(link) + 1 : one.way.index(link) + 2]
        self.bottom = self.box(LEFT, WIDTH, [one.name(link), *_module(one.workflow.links[link])], self.kind(link))
        for codes, to in one.exits(link).items():
            if to is None or to in following:
                continue
            self.shapes.append(f'<line x1="{beside}" y1="{branch}" x2="{beside}" y2="{self.y + 18}"/>')
            self.shapes.append(f'<text class="small" x="{beside + 8}" y="{self.y + 14}">{escape(codes)}</text>')
            self.arrow(beside, self.y + 18, RIGHT - 4, self.y + 18)
            self.y = self.aside(to) + 8
        self.y = max(self.bottom, self.y - 8)

    def aside(self, link: str) -> int:
        """A link beside the way, with what follows on it the first time that it is met."""
        one, lines = self.one, [self.one.name(link)]
        if link in one.ours and link not in self.drawn:
            self.drawn.add(link)
            lines += _module(one.workflow.links[link])
            lines += [f"{codes} → {one.name(to)}" for codes, to in one.exits(link).items() if to]
        return self.box(RIGHT, SIDE, lines, self.kind(link))

    def kind(self, link: str) -> str:
        """How a link looks: ours, ours where an operator decides, or Archivematica's."""
        if link not in self.one.ours:
            return "theirs"
        return "asks" if self.one.workflow.links[link].asks else "ours"

    def arrow(self, *at: int) -> None:
        """A line with a point at its end."""
        x1, y1, x2, y2 = at
        self.shapes.append(f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" marker-end="url(#point)"/>')

    def svg(self) -> str:
        """The picture, with a title and a text that tells the same."""
        for number, (link, groups) in enumerate(self.one.parts()):
            if number:
                self.arrow(LEFT + 30, self.bottom, LEFT + 30, self.y + 18)
                self.y += 22
            if link:
                self.step(link)
            else:
                self.y = self.bottom = self.box(LEFT, WIDTH, groups, "groups")
        size = f'viewBox="0 0 {RIGHT + SIDE + 16} {self.y + 16}" width="{RIGHT + SIDE + 16}" height="{self.y + 16}"'
        told = escape(" → ".join(_words(self.one)))
        head = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="t d" {size}>'
        point = '<marker id="point" markerWidth="9" markerHeight="8" refX="8" refY="4" orient="auto">'
        return "\n".join(
            [
                head,
                f'<title id="t">{escape(self.one.word("title"))}</title>',
                f'<desc id="d">{told}</desc>',
                f"<style>{STYLE}</style>",
                f'<defs>{point}<path d="M0,0 L9,4 L0,8 z"/></marker></defs>',
                '<rect x="0" y="0" width="100%" height="100%" style="fill: #fff; stroke: none"/>',
                *self.shapes,
                "</svg>\n",
            ]
        )


def _module(link: Link) -> list[str]:
    """The client module of a link that has one."""
    return [link.execute.partition("_v")[0]] if link.execute else []


def _words(one: Shown) -> Iterator[str]:
    for link, groups in one.parts():
        yield from [one.name(link)] if link else groups


# --- the page --------------------------------------------------------------------------------------------------------


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
        module = "".join(f"`{name}`" for name in _module(one.workflow.links[link]))
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
