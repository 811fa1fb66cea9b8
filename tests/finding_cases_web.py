"""Cases of SMA-R210 and on, SMA-B033 and on: posts out of captures of the web, and the containers for them."""

from __future__ import annotations

from collections.abc import Iterable

from finding_cases import ABOUT, PAGE, Bench, Case, Run, shown
from sma_plugin.findings import Finding
from sma_plugin.readers.web import platforms
from warc_builders import record, warcinfo


def with_bound(size: int, run: Run) -> Run:
    """A run with another bound for pages than 32 MiB."""

    def go(bench: Bench) -> Iterable[Finding]:
        bench.patch.setattr(platforms, "MAX_PAGE", size)
        return run(bench)

    return go


def page(url: str) -> Run:
    return shown(warcinfo() + record(url=url), "pagina.warc", ABOUT["x"])


CASES = [
    Case("SMA-R210", with_bound(10, page("https://api.twitter.com/1.1/direct_messages.json")), "SMA-R210", PAGE),
]
