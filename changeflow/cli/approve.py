"""`changeflow approve`."""

from __future__ import annotations

from changeflow.cli.opinion import opinion_command

command = opinion_command(
    "approve",
    r"""Approve a change with a signed statement, bound to what the change says now.

    An approval counts as long as the change's material content stays the same. A corrected typo
    in the reason keeps it, a moved window voids it. Requester, implementer, authors and automations
    never approve: their opinion is recorded and does not count.

    Exit 0 when the opinion is recorded, whether or not the gate is open now; 1 when it is refused.

    \b
    Examples:
      changeflow approve CHG-20261121-payments-db-upgrade --as carol
      changeflow approve CHG-20261121-payments-db-upgrade --as carol --role cab \
        --key ~/.ssh/id_ed25519 -m "Seen in rehearsal"
    """,
)
