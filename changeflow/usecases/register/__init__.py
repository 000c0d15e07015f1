"""The register of changes: all of them, what waits for one person, and one change in full."""
