"""The bridge: a program in another environment, run for a job of Archivematica, whatever becomes of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from am_jobs import INSIDE, UNIT, TaskJob, program, script

Run = Callable[..., TaskJob]
OVER = 'print(json.dumps({"event": "over", "code": %d}))'


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a program as ``sma-step`` for a job."""

    def _run(body: str, *arguments: str, language: str = "en", silence: str = "") -> TaskJob:
        monkeypatch.setenv("SMA_STEP", str(program(tmp_path / "sma-step", body)))
        monkeypatch.setenv("SMA_LANGUAGE", language)
        if silence:
            monkeypatch.setenv("SMA_STEP_SILENCE", silence)
        job = TaskJob("sma_receive_v0.0", *(arguments or ("/shared/x", UNIT, "x")))
        script("sma_receive").call([job])
        return job

    return _run


@pytest.mark.parametrize("code", [0, 1, 3, 4, 6])
def test_what_it_says_is_shown_and_its_exit_code_is_that_of_the_job(run: Run, code: int) -> None:
    job = run(f"""print(json.dumps({{"event": "start", "step": "read"}}))
print(json.dumps({{"event": "text", "text": "33 posts"}}), flush=True)
{OVER % code}
sys.exit({code})""")
    assert (job.code, job.out, job.err) == (code, "33 posts\n", "")


def test_it_is_called_with_the_transfer_and_the_configuration(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMA_CONFIG", "/etc/sma.toml")
    job = run(f'print(json.dumps({{"text": " ".join(sys.argv[1:])}}))\n{OVER % 0}')
    assert job.out == f"transfer-receive /shared/x --unit {UNIT} --name x --config /etc/sma.toml\n"


def test_nothing_of_the_worker_gets_through_but_what_is_needed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVEMATICA_MCPCLIENT_CLIENT_PASSWORD", "secret")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    with Path(os.devnull).open("rb") as stream:
        os.set_inheritable(stream.fileno(), True)
        job = run(f"""told = sorted(os.environ), sys.stdin.read(), os.path.exists("/proc/self/fd/{stream.fileno()}")
print(json.dumps({{"text": json.dumps(told)}}))
{OVER % 0}""")
    names, said, is_open = json.loads(job.out)
    assert not [name for name in names if name.startswith(("ARCHIVEMATICA", "PYTHONPATH", "SMA_STEP"))]
    assert (said, is_open) == ("", False)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", {"en": "was ended from outside (signal 9)", "nl": "(signaal 9)"}),
        ("sys.exit(130)", {"en": "(signal 15)", "nl": "(signaal 15)"}),
        ("raise SystemExit('out of order')", {"en": "broke down (code 1)", "nl": "vastgelopen (code 1)"}),
        ("print('hello')", {"en": "cannot be understood", "nl": "niet te begrijpen"}),
        (OVER % 3, {"en": "cannot be understood", "nl": "niet te begrijpen"}),
        ("time.sleep(60)", {"en": "said nothing for 1 min.", "nl": "zei 1 min. lang niets"}),
    ],
    ids=["killed", "told to stop", "crashed", "another program", "another code", "silent"],
)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_whatever_becomes_of_it_is_one_sentence(run: Run, body: str, said: dict[str, str], language: str) -> None:
    job = run(body, language=language, silence="1")
    assert job.code == 1
    assert said[language] in job.err
    assert "Traceback" not in job.err


@pytest.mark.parametrize("language", ["nl", "en"])
def test_where_it_is_not_there_that_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: str) -> None:
    monkeypatch.setenv("SMA_LANGUAGE", language)
    monkeypatch.delenv("SMA_STEP", raising=False)
    told = []
    for path in ("", str(tmp_path / "sma-step"), str(tmp_path)):
        monkeypatch.setenv("SMA_STEP", path)
        job = TaskJob("sma_receive_v0.0", "/shared/x", UNIT, "x")
        script("sma_receive").call([job])
        told.append((job.code, job.err.count("\n"), "sma archivematica" in job.err))
    assert told == [(1, 1, True)] * 3


@pytest.mark.parametrize(("language", "failed"), [("nl", "'failed' van de gedeelde map"), ("en", "'failed' of the")])
def test_a_delivery_that_cannot_be_given_back_is_told_to_be_where_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: str, failed: str
) -> None:
    monkeypatch.setenv("SMA_LANGUAGE", language)
    monkeypatch.setenv("SMA_STEP", str(tmp_path / "sma-step"))
    job = TaskJob("sma_return_v0.0", "/shared/currentlyProcessing/bundel-x/", UNIT, "bundel")
    script("sma_return").call([job])
    cause, where = job.err.splitlines()
    assert (job.code, str(tmp_path / "sma-step") in cause) == (1, True)
    assert all(one in where for one in ("/shared/currentlyProcessing/bundel-x/", " bundel-x ", failed))


def test_a_worker_that_is_stopped_in_a_job_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that was started again inherits a handler that raises, within whatever it is doing."""

    def handler(*_: object) -> None:
        raise RuntimeError("cannot join current thread")

    said: list[str] = []
    monkeypatch.setattr(TaskJob, "pyprint", lambda _self, text, **_: said.append(text))
    before = signal.signal(signal.SIGTERM, handler)
    try:
        job = run("os.kill(os.getppid(), signal.SIGTERM)\ntime.sleep(60)")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert (job.code, job.err) == (1, "")
    assert ["broken off (RuntimeError: cannot join current thread)" in one for one in said] == [True]


def test_an_argument_that_was_cut_is_not_worked_with(run: Run) -> None:
    job = run(OVER % 0, "/shared/" + "x" * 1000, UNIT, "x")
    assert (job.code, "too long" in job.err) == (1, True)


def test_one_job_of_a_batch_does_not_spoil_the_others(run: Run) -> None:
    run(OVER % 0)
    jobs = [TaskJob("sma_return_v0.0", "/shared/x", UNIT, "x") for _ in range(5)]
    jobs[2].args = ["sma_return_v0.0"]
    script("sma_return").call(jobs)
    assert [job.code for job in jobs] == [0, 0, 1, 0, 0]


def test_a_full_batch_of_transfers_that_are_none_of_ours_takes_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    jobs = [TaskJob("sma_check_v0.0", f"{tmp_path}/", UNIT, str(number)) for number in range(128)]
    started = time.perf_counter()
    script("sma_check").call(jobs)
    assert [job.code for job in jobs] == [0] * 128
    assert time.perf_counter() - started < 1


def test_a_flood_is_cut_and_shown_as_text(run: Run) -> None:
    job = run(f"""sys.stdout.write("x" * 3_000_000 + "\\n")
print(json.dumps({{"text": "\\x1b[31m" + "y" * 2_000_000}}))
{OVER % 0}""")
    assert job.code == 0
    assert len(job.out) + len(job.err) < 1_100_000
    assert "\x1b" not in job.out


def test_what_is_no_utf_8_is_shown_and_what_it_says_as_an_error_too(run: Run) -> None:
    job = run(f"""sys.stdout.buffer.write(b"\\xff\\n")
sys.stdout.flush()
sys.stderr.buffer.write(b"caf\\xe9" + b"z" * 3_000_000)
{OVER % 0}""")
    assert job.code == 0
    assert "\ufffd\n" in job.err
    assert "caf\ufffdz" in job.err
    assert len(job.err) < 1_100_000


def test_a_full_batch_of_packages_ends_each_in_its_own_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    step = tmp_path / "sma-step"
    step.write_text(
        '#!/bin/sh\necho "{\\"text\\": \\"$2\\"}"\n[ "${2##*/}" = killed ] && kill -9 $$\n'
        'echo "{\\"event\\": \\"over\\", \\"code\\": ${2##*/}}"\nexit ${2##*/}\n',
        encoding="utf-8",
    )
    step.chmod(0o755)
    monkeypatch.setenv("SMA_STEP", str(step))
    ends = ["0", "3", "1", "6", "killed", "0", "4", "0"] * 16
    jobs = [TaskJob("sma_compose_v0.0", f"/shared/{at}/{end}", UNIT, f"x{at}") for at, end in enumerate(ends)]
    script("sma_compose").call(jobs)
    assert [job.code for job in jobs] == [1 if end == "killed" else int(end) for end in ends]
    assert [job.out for job in jobs] == [f"/shared/{at}/{end}\n" for at, end in enumerate(ends)]
    assert {end for end, job in zip(ends, jobs, strict=True) if job.err} == {"killed"}


def test_what_a_database_may_refuse_is_shown_as_a_code(run: Run) -> None:
    job = run(f'print(json.dumps({{"text": "caf\u00e9 \U0001f600"}}))\n{OVER % 0}')
    assert job.out == "café \\u1f600\n"


def test_nothing_is_left_running_when_the_job_ends_early(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that is told to stop raises in the middle of a job; its signals and its group are as they were."""
    before = [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)], os.getpgrp()
    monkeypatch.setattr(TaskJob, "pyprint", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        run(f"""open({str(tmp_path / "pid")!r}, "w").write(f"{{os.getpid()}} {{os.getpgrp()}}")
print(json.dumps({{"text": "x"}}), flush=True)
time.sleep(60)""")
    child, group = map(int, (tmp_path / "pid").read_text(encoding="utf-8").split())
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
    after = [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)], os.getpgrp()
    assert (after, group) == (before, os.getpgrp())
    assert threading.active_count() == 1


def test_what_it_started_and_left_behind_does_not_hold_up_the_job(run: Run) -> None:
    job = run(f"""import subprocess
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(8)"])
{OVER % 0}
sys.stdout.flush()
os._exit(0)""")
    assert (job.code, job.err) == (0, "")


def test_the_texts_are_in_both_languages() -> None:
    texts = json.loads((INSIDE / "texts.json").read_text(encoding="utf-8"))
    assert {name: sorted(text) for name, text in texts.items()} == {key: ["en", "nl"] for key in texts}
