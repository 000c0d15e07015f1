"""An opinion that was just recorded, as text and JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from changeflow.model.evidence import ApprovalBody
from changeflow.render.json_text import answer_json
from changeflow.render.presentation import Presentation, for_programs
from changeflow.render.since import text as since_text
from changeflow.usecases.gate.opinion import Given
from changeflow.usecases.ledger.log import single_answer

_DID: Final = {"approve": "approved", "reject": "rejected", "withdraw": "withdrew their opinion of"}


def text(given: Given, to: Presentation) -> str:
    """Render what was recorded, and where."""
    entry, body = given.entry, given.entry.body
    did, content = entry.change, ""
    if isinstance(body, ApprovalBody):
        verb = "withdrew the change" if given.whole else _DID[body.decision]
        did, content = f"{body.by} {verb} {entry.change}", body.digest
        if body.role:
            did += f" as {body.role}"
    signed = f"signed by {entry.signer}" if entry.signer else "not signed"
    mark = ", under a simulated clock" if entry.simulated else ""
    lines = (
        f"{did}: {signed}{mark}",
        f"  entry    {entry.path}",
        f"  content  {content}",
        f"  at       {to.time(entry.at)}",
    )
    return "\n".join(lines) + "\n" + since_text(given.since, to)


def json(given: Given) -> str:
    """Render `changeflow/ledger/v1` with the one entry."""
    return answer_json(single_answer(given.entry, given.head))


FORMATS: Final[dict[str, Callable[[Given, Presentation], str]]] = {
    "text": text,
    "json": for_programs(json),
}
