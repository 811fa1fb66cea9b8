"""What the tests share: where samples and schemas are, if they are there at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("SMA_SHARED", ROOT.parent / "shared"))


settings.register_profile("repeatable", derandomize=True)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))
"""The gate tries the same cases every time; ``HYPOTHESIS_PROFILE=search make test`` looks for new ones."""


def pytest_configure() -> None:
    """Schemas come from the shared folder unless the environment names another place; the language is no user's own."""
    os.environ |= {"LANG": "C.UTF-8", "LC_ALL": "", "LC_MESSAGES": ""}
    if "SMA_SCHEMAS" not in os.environ and (SHARED / "standards" / "schemas").is_dir():
        os.environ["SMA_SCHEMAS"] = str(SHARED / "standards" / "schemas")


@pytest.fixture(scope="session", autouse=True)
def _no_power_cut() -> Iterator[None]:
    """Nothing here cuts the power: what was written need not have reached the disk before the test goes on."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with facts and samples beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("no shared folder beside the checkout: set SMA_SHARED to run the tests on real captures")
    return SHARED


@pytest.fixture(scope="session")
def samples(shared: Path) -> Path:
    """Real captures that may be redistributed."""
    return shared / "samples"
