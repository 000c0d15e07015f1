"""Drive a release: read the journal, ask the machine, act, write.

The journal on the ledger is the only state.
"""
