"""Cases of SMA-A001 to SMA-A009: a workflow of Archivematica merged with ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from finding_cases import Bench, Case
from making_workflow import MODULES, identity, link, stock
from sma_plugin.archivematica.client_modules import client_modules
from sma_plugin.archivematica.workflow import checked, decisions, merged
from sma_plugin.archivematica.workflow.fragment import fragment
from sma_plugin.findings import Finding
from sma_plugin.settings import Settings

ANYTHING = b'{"properties": {"links": {}}}'
"""A schema to which every workflow is right."""
OURS = fragment().ids


def looked_at(
    before: bytes, change: Callable[[dict[str, Any]], object] | None = None, schema: bytes | None = ANYTHING
) -> list[Finding]:
    """What is wrong with a merged workflow, after somebody changed it."""
    made = json.loads(merged(before, decisions(Settings())))
    if change:
        change(made)
    return checked(json.dumps(made).encode(), client_modules(MODULES), schema)


def of(
    change: Callable[[dict[str, Any]], object] | None = None, schema: bytes | None = ANYTHING, **links: Any
) -> Callable[[Bench], list[Finding]]:
    return lambda _bench: looked_at(stock(**links), change, schema)


def lost(made: dict[str, Any]) -> None:
    """The failure path of ours leads nowhere."""
    made["links"][OURS["return"]]["fallback_link_id"] = identity("nowhere")


def not_watched(made: dict[str, Any]) -> None:
    """Our directory is not watched, so that nothing begins there."""
    made["watched_directories"].pop(0)


def never_asking(made: dict[str, Any]) -> None:
    """What is still open goes back to composing without anybody deciding it."""
    made["links"][OURS["look"]]["exit_codes"]["3"]["link_id"] = OURS["compose"]


CASES = [
    Case("SMA-A001", of(schema=b'{"properties": {"links": {}}, "required": ["version"]}')),
    Case("SMA-A001", of(lambda made: made["links"][OURS["move"]].update(colour="red"), None), "SMA-A001", "SMA-A007"),
    Case("SMA-A002", of(lost)),
    Case("SMA-A003", of(not_watched)),
    Case("SMA-A004", of(lambda made: made["links"][OURS["move"]]["config"].update(execute="teleport_v0.0"))),
    Case("SMA-A005", of(never_asking)),
    Case("SMA-A006", of(start_sip=link("moveSIP_v0.0", "empty", "bag"))),
    Case("SMA-A007", of(schema=None)),
    Case("SMA-A008", of(unneeded=link("removeUnneededFiles_v0.0", "verify", "nowhere"))),
    Case("SMA-A009", of(sip=link("teleport_v0.0", None, "failed", '"%sharedPath%watchedDirectories/sip/."'))),
]
