"""A database in memory with the tables of Archivematica that our links use, for tests without Archivematica."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def models() -> Any:
    """The models, with their tables made; Archivematica's own have more fields and the same meaning (FACTS.md 7)."""
    import django
    from django.conf import settings

    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        USE_TZ=True,
        TIME_ZONE="UTC",
        INSTALLED_APPS=[__name__],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    from archivematica_tables import models as tables

    return tables
