"""Readers of YouTube."""
