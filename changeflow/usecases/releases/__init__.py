"""Releases: start, drive, order and confirm. The journal on the ledger is the only state."""
