"""Our own check of a workflow's shape, for where Archivematica's schema is not at hand: every key and value known.

Source: ``workflow-schema-v1.json`` as Archivematica has it from 1.9 on: what any of them takes of its own links, and
stricter where that is loose (managers are whole words here, and ids of links and chains have to be UUIDs).
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from sma_plugin.archivematica.workflow import model
from sma_plugin.archivematica.workflow.model import Id

_Status = Literal["Completed successfully", "Failed"]
_Language = Annotated[str, msgspec.Meta(pattern=r"^[a-zA-Z]{2,3}([-_/][a-zA-Z]{2,3})?$")]
_Words = dict[_Language, str]


class _Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="@manager"):
    """How a link is managed tells what else is said of it."""


class _Task(_Config, frozen=True):
    model: Literal["StandardTaskConfig"] = msgspec.field(name="@model")
    execute: str
    arguments: str | None = None
    filter_file_end: str | None = None
    filter_file_start: str | None = None
    filter_subdir: str | None = None
    stderr_file: str | None = None
    stdout_file: str | None = None


class _Files(_Task, frozen=True, tag="linkTaskManagerFiles"):
    pass


class _Directories(_Task, frozen=True, tag="linkTaskManagerDirectories"):
    pass


class _Output(_Task, frozen=True, tag="linkTaskManagerGetMicroserviceGeneratedListInStdOut"):
    pass


class _Listed(_Task, frozen=True, tag=model.LISTED):
    pass


class _Choice(_Config, frozen=True, tag=model.CHOICE):
    model: Literal["MicroServiceChainChoice"] = msgspec.field(name="@model")
    chain_choices: Annotated[list[Id], msgspec.Meta(min_length=1)]


class _Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: Id
    description: _Words
    items: dict[str, str]


class _Answers(_Config, frozen=True, tag=model.ANSWER):
    model: Literal["MicroServiceChoiceReplacementDic"] = msgspec.field(name="@model")
    replacements: list[_Answer]


class _Pull(_Config, frozen=True, tag=model.PULL):
    model: Literal["TaskConfigUnitVariableLinkPull"] = msgspec.field(name="@model")
    variable: str
    chain_id: Id | None = None


class _Set(_Config, frozen=True, tag=model.SET):
    model: Literal["TaskConfigSetUnitVariable"] = msgspec.field(name="@model")
    variable: str
    variable_value: str | None = None
    chain_id: Id | None = None


class _Exit(model.Exit, frozen=True, forbid_unknown_fields=True):
    job_status: _Status


class _Link(model.Link, frozen=True, forbid_unknown_fields=True):
    config: _Files | _Directories | _Output | _Listed | _Choice | _Answers | _Pull | _Set  # type: ignore[assignment]
    exit_codes: dict[str, _Exit]  # type: ignore[assignment]
    fallback_job_status: _Status
    description: _Words
    group: _Words
    package_status: Literal["done", "failed"] | None = None
    """What becomes of the package at this link; later versions have it (2026)."""

    def __post_init__(self) -> None:
        _in_english(self.description)
        _in_english(self.group)


class _Chain(model.Chain, frozen=True, forbid_unknown_fields=True):
    description: _Words

    def __post_init__(self) -> None:
        _in_english(self.description)


class _Watched(model.Watched, frozen=True, forbid_unknown_fields=True):
    unit_type: Literal["Transfer", "DIP", "SIP"]


class _Workflow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    links: dict[Id, _Link]
    chains: dict[Id, _Chain]
    watched_directories: list[_Watched]


def misshapen(workflow: bytes) -> str | None:
    """The first thing about a workflow's shape that Archivematica would not take, or nothing."""
    try:
        msgspec.json.decode(workflow, type=_Workflow)
    except msgspec.DecodeError as error:
        return str(error)
    return None


def _in_english(words: _Words) -> None:
    if "en" not in words:
        raise ValueError("words without 'en'")
