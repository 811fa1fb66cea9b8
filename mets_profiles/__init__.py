"""The METS profile, its Schematron and schemas, shipped as data."""
