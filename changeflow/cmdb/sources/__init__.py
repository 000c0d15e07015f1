"""Importers, one module each."""
