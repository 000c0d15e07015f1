"""What type of change this is.

The computed type is a floor: declaring less is a finding, declaring more is allowed.

The class of a normal change follows its risk, and is never below what the risk model says about
what the change does (`gate.class_floor`): one that takes a service away is major. No change model
covers such a change. An emergency stays one, and its reasons name the class it would have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, tzinfo
from typing import Any, Final

from changeflow.gate.class_floor import (
    CLASS_ORDER,
    ClassFloor,
    ClassRules,
    NormalClass,
    as_class,
    class_floor,
)
from changeflow.language.reader import MACHINE
from changeflow.language.sentences import say
from changeflow.model.answers.assessment import Classification, ClassName, Risk
from changeflow.model.answers.impact import ServiceBudget
from changeflow.model.change import ChangeRequest, ChangeType
from changeflow.model.change_model import ChangeModel
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.people import Roster
from changeflow.model.phrases import Told, told
from changeflow.model.riskmodel import RiskLevel
from changeflow.risk.history import Count

ECAB: Final = "ecab"

# The class of a normal change by its risk level (docs/concepts/index.md, "Three types, and a
# floor").
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
    items: Mapping[str, ConfigurationItem],
    roster: Roster,
    model_record: Count,
    today: date,
    edited: Sequence[str] = (),
    zone: tzinfo = UTC,
    rules: ClassRules = ClassRules(),  # noqa: B008 - frozen
    sla: Sequence[ServiceBudget] = (),
) -> Classification:
    """Classify a change.

    Standard only when a valid change model covers every item and step, the programs are those that
    were there when it was authorised (`edited` names those that are not), and the risk stays under
    its ceiling; emergency only with an incident, a justification and a person who may authorise it;
    everything else is normal.
    """
    floor = class_floor(change, items, rules, sla)
    match change.spec.type:
        case ChangeType.STANDARD:
            against = _against_standard(
                change, risk, models, items, roster, model_record, today, edited, zone
            )
            if not against and floor.class_ == "major":
                against = (told("class.not_standard", case="major", why=[floor.why]),)
        case ChangeType.EMERGENCY:
            against = _against_emergency(change, roster)
        case ChangeType.NORMAL:
            against = ()
    computed = ChangeType.NORMAL if against else change.spec.type
    as_normal, why = _normal_class(risk, floor)
    by_type: dict[ChangeType, ClassName] = {
        ChangeType.STANDARD: "standard",
        ChangeType.NORMAL: as_normal,
        ChangeType.EMERGENCY: "emergency",
    }
    normal = {"kind": as_normal, "why": [why]}
    reasons = _reasons(change, computed, against, risk, normal, floor)
    return Classification(
        declared=change.spec.type.value,
        computed=computed.value,
        reasons=tuple(say(one["code"], one, MACHINE).text for one in reasons),
        class_=by_type[computed],
        data=reasons,
    )


def _against_standard(
    change: ChangeRequest,
    risk: Risk,
    models: dict[str, ChangeModel],
    items: Mapping[str, ConfigurationItem],
    roster: Roster,
    model_record: Count,
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
    # only for those that claim a model
    from changeflow.gate.standard_change import uncovered

    return uncovered(
        change, models[name], items, roster, risk.score, model_record, today, edited, zone
    )


def _against_emergency(change: ChangeRequest, roster: Roster) -> tuple[Told, ...]:
    if change.spec.emergency is None:
        return (told("class.not_emergency"),)
    others = {*roster.members(ECAB)} - {change.metadata.requester, change.spec.implementer}
    if not any(map(roster.is_human, others)):
        return (told("class.not_emergency", case="no_member", role=ECAB),)
    return ()


def _normal_class(risk: Risk, floor: ClassFloor) -> tuple[NormalClass, Told]:
    """Return the class as a normal change, and why."""
    by_risk = _CLASS[risk.level]
    why = told("class.by_risk", level=risk.level, score=risk.score)
    if floor.why is None or CLASS_ORDER.index(floor.class_) <= CLASS_ORDER.index(by_risk):
        return by_risk, why
    return floor.class_, as_class(floor.why, why)


def _reasons(
    change: ChangeRequest,
    computed: ChangeType,
    against: tuple[Told, ...],
    risk: Risk,
    normal: dict[str, Any],
    floor: ClassFloor,
) -> tuple[Told, ...]:
    if against:
        return (*against, told("class.normal", case="so", **normal))
    match computed:
        case ChangeType.STANDARD:
            return (told("class.standard", model=change.spec.model, score=risk.score),)
        case ChangeType.EMERGENCY:
            incident = change.spec.emergency.incident if change.spec.emergency else ""
            emergency = told("class.emergency", incident=incident)
            if floor.why is None:
                return (emergency,)
            return (emergency, told("class.would_be", kind=floor.class_, why=[floor.why]))
        case ChangeType.NORMAL:
            return (told("class.normal", **normal),)
