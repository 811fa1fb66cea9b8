"""Cases of SMA-F090 to F096: what a post was before it was normalised and is not after."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from unittest.mock import patch

from msgspec.structs import replace

from finding_cases import Bench, Case
from sma_plugin.findings import Finding
from sma_plugin.formats import activitystreams
from sma_plugin.formats.activitystreams import encode
from sma_plugin.history.normalise import normalise
from sma_plugin.model import AccountRef, HistoryItem, Media, Moment, PostHistory
from sma_plugin.package import Package
from sma_plugin.reporting import Outcome, Quiet

Change = Callable[[PostHistory], PostHistory | None]


def said_otherwise(post: PostHistory, **values: object) -> PostHistory:
    """A post whose last version says something else."""
    *earlier, last = post.versions
    return replace(post, versions=(*earlier, replace(last, state=replace(last.state, **values))))


def written_as(change: Change) -> Callable[[Bench], Iterable[Finding]]:
    """The step, with a fault that changes the first post with a text while it is written."""

    def go(bench: Bench) -> Iterable[Finding]:
        place = Package(bench.home / bench.package.name)
        for folder in (bench.package, Package(bench.package).steps_root):
            shutil.copytree(folder, bench.home / folder.name)
        changed: list[PostHistory] = []

        def faulty(item: HistoryItem) -> bytes:
            if changed or not isinstance(item, PostHistory) or not item.latest.text:
                return encode(item)
            changed.append(item)
            other = change(item)
            return b"" if other is None else encode(other)

        with patch.object(activitystreams, "encode", faulty):
            assert normalise(place, bench.settings(), Quiet()) is Outcome.ERRORS
        return place.findings("normalise")

    return go


CASES = [
    Case("SMA-F090", written_as(lambda post: said_otherwise(post, text="", html=""))),
    Case("SMA-F091", written_as(lambda post: replace(post, created=Moment(0)))),
    Case("SMA-F092", written_as(lambda post: replace(post, author=AccountRef("iemand")))),
    Case("SMA-F093", written_as(lambda post: said_otherwise(post, media=(Media(),)))),
    Case("SMA-F094", written_as(lambda post: replace(post, thread="elders"))),
    Case("SMA-F095", written_as(lambda post: said_otherwise(post, language="fy"))),
    Case("SMA-F096", written_as(lambda _post: None)),
]
