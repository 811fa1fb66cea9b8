"""What a person reads: in both languages, wrapped to the terminal, plain in a pipe, delivered text as data."""

from __future__ import annotations

import doctest
import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from sma_plugin import notation, texts
from sma_plugin.findings import gather, make
from sma_plugin.reporting import Outcome
from sma_plugin.terminal import Bars, print_findings, tallied, write

SOURCE = Path(texts.__file__).parent


def console(*, width: int = 80, terminal: bool = True) -> Console:
    return Console(file=io.StringIO(), width=width, force_terminal=terminal, color_system=None)


def shown(on: Console) -> str:
    assert isinstance(on.file, io.StringIO)
    return on.file.getvalue()


def test_numbers_dates_and_sizes_are_as_the_documentation_says() -> None:
    assert doctest.testmod(notation).failed == 0


def test_every_word_is_there_in_both_languages() -> None:
    for kind, values in notation.words().items():
        for value, both in values.items():
            assert set(both) == set(texts.LANGUAGES), (kind, value)


def test_every_sentence_that_the_code_names_is_there() -> None:
    named = set()
    for path in SOURCE.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        named |= set(re.findall(r"(?:Step|Settings|Schema|User)Error\(\s*\"([a-z0-9_]+)\"", source))
        named |= set(re.findall(r"\bsay\(\"([a-z0-9_]+)\"", source)) if path.name == "cli.py" else set()
    assert len(named) > 30
    assert named - texts.names() == set()


@pytest.mark.parametrize("width", [30, 60, 200])
def test_a_terminal_wraps_between_words_and_keeps_the_indent(width: int) -> None:
    on = console(width=width)
    print_findings(on, [make("SMA-S001", account="x @burgemeester")], "nl")
    lines = shown(on).splitlines()
    assert all(len(line) <= max(width, 40) for line in lines)
    assert all(line.startswith("    ") for line in lines[2:])


def test_a_pipe_gets_one_line_per_sentence_and_no_escapes() -> None:
    on = console(terminal=False)
    print_findings(on, [make("SMA-B014", capture="01-x-api", fields_nl="grond", fields_en="ground " * 40)], "en")
    assert "\x1b" not in shown(on)
    assert len(shown(on).splitlines()) == 4


def test_delivered_text_is_neither_markup_nor_control_code() -> None:
    on = console()
    write(on, "[bold]x[/bold] \x1b[31m \u202e :smile:")
    assert shown(on) == "[bold]x[/bold] \\u001b[31m \\u202e :smile:\n"


def test_a_pipe_gets_a_line_per_step_instead_of_bars() -> None:
    on = console(terminal=False)
    with Bars(on, "nl") as bars:
        bars.start("read", 2_000_000)
        bars.progress(2_000_000, 1234)
        bars.end("read", Outcome.OK)
        bars.subject("x-voorbeeldstad", 1, 2)
        bars.start("describe")
        bars.end("describe", Outcome.OK)
    expected = ["  Lezen: 2,0 MB, 1.234 berichten", "Informatiepakket 1/2: x-voorbeeldstad", "  Beschrijven"]
    assert shown(on).splitlines() == expected


def test_a_terminal_gets_bars() -> None:
    on = console(width=100)
    with Bars(on, "en") as bars:
        bars.start("read", 2_000_000)
        bars.progress(1_000_000, 7)
        bars.end("read", Outcome.OK)
    assert re.search(r"Read +━+ 2\.0 MB, 7 posts", shown(on))


def test_findings_are_tallied_worst_first() -> None:
    found = gather([make("SMA-S005", account="a"), make("SMA-S001", account="a"), make("SMA-S005", account="b")])
    assert tallied(found, "nl") == "1 besluit nodig, 2 waarschuwingen"
    assert tallied([], "en") == "none"


def test_a_place_is_told_where_the_sentence_does_not_say_it() -> None:
    on = console()
    told = {f"{name}_{language}": name for name in ("reason", "advice") for language in ("nl", "en")}
    found = [
        make("SMA-F027", path="objects/captures/01/a.webp", command="image-png", cause="cut", **told),
        make("SMA-F003", path="objects/captures/01/b.bin"),
    ]
    print_findings(on, found, "en")
    assert "- objects/captures/01/a.webp" in shown(on)
    assert shown(on).count("b.bin") == 1
