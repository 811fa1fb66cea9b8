"""The table that keeps what was changed in the Format Policy Registry."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Knows nothing of Archivematica, and goes last."""

    initial = True
    dependencies = ()

    operations = (
        migrations.CreateModel(
            name="RegistryChange",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("table_name", models.CharField(max_length=64)),
                ("row_uuid", models.CharField(max_length=36)),
                ("was", models.TextField()),
                ("written", models.TextField()),
            ],
            options={"unique_together": {("table_name", "row_uuid")}},
        ),
    )
