"""Readers of Bluesky."""
