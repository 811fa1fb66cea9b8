"""Schemas, profile rules and cross-checks."""
