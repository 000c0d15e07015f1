"""The facts for the scorecard of the risk model, asked only where the past is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from changeflow.model.answers.assessment import NOT_ASKED, Debt
from changeflow.model.change import ChangeRequest
from changeflow.reading.evidence import Evidence
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State

Values = Mapping[str, float | None]


def require_records(base: Rulebook, place: State) -> None:
    """Refuse to go on where the score of any change rests on records that cannot be read.

    Args:
        base: the rulebook of the base.
        place: the base, with records.

    Raises:
        errors.UsageError: when a library is needed and not installed.
        errors.Unreadable: when a file is no table.
    """
    if not base.problems and base.risk_model.likelihood.record and place.records_anything:
        _ = place.recorded_past


def record_facts(
    change: ChangeRequest, base: Rulebook, place: State, evidence: Evidence, now: datetime
) -> Values | None:
    """Return the facts that the scorecard names; None where no incident is recorded.

    Args:
        change: the request.
        base: the rulebook of the base.
        place: the base, with requests and records.
        evidence: the ledger.
        now: the time.

    Raises:
        errors.UsageError: when a library is needed and not installed.
        errors.Unreadable: when a file is no table.
    """
    if not place.records_anything or not base.risk_model.likelihood.record:
        return None
    # Few repositories record incidents.
    from changeflow.gate_cases.facts_now import FactsNow

    return FactsNow(base, place, evidence, now).facts(change)


def records_digest_where(place: State, base: Rulebook, debt: Debt) -> Mapping[str, str]:
    """Return `records_digest` of a change whose facts are not looked up.

    Raises:
        errors.UsageError: when a library is needed and not installed.
        errors.Unreadable: when a file is no table.
    """
    scored = place.records_anything and bool(base.risk_model.likelihood.record)
    return _digest_where(place, rests=scored or debt != NOT_ASKED)


def records_digest(place: State, values: Values | None, debt: Debt) -> Mapping[str, str]:
    """Return the digest of what is recorded of the past, where score or rules rest on it."""
    return _digest_where(place, rests=values is not None or debt != NOT_ASKED)


def _digest_where(place: State, *, rests: bool) -> Mapping[str, str]:
    recorded = place.recorded_past if rests else None
    return {"records": recorded.digest} if recorded is not None else {}
