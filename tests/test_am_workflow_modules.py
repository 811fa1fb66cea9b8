"""The client-modules file: ours is the stock file with a block after it, and taking that away gives it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sma_plugin.archivematica.client_modules import OURS, client_modules, has_ours, names, stock_modules
from sma_plugin.texts import UserError

HEAD = b"# stock\n[supportedBatchCommands]\nmovesip_v0.0 = move_sip\n"


def test_the_stock_file_gets_a_block_and_stays_as_it_is_otherwise(shared: Path) -> None:
    stock = (shared / "archivematica" / "archivematicaClientModules-1.17-dev").read_bytes()
    made = client_modules(stock)
    assert made.startswith(stock)
    assert names(made) == names(stock) | {f"{one}_v0.0": one for one in OURS}
    assert stock_modules(made) == stock
    assert not has_ours(stock)


def test_what_is_merged_already_gives_the_same() -> None:
    made = client_modules(HEAD)
    assert has_ours(made)
    assert client_modules(made) == made


def test_an_older_block_is_replaced_by_ours() -> None:
    older = client_modules(HEAD).replace(b"sma_check_v0.0 = sma_check\n", b"sma_old_v0.0 = sma_old\n")
    assert client_modules(older) == client_modules(HEAD)
    assert stock_modules(older) == HEAD


@given(st.text(alphabet="ab=[]# \n\r\té", max_size=60))
def test_whatever_the_file_ends_in_it_comes_back(tail: str) -> None:
    stock = HEAD + b"# " + tail.replace("\n", "\n# ").replace("\r", "\r# ").encode()
    assert stock_modules(client_modules(stock)) == stock


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"one line", b"[other]\na = b\n"])
def test_what_is_no_such_file_is_refused(content: bytes) -> None:
    with pytest.raises(UserError, match=r"^modules\.ini is no client-modules file"):
        client_modules(content, Path("modules.ini"))


def test_a_name_of_ours_that_another_took_is_refused() -> None:
    with pytest.raises(UserError, match=r"sma_check_v0\.0 stands already, for checking"):
        client_modules(HEAD + b"SMA_Check_v0.0 = checking\n")
