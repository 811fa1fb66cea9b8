"""Runs our client scripts in Archivematica's own Python, with its real jobs, models and loader, on a database.

``python am_inside_real.py DATABASE UNIT``: prints what came of it as JSON. Started by ``test_am_inside_real.py``.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

database, unit = sys.argv[1:3]
UUID = "6f2b1f3e-0b1c-4c53-9d1a-2f0f7a1f4b10"

from django.conf import settings  # noqa: E402

settings.DATABASES["default"] = {"ENGINE": "django.db.backends.sqlite3", "NAME": database}
settings.CAPTURE_CLIENT_SCRIPT_OUTPUT = True


class NoMigrations(dict):
    """Tables are made from the models as they are."""

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> None:
        return None


settings.MIGRATION_MODULES = NoMigrations()

import django  # noqa: E402

django.setup()

from client.job import Job  # noqa: E402
from client.loader import load_job_modules  # noqa: E402
from client.worker import run_task  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402
from main import models  # noqa: E402

call_command("migrate", run_syncdb=True, verbosity=0)
modules = Path(tempfile.mkdtemp(), "modules")
names = ("sma_receive", "sma_compose", "sma_return", "sma_check")
lines = [f"{name}_v0.0 = {name}" for name in names]
modules.write_text("\n".join(["[supportedBatchCommands]", *lines]))
loaded = load_job_modules(str(modules))


def run(name: str, *arguments: str, count: int = 1) -> list[tuple[int, str, str]]:
    """A batch of jobs, as a worker runs it; gives exit code, output and errors as they are in the database."""
    link = models.Job.objects.create(sipuuid=UUID, createdtime=timezone.now())
    jobs = []
    for _ in range(count):
        task = models.Task.objects.create(
            taskuuid=f"00000000-0000-4000-8000-{models.Task.objects.count():012d}",
            job=link,
            createdtime=timezone.now(),
        )
        jobs.append(Job(name, str(task.taskuuid), list(arguments)))
    run_task(name, loaded[name], jobs)
    found = models.Task.objects.filter(taskuuid__in=[job.uuid for job in jobs])
    return [(task.exitcode, task.stdout, task.stderror) for task in found]


models.Transfer.objects.create(uuid=UUID, type="Standard")
told = {
    "loaded": sorted(name for name, module in loaded.items() if module),
    "from": str(loaded["sma_receive_v0.0"].__name__),
    "receive": run("sma_receive_v0.0", unit, UUID, "bundel"),
    "compose": run("sma_compose_v0.0", unit, UUID, "bundel", "accept"),
    "check": run("sma_check_v0.0", unit, UUID),
    "batch": [code for code, _, _ in run("sma_check_v0.0", str(Path(unit).parent), UUID, count=128)],
    "broken": run("sma_return_v0.0"),
}
models.Transfer.objects.filter(uuid=UUID).update(type="Social media bundle")
told["own"] = run("sma_check_v0.0", unit, UUID)
sys.stdout.write("\n" + json.dumps(told))
