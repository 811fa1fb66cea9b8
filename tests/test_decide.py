"""``sma decide`` as it is used: on a terminal, as a table that goes out and comes back; and going on afterwards."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import msgspec
import openpyxl
import pytest

from making import ACTOR, mastodon, note, zipped
from sma_plugin.decide import ask_all, keep, open_questions, take_in
from sma_plugin.ingest import ingest, work_area
from sma_plugin.package import Package
from sma_plugin.package.files import read_json, write_json
from sma_plugin.reporting import Outcome, Quiet
from sma_plugin.resume import MARKER
from sma_plugin.selection.decision_table import write_questions
from sma_plugin.selection.records import PackageDecisions
from sma_plugin.settings import Settings
from sma_plugin.texts import UserError
from test_deciding import HEAD, LISTS, NOTES, TWO, configured, decide, made, run

WHICH = f"values/mastodon/{ACTOR}"
SMA = "from sma_plugin.cli import main; main()"
CONFIG = """[paths]
decisions = "besluiten"
[roles.archivaris]
decides = ["values", "scenario", "unrecognised"]
"""


def sma(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command as it is installed, in a folder."""
    return subprocess.run(
        [sys.executable, "-c", SMA, *words, "--lang", "nl"],
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a configuration, its tables, and a delivery under two values."""
    (tmp_path / "sma.toml").write_text(CONFIG)
    (tmp_path / "register.csv").write_text("\n".join([HEAD, *TWO]) + "\n")
    (tmp_path / "selection-list.csv").write_text(LISTS)
    zipped(tmp_path / "archief.zip", mastodon(NOTES))
    return tmp_path


INGEST = ("ingest", "archief.zip", "--out", "pakketten", "--config", "sma.toml")


def typed(home: Path, answers: bytes, *words: str) -> str:
    """What is shown on a terminal on which somebody types."""
    main, terminal = pty.openpty()
    command = [sys.executable, "-c", SMA, *words, "--lang", "nl"]
    with subprocess.Popen(command, cwd=home, stdin=terminal, stdout=terminal, stderr=terminal) as process:
        os.close(terminal)
        os.write(main, answers)
        shown = b""
        while True:
            try:
                piece = os.read(main, 4096)
            except OSError:  # Linux says so when the other end is closed
                break
            if not piece:
                break
            shown += piece
        assert process.wait(30) == 0
    os.close(main)
    return shown.decode()


def test_on_a_terminal_and_then_the_same_command_goes_on(home: Path) -> None:
    assert sma(home, *INGEST).returncode == 3
    shown = typed(home, b"1\n\n\n\nBesluit 7\n31-12-2199\n1-2-2026\n", "decide", "pakketten", "--config", "sma.toml")
    assert "Vraag 1 van 1" in shown
    assert "31-12-2199 is geen dag tot en met vandaag" in shown
    assert len(list((home / "besluiten").iterdir())) == 1
    done = sma(home, *INGEST)
    assert done.returncode == 0, done.stdout
    assert len([path for path in (home / "pakketten").iterdir() if path.name.startswith("mastodon-")]) == 2


def test_who_stops_keeps_what_was_answered(tmp_path: Path) -> None:
    settings = configured(tmp_path, *TWO)
    run(tmp_path, settings)
    put = open_questions(tmp_path / "out", settings).questions
    told = iter(["1", "Besluit 7", ""])

    def ask(_: str) -> str:
        try:
            return next(told)
        except StopIteration:
            raise KeyboardInterrupt from None

    decided = ask_all([*put, *put], settings, "nl", ask, lambda _: None)
    assert [filled["ground"] for _, filled in decided] == ["Besluit 7"]


def test_what_was_answered_since_is_not_asked_again(tmp_path: Path) -> None:
    settings = configured(tmp_path, *TWO)
    run(tmp_path, settings)
    decide(tmp_path, question=WHICH, decided="split")
    found = open_questions(tmp_path / "out", settings)
    assert (found.questions, found.answered) == ([], 1)


def filled(path: Path, *, answer: str, date: str = "1-2-2026") -> Path:
    book = openpyxl.load_workbook(path)
    headings = [cell.value for cell in book.active[1]]
    for heading, told in (("besluit", answer), ("rol", "archivaris"), ("datum", date), ("grond", "Besluit 9")):
        book.active.cell(2, headings.index(heading) + 1).value = told
    book.save(path)
    return path


def test_a_table_goes_out_and_is_taken_in(tmp_path: Path) -> None:
    settings = configured(tmp_path, *TWO)
    run(tmp_path, settings)
    table = tmp_path / "vragen.xlsx"
    write_questions(table, open_questions(tmp_path / "out", settings).questions, settings, "nl")
    target, found = take_in(filled(table, answer="aparte pakketten"), tmp_path / "out", settings)
    assert target == tmp_path / "besluiten" / "vragen.xlsx"
    assert (found.questions, found.answered, found.findings) == ([], 1, [])
    assert list(made(run(tmp_path, settings))) == ["B 1", "V 2"]


@pytest.mark.parametrize(
    ("answer", "date", "code"), [("weg ermee", "1-2-2026", "SMA-S023"), ("aparte pakketten", "1-2-2199", "SMA-S114")]
)
def test_a_table_with_something_wrong_is_not_taken_in(tmp_path: Path, answer: str, date: str, code: str) -> None:
    settings = configured(tmp_path, *TWO)
    run(tmp_path, settings)
    table = tmp_path / "vragen.xlsx"
    write_questions(table, open_questions(tmp_path / "out", settings).questions, settings, "nl")
    target, found = take_in(filled(table, answer=answer, date=date), tmp_path / "out", settings)
    assert (target, [one.code for one in found.findings]) == (None, [code])
    assert not (tmp_path / "besluiten").exists()


def test_a_table_that_answers_what_nobody_asked_is_not_taken_in(tmp_path: Path) -> None:
    settings = configured(tmp_path, *TWO)
    run(tmp_path, settings)
    row = "question;decided;role;date;ground\nvalues/x/1;split;archivaris;2026-01-01;Besluit\n"
    (tmp_path / "terug.csv").write_text(row)
    with pytest.raises(UserError, match="answer no question of this run: values/x/1"):
        take_in(tmp_path / "terug.csv", tmp_path / "out", settings)


def test_a_table_is_not_put_over_another(tmp_path: Path) -> None:
    settings = configured(tmp_path, *TWO)
    run(tmp_path, settings)
    decide(tmp_path, "vragen.csv", question=WHICH, decided="split")
    (tmp_path / "vragen.csv").write_text("question;decided;role;date;ground\n")
    with pytest.raises(UserError, match="exists"):
        take_in(tmp_path / "vragen.csv", tmp_path / "out", settings)


def test_a_decision_that_is_withdrawn_decides_nothing_any_more(tmp_path: Path) -> None:
    settings = configured(tmp_path, *TWO)
    decide(tmp_path, "a.csv", question=WHICH, decided="split", date="1-1-2026")
    decide(tmp_path, "b.csv", question=WHICH, decided="ingetrokken", date="2-1-2026")
    assert run(tmp_path, settings).outcome is Outcome.NEEDS_DECISION


def test_a_delivery_decides_nothing_whatever_it_holds(tmp_path: Path) -> None:
    settings = configured(tmp_path, *TWO)
    decided = f"question,decided,role,date,ground\n{WHICH},split,archivaris,2026-01-01,Ik\n".encode()
    policy = b'[policies.values]\nrole = "archivaris"\ndate = "2026-01-01"\nground = "Ik"\nchoose = "split"\n'
    members = {"besluiten.csv": decided, "sma.toml": policy, "metadata/sma/decisions.json": b"{}"}
    zipped(tmp_path / "archief.zip", mastodon(NOTES) | members)
    result = run(tmp_path, settings)
    assert (result.outcome, result.packages) == (Outcome.NEEDS_DECISION, [])
    (told,) = (one for one in result.findings if one.code == "SMA-S116")
    assert told.params["count"] == 3


def test_going_on_after_a_decision_reads_nothing_again(tmp_path: Path) -> None:
    settings = configured(tmp_path, *TWO)
    many = [
        note(number % 28 + 1, f"Bericht {number}", id=f"{ACTOR}/statuses/{number}/activity") for number in range(400)
    ]
    zipped(tmp_path / "archief.zip", mastodon(many))
    run(tmp_path, settings)
    place = work_area(tmp_path / "out", settings)
    before = {step: (place.step(step) / MARKER).stat().st_mtime_ns for step in ("receive", "read", "history", "assess")}
    decide(tmp_path, question=WHICH, decided="longest")
    started = []

    class Watching(Quiet):
        def start(self, step: str, total_bytes: int | None = None) -> None:
            super().start(step, total_bytes)
            started.append(step)
            if step == "select":
                after = {name: (place.step(name) / MARKER).stat().st_mtime_ns for name in ("receive", "read")}
                assert after == {name: before[name] for name in after}

    result = ingest([tmp_path / "archief.zip"], tmp_path / "out", settings, Watching())
    assert result.outcome is Outcome.OK
    assert started[:2] == ["select", "compose"]


# --- open questions that nothing waits for ----------------------------------------------------------------------------


def with_something_unknown(tmp_path: Path) -> Settings:
    zipped(tmp_path / "archief.zip", mastodon(NOTES) | {"plan.pdf": b"%PDF-1.4"})
    settings = configured(tmp_path, f"mastodon,{ACTOR},,corporate,lijst,1,,")
    roles = {
        "archivaris": msgspec.structs.replace(settings.roles["archivaris"], decides=("unrecognised", "incomplete"))
    }
    return msgspec.structs.replace(settings, roles=roles)


def test_a_question_that_nothing_waits_for_is_put_afterwards(tmp_path: Path) -> None:
    settings = with_something_unknown(tmp_path)
    result = run(tmp_path, settings)
    assert (result.outcome, result.open, len(result.packages)) == (Outcome.OK, 1, 1)
    (put,) = open_questions(tmp_path / "out", settings).questions
    told = iter(["2", "*.pdf", "Besluit 3", ""])
    decided = ask_all([put], settings, "nl", lambda _: next(told), lambda _: None)
    keep(decided, settings, "nl")
    again = run(tmp_path, settings)
    assert [one.code for one in again.findings if one.severity == "decision"] == ["SMA-S115"]
    forced = ingest([tmp_path / "archief.zip"], tmp_path / "out", settings, Quiet(), force=True)
    (package,) = forced.packages
    assert list(Package(package.path).captures.rglob("*.pdf"))
    known = read_json(Package(package.path).decisions, PackageDecisions)
    assert [(one.decided, one.ground) for one in known.decisions if one.subject == "unrecognised"] == [
        ("keep", "Besluit 3")
    ]


def test_another_delivery_takes_the_place_of_one_that_nothing_waits_for(tmp_path: Path) -> None:
    settings = with_something_unknown(tmp_path)
    assert run(tmp_path, settings).open == 1
    other = zipped(tmp_path / "later.zip", mastodon([note(27, "Later")]))
    result = ingest([other], tmp_path / "out", settings, Quiet())
    assert (result.outcome, len(result.packages)) == (Outcome.OK, 1)


def test_another_delivery_does_not_take_the_place_of_one_that_waits(tmp_path: Path) -> None:
    settings = configured(tmp_path, *TWO)
    run(tmp_path, settings)
    other = zipped(tmp_path / "later.zip", mastodon([note(27, "Later")]))
    with pytest.raises(UserError):
        ingest([other], tmp_path / "out", settings, Quiet())


def test_a_package_of_which_a_decision_was_taken_out_is_not_valid(tmp_path: Path) -> None:
    from sma_plugin.validate.step import validate_path  # noqa: PLC0415

    settings = configured(tmp_path, *TWO)
    decide(tmp_path, question=WHICH, decided="longest")
    (package,) = run(tmp_path, settings).packages
    known = Package(package.path).decisions
    decided = read_json(known, PackageDecisions)
    write_json(known, msgspec.structs.replace(decided, decisions=decided.decisions[:1]))
    codes = [one.code for one in validate_path(package.path) if one.code.startswith("SMA-S")]
    assert codes == ["SMA-S112"] * 2
