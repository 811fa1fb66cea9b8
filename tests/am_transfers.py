"""What the tests of transfers share: a transfer with a delivery in it, and what is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from am_jobs import UNIT
from finding_cases import DECLARED, LISTED, REGISTER, WEIGHED
from making import mastodon, note
from sma_plugin.archivematica import transfers
from sma_plugin.archivematica.workflow.fragment import answer_id, fragment
from sma_plugin.findings import Finding
from sma_plugin.json_lines import JsonLines
from sma_plugin.settings import Archivematica, Paths, Role, Settings

SOUND = mastodon([note(1, "De Stationsweg is dicht"), note(2, "en weer open")])
LACKING = mastodon(
    [note(1, "Kijk eens", attachment=[{"type": "Document", "mediaType": "image/png", "url": "/media/weg.png"}])]
)
"""A delivery that refers to a picture which is not in it."""
ROLE = "archivaris"


class Told(JsonLines):
    """A reporter that keeps what it is told."""

    def __init__(self) -> None:
        super().__init__("nl")
        self.findings: list[Finding] = []
        self.texts: list[str] = []

    def finding(self, finding: Finding) -> None:
        self.findings.append(finding)

    def _write(self, row: dict[str, object]) -> None:
        self.texts.append(str(row.get("text", "")))


@dataclass
class Transfer:
    """A transfer in a folder of Archivematica, the configuration, and where things go."""

    home: Path
    settings: Settings
    told: Told = field(default_factory=Told)

    @property
    def root(self) -> Path:
        return self.home / "shared" / "currentlyProcessing" / "bundel"

    @property
    def returned(self) -> Path:
        return self.home / "returned" / f"bundel-{UNIT}"

    @property
    def work(self) -> Path:
        return self.home / "work" / f"transfer-{UNIT}"

    def run(self, job: str, decision: str = "%smaDecision%") -> int:
        """Run a job of ``sma-step`` on it; gives its exit code, and keeps what was told."""
        self.told = Told()
        words = [str(self.root), "--unit", UNIT, "--name", "bundel", "--decision", decision]
        code: int = getattr(transfers, job)(words, self.settings, self.told)
        return code

    @property
    def codes(self) -> list[str]:
        """The codes of what was told."""
        return [one.code for one in self.told.findings]

    def names(self) -> list[str]:
        """What lies in it."""
        return sorted(one.name for one in self.root.iterdir())


def configuration(decision: str) -> str:
    """A processing configuration that chooses this beforehand, as the dashboard writes it."""
    row = f"<appliesTo>{fragment().ids['decide']}</appliesTo><goToChain>{answer_id(decision)}</goToChain>"
    other = "<appliesTo>bd899573-694e-4d33-8c9b-df0af802437d</appliesTo><goToChain>x</goToChain>"
    rows = "".join(f"<preconfiguredChoice>{one}</preconfiguredChoice>" for one in (other, row))
    return f"<processingMCP><preconfiguredChoices><!-- x -->{rows}</preconfiguredChoices></processingMCP>"


def transfer(home: Path, contents: Mapping[str, bytes] = SOUND, **changes: Any) -> Transfer:
    """A transfer with a delivery, declared, of an account of the register."""
    (home / "register.csv").write_text(REGISTER, encoding="utf-8")
    (home / "selection-list.csv").write_text(LISTED, encoding="utf-8")
    settings = Settings(
        base=str(home),
        paths=Paths(working_area="work", packages="packages", decisions="decisions"),
        policies=WEIGHED,
        roles={ROLE: Role(("incomplete", "scenario"))},
        archivematica=Archivematica(returned="returned", operator_role=ROLE),
    )
    made = Transfer(home, msgspec.structs.replace(settings, **changes))
    (made.root / "delivery").mkdir(parents=True, exist_ok=True)
    for name, data in contents.items():
        path = made.root / "delivery" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (made.root / "capture.toml").write_text(DECLARED, encoding="utf-8")
    return made
