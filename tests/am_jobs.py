"""What the tests of what lives inside Archivematica share: a job with the documented contract, and stand-ins."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from conftest import ROOT

INSIDE = ROOT / "microservices" / "sma_archivematica"
UNIT = "6f2b1f3e-0b1c-4c53-9d1a-2f0f7a1f4b10"
sys.path.insert(0, str(ROOT / "microservices"))  # as PYTHONPATH has it in an installation
layouts = import_module("sma_archivematica.layouts")


class TaskJob:
    """A job as a client script gets it (FACTS.md 1): arguments from ``args[1]``, a context, a status, output."""

    def __init__(self, name: str, *arguments: str) -> None:
        self.args = [name, *arguments]
        self.code = 0
        self.out = self.err = ""

    @contextmanager
    def JobContext(self, logger: Any = None) -> Iterator[None]:  # noqa: ARG002, N802 -- Archivematica's names
        try:
            yield
        except Exception:  # noqa: BLE001 -- what the contract says of it
            self.err += traceback.format_exc()
            self.code = 1

    def set_status(self, int_code: int, status_code: str = "success") -> None:  # noqa: ARG002 -- as in the contract
        self.code = int(int_code) or self.code

    def pyprint(self, *objects: Any, file: Any = sys.stdout) -> None:
        line = " ".join(map(str, objects)) + "\n"
        if file is sys.stderr:
            self.err += line
        else:
            self.out += line


def script(name: str) -> ModuleType:
    """A client script of ours."""
    return import_module(f"sma_archivematica.client_scripts.{name}")


def program(path: Path, body: str) -> Path:
    """A stand-in for ``sma-step``: a program in Python."""
    path.write_text(f"#!{sys.executable}\nimport json, os, signal, sys, time\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path
