"""Policies as a subject of their own."""
