"""What a client script may expect of a job of Archivematica."""

from __future__ import annotations

from typing import Any, ContextManager, Protocol


class Job(Protocol):
    """A task: ``args`` are its name and its arguments; an exception within ``JobContext`` ends this one alone."""

    args: list[str]

    def JobContext(self) -> ContextManager[None]:  # noqa: N802 -- Archivematica's name
        """A block whose exceptions are this job's."""

    def set_status(self, int_code: int) -> None:
        """The exit code, by which the workflow goes on."""

    def pyprint(self, *objects: Any, file: Any) -> None:
        """A line of its output (``sys.stdout``) or of its errors (``sys.stderr``), kept with the task."""
