"""Stored packages, read and never touched: opened from whatever holds them, verified, and made one history."""
