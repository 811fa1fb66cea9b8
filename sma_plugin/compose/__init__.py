"""From decisions to a package on disk: the slice of the history, the evidence in scope, extracts, the records."""
