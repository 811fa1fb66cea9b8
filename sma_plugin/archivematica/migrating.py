"""The plugin's part of Archivematica's database: put in and taken out by migrations, with its own Python."""

from __future__ import annotations

import subprocess
from pathlib import Path

import msgspec

from sma_plugin.archivematica.environments import loading
from sma_plugin.archivematica.probing import Found
from sma_plugin.texts import UserError, refusal

APP = "sma_archivematica"
_SECONDS = 3600
_MARK = "sma-plugin: "
_FORGET = f"""
import django
django.setup()
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
Permission.objects.filter(content_type__app_label="{APP}").delete()
ContentType.objects.filter(app_label="{APP}").delete()
"""
"""Django notes the tables of every app, and forgets none when the app's migrations are taken back."""


class Database(msgspec.Struct, frozen=True):
    """Archivematica's database, as its dashboard reaches it with the plugin loaded."""

    python: Path
    dashboard: Found
    target: Path

    def migrate(self, *, back: bool = False) -> list[str]:
        """Run the plugin's migrations, or take them back; gives what they say. Raises :class:`UserError`."""
        said = self._run("-m", "django", "migrate", APP, *(["zero"] if back else []), "--noinput")
        if back:
            self._run("-c", _FORGET)
        return [line.strip().removeprefix(_MARK) for line in said.splitlines() if line.strip().startswith(_MARK)]

    def _run(self, *arguments: str) -> str:
        try:
            done = subprocess.run(
                [self.python, *arguments],
                env=self._environment(),
                cwd=self.dashboard.home,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_SECONDS,
                check=False,
            )
        except OSError as error:
            raise UserError("am_python_refused", python=self.python, **refusal(error)) from error
        except subprocess.TimeoutExpired as error:
            raise UserError("am_python_silent", python=self.python, seconds=_SECONDS) from error
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["?"])[-1]
            raise UserError("am_migration_failed", reason=reason.rstrip("."))
        return done.stdout

    def _environment(self) -> dict[str, str]:
        before = self.dashboard.environment
        ours = loading("dashboard", self.target, before, self.dashboard.told.settings)
        return {**before, **ours, "PYTHONDONTWRITEBYTECODE": "1"}
