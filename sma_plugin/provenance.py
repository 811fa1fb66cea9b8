"""Identifiers, moments and events, drawn in one place so that tests can make them repeatable.

With ``SMA_SEED`` set, identifiers and times come from SHA-256 over the seed and the object's key, so that order and
resumption do not matter (CONTRACTS.md, "Events, identifiers, seeds").
"""

from __future__ import annotations

import hashlib
import os
import uuid
from datetime import UTC, datetime, timedelta

from sma_plugin import __version__
from sma_plugin.model import Agent, Event, EventOutcome

SOFTWARE = Agent("sma-plugin", "software", "executing program", __version__)
_SEEDED_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class Stamps:
    """Draws identifiers and moments. ``seed`` is ``None`` in real runs."""

    def __init__(self, seed: str | None) -> None:
        self.seed = seed

    @classmethod
    def from_environment(cls) -> Stamps:
        """Stamps as the environment asks for them."""
        return cls(os.environ.get("SMA_SEED") or None)

    def identifier(self, key: str) -> str:
        """A UUID version 4 for the object named by ``key``."""
        if self.seed is None:
            return str(uuid.uuid4())
        return str(uuid.UUID(bytes=self._digest("id", key)[:16], version=4))

    def now(self, key: str) -> str:
        """This moment as ISO 8601 with zone, to the second."""
        if self.seed is None:
            return datetime.now().astimezone().isoformat(timespec="seconds")
        seconds = int.from_bytes(self._digest("at", key)[:3])
        return (_SEEDED_EPOCH + timedelta(seconds=seconds)).isoformat(timespec="seconds")

    def event(
        self,
        kind: str,
        detail: str,
        *,
        step: str,
        key: str,
        at: str | None = None,
        outcome: EventOutcome = "success",
        note: str | None = None,
        agents: tuple[Agent, ...] = (),
        objects: tuple[str, ...] = ("package",),
        ours: bool = True,
    ) -> Event:
        """An event of a kind in the LoC vocabulary; ``key`` tells it from others of its kind in the same step.

        ``ours``: this software carried it out, so that it is one of the agents.
        """
        name = f"event/{step}/{kind}/{key}"
        return Event(
            id=self.identifier(name),
            type=kind,
            at=at or self.now(f"time/{step}"),
            detail=detail,
            outcome=outcome,
            note=note,
            agents=(*agents, SOFTWARE) if ours else agents,
            objects=objects,
            step=step,
        )

    def _digest(self, kind: str, key: str) -> bytes:
        return hashlib.sha256(f"{self.seed}\n{kind}\n{key}".encode()).digest()
