"""Release changes and review them."""
