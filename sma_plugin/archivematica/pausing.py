"""How long is waited before something is tried again, and how a wait is cut short."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True)
class Pauses:
    """Ever longer pauses, in seconds, each shortened by chance so that several clients do not come back at once.

    ``longest_asked``: a server that asks for more than this (``Retry-After``) is not waited for.
    """

    first: float = 1.0
    longest: float = 60.0
    attempts: int = 9
    longest_asked: float = 900.0
    chance: Random = field(default_factory=Random)

    def after(self, attempt: int, asked: float | None) -> float | None:
        """The pause after this attempt (from 1 on), what a server ``asked`` at least; ``None``: there is no next one.

        >>> [round(Pauses(chance=Random(1)).after(number, None) or 0, 1) for number in (1, 2, 3, 8)]
        [0.6, 1.8, 3.5, 37.7]
        >>> Pauses().after(9, None), Pauses().after(1, 1000), Pauses().after(1, 20)
        (None, None, 20)
        """
        if attempt >= self.attempts or (asked or 0) > self.longest_asked:
            return None
        pause = min(self.first * 2.0 ** (attempt - 1), self.longest) * (0.5 + self.chance.random() / 2)
        return max(pause, asked or 0)


class Clock:
    """Time as it passes; :meth:`wait` ends with ``KeyboardInterrupt`` when the run is told to stop."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        self._stop = stop or threading.Event()

    def now(self) -> float:
        """Seconds, of a clock that only goes forward."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Let time pass. Raises ``KeyboardInterrupt``."""
        if self._stop.wait(seconds):
            raise KeyboardInterrupt
