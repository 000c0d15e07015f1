"""`changeflow reject`."""

from __future__ import annotations

from changeflow.cli.opinion import opinion_command

command = opinion_command(
    "reject",
    """Reject a change with a signed statement.

    A rejection by a person who holds an approving role keeps the gate shut until that person
    approves or withdraws it.

    Exit 0 when the opinion is recorded, 1 when it is refused.

    \b
    Examples:
      changeflow reject CHG-20261121-payments-db-upgrade --as dave -m "No rollback for the cache"
    """,
)
