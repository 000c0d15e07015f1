"""`changeflow withdraw`."""

from __future__ import annotations

from changeflow.cli.opinion import opinion_command

command = opinion_command(
    "withdraw",
    """Take an earlier opinion back.

    The opinion stays on the ledger, and the withdrawal is recorded after it. A requester takes the
    whole change back with it.

    Exit 0 when the withdrawal is recorded, 1 when it is refused.

    \b
    Examples:
      changeflow withdraw CHG-20261121-payments-db-upgrade --as carol -m "News from the vendor"
    """,
)
