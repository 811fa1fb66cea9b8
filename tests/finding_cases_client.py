"""Cases of SMA-A070 and on: submitting packages, and what is stored."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable

from archivematica_server import AM_KEY, LOCATION, SS_KEY, USER, Archivematica, Fault, serving, status
from finding_cases import Bench, Case, Run
from sma_plugin.archivematica import following, starting
from sma_plugin.archivematica.fetching import fetch
from sma_plugin.archivematica.pausing import Clock
from sma_plugin.archivematica.services import services, storage_of
from sma_plugin.archivematica.submitting import Asked, submit
from sma_plugin.findings import Finding
from sma_plugin.settings import Archivematica as Configured
from sma_plugin.settings import Settings


class Racing(Clock):
    """A clock on which every wait is over at once, and has lasted."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def now(self) -> float:
        return self.passed

    def wait(self, seconds: float) -> None:
        self.passed += max(seconds, 0.001)


def submitted(
    given: Callable[[Archivematica], object] = lambda _: None, *, ours: bool = True, apart: str | None = None
) -> Run:
    """``sma submit`` of a sound package to an Archivematica that does as ``given`` says.

    ``apart`` is the location for restricted packages, of which this is one then.
    """

    def go(bench: Bench) -> list[Finding]:
        shutil.copytree(bench.package, package := bench.home / "pakketten" / bench.package.name)
        (source := bench.home / "bron").mkdir()
        bench.patch.setenv("SMA_AM_KEY", AM_KEY)
        bench.patch.setenv("SMA_SS_KEY", SS_KEY)
        with serving(source) as (am, address):
            am.ours = ours
            given(am)
            configured = Configured(
                dashboard=address,
                storage_service=address,
                user=USER,
                transfer_source_path=str(source),
                restricted_location=apart,
            )
            bench.patch.setattr(starting, "is_restricted", lambda _: apart is not None)
            settings = Settings(base=str(bench.home), archivematica=configured)
            clock = Racing()
            return submit(package, services(settings, lambda *_, **__: None, clock), Asked(every=3600.0)).findings

    return go


def stored(change: Callable[[bytes], bytes]) -> Run:
    """A package is stored with a METS that is not as it should be."""

    def given(am: Archivematica) -> None:
        made = am.mets
        am.mets = lambda root: change(made(root))

    return submitted(given)


def stands(unit: str, *statuses: dict[str, object]) -> Run:
    """A transfer or ingest goes through these statuses."""
    return submitted(lambda am: setattr(am, unit, list(statuses)))


def without(pattern: str) -> Callable[[bytes], bytes]:
    """A METS without the first thing of this form."""
    return lambda mets: re.sub(pattern.encode(), b"", mets, count=1, flags=re.DOTALL)


def fetched(pointer: bytes, whole: bytes = b"7z") -> Run:
    """``sma aip fetch`` of an AIP with this pointer file."""

    def go(bench: Bench) -> list[Finding]:
        bench.patch.setenv("SMA_SS_KEY", SS_KEY)
        with serving(bench.home) as (am, address):
            am.stored = [{"uuid": AIP, "current_path": f"a/pakket-{AIP}.7z", "status": "UPLOADED"}]
            am.files["whole"], am.pointer = whole, pointer
            settings = Settings(archivematica=Configured(storage_service=address, user=USER))
            storage = storage_of(settings, lambda *_, **__: None, Racing())
            return list(fetch(storage, AIP, bench.home / "aips", lambda _: None).findings)

    return go


AIP = "3b4ceac0-948d-44ef-bbeb-41a5ea3f9782"
POINTER = (
    b'<mets xmlns:p="http://www.loc.gov/premis/v3"><p:fixity><p:messageDigestAlgorithm>sha256'
    b"</p:messageDigestAlgorithm><p:messageDigest>%s</p:messageDigest></p:fixity></mets>"
)
STOCK = "SMA-A054"
"""The METS of these cases is as Archivematica itself writes it."""
LOST = Fault("/api/v2beta/package/", after=True)
POSTS = rb"(sha256</premis:messageDigestAlgorithm><premis:messageDigest>)\w{64}(?=(?:(?!amdSec).)*posts\.jsonl)"
RIGHTS = r"<mets:file [^>]*><mets:FLocat[^>]*/rights\.csv[^>]*/></mets:file>"
CASES = [
    Case("SMA-A070", submitted(lambda am: am.faults.append(LOST), ours=False), "SMA-A070", "SMA-A071"),
    Case("SMA-A071", submitted(ours=False), "SMA-A071", STOCK),
    Case("SMA-A073", stands("ingest", status("USER_INPUT", "Normalize"))),
    Case("SMA-A074", stands("transfer", status("FAILED", "Failed transfer"))),
    Case("SMA-A075", stands("transfer", status("REJECTED", "Move to the rejected directory"))),
    Case("SMA-A076", stands("transfer", status("COMPLETE", "Move transfer to backlog", sip_uuid=following.BACKLOG))),
    Case("SMA-A077", submitted(lambda am: setattr(am, "known", _Forgetful()))),
    Case("SMA-A078", stands("transfer", status("PROCESSING"))),
    Case("SMA-A079", stored(without(RIGHTS)), "SMA-A079", STOCK),
    Case("SMA-A080", stored(lambda mets: re.sub(POSTS, rb"\g<1>" + b"0" * 64, mets)), "SMA-A080", STOCK),
    Case("SMA-A081", stored(lambda mets: mets.replace(b">creation</", b">capture</")), "SMA-A081", STOCK),
    Case("SMA-A082", stored(without("<mets:dmdSec.*?</mets:dmdSec>")), "SMA-A082", STOCK),
    Case("SMA-A085", fetched(POINTER % (b"0" * 64))),
    Case("SMA-A086", fetched(b"")),
    Case("SMA-A087", submitted(apart=LOCATION), "SMA-A087", STOCK),
    Case("SMA-A084", submitted(lambda am: setattr(am, "state", "FAIL")), "SMA-A084", STOCK),
]


class _Forgetful(dict[str, str]):
    """Knows nothing that it is told."""

    def __setitem__(self, name: str, value: str) -> None:
        """Forget."""
