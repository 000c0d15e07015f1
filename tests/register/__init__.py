"""The register of changes: `list`, `todo` and `show`."""
