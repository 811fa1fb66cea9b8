"""The part of sma-plugin that lives inside Archivematica: a Django app, its settings and its client scripts."""
