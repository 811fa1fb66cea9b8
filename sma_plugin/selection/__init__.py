"""Account register, selection list, and the decision that links them."""
