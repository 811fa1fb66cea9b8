"""Work in processes of its own: the same comes of it as of one process, and what fails there fails here too."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

import sma_plugin.processes
from sma_plugin.formats import activitystreams
from sma_plugin.formats.activitystreams import MalformedLineError, encode
from sma_plugin.model import AccountHistory, AccountRef, Handle, Moment, PostHistory, PostState, PostVersion
from sma_plugin.package import Package
from sma_plugin.privacy import copying
from sma_plugin.privacy.keys import By, Keys
from sma_plugin.privacy.known import Known
from sma_plugin.privacy.met import met_in
from sma_plugin.privacy.people import Shown
from sma_plugin.privacy.rulings import Rulings
from sma_plugin.processes import EndedError, apart, each_apart, processes, shared_out
from sma_plugin.provenance import Stamps
from sma_plugin.reporting import Quiet
from sma_plugin.selection.asking import Asking
from sma_plugin.selection.records import AccountRecord
from sma_plugin.settings import Settings

STAD = AccountRef("1", "vbstad", "Gemeente Voorbeeldstad")
ROOS = AccountRef("7", "roos_proef", "Roos")
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")


def said(number: int, author: AccountRef, text: str) -> PostHistory:
    version = PostVersion(PostState(text=text, language="nl"))
    return PostHistory("x", author, str(number), Moment(number * 10**6), "note", "reply", (version,))


@pytest.fixture
def package(tmp_path: Path) -> Package:
    """A package whose posts call a person by handle, number and a common word."""
    place = Package(tmp_path / "pakket")
    place.posts.parent.mkdir(parents=True)
    items = [
        AccountHistory("x", "1", own=True, handles=(Handle("vbstad"),)),
        AccountHistory("x", "7", handles=(Handle("roos_proef"),)),
        said(1, ROOS, "Dag, ik ben Roos"),
        *(said(number, STAD, f"@roos_proef bel 06-12345678, roos {number}") for number in range(2, 200)),
    ]
    place.posts.write_bytes(b"".join(map(encode, items)))
    return place


def made_with(package: Package) -> tuple[Keys, Rulings]:
    """A key, and what roles decided: nothing."""
    keys = Keys(package.root.parent / "sleutels" / "proef.key")
    if keys.current is None:
        keys.new(By(Stamps("proef"), "archivaris", "proef"))
    return keys, Rulings(AccountRecord("x", "1"), Asking(Settings()), shown=[Shown("x", "1", "vbstad")])


def copied(package: Package) -> tuple[dict[str, bytes], list[object], int]:
    """The files of the copy, what was counted, and the posts that were told of."""
    report = Quiet()
    access = copying.write_copy(package, package.access, *made_with(package), report).access
    counted: list[object] = [access.counts, access.masker.counts, access.masker.doubtful, access.masker.particulars]
    return {path.name: path.read_bytes() for path in package.access.iterdir()}, counted, report.posts


def shared(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(sma_plugin.processes, "processes", lambda: count)
    monkeypatch.setattr(sma_plugin.processes, "_SHARE", 1000)
    monkeypatch.setattr(copying, "_TICK", 1)


def test_several_processes_write_what_one_writes(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    shared(monkeypatch, 1)
    alone = copied(package)
    assert alone[1][1] != {}
    for count in (2, 3, 7):
        shared(monkeypatch, count)
        assert copied(package) == alone


def test_several_processes_meet_whom_one_meets(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    def told() -> tuple[set[tuple[str, AccountRef]], list[tuple[str, AccountRef]]]:
        found = met_in(package.posts)
        assert len(found) == sma_plugin.processes.processes()
        everybody = {account for met in found for account in met.accounts}
        return everybody, [(post.native_id, met.accounts[post.author][1]) for met in found for post in met.posts]

    shared(monkeypatch, 1)
    alone = told()
    assert len(alone[0]) > 1
    for count in (2, 3):
        shared(monkeypatch, count)
        assert told() == alone


def test_a_line_that_is_damaged_is_told_as_ever(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = copying.access_of(package, *made_with(package), Known())
    monkeypatch.setattr(copying, "access_of", lambda *_: ready)
    lines = package.posts.read_bytes().splitlines(keepends=True)
    lines[150] = lines[150].replace(b'"type":', b'"type"!')
    package.posts.write_bytes(b"".join(lines))
    shared(monkeypatch, 3)
    with pytest.raises(MalformedLineError) as caught:
        copied(package)
    assert caught.value.offset == len(b"".join(lines[:150]))


def test_stretches_are_whole_lines_and_all_of_them(package: Package) -> None:
    whole = [line.item for line in activitystreams.read_lines(package.posts)]
    for count in (1, 2, 5, 1000):
        found = activitystreams.stretches(package.posts, count)
        parts = [line.item for one in found for line in activitystreams.read_lines(package.posts, *one)]
        assert parts == whole
    assert len(activitystreams.stretches(package.posts, 5)) == 5


def test_results_come_in_order_and_are_told_of_on_the_way() -> None:
    def work(number: int, tick: Callable[[int], None]) -> tuple[int, bool]:
        tick(number)
        return number, os.getpid() == here

    here, ticks = os.getpid(), list[int]()
    assert shared_out([partial(work, number) for number in range(4)], ticks.append) == [
        (number, False) for number in range(4)
    ]
    assert sorted(ticks) == [0, 1, 2, 3]


def test_one_that_fails_makes_the_others_end() -> None:
    def forever(tick: Callable[[int], None]) -> None:
        tick(os.getpid())
        while True:
            os.read(reader, 1)

    def fails(_: Callable[[int], None]) -> None:
        os.read(begun, 1)  # when the other is at work
        raise ValueError("kapot")

    def noted(process: int) -> None:
        working.append(process)
        os.write(begins, b"x")

    working: list[int] = []
    (reader, writer), (begun, begins) = os.pipe(), os.pipe()
    try:
        assert shared_out([forever, fails], noted) is None
        with pytest.raises(ProcessLookupError):
            os.kill(working[0], 0)
    finally:
        for one in (reader, writer, begun, begins):
            os.close(one)


def test_there_is_at_least_one_process() -> None:
    assert 1 <= processes() <= 8


class OddError(Exception):
    """An exception that cannot be made again from its arguments."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} {other}")


def odd() -> None:
    raise OddError("een", "twee")


def wrong() -> None:
    raise LookupError("niet gevonden")


def test_work_apart_gives_or_raises_what_it_would_here() -> None:
    assert apart(lambda: {"een": 1}, 10, 1 << 30) == {"een": 1}
    with pytest.raises(LookupError, match="niet gevonden"):
        apart(wrong, 10, 1 << 30)
    with pytest.raises(RuntimeError, match="OddError: een twee"):
        apart(odd, 10, 1 << 30)


@pytest.mark.parametrize(
    ("work", "why"),
    [
        (signal.pause, "time"),
        (lambda: bytearray(8 << 30), "memory"),
        (lambda: os._exit(0), "crash"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "crash"),
    ],
)
def test_work_apart_is_ended(work: Callable[[], object], why: str) -> None:
    with pytest.raises(EndedError) as raised:
        apart(work, 0.3 if why == "time" else 10, 1 << 30)
    assert raised.value.why == why
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)  # nobody was left behind


def test_pieces_of_work_apart_share_a_process_until_one_ends_it() -> None:
    works: list[Callable[[], object]] = [os.getpid, os.getpid, wrong, lambda: os._exit(1), os.getpid]
    works += [signal.pause, lambda: bytearray(8 << 30), os.getpid]
    found = list(each_apart([(one, 0.3 if one is signal.pause else 10) for one in works], 1 << 30))
    told = [one.why if isinstance(one, EndedError) else type(one).__name__ for _, one in found]
    assert told == ["int", "int", "LookupError", "crash", "int", "time", "memory", "int"]
    assert [raised for raised, _ in found] == [False, False, True, True, False, True, True, False]
    first, second, fifth, last = (found[at][1] for at in (0, 1, 4, 7))
    assert first == second
    assert len({os.getpid(), first, fifth, last}) == 4
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_process_for_many_pieces_is_ended_when_nobody_listens_any_more() -> None:
    pieces = each_apart([(os.getpid, 10), (signal.pause, 10)], 1 << 30)
    _, pid = next(pieces)
    pieces.close()  # type: ignore[attr-defined]  # a generator
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
