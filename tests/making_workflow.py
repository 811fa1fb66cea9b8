"""A workflow of a fictional Archivematica: small, with ids of its own, and with every place that our steps need."""

from __future__ import annotations

import json
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

DONE, FAILED = "Completed successfully", "Failed"


def identity(name: str) -> str:
    """The id that something has in this workflow."""
    return str(uuid5(NAMESPACE_DNS, f"{name}.voorbeeldstad.example"))


def link(
    execute: str, then: str | None = None, fallback: str | None = None, arguments: str = "", group: str = "Werk"
) -> dict[str, Any]:
    """A link that carries out one command, by the names of those that follow."""
    made: dict[str, Any] = {
        "config": {
            "@manager": "linkTaskManagerDirectories",
            "@model": "StandardTaskConfig",
            "arguments": arguments,
            "execute": execute,
        },
        "description": {"en": f"Do {execute}"},
        "exit_codes": {"0": {"job_status": DONE, **({"link_id": identity(then)} if then else {})}},
        "fallback_job_status": FAILED,
        "group": {"en": group},
    }
    return made | ({"fallback_link_id": identity(fallback)} if fallback else {})


def choice(*chains: str) -> dict[str, Any]:
    """A link at which an operator chooses how to go on."""
    return {
        "config": {
            "@manager": "linkTaskManagerChoice",
            "@model": "MicroServiceChainChoice",
            "chain_choices": [identity(one) for one in chains],
        },
        "description": {"en": "Choose"},
        "exit_codes": {},
        "fallback_job_status": FAILED,
        "group": {"en": "Kiezen"},
    }


def links() -> dict[str, dict[str, Any]]:
    """The links by name: from the approval of a transfer to the bag."""
    return {
        "approve": choice("rejecting", "approving"),
        "reject": link("failedTransferCleanup", "rejected", "rejected", '"reject" "%SIPUUID%"'),
        "rejected": link("moveTransfer_v0.0", None, None, '"%SIPDirectory%" "%rejectedDirectory%."'),
        "hidden": link("removeHiddenFilesAndDirectories_v0.0", "unneeded", "unneeded"),
        "unneeded": link("removeUnneededFiles_v0.0", "verify", "failed"),
        "verify": link("verifyTransferCompliance_v0.0", "sip", "failed"),
        "failed": link("emailFailReport_v0.0", "failed-cleanup", "failed-cleanup"),
        "failed-cleanup": link("failedTransferCleanup", None, None, '"fail" "%SIPUUID%"'),
        "approve-bag": choice("rejecting", "approving-bag"),
        "bag-in": link("verifyAndRestructureTransferBag_v0.0", "sip", "failed"),
        "sip": link("moveTransfer_v0.0", None, "failed", '"%sharedPath%watchedDirectories/sip/."'),
        "start-sip": link("moveSIP_v0.0", "empty", "failed-sip"),
        "empty": choice("empty-yes", "empty-no"),
        "mets-yes": link("createMETS_v2.0", "readme", "failed-sip", "--amdSec --createNormativeStructmap"),
        "mets-no": link("createMETS_v2.0", "readme", "failed-sip", "--amdSec"),
        "readme": link("copy_v0.0", "bag", "bag"),
        "aic-mets": link("createMETS_v2.0", "bag", "failed-sip"),
        "bag": link("bagit_v0.0", None, "failed-sip"),
        "failed-sip": link("emailFailReport_v0.0", "failed-sip-cleanup", "failed-sip-cleanup"),
        "failed-sip-cleanup": link("failedSIPCleanup_v1.0", None, None),
    }


CHAINS = {
    "arriving": "approve",
    "rejecting": "reject",
    "approving": "hidden",
    "arriving-bag": "approve-bag",
    "approving-bag": "bag-in",
    "sip-made": "start-sip",
    "aic-made": "aic-mets",
    "empty-yes": "mets-yes",
    "empty-no": "mets-no",
}
WATCHED = {
    "/activeTransfers/standardTransfer": ("arriving", "Transfer"),
    "/activeTransfers/baggitDirectory": ("arriving-bag", "Transfer"),
    "/sip/": ("sip-made", "SIP"),
    "/aic/": ("aic-made", "SIP"),
}


def workflow(**changes: dict[str, Any] | None) -> dict[str, Any]:
    """The workflow, with links by name replaced or added (underscores for hyphens), or left out where ``None``."""
    told = links() | {name.replace("_", "-"): one for name, one in changes.items()}
    return {
        "chains": {
            identity(name): {"description": {"en": name}, "link_id": identity(begin)} for name, begin in CHAINS.items()
        },
        "links": {identity(name): one for name, one in told.items() if one is not None},
        "watched_directories": [
            {"chain_id": identity(chain), "only_dirs": True, "path": path, "unit_type": unit}
            for path, (chain, unit) in WATCHED.items()
        ],
    }


def stock(**changes: dict[str, Any] | None) -> bytes:
    """The workflow as a file."""
    return json.dumps(workflow(**changes), indent=2, ensure_ascii=False).encode() + b"\n"


COMMANDS = {one["config"]["execute"].lower() for one in links().values() if "execute" in one["config"]} | {
    "archivematicasettransfertype_v0.0"
}
MODULES = (
    b"[supportedBatchCommands]\n"
    + "".join(f"{name} = {name.partition('_v')[0]}\n" for name in sorted(COMMANDS)).encode()
)
"""The client modules that carry it out."""
