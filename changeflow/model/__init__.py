"""Frozen records of documents, evidence and answers."""
