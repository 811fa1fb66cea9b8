"""People's privacy: pseudonyms and the keys to them, access copies, requests under the AVG, secrets in captures."""
