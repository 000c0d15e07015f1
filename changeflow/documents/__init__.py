"""Documents from YAML to records and back: loader, positions, schema check, careful edits."""
