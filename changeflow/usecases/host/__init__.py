"""Look at the code host."""
