"""Papers about changes and releases, made from the records of the past."""
