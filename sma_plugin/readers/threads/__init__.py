"""Readers of Threads."""
