"""X, formerly Twitter: the self-service archive of all eras, and the API."""
