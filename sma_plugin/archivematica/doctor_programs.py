"""Whether MCPClient can run our programs, and read and write what they work on: tried as its user, as it would."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from sma_plugin.archivematica.doctor_seen import Seen
from sma_plugin.archivematica.service_user import may_not, tried
from sma_plugin.findings import Finding, make
from sma_plugin.formats.magic import by_ends
from sma_plugin.texts import LANGUAGES, text

_WARC = gzip.compress(b"WARC/1.1\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n", mtime=0)
"""A web archive that other tools take for GZip."""
_IDENTIFIER = "sma-format"


def program(seen: Seen) -> Iterator[Finding]:
    """Whether ``sma-step`` can be run, with the configuration that it is given."""
    if "mcp-client" not in seen.now:
        return
    environment = seen.environment["mcp-client"]
    step = environment.get("SMA_STEP", seen.record.step)
    if why := tried([step, "--help"], environment, seen.user).why:
        yield make("SMA-A025", path=step, reason_nl=why["nl"], reason_en=why["en"])
    config = environment.get("SMA_CONFIG", seen.record.config)
    if config and may_not("read", Path(config), seen.user):
        yield make("SMA-A096", path=config, user=seen.user.name if seen.user else "?")


def formats(seen: Seen) -> Iterator[Finding]:
    """Whether the rule for identification finds ``sma-format`` on its path, and that knows a compressed WARC.

    The rule asks siegfried where it does not, which takes a WARC for GZip, and nobody is told.
    """
    if "mcp-client" in seen.now:
        why = _unidentified(seen)
        if why:
            yield make("SMA-A097", command=_IDENTIFIER, reason_nl=why["nl"], reason_en=why["en"])


def _unidentified(seen: Seen) -> dict[str, str]:
    environment = seen.environment["mcp-client"]
    path = environment.get("PATH", "")
    found = shutil.which(_IDENTIFIER, path=path)
    if found is None:
        return {one: text("am_not_on_path", one, path=path) for one in LANGUAGES}
    with TemporaryDirectory() as folder:
        sample = Path(folder, "sample.warc.gz")
        sample.write_bytes(_WARC)
        for one, mode in ((Path(folder), 0o755), (sample, 0o644)):
            one.chmod(mode)
        done, known = tried([found, "identify", str(sample)], environment, seen.user), by_ends(str(sample))
    told = done.output.strip()
    if not done.why and known and told != known.id:
        return {one: text("am_said_of_warc", one, path=found, told=told) for one in LANGUAGES}
    return {one: f"{found}: {why}" for one, why in done.why.items()}


def folders(seen: Seen) -> Iterator[Finding]:
    """Whether there is a folder that deliveries go back to, and one to work in, which is made where it is not there."""
    if "mcp-client" not in seen.now:
        return
    returned, work = seen.settings.archivematica.returned, seen.settings.paths.working_area
    folder = seen.settings.resolve(returned) if returned else None
    if folder is None or may_not("write", folder, seen.user):
        yield make("SMA-A028", path=str(folder or "-"))
    folder = seen.settings.resolve(work) if work else None
    if folder is None or may_not("write", next(one for one in (folder, *folder.parents) if one.exists()), seen.user):
        yield make("SMA-A099", path=str(folder or "-"))
