"""From entries of the ledger to opinions the core can weigh.

It is the same whatever the host is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from changeflow.gate.who_speaks import doubt
from changeflow.language.reader import MACHINE
from changeflow.language.sentences import say
from changeflow.model.config import ConfigSpec
from changeflow.model.evidence import ApprovalBody, LedgerEntry
from changeflow.model.opinions import Review
from changeflow.model.people import Roster

_CODES: Final = {
    "unnamed": "approval.unsigned",
    "unknown": "approval.unsigned",
    "unsigned": "approval.unsigned",
    "forged": "approval.forged",
    "other_committer": "approval.other_committer",
}
_CLOCKS: Final = {"behind": "approval.clock_behind", "wrong": "approval.clock_wrong"}


def ledger_opinions(
    entries: Sequence[LedgerEntry], roster: Roster, config: ConfigSpec
) -> tuple[Review, ...]:
    """Return the opinions on record, oldest first.

    Each carries the reason, if any, why it does not count that only the ledger knows.

    Which of a person's opinions is the newest, and whether the person may approve at all, is
    decided by the core.

    Args:
        entries: evidence of one change, signatures checked.
        roster: who there is, at the base.
        config: settings at the base.
    """
    found: list[Review] = []
    for entry in entries:
        if isinstance(entry.body, ApprovalBody):
            found.append(_review(entry, entry.body, roster, config))
    return tuple(found)


def _review(entry: LedgerEntry, body: ApprovalBody, roster: Roster, config: ConfigSpec) -> Review:
    code, data = _flaw(entry, body, roster, config)
    if code is None and entry.clock and body.decision == "approve":
        code, data = _CLOCKS[entry.clock], {"who": body.by}
    return Review(
        by=body.by if body.by in roster.spec.people else None,
        shown_as=body.by,
        decision=body.decision,
        digest=body.digest,
        at=entry.moment,
        role=body.role,
        ineligible=code,
        message=say(code, data, MACHINE).text if code else "",
        data=data,
        words=body.comment,
    )


def _flaw(
    entry: LedgerEntry, body: ApprovalBody, roster: Roster, config: ConfigSpec
) -> tuple[str | None, dict[str, Any]]:
    """Return reason code and data why the statement itself proves nothing.

    They are None and empty where it is good.
    """
    data: dict[str, Any] = {"who": body.by}
    if entry.elsewhere:
        data |= {"repository": entry.repository} if entry.repository else {"case": "none"}
        return "approval.other_repository", data
    if entry.simulated and not config.allow_simulated_clock:
        return "approval.simulated", data
    found = doubt(entry, roster.spec.people, signatures_required=config.require_signatures)
    stranger = found is not None and found.code == "unknown" and not config.require_signatures
    agent = body.by in roster.spec.people and not roster.is_human(body.by)
    if found is None or stranger or agent:
        # that neither a stranger nor an automation approves is the core's to tell
        return None, {}
    return _CODES[found.code], data | found.data
