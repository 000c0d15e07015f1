"""The forward schedule of change."""
