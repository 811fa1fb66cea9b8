"""MDTO, PREMIS and METS, Archivematica's import files, and the report."""
