"""Parts of an export that came in numbered pieces: which numbers of a series were not delivered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_NUMBERED = re.compile(
    r"(?P<stem>.*[^\d/])(?P<number>\d{1,3})\)?\.(?:json|js|html?|csv|zip|tgz|tar\.gz)", re.IGNORECASE
)
_YEAR = re.compile(r"(?:19|20)\d\d[-_.](?:\d\d[-_.:T ]+)*\Z")
"""What follows a year is a month, a day or a time, and in those nothing need have happened."""
_MOST = 1000
"""Numbers in a series; more are no parts of one export."""


class Series(NamedTuple):
    """One series: its first piece that is here, and the numbers that are not."""

    first: str
    missing: tuple[int, ...]

    @property
    def numbers(self) -> str:
        """The missing numbers as people write them, the first ten of them."""
        shown = ", ".join(str(number) for number in self.missing[:10])
        return f"{shown}, …" if len(self.missing) > 10 else shown


def incomplete(names: Iterable[str], *, least: int = 1) -> Iterator[Series]:
    """The series among these paths of which numbers between the first and the last are missing.

    A series counts from 0 or 1: where it begins later, what came before is missing too. Fewer files than ``least`` make
    no series.

    >>> [*incomplete(["posts/posts_1.json", "posts/posts_4.json", "data/tweets-part2.js"])]
    [Series(first='posts/posts_1.json', missing=(2, 3)), Series(first='data/tweets-part2.js', missing=(1,))]
    """
    series: dict[str, dict[int, str]] = {}
    for name in names:
        found = _NUMBERED.fullmatch(name)
        if found and not _YEAR.search(found["stem"]):
            series.setdefault(found["stem"].casefold(), {})[int(found["number"])] = name
    for known in series.values():
        numbers = sorted(known)
        expected = range(min(numbers[0], 1), min(numbers[-1], _MOST))
        missing = tuple(number for number in expected if number not in known)
        if missing and len(known) >= least:
            yield Series(known[numbers[0]], missing)
