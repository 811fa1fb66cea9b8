"""Readers of archiving suppliers' deliveries, described by mapping files."""
