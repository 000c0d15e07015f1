"""Check documents."""
