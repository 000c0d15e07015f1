"""Computing recorded decisions again: the inputs as they were, the same pure functions, nothing but git."""
