"""The class that a change has at least, whatever its risk: what the risk model says under `classes`.

A change that takes a service away is major (ISO/IEC 20000-1:2018 8.5.1.2).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, Literal

from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.impact import ServiceBudget
from changeflow.model.change import Action, ChangedItem, ChangeRequest
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.config import SERVICE_TYPES, ConfigSpec
from changeflow.model.model_scope import TAKES_AWAY
from changeflow.model.phrases import Told, told
from changeflow.model.riskmodel import CLASSES, ClassRule, RiskModelSpec

NormalClass = Literal["minor", "significant", "major"]

CLASS_ORDER: Final[tuple[NormalClass, ...]] = ("minor", "significant", "major")


@dataclass(frozen=True)
class ClassRules:
    """What makes a change at least significant or major, as the base says it.

    Attributes:
        rules: of the risk model, in order.
        service_types: types of items that are services.
        taken: items that the branch retires, or whose record it takes away.
    """

    rules: tuple[ClassRule, ...] = CLASSES
    service_types: Collection[str] = SERVICE_TYPES
    taken: Collection[str] = ()

    @classmethod
    def of(
        cls, model: RiskModelSpec, config: ConfigSpec, taken: Collection[str] = ()
    ) -> ClassRules:
        """Return what the risk model and the configuration of a base say."""
        return cls(model.classes, config.service_types, taken)


@dataclass(frozen=True)
class ClassFloor:
    """The class that a change has at least.

    Attributes:
        class_: the class; minor where no rule is about the change.
        why: the reason; None where no rule is about the change.
    """

    class_: NormalClass = "minor"
    why: Told | None = None


def class_floor(
    change: ChangeRequest,
    items: Mapping[str, ConfigurationItem],
    rules: ClassRules,
    sla: Sequence[ServiceBudget] = (),
) -> ClassFloor:
    """Return the class that a change has at least: the highest, with the first rule that says so.

    Args:
        change: the request.
        items: the CMDB by id.
        rules: of the base.
        sla: what is left of the budgets of services that fail.
    """
    found = ClassFloor()
    for rule in rules.rules:
        if CLASS_ORDER.index(rule.class_) > CLASS_ORDER.index(found.class_):
            meant = tuple(_items_meant(rule, change, items, rules, sla))
            if meant:
                found = ClassFloor(rule.class_, _why(rule, meant))
    return found


def _items_meant(
    rule: ClassRule,
    change: ChangeRequest,
    items: Mapping[str, ConfigurationItem],
    rules: ClassRules,
    sla: Sequence[ServiceBudget],
) -> Iterable[str]:
    """Yield the items that a rule is about: those of the change, or services it takes away."""
    done = [item for item in change.spec.items or () if _acts(rule, item, rules.taken)]
    names = [item.ci for item in done]
    if rule.outage is not None:
        names = list(_beyond(rule.outage, sla)) if done else []
    for ci in dict.fromkeys(names):
        if _matches(rule, items.get(ci), rules.service_types):
            yield ci


def _acts(rule: ClassRule, item: ChangedItem, taken: Collection[str]) -> bool:
    """Return whether a rule is about what happens to an item, by its request or by its branch."""
    if not rule.actions or item.action.value in rule.actions:
        return True
    return item.ci in taken and Action.REMOVE.value in rule.actions


def _beyond(
    outage: Literal["over-budget", "unknown"], sla: Sequence[ServiceBudget]
) -> Iterable[str]:
    """Yield the services whose budget an outage exceeds, or may exceed."""
    for row in sla:
        if row.over if outage == "over-budget" else row.unknown:
            yield row.ci


def _matches(
    rule: ClassRule, known: ConfigurationItem | None, service_types: Collection[str]
) -> bool:
    """Return whether a rule is about an item: what is unknown counts as the worst it could be."""
    if known is None:
        return True
    type_, tier = known.spec.type, known.spec.criticality
    if rule.service and type_ is not None and not _is_among(type_, service_types):
        return False
    if rule.types is not None and type_ is not None and not _is_among(type_, rule.types):
        return False
    return rule.criticality is None or tier is None or tier.value in rule.criticality


def _is_among(type_: str, types: Iterable[str]) -> bool:
    """Return whether a type is one of some: people write `Service` and `service`."""
    return type_.casefold() in map(str.casefold, types)


def _why(rule: ClassRule, items: tuple[str, ...]) -> Told:
    """Return what a rule is about: `case` says which sentence."""
    case = "other"
    if rule.outage is not None:
        case = {"over-budget": "over", "unknown": "unknown"}[rule.outage]
    elif rule.actions is not None and TAKES_AWAY.issuperset(rule.actions):
        case = "takes_away"
    clause = rule.clause or ""
    return told("class.floor", case=case, rule=rule.id, items=list(items), clause=clause)


def as_class(floor: Told, by_risk: Told) -> Told:
    """Return why a rule decides the class, although the risk alone would give a lower one."""
    if floor["case"] in ("over", "unknown"):
        return floor | {"code": "class.outage", "although": [by_risk]}
    code = "class.takes_away" if floor["case"] == "takes_away" else "class.at_least"
    case = "clause" if floor["clause"] else None
    return floor | {"code": code, "case": case, "although": [by_risk]}
