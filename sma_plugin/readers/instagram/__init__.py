"""Readers of Instagram."""
