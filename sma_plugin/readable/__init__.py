"""Posts for people to read: a table with a row for each, and pages with threads."""
