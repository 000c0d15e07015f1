"""An opinion that was just recorded, as text and JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from changeflow.model.evidence import ApprovalBody
from changeflow.render.json_text import answer_json
from changeflow.render.presentation import Presentation, fitted, for_programs
from changeflow.render.since import text as since_text
from changeflow.render.table import padded
from changeflow.usecases.gate.opinion import Given
from changeflow.usecases.ledger.log import single_answer

# cells of the column that names a line
_LABEL: Final = 9


def text(given: Given, to: Presentation) -> str:
    """Render what was recorded, and where."""
    entry, body = given.entry, given.entry.body
    did, content = entry.change, ""
    if isinstance(body, ApprovalBody):
        did, content = _did(given, body, to), body.digest
    signed = {"did": did}
    if entry.signer:
        signed["signer"] = entry.signer
    if entry.simulated:
        signed["case"] = "simulated"
    rows = (
        ("opinion.entry", entry.path),
        ("opinion.content", content),
        ("opinion.at", to.time(entry.at)),
    )
    lines = [to.says("opinion.signed" if entry.signer else "opinion.unsigned", **signed)]
    for label, value in rows:
        lines.append(f"  {padded(to.says(label), _LABEL)}{value}")
    return "\n".join(lines) + "\n" + since_text(given.since, to)


def _did(given: Given, body: ApprovalBody, to: Presentation) -> str:
    """Return what a person did, and in which role."""
    verb = "withdraw_change" if given.whole else body.decision
    data = {"by": body.by, "change": given.entry.change}
    if body.role:
        data |= {"case": "role", "role": body.role}
    return to.says(f"opinion.{verb}", **data)


def json(given: Given) -> str:
    """Render `changeflow/ledger/v1` with the one entry."""
    return answer_json(single_answer(given.entry, given.head))


FORMATS: Final[dict[str, Callable[[Given, Presentation], str]]] = {
    "text": fitted(text),
    "json": for_programs(json),
}
