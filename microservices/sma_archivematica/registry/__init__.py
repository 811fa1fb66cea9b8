"""The rules for Archivematica's Format Policy Registry: putting them in, taking them out, reading what is there.

Rows are written by SQL and not by Archivematica's models: the models of a migration's own state cannot all be saved
(``IDTool`` makes its slug with a method that such a state lacks), and tables have the same names and columns in every
layout of its source.
"""
