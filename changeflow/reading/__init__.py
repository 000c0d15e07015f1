"""Readers from git to records: rulebook, change, evidence, other changes, pull requests."""
