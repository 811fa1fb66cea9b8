"""How a case of a finding is put to the software: a fictional delivery or package, by the way that a user would go.

What is told is one line per cause, as the terminal and the report tell it: ``SMA-W015 > SMA-W003`` is the cause with
the consequence that is folded under it. Deliveries are declared whole (``capture.toml``) and their accounts stand in
the register, so that a sound one gives nothing at all. One finding is beside the point and cannot be avoided: a
capture of a page holds no posts (``PAGE``).
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from making import ACTOR
from sma_plugin.findings import Finding, consequences, gather
from sma_plugin.ingest import Result, ingest
from sma_plugin.package import Package, WorkArea
from sma_plugin.pipeline import ON_WORK_AREA, prepare, run
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Paths, Policy, Settings
from sma_plugin.show import show_delivery
from sma_plugin.validate.step import validate_path

PAGE = "SMA-H001"
REST = "https://sociaal.voorbeeldstad.example/users/gemeente"
CHANNEL = "UCvoorbeeldstad000000001"
REGISTER = f"""platform,native_id,handle,kind,category
mastodon,{ACTOR},,corporate,1.1
mastodon,{REST},,corporate,1.1
x,4242,,corporate,1.1
x,7,,corporate,1.1
youtube,{CHANNEL},,corporate,1.1
facebook,109999000000001,,corporate,1.1
bluesky,did:plc:voorbeeldstad,,corporate,1.1
tiktok,,voorbeeldstad,corporate,1.1
snapchat,voorbeeldstad,,corporate,1.1
instagram,,voorbeeldstad,corporate,1.1
threads,,voorbeeldstad,corporate,1.1
"""
LISTED = "list,version,category,value\nVoorbeeldlijst,2024,1.1,B\n"
DECLARED = """captured = "2025-04-01T12:00:00Z"
agent = "Team Communicatie"
authorised_by = "hoofd Communicatie"
ground = "Archiefwet"
access_level = "account-owner"
tool = "export"
storage_location = "e-depot"
"""
ABOUT = {
    "x": DECLARED + 'platform = "x"\naccount = { native_id = "7" }\n',
    "mastodon": DECLARED + f'platform = "mastodon"\naccount = {{ native_id = "{ACTOR}" }}\n',
}
Contents = bytes | Mapping[str, bytes]


MEASURED = {"SMA-K010", "SMA-K011"}
"""Told of most captures: they hold other characteristics than their technique is said to deliver."""
WEIGHED = {"platform-terms": Policy("archivaris", "2026-01-01", "Besluit 1")}
"""What was decided, once and for all, about the terms of platforms."""


@dataclass
class Bench:
    """What a case may use: an empty folder, a way to break what lies around, and a sound package."""

    home: Path
    patch: pytest.MonkeyPatch
    package: Path

    def settings(self, register: str = REGISTER, listed: str = LISTED, paths: Paths | None = None) -> Settings:
        """The configuration, with its tables beside it."""
        (self.home / "register.csv").write_text(register, encoding="utf-8")
        (self.home / "selection-list.csv").write_text(listed, encoding="utf-8")
        return Settings(base=str(self.home), paths=paths or Paths(), policies=WEIGHED)

    def deliver(self, contents: Contents, name: str = "", about: str | None = DECLARED) -> Path:
        """A delivery: a file with these bytes, a zip (``.zip``) or a folder with these members, declared."""
        into = self.home / "in"
        into.mkdir(exist_ok=True)
        path = into / (name or ("aanlevering" if isinstance(contents, Mapping) else "aanlevering.json"))
        beside = path.with_name(path.name.partition(".")[0] + ".capture.toml")
        if isinstance(contents, bytes):
            path.write_bytes(contents)
        elif path.suffix == ".zip":
            zipped(path, contents)
        else:
            beside = path / "capture.toml"
            path.mkdir()
            for member, data in contents.items():
                (path / member).parent.mkdir(parents=True, exist_ok=True)
                (path / member).write_bytes(data)
        if about is not None:
            beside.write_text(about, encoding="utf-8")
        return path


Run = Callable[[Bench], Iterable[Finding]]


class Case:
    """The code that is proved, how it comes about, and all that is told then: the code alone if nothing is said."""

    def __init__(self, code: str, run: Run, *told: str) -> None:
        self.code, self.run, self.told = code, run, sorted(told or (code,))


def told(findings: Iterable[Finding]) -> list[str]:
    """One line per cause, in order."""
    lines = []
    for cause, effects in consequences(gather(findings)):
        shown = ", ".join(sorted(effect.code for effect in effects))
        lines.append(f"{cause.code} > {shown}" if shown else cause.code)
    return sorted(lines)


def zipped(path: Path, contents: Mapping[str, bytes]) -> Path:
    """A zip of these members."""
    with zipfile.ZipFile(path, "w") as archive:
        for member, data in contents.items():
            archive.writestr(zipfile.ZipInfo(member, (2025, 4, 1, 12, 0, 0)), data)
    return path


# --- the ways in -----------------------------------------------------------------------------------------------------


def shown(contents: Contents, name: str = "", about: str | None = DECLARED) -> Run:
    """``sma show`` on a delivery: receive, read, history, assess, select."""
    return lambda bench: show_delivery(bench.deliver(contents, name, about), bench.settings(), Quiet()).findings


def shown_after(make: Callable[[Bench], Path]) -> Run:
    """``sma show`` on what ``make`` delivers."""
    return lambda bench: show_delivery(make(bench), bench.settings(), Quiet()).findings


def of_packages(result: Result) -> Iterable[Finding]:
    """What the packages of a run say, or the run itself where they have nothing to say."""
    told = [one for package in result.packages for one in package.findings if one.code not in MEASURED]
    return told or result.findings


def ingested(contents: Contents, name: str = "", register: str = REGISTER, **options: object) -> Run:
    """``sma ingest`` on a delivery: what its packages say, or the run itself where it made none."""

    def go(bench: Bench) -> Iterable[Finding]:
        settings = msgspec.structs.replace(bench.settings(register=register), **options)
        result = ingest([bench.deliver(contents, name)], bench.home / "out", settings, Quiet())
        return of_packages(result)

    return go


def selected(contents: Contents, **tables: object) -> Run:
    """``sma show`` on a sound delivery, with other tables of the archive."""
    return lambda bench: show_delivery(bench.deliver(contents), bench.settings(**tables), Quiet()).findings  # type: ignore[arg-type]


def composed(contents: Contents, meanwhile: Callable[[Bench, WorkArea], None]) -> Run:
    """Steps one by one: something happens between select and compose."""

    def go(bench: Bench) -> Iterable[Finding]:
        accepted = {"incomplete": Policy("archivaris", "2026-01-15", "Besluit 13", "accept")}
        settings = msgspec.structs.replace(bench.settings(), policies=WEIGHED | accepted)
        place = WorkArea(bench.home / "work")
        prepare(place, [bench.deliver(contents)])
        run(ON_WORK_AREA[:-1], place, settings, Quiet())
        meanwhile(bench, place)
        run(("compose",), place, settings, Quiet())
        return place.findings(*ON_WORK_AREA)

    return go


Damage = Callable[[Path], object]


def _copy(bench: Bench) -> Path:
    shutil.copytree(bench.package, root := bench.home / "pakket")
    shutil.copytree(bench.package.with_name(bench.package.name + ".steps"), bench.home / "pakket.steps")
    return root


def validated(damage: Damage) -> Run:
    """``sma validate`` on a package to which something was done."""

    def go(bench: Bench) -> Iterable[Finding]:
        damage(root := _copy(bench))
        return validate_path(root)

    return go


def described(damage: Damage) -> Run:
    """The step *describe* on a package to which something was done after it was composed."""

    def go(bench: Bench) -> Iterable[Finding]:
        damage(root := _copy(bench))
        run(("describe",), Package(root), bench.settings(), Quiet())
        return Package(root).findings("describe")

    return go
