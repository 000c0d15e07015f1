"""Fit a risk model to what happened."""
