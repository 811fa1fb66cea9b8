"""Readers of LinkedIn."""
