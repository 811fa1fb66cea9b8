"""File formats: identification, and the one form that posts are normalised to."""
