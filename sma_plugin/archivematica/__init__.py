"""Archivematica from the outside: install and look after the plugin, submit packages, hold what is stored against them.

This room also does the work of the microservices, which only start it: ``sma-step`` runs it in the plugin's own
environment. Nobody but the commands knows this room.
"""
