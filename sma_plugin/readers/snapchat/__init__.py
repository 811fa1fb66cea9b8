"""Readers of Snapchat."""
