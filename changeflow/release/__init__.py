"""Releases, without effects: plan, state machine over the journal, claims, and review."""
