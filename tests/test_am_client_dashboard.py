"""Our part in the dashboard, with stand-ins for what it takes from Django and Archivematica."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from conftest import ROOT

NAME = "mastodon-gemeente-2025-0b1c2d3e"
UUID = "3b4ceac0-948d-44ef-bbeb-41a5ea3f9782"
TASK = "c0ffee00-948d-44ef-bbeb-41a5ea3f9782"


class Rows:
    """A table that can be asked as Django's are."""

    def __init__(self, *rows: SimpleNamespace) -> None:
        self.rows = list(rows)
        self.objects = self

    def filter(self, **wanted: str) -> Rows:
        ((name, value),) = wanted.items()
        field, _, how = name.partition("__")
        fits: Callable[[str], bool] = (lambda one: value in one) if how == "contains" else (lambda one: one == value)
        return Rows(*(row for row in self.rows if fits(getattr(row, field))))

    def first(self) -> SimpleNamespace | None:
        return self.rows[0] if self.rows else None

    def __iter__(self) -> Iterator[SimpleNamespace]:
        return iter(self.rows)


def transfer(where: str, uuid: str = UUID, accession: str = "2026.014") -> SimpleNamespace:
    return SimpleNamespace(uuid=uuid, currentlocation=where, accessionid=accession)


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Asks an address of ours what it answers."""
    monkeypatch.syspath_prepend(str(ROOT / "microservices"))
    stands_in: dict[str, Any] = {name: ModuleType(name) for name in ("django", "django.http", "django.urls")}
    stands_in["django.http"].JsonResponse = lambda value, status=200: (status, value)
    stands_in["django.urls"].re_path = lambda pattern, view: (pattern, view)
    for name, module in stands_in.items():
        monkeypatch.setitem(sys.modules, name, module)
    for name in ("sma_archivematica.dashboard_api", "sma_archivematica.layouts"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    dashboard_api = importlib.import_module("sma_archivematica.dashboard_api")  # not what the package still holds of it
    models = SimpleNamespace(
        Transfer=Rows(
            transfer(f"%sharedPath%currentlyProcessing/{NAME}-{UUID}/"),
            transfer(f"%sharedPath%currentlyProcessing/{NAME}", "1" * 36),
            transfer(f"%sharedPath%failed/{NAME}-vervolg-{UUID}/", "2" * 36),
            transfer("", "4" * 36),
        ),
        Task=Rows(SimpleNamespace(taskuuid=TASK, stdout=None, stderror="x" * 30000 + "fout")),
    )
    archivematica = {
        "api pages": SimpleNamespace(_api_endpoint=lambda **_: lambda view: view),
        "api addresses": SimpleNamespace(urlpatterns=[]),
        "transfer pages": SimpleNamespace(TRANSFER_TYPE_DIRECTORIES={"standard": "a", "social media bundle": "b"}),
        "models": models,
    }
    monkeypatch.setattr(dashboard_api.layouts, "module", archivematica.__getitem__)
    dashboard_api.extend()

    def _ask(path: str) -> Any:
        for pattern, view in archivematica["api addresses"].urlpatterns:
            if found := re.search(pattern, path):
                return view(None, **found.groupdict())
        return None

    yield _ask
    for name in ("sma_archivematica.dashboard_api", "sma_archivematica.layouts"):
        sys.modules.pop(name, None)


def test_it_tells_the_types_of_transfer(ask: Callable[..., Any]) -> None:
    assert ask("sma/") == (200, {"types": ["social media bundle", "standard"]})


def test_it_finds_transfers_by_their_name_and_nothing_like_it(ask: Callable[..., Any]) -> None:
    status, told = ask(f"sma/transfers/{NAME}/")
    assert status == 200
    assert [one["uuid"] for one in told["transfers"]] == [UUID, "1" * 36]
    assert told["transfers"][0]["accession"] == "2026.014"
    assert told["unplaced"] == ["4" * 36]


def test_it_tells_the_end_of_what_a_task_wrote(ask: Callable[..., Any]) -> None:
    status, told = ask(f"sma/written/{TASK}/")
    assert (status, told["output"], told["error"][-5:], len(told["error"])) == (200, "", "xfout", 20000)
    assert ask(f"sma/written/{UUID}/")[0] == 404
    assert ask(f"sma/written/{'-' * 36}/") is None


def test_it_has_no_other_addresses(ask: Callable[..., Any]) -> None:
    assert ask("transfer/status/") is None
    assert ask("x/sma/") is None
