"""The rules in the Format Policy Registry."""

from django.db import migrations
from sma_archivematica.registry.steps import backward, forward


class Migration(migrations.Migration):
    """After the last change to the registry's columns; its later changes to rows are followed by ``post_migrate``."""

    dependencies = (("sma_archivematica", "0001_registry_changes"), ("fpr", "0039_django32"))

    operations = (migrations.RunPython(forward, backward),)
