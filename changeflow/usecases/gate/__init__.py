"""Assess a change, decide a gate, give an opinion."""
