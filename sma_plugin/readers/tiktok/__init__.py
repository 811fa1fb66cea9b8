"""Readers of TikTok."""
