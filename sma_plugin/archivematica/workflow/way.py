"""The way that a package goes through a workflow when all is well and questions are answered beforehand."""

from __future__ import annotations

from collections.abc import Mapping

from sma_plugin.archivematica.workflow.graph import moved_to
from sma_plugin.archivematica.workflow.model import PULL, SET, Link, Workflow


def way(workflow: Workflow, begin: str, answers: Mapping[str, str]) -> list[str]:
    """The links from ``begin`` on, in order: on exit code 0, by preset answers (link to chain), variables and moves.

    A variable holds what the last link on the way set it to. The way ends where nothing follows, or at a question that
    has no preset answer and more than one that could be given.
    """
    told: dict[str, str] = {}
    found: dict[str, None] = {}
    at: str | None = begin
    while at and at not in found:
        found[at] = None
        link = workflow.links[at]
        if link.manager == SET:
            told[str(link.config["variable"])] = str(link.config.get("chain_id") or link.config.get("variable_value"))
        at = _next(workflow, link, told, answers.get(at))
    return list(found)


def _next(workflow: Workflow, link: Link, told: Mapping[str, str], answer: str | None) -> str | None:
    if answer in workflow.chains:
        return workflow.chains[answer].link_id
    if link.asks and answer is None:
        return None
    if link.manager == PULL:
        return told.get(str(link.config["variable"])) or link.config.get("chain_id")
    went_well = link.exit_codes.get("0")
    if went_well and went_well.link_id:
        return went_well.link_id
    return next(moved_to(workflow, link), None) or (None if went_well else link.fallback_link_id)
