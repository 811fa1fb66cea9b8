"""``sma``: the commands. Parse, call, print; nothing else. A group of commands is a module of its own."""

from sma_plugin.cli.main import app, main

__all__ = ["app", "main"]
