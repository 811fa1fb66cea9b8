"""A command that is told to stop leaves nothing of a delivery behind, and says that it can be given again."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sma_plugin.stopping import stop_like_interrupted

BUSY = """
import signal, sys, time
from pathlib import Path
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the tests themselves may run under nohup
signal.signal(signal.SIGTERM, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv = {words}
import {module}

def busy(*arguments, **named):
    for place in arguments:
        if isinstance(getattr(place, "root", None), Path):
            (place.root.parent / "brief.txt").write_text("vertrouwelijk")
    print("busy", flush=True)
    time.sleep(60)

{patched}
{module}.main()
"""


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize(
    ("module", "patched", "words", "said"),
    [
        ("sma_plugin.cli", "sma_plugin.show.run = busy", ["sma", "show", ".", "--lang", "nl"], "Afgebroken"),
        ("sma_plugin.step_command", "sma_plugin.step_command.place_of = busy", ["sma-step", "read", "."], "goes on"),
        (
            "sma_plugin.format_command",
            "sma_plugin.format_command._JOBS['identify'] = busy, 1",
            ["sma-format", "identify", "foto.png"],
            "stopped",
        ),
    ],
    ids=["sma", "sma-step", "sma-format"],
)
def test_what_is_told_to_stop_leaves_nothing_behind(
    tmp_path: Path, told: signal.Signals, module: str, patched: str, words: list[str], said: str
) -> None:
    scratch, place = tmp_path / "scratch", tmp_path / "place"
    scratch.mkdir()
    place.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", BUSY.format(module=module, patched=patched, words=words)],
        cwd=place,
        env={"TMPDIR": str(scratch), "PATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        process.send_signal(told)
        error = process.stderr.read()
    assert (first, process.returncode) == ("busy\n", 130), error
    assert said in error
    assert list(scratch.iterdir()) == []


TWICE = """
import os, signal, sys
from sma_plugin.stopping import stopped_or

class Slow:
    def write(self, text):
        os.kill(os.getpid(), signal.SIGTERM)
        return sys.__stderr__.write(text)

    def flush(self):
        sys.__stderr__.flush()

def command():
    sys.stderr = Slow()
    os.kill(os.getpid(), signal.SIGTERM)

sys.exit(stopped_or(command, "stopped"))
"""


def test_who_is_told_twice_ends_as_who_is_told_once() -> None:
    """A service that stops tells every process, and the end of the worker tells it again."""
    ended = subprocess.run([sys.executable, "-c", TWICE], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (130, "stopped\n")


PARENT = """
import subprocess, sys
child = "from sma_plugin.stopping import *; stop_with_parent(); print(1, flush=True); __import__('time').sleep(60)"
subprocess.Popen([sys.executable, "-c", child])
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the system has no such thing")
def test_a_job_ends_when_the_worker_that_started_it_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "1\n"
        parent.kill()
        assert parent.stdout.read() == ""  # the end: nobody has it open any more


def test_what_the_caller_ignores_stays_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """``nohup sma ingest … &`` goes on when its terminal closes."""
    ignored = {signal.SIGHUP: signal.SIG_IGN, signal.SIGTERM: signal.SIG_DFL}
    changed: dict[signal.Signals, object] = {}
    monkeypatch.setattr(signal, "getsignal", ignored.__getitem__)
    monkeypatch.setattr(signal, "signal", changed.__setitem__)
    stop_like_interrupted()
    assert changed == {signal.SIGTERM: signal.default_int_handler}
