"""Tell people of changes."""
