"""Evidence as in-toto statements in DSSE envelopes, chained."""
