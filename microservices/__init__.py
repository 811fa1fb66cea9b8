"""What runs inside Archivematica's own Python, shipped as data: ``sma archivematica install`` puts it there.

Everything under ``sma_archivematica`` is for Python 3.8 and later and imports the standard library and Archivematica
alone. What it starts, ``sma-step``, lives in the environment of the plugin.
"""
