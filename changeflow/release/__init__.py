"""The release state machine over a write-ahead journal."""
