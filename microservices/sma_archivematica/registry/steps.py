"""When the rules are put in and taken out: by our migration, and again after any migration of Archivematica."""

from __future__ import annotations

import sys
from typing import Any

from django.db import connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from .install import put_in, take_out
from .rows import document

MIGRATION = ("sma_archivematica", "0002_registry_rules")


def forward(_apps: Any, schema_editor: Any) -> None:
    """Put the rules in."""
    _tell(put_in(schema_editor.connection, document()))


def backward(_apps: Any, schema_editor: Any) -> None:
    """Take the rules out and switch on again what was on."""
    _tell(take_out(schema_editor.connection))


def after_migrations(sender: Any, using: str, **_told: Any) -> None:
    """Put the rules in again where they are in: the signal ``post_migrate``, which comes for every app, calls this.

    A newer Archivematica brings formats that we had to add, and an identification command that it switches on beside
    ours; a newer plugin brings other rules. Each would otherwise stop work until somebody looked.
    """
    connection = connections[using]
    if sender.label != MIGRATION[0] or MIGRATION not in MigrationRecorder(connection).applied_migrations():
        return
    with transaction.atomic(using=using):
        _tell(put_in(connection, document()))


def _tell(said: list[str]) -> None:
    for line in said:
        sys.stdout.write(f"\n    sma-plugin: {line}")
