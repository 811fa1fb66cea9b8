"""Write the documents that are made from the software's own data: commands, findings, tables; in Dutch and English.

``python docs/make_docs.py`` writes them, ``--check`` says which differ from what would be written.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

from typer.main import get_command

from sma_plugin import format_command, step_command
from sma_plugin.bundle.declared import EXPECTED
from sma_plugin.bundle.questions import questions
from sma_plugin.cli import app
from sma_plugin.findings import Language, codes, pattern
from sma_plugin.notation import choices, platform, word, words
from sma_plugin.package.files import json_bytes
from sma_plugin.preferred.policy import chosen
from sma_plugin.preferred.registry import registry
from sma_plugin.readable.row import columns as post_columns
from sma_plugin.selection.tables import columns
from sma_plugin.settings import Settings
from sma_plugin.texts import LANGUAGES, names, text

HERE = Path(__file__).parent
REGISTRY = "../microservices/sma_archivematica/fpr.json"
FILES: dict[str, dict[Language, str]] = {
    "commands": {"nl": "opdrachten.md", "en": "commands.md"},
    "findings": {"nl": "bevindingen.md", "en": "findings.md"},
    "tables": {"nl": "tabellen.md", "en": "tables.md"},
    "unread": {"nl": "niet-overgenomen.md", "en": "not-taken-over.md"},
}
WORDS: dict[str, dict[Language, str]] = {
    "made": {
        "nl": "*Gemaakt met `make docs`; wijzig de gegevens, niet dit bestand.*",
        "en": "*Made by `make docs`; change the data, not this file.*",
    },
    "commands": {"nl": "Opdrachten", "en": "Commands"},
    "option": {"nl": "optie", "en": "option"},
    "meaning": {"nl": "betekenis", "en": "meaning"},
    "required": {"nl": "verplicht", "en": "required"},
    "codes": {
        "nl": "Afsluitcodes: 0 gereed, 1 fouten, 2 verkeerd gebruik, 3 er is een besluit nodig, 130 afgebroken.",
        "en": "Exit codes: 0 done, 1 errors, 2 wrong use, 3 a decision is needed, 130 stopped.",
    },
    "findings": {"nl": "Bevindingen", "en": "Findings"},
    "findings_intro": {
        "nl": "Een bevinding is één waarneming, met een code die haar betekenis houdt. Woorden tussen accolades worden"
        " ingevuld. `sma findings --explain CODE` toont er één.",
        "en": "A finding is one observation, with a code that keeps its meaning. Words in braces are filled in."
        " `sma findings --explain CODE` shows one.",
    },
    "code": {"nl": "code", "en": "code"},
    "severity": {"nl": "ernst", "en": "severity"},
    "to_do": {"nl": "wat te doen", "en": "what to do"},
    "tables": {"nl": "Tabellen en formulier", "en": "Tables and form"},
    "tables_intro": {
        "nl": "Het register (ook als TOML: zie [accountregister.md](accountregister.md)) en de selectielijst zijn CSV"
        " of XLSX met koppen in de eerste rij, in het Nederlands of het Engels, in elke volgorde; andere kolommen"
        " mogen erbij. Voorbeelden staan in `examples/`.",
        "en": "The register (also as TOML: see [register.md](register.md)) and the selection list are CSV or XLSX with"
        " headings in the first row, in Dutch or English, in any order; other columns may be there. Examples are in"
        " `examples/`.",
    },
    "register": {"nl": "Register van accounts", "en": "Register of accounts"},
    "selection_list": {"nl": "Selectielijst", "en": "Selection list"},
    "restriction": {"nl": "Beperkingen op het gebruik", "en": "Restrictions on use"},
    "accession": {"nl": "Juridische positie", "en": "Legal position"},
    "request": {"nl": "Verzoeken van personen", "en": "Requests of people"},
    "plan": {"nl": "Verbeterplan", "en": "Improvement plan"},
    "column": {"nl": "kolom", "en": "column"},
    "other": {"nl": "of", "en": "or"},
    "holds": {"nl": "wat er staat", "en": "what it holds"},
    "form": {"nl": "Formulier bij een vastlegging", "en": "Form about a capture"},
    "form_intro": {
        "nl": "`sma describe AANLEVERING --out NAAM.capture.xlsx` maakt het. Bewaar het naast het aangeleverde bestand"
        " met dezelfde naam, of als `capture.xlsx` in de aangeleverde map. `.csv` en `.toml` mogen ook; in `.toml`"
        " heten de velden zoals in de laatste kolom. Vet is wat van elke vastlegging bekend hoort te zijn.",
        "en": "`sma describe DELIVERY --out NAME.capture.xlsx` makes it. Keep it beside the delivered file with the"
        " same name, or as `capture.xlsx` in the delivered folder. `.csv` and `.toml` will do too; in `.toml` the"
        " fields are called as in the last column. In bold what should be known of every capture.",
    },
    "item": {"nl": "onderdeel", "en": "item"},
    "question": {"nl": "vraag", "en": "question"},
    "choice": {"nl": "mogelijke antwoorden", "en": "possible answers"},
    "field": {"nl": "veld", "en": "field"},
    "a_date": {"nl": "een datum of tijdstip, als 31-01-2026 14:00", "en": "a date or moment, such as 2026-01-31 14:00"},
    "posts": {"nl": "Tabel van berichten", "en": "Table of posts"},
    "posts_intro": {
        "nl": "`sma posts PAKKET --out MAP` maakt `posts.csv`: UTF-8, puntkomma's, een rij per bericht. Een cel die met"
        " `=`, `+`, `-`, `@` of een tab begint, krijgt er een apostrof voor, zodat niets een formule wordt.",
        "en": "`sma posts PACKAGE --out FOLDER` makes `posts.csv`: UTF-8, semicolons, a row for each post. A cell that"
        " begins with `=`, `+`, `-`, `@` or a tab gets an apostrophe before it, so that nothing becomes a formula.",
    },
    "unread": {"nl": "Wat niet wordt overgenomen", "en": "What is not taken over"},
    "unread_intro": {
        "nl": "Wat in aanleveringen staat en niet in de genormaliseerde berichten komt, en waarom. Het blijft in de"
        " bewaarde bestanden, en elk bericht wijst daarnaar. Een pad geldt waar het ook staat; `*` is alles.",
        "en": "What stands in deliveries and does not come into the normalised posts, and why. It stays in the kept"
        " files, and every post points there. A path holds wherever it stands; `*` is anything.",
    },
    "all": {"nl": "alle platforms", "en": "all platforms"},
    "feeds": {"nl": "Feeds (RSS en Atom)", "en": "Feeds (RSS and Atom)"},
    "why": {"nl": "waarom niet", "en": "why not"},
    "step": {"nl": "Voor machines", "en": "For machines"},
    "rooms": {"nl": "Kamer", "en": "Room"},
}
ROOMS: dict[str, dict[Language, str]] = {
    "B": {"nl": "Aanlevering", "en": "Delivery"},
    "W": {"nl": "WARC", "en": "WARC"},
    "Z": {"nl": "WACZ", "en": "WACZ"},
    "R": {"nl": "Lezen", "en": "Reading"},
    "H": {"nl": "Accountgeschiedenis en volledigheid", "en": "Account history and completeness"},
    "K": {"nl": "Kenmerken", "en": "Characteristics"},
    "S": {"nl": "Selectie", "en": "Selection"},
    "P": {"nl": "Privacy", "en": "Privacy"},
    "F": {"nl": "Formaten", "en": "Formats"},
    "D": {"nl": "Beschrijving", "en": "Description"},
    "V": {"nl": "Validatie", "en": "Validation"},
    "A": {"nl": "Archivematica", "en": "Archivematica"},
}


def commands(language: Language) -> Iterator[str]:
    """Every command with what it does, its arguments and options."""
    yield from (f"# {WORDS['commands'][language]}", "", WORDS["made"][language], "", WORDS["codes"][language])
    for name, command in _commands(get_command(app)):
        yield from ("", f"## sma {name}", "", *_paragraphs(_translated(command.help, language)), "")
        yield f"| {WORDS['option'][language]} | {WORDS['meaning'][language]} |"
        yield "|---|---|"
        for option in command.params:
            if option.name != "help":
                shown = (
                    ", ".join(f"`{one}`" for one in option.opts) if option.opts[0][0] == "-" else f"`{option.metavar}`"
                )
                needed = f" ({WORDS['required'][language]})" if option.required else ""
                yield f"| {shown}{needed} | {_cell(_translated(option.help, language))} |"
    yield from ("", f"## sma-step ({WORDS['step'][language].lower()})", "", "```", step_command.USAGE, "```")
    yield from ("", f"## sma-format ({WORDS['step'][language].lower()})", "", "```", format_command.USAGE, "```")


def _commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def _translated(shown: str, language: Language) -> str:
    """A text of the command line in the other language; the command line itself has one at a time."""
    for name in names():
        if shown in (text(name, one) for one in LANGUAGES):
            return text(name, language)
    raise LookupError(f"no text in texts*.toml reads: {shown}")


def _paragraphs(told: str) -> Iterator[str]:
    for line in told.split("\n"):
        lead, example, rest = line.partition(": sma ")
        yield f"{lead}: `sma {rest}`" if example else line


def findings(language: Language) -> Iterator[str]:
    """Every code with its meaning and remedy, by room."""
    yield from (f"# {WORDS['findings'][language]}", "", WORDS["made"][language], "", WORDS["findings_intro"][language])
    for room, rows in groupby(codes().items(), key=lambda row: row[0][4]):
        yield from ("", f"## {room} – {ROOMS[room][language]}", "")
        headings = (WORDS[name][language] for name in ("code", "severity", "meaning", "to_do"))
        yield f"| {' | '.join(headings)} |"
        yield "|---|---|---|---|"
        for name, code in rows:
            told = (code.text[language], code.remedy[language])
            cells = (name, word("severity", code.severity, language), *(_cell(pattern(one)) for one in told))
            yield f"| {' | '.join(cells)} |"


def tables(language: Language) -> Iterator[str]:
    """Columns of the tables that an archive keeps, and the questions of the form."""
    yield from (f"# {WORDS['tables'][language]}", "", WORDS["made"][language], "", WORDS["tables_intro"][language])
    other: Language = "en" if language == "nl" else "nl"
    for table in ("register", "selection_list", "restriction", "accession", "request", "plan"):
        yield from ("", f"## {WORDS[table][language]}", "")
        yield f"| {WORDS['column'][language]} | {WORDS['other'][language]} | {WORDS['holds'][language]} |"
        yield "|---|---|---|"
        for column in columns(table):
            needed = f" ({WORDS['required'][language]})" if column.required else ""
            also = ", ".join(dict.fromkeys((column.words[other], column.name)))
            yield f"| {column.words[language]}{needed} | {also} | {_cell(column.holds[language])} |"
    yield from ("", f"## {WORDS['posts'][language]}", "", WORDS["posts_intro"][language], "")
    yield f"| {WORDS['column'][language]} | {WORDS['other'][language]} | {WORDS['holds'][language]} |"
    yield "|---|---|---|"
    for shown in post_columns().values():
        yield f"| {shown[language]} | {shown[other]} | {_cell(shown['holds'][language])} |"
    yield from ("", f"## {WORDS['form'][language]}", "", WORDS["form_intro"][language], "")
    headings = (WORDS[name][language] for name in ("item", "question", "choice", "field"))
    yield f"| {' | '.join(headings)} |"
    yield "|---|---|---|---|"
    for question in questions():
        name = question.name[language]
        shown = f"**{name}**" if question.field in EXPECTED else name
        options = choices(question.kind, language) if question.kind in words() else ""
        options = WORDS["a_date"][language] if question.kind == "moment" else options
        yield f"| {shown} | {_cell(question.ask[language])} | {_cell(options)} | `{question.field}` |"


def unread(language: Language) -> Iterator[str]:
    """What of deliveries does not come into the normalised posts, and why."""
    yield from (f"# {WORDS['unread'][language]}", "", WORDS["made"][language], "", WORDS["unread_intro"][language])
    rows = tomllib.loads(files("sma_plugin.readers").joinpath("unread.toml").read_text(encoding="utf-8"))["unread"]
    for name, given in groupby(rows, key=lambda row: str(row["platform"])):
        yield from ("", f"## {WORDS[name][language] if name in WORDS else platform(name)}", "")
        yield f"| {WORDS['field'][language]} | {WORDS['why'][language]} |"
        yield "|---|---|"
        for row in given:
            yield f"| {', '.join(f'`{field}`' for field in row['fields'])} | {_cell(row[language])} |"


def _cell(told: str) -> str:
    return " ".join(told.replace("|", "\\|").split())


def made() -> dict[str, str]:
    """Every document by its name, and what goes into Archivematica's registry of formats as shipped."""
    makers = {"commands": commands, "findings": findings, "tables": tables, "unread": unread}
    texts = {
        FILES[name][language]: "\n".join(maker(language)) + "\n"
        for name, maker in makers.items()
        for language in LANGUAGES
    }
    return {**texts, REGISTRY: json_bytes(registry(chosen(Settings()))).decode()}


def differences() -> list[str]:
    """Documents that are not what would be written now."""
    return [
        name
        for name, content in made().items()
        if not (HERE / name).is_file() or (HERE / name).read_text(encoding="utf-8") != content
    ]


def main() -> None:
    """Write the documents, or with ``--check`` say which differ."""
    if "--check" in sys.argv[1:]:
        found = differences()
        sys.stdout.write("".join(f"{name} is not up to date: make docs\n" for name in found))
        sys.exit(bool(found))
    for name, content in made().items():
        (HERE / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
