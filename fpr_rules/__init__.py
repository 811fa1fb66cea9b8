"""What is to be done with which format, as data: own formats, policies, commands, and rules for Archivematica."""
