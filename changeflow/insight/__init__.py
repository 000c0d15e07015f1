"""Figures about changes over time."""
