"""What is written to Archivematica's database, each with its way back."""
