"""What is being done while a person waits at a terminal."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "progress.share": "{what}: {percent} %",
    "progress.time": "{what}: {seconds} s",
    "progress.ledger": "reading the ledger",
    "progress.signatures": "checking signatures",
    "progress.check": "checking documents",
    "progress.items": "reading the CMDB",
    "progress.requests": "reading requests",
    "progress.changes": "judging changes",
    "progress.replay": "computing decisions again",
    "progress.backtest": "trying rules on the changes of the past",
    "progress.remote": "waiting for the remote",
    "progress.lock": "waiting for another process that writes to the ledger",
    "progress.host": "waiting for the host",
    "progress.import": "importing records",
    "progress.records": "reading records of the past",
    "progress.resamples": "fitting to changes drawn anew",
}
