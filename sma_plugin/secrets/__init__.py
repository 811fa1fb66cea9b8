"""Secrets in captures: keys, cookies, log-ins, signatures, known by where they stand."""
