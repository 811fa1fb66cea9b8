"""What was delivered: containers, fixity, ``capture.toml``, WARC and WACZ."""
