"""Destruction on the books: what may go and why, who decided so, what was declared. Nothing is ever deleted here."""
