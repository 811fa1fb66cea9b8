"""Mastodon and its kin: the account archive and the REST API."""
