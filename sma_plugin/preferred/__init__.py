"""Preferred formats: the archive's policies, what they say of the files of a package, and converting by them."""
