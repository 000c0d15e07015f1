"""Plain git: people approve on the ledger and merge by hand. The default, needing no server."""
