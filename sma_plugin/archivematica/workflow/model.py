"""A workflow as Archivematica reads it: links that do one thing each, chains that begin at a link, directories watched.

Source: Archivematica's ``workflow-schema-v1.json`` (lines 1.7 and later). Keys that a later version adds are let be.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

Words = dict[str, str]
Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]

CHOICE = "linkTaskManagerChoice"
ANSWER = "linkTaskManagerReplacementDicFromChoice"
LISTED = "linkTaskManagerGetUserChoiceFromMicroserviceGeneratedList"
SET, PULL = "linkTaskManagerSetUnitVariable", "linkTaskManagerUnitVariableLinkPull"


class Exit(msgspec.Struct, frozen=True):
    """What follows on an exit code: another link, or nothing."""

    job_status: str
    link_id: Id | None = None


class Link(msgspec.Struct, frozen=True):
    """One job: how it is managed and what is carried out (``config``), and what follows on which exit code."""

    config: dict[str, Any]
    exit_codes: dict[str, Exit]
    fallback_job_status: str
    description: Words
    group: Words
    fallback_link_id: Id | None = None
    end: bool = False

    @property
    def manager(self) -> str:
        """How Archivematica runs it."""
        return str(self.config.get("@manager", ""))

    @property
    def execute(self) -> str:
        """The client module that it calls, or nothing."""
        return str(self.config.get("execute", ""))

    @property
    def asks(self) -> bool:
        """Whether it waits for a person, where the answer is not preset."""
        return self.manager in (CHOICE, ANSWER, LISTED)


class Chain(msgspec.Struct, frozen=True):
    """Where to begin, under a name that an operator can choose."""

    link_id: Id
    description: Words


class Watched(msgspec.Struct, frozen=True):
    """A directory in which a package may appear, and the chain that then begins."""

    chain_id: Id
    only_dirs: bool
    path: str
    unit_type: str


class Workflow(msgspec.Struct, frozen=True):
    """A whole workflow."""

    links: dict[Id, Link]
    chains: dict[Id, Chain]
    watched_directories: Annotated[list[Watched], msgspec.Meta(min_length=1)]
