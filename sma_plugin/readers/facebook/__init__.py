"""Readers of Facebook."""
