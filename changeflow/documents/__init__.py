"""YAML text to records and back: strict loader, positions, schema check, edits that keep comments."""
