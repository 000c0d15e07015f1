"""What type of change this is. The computed type is a floor: declaring less is a finding, declaring more is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, tzinfo
from typing import Final, Literal

from changeflow.gate.standard import uncovered
from changeflow.model.answers import Classification, Risk
from changeflow.model.change import ChangeRequest, ChangeType
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.models import ChangeModel
from changeflow.model.people import Roster
from changeflow.model.riskmodel import RiskLevel

NormalClass = Literal["minor", "significant", "major"]
ECAB: Final = "ecab"

# Normal changes by risk level (design, section 4: minor / significant / major).
_CLASS: Final[dict[RiskLevel, NormalClass]] = {
    "low": "minor",
    "medium": "significant",
    "high": "significant",
    "critical": "major",
}


def classify(
    change: ChangeRequest,
    risk: Risk,
    models: dict[str, ChangeModel],
    items: dict[str, ConfigurationItem],
    roster: Roster,
    model_failures: int,
    today: date,
    edited: Sequence[str] = (),
    zone: tzinfo = UTC,
) -> Classification:
    """Classify a change.

    Standard only when a valid change model covers every item and step, the programs are those that were there when it was
    authorised (`edited` names those that are not), and the risk stays under its ceiling; emergency only with an incident, a
    justification and somebody who may authorise it; everything else is normal.
    """
    match change.spec.type:
        case ChangeType.STANDARD:
            against = _against_standard(change, risk, models, items, roster, model_failures, today, edited, zone)
        case ChangeType.EMERGENCY:
            against = _against_emergency(change, roster)
        case ChangeType.NORMAL:
            against = ()
    computed = ChangeType.NORMAL if against else change.spec.type
    return Classification(
        declared=change.spec.type.value,
        computed=computed.value,
        reasons=_reasons(change, computed, against, risk),
        **{"class": _CLASS[risk.level] if computed is ChangeType.NORMAL else computed.value},  # type: ignore[arg-type]  # an alias that is a keyword
    )


def _against_standard(
    change: ChangeRequest,
    risk: Risk,
    models: dict[str, ChangeModel],
    items: dict[str, ConfigurationItem],
    roster: Roster,
    model_failures: int,
    today: date,
    edited: Sequence[str],
    zone: tzinfo,
) -> tuple[str, ...]:
    name = change.spec.model
    if name is None:
        return ("declared standard, but names no change model",)
    if name not in models:
        return (f"declared standard, but there is no change model `{name}` on the base",)
    if not change.changed or change.spec.implementation is None:
        return ("declared standard, but names no items or steps a model could cover",)
    return uncovered(change, models[name], items, roster, risk.score, model_failures, today, edited, zone)


def _against_emergency(change: ChangeRequest, roster: Roster) -> tuple[str, ...]:
    if change.spec.emergency is None:
        return ("declared emergency, but names no incident and no justification",)
    own = {change.metadata.requester, change.spec.implementer}
    if not any(roster.is_human(person) and person not in own for person in roster.members(ECAB)):
        return (f"declared emergency, but nobody in the role `{ECAB}` may authorise it",)
    return ()


def _reasons(change: ChangeRequest, computed: ChangeType, against: tuple[str, ...], risk: Risk) -> tuple[str, ...]:
    if against:
        return (*against, f"so it is a normal change, {_CLASS[risk.level]} because its risk is {risk.level} ({risk.score})")
    match computed:
        case ChangeType.STANDARD:
            return (f"change model `{change.spec.model}` covers every item and step, and risk {risk.score} is under its ceiling",)
        case ChangeType.EMERGENCY:
            incident = change.spec.emergency.incident if change.spec.emergency else ""
            return (f"emergency for incident {incident}; retrospective approval and review are owed afterwards",)
        case ChangeType.NORMAL:
            return (f"normal change, {_CLASS[risk.level]} because its risk is {risk.level} ({risk.score})",)
