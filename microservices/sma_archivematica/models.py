"""What this app keeps in Archivematica's database."""

from django.db import models
from django.db.models.signals import post_migrate
from sma_archivematica.registry.steps import after_migrations


class RegistryChange(models.Model):
    """A row of the Format Policy Registry that was added or switched off here (``registry/changes.py``)."""

    id = models.AutoField(primary_key=True)
    table_name = models.CharField(max_length=64)
    row_uuid = models.CharField(max_length=36)
    was = models.TextField()
    written = models.TextField()

    class Meta:
        """Written by SQL, so that a migration needs no model of its time."""

        app_label = "sma_archivematica"
        unique_together = (("table_name", "row_uuid"),)

    def __str__(self) -> str:
        """Which row of which table."""
        return f"{self.table_name} {self.row_uuid}"


post_migrate.connect(after_migrations, dispatch_uid="sma_archivematica.registry")
