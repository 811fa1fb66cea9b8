"""Settings modules, one per component of Archivematica, for ``DJANGO_SETTINGS_MODULE``."""
