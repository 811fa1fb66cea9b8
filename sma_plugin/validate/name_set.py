"""Names of which only is asked whether one was seen, in a tenth of the memory that a set of them takes."""

from __future__ import annotations

from array import array
from collections import defaultdict

_BUCKETS = (1 << 14) - 1


class NameSet:
    """Names by their hashes (64 bits, with a key that every process draws anew, so that nobody can make two alike).

    >>> seen = NameSet()
    >>> seen.add("post-1")
    >>> "post-1" in seen, "post-2" in seen
    (True, False)
    """

    def __init__(self) -> None:
        self._hashes: defaultdict[int, array[int]] = defaultdict(lambda: array("q"))

    def add(self, name: str) -> None:
        """Take in a name."""
        if name not in self:
            number = hash(name)
            self._hashes[number & _BUCKETS].append(number)

    def __contains__(self, name: str) -> bool:
        number = hash(name)
        bucket = self._hashes.get(number & _BUCKETS)
        return bucket is not None and number in bucket
