"""Essential characteristics: which ones there are (data), and what was measured."""
