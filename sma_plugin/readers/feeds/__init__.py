"""Readers of RSS, Atom and JSON Feed."""
