"""GitHub as a host."""
