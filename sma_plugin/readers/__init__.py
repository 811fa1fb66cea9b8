"""One module per platform and technique: recognise a capture, read its items. See ``contract.py``."""
