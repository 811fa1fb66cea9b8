"""Cases of SMA-A050 to A069: the METS of an AIP with a package of ours in it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from bench.archivematica import UNIT, sip_of
from finding_cases import Bench, Case, Run
from sma_plugin.archivematica.aip_mets_step import describe_aip
from sma_plugin.findings import Finding
from sma_plugin.reporting import Quiet
from sma_plugin.validate.step import validate_path

NAME = f"METS.{UNIT}.xml"
_FILE = re.compile(rb'<mets:file [^>]*><mets:FLocat xlink:href="objects/captures/[^>]*outbox.json"[^>]*></mets:file>')
_DIGEST = re.compile(rb"(<premis:messageDigest>)[0-9a-f]{8}")


def described(change: Callable[[Path], None]) -> Run:
    """What is found where the METS of a SIP is described, after something happened to it."""

    def run(bench: Bench) -> Iterable[Finding]:
        unit = sip_of(bench.package, bench.home)
        change(unit)
        report = Quiet()
        describe_aip(unit, UNIT, bench.settings(), report)
        return report.findings

    return run


def altered(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """The METS gets other bytes."""

    def alter(unit: Path) -> None:
        before = (unit / NAME).read_bytes()
        after = change(before)
        assert before != after
        (unit / NAME).write_bytes(after)

    return alter


def joined(unit: Path) -> None:
    """Another package is in the same SIP."""
    (one,) = unit.glob("objects/metadata/transfers/*")
    shutil.copytree(one, one.with_name("ander-pakket"))


def stored_without_our_link(bench: Bench) -> Iterable[Finding]:
    return validate_path(sip_of(bench.package, bench.home / "aip").rename(bench.home / "aip" / "data").parent)


CASES = [
    Case("SMA-A050", described(altered(lambda data: _FILE.sub(b"", data)))),
    Case("SMA-A051", described(altered(lambda data: _DIGEST.sub(rb"\g<1>00000000", data, count=1)))),
    Case("SMA-A052", described(joined)),
    Case("SMA-A053", described(lambda unit: (unit / NAME).unlink())),
    Case("SMA-A054", stored_without_our_link),
    Case("SMA-A055", described(altered(lambda data: data[: len(data) // 2]))),
]
