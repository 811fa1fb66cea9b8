"""One account history over all captures: identity, versions, threads; the store."""
