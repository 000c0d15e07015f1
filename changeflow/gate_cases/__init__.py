"""What a gate is told about a change, put together from git and the ledger."""
