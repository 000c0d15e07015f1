"""What type of change this is.

The computed type is a floor: declaring less is a finding, declaring more is allowed.

A normal change that takes a service away is never minor, however low its risk: customers may feel
it (ISO/IEC 20000-1:2018 8.5.1.2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, tzinfo
from typing import Any, Final, Literal

from changeflow.gate.standard_change import uncovered
from changeflow.language.reader import MACHINE
from changeflow.language.sentences import say
from changeflow.model.answers.assessment import Classification, Risk
from changeflow.model.change import ChangeRequest, ChangeType
from changeflow.model.change_model import ChangeModel
from changeflow.model.cmdb import ConfigurationItem, Criticality
from changeflow.model.model_scope import TAKES_AWAY
from changeflow.model.people import Roster
from changeflow.model.phrases import Told, told
from changeflow.model.riskmodel import RiskLevel

NormalClass = Literal["minor", "significant", "major"]
ECAB: Final = "ecab"

# The class of a normal change by its risk level (docs/concepts/index.md, "Three types, and a
# floor").
_CLASS: Final[dict[RiskLevel, NormalClass]] = {
    "low": "minor",
    "medium": "significant",
    "high": "significant",
    "critical": "major",
}
_SERVICE_TYPES: Final = frozenset({"service", "application", "business-service"})
_WEIGHTY: Final = frozenset({Criticality.TIER1, Criticality.TIER2})


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

    Standard only when a valid change model covers every item and step, the programs are those that
    were there when it was authorised (`edited` names those that are not), and the risk stays under
    its ceiling; emergency only with an incident, a justification and a person who may authorise it;
    everything else is normal.
    """
    match change.spec.type:
        case ChangeType.STANDARD:
            against = _against_standard(
                change, risk, models, items, roster, model_failures, today, edited, zone
            )
        case ChangeType.EMERGENCY:
            against = _against_emergency(change, roster)
        case ChangeType.NORMAL:
            against = ()
    computed = ChangeType.NORMAL if against else change.spec.type
    as_normal, why = _normal_class(change, risk, items)
    class_ = as_normal if computed is ChangeType.NORMAL else computed.value
    normal = {"kind": as_normal, "why": [why]}
    reasons = _reasons(change, computed, against, risk, normal)
    return Classification(
        declared=change.spec.type.value,
        computed=computed.value,
        reasons=tuple(say(one["code"], one, MACHINE).text for one in reasons),
        data=reasons,
        # the alias is a keyword of the language
        **{"class": class_},  # type: ignore[arg-type]
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
) -> tuple[Told, ...]:
    name = change.spec.model
    if name is None:
        return (told("class.not_standard"),)
    if name not in models:
        return (told("class.not_standard", case="no_such_model", model=name),)
    if not change.changed or change.spec.implementation is None:
        return (told("class.not_standard", case="empty"),)
    return uncovered(
        change, models[name], items, roster, risk.score, model_failures, today, edited, zone
    )


def _against_emergency(change: ChangeRequest, roster: Roster) -> tuple[Told, ...]:
    if change.spec.emergency is None:
        return (told("class.not_emergency"),)
    others = {*roster.members(ECAB)} - {change.metadata.requester, change.spec.implementer}
    if not any(map(roster.is_human, others)):
        return (told("class.not_emergency", case="no_member", role=ECAB),)
    return ()


def _normal_class(
    change: ChangeRequest, risk: Risk, items: Mapping[str, ConfigurationItem]
) -> tuple[NormalClass, Told]:
    """Return the class as a normal change, and why.

    Taking a service away is at least significant.
    """
    gone: list[str] = []
    for item in change.spec.items or ():
        if item.action in TAKES_AWAY and _is_service(items.get(item.ci)):
            gone.append(item.ci)
    why = told("class.by_risk", level=risk.level, score=risk.score)
    if not gone or _CLASS[risk.level] != "minor":
        return _CLASS[risk.level], why
    return "significant", told("class.takes_away", items=gone, although=[why])


def _is_service(item: ConfigurationItem | None) -> bool:
    """Return whether customers may feel that an item goes.

    What is unknown counts as the worst that it could be.
    """
    if item is None or item.spec.type is None or item.spec.criticality is None:
        return True
    return item.spec.type in _SERVICE_TYPES or item.spec.criticality in _WEIGHTY


def _reasons(
    change: ChangeRequest,
    computed: ChangeType,
    against: tuple[Told, ...],
    risk: Risk,
    normal: dict[str, Any],
) -> tuple[Told, ...]:
    if against:
        return (*against, told("class.normal", case="so", **normal))
    match computed:
        case ChangeType.STANDARD:
            return (told("class.standard", model=change.spec.model, score=risk.score),)
        case ChangeType.EMERGENCY:
            incident = change.spec.emergency.incident if change.spec.emergency else ""
            return (told("class.emergency", incident=incident),)
        case ChangeType.NORMAL:
            return (told("class.normal", **normal),)
