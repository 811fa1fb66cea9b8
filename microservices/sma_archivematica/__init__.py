"""The part of sma-plugin that lives inside Archivematica: a Django app, its settings and its client scripts."""

TRANSFER_TYPE = "social media bundle"
"""What a transfer of a delivery is called, as Archivematica knows it."""
