"""An opinion that was just recorded, as text and JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from changeflow.model.evidence import ApprovalBody
from changeflow.model.times import format_instant
from changeflow.render.ledger import as_json
from changeflow.render.since import text as since_text
from changeflow.usecases.gate.opinion import Given
from changeflow.usecases.ledger.log import single_answer

_DID: Final = {"approve": "approved", "reject": "rejected", "withdraw": "withdrew their opinion of"}


def text(given: Given) -> str:
    """What was recorded, and where."""
    entry, body = given.entry, given.entry.body
    verb = (
        "withdrew the change"
        if given.whole
        else _DID[body.decision]
        if isinstance(body, ApprovalBody)
        else ""
    )
    did = f"{body.by} {verb} {entry.change}" if isinstance(body, ApprovalBody) else entry.change
    role = f" as {body.role}" if isinstance(body, ApprovalBody) and body.role else ""
    content = body.digest if isinstance(body, ApprovalBody) else ""
    signed = f"signed by {entry.signer}" if entry.signer else "not signed"
    mark = ", under a simulated clock" if entry.simulated else ""
    return (
        f"{did}{role}: {signed}{mark}\n  entry    {entry.path}\n  content  {content}\n  at       "
        f"{format_instant(entry.at)}\n"
    ) + since_text(given.since)


def json(given: Given) -> str:
    """`changeflow/ledger/v1` with the one entry."""
    return as_json(single_answer(given.entry, given.head))


FORMATS: Final[dict[str, Callable[[Given], str]]] = {"text": text, "json": json}
