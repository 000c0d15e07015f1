"""GitHub events to use cases."""
