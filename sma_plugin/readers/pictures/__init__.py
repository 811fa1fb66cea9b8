"""Readers of screenshots and documents."""
