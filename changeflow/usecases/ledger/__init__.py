"""Show, verify and replay the evidence."""
