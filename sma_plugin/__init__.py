"""Archiving the social media of governments, on one machine and inside Archivematica."""

__version__ = "0.1.0"
