"""The sentences in English. Those of reasons are recorded on the ledger, byte for byte."""
