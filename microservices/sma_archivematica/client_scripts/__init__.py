"""The client scripts, which Archivematica finds among its own."""
