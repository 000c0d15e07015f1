"""The class that a change has at least, whatever its risk: what the risk model says under `classes`.

A change that takes a service away is major (ISO/IEC 20000-1:2018 8.5.1.2).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from changeflow.model.change import ChangedItem, ChangeRequest
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.config import SERVICE_TYPES, ConfigSpec
from changeflow.model.model_scope import TAKES_AWAY
from changeflow.model.phrases import Told, told
from changeflow.model.riskmodel import ClassRule, RiskModelSpec

NormalClass = Literal["minor", "significant", "major"]

CLASS_ORDER: Final[tuple[NormalClass, ...]] = ("minor", "significant", "major")


@dataclass(frozen=True)
class ClassRules:
    """What makes a change at least significant or major, as the base says it.

    Attributes:
        rules: of the risk model, in order.
        service_types: types of items that are services.
    """

    rules: tuple[ClassRule, ...] = RiskModelSpec().classes
    service_types: Collection[str] = SERVICE_TYPES

    @classmethod
    def of(cls, model: RiskModelSpec, config: ConfigSpec) -> ClassRules:
        """Return what the risk model and the configuration of a base say."""
        return cls(model.classes, config.service_types)


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
    change: ChangeRequest, items: Mapping[str, ConfigurationItem], rules: ClassRules
) -> ClassFloor:
    """Return the class that a change has at least: the highest, with the first rule that says so.

    Args:
        change: the request.
        items: the CMDB by id.
        rules: of the base.
    """
    found = ClassFloor()
    for rule in rules.rules:
        if CLASS_ORDER.index(rule.class_) > CLASS_ORDER.index(found.class_):
            meant = tuple(_items_meant(rule, change, items, rules.service_types))
            if meant:
                found = ClassFloor(rule.class_, _why(rule, meant))
    return found


def _items_meant(
    rule: ClassRule,
    change: ChangeRequest,
    items: Mapping[str, ConfigurationItem],
    service_types: Collection[str],
) -> Iterable[str]:
    """Yield the items of a change that a rule is about."""
    for item in change.spec.items or ():
        if _matches(rule, item, items.get(item.ci), service_types):
            yield item.ci


def _matches(
    rule: ClassRule,
    item: ChangedItem,
    known: ConfigurationItem | None,
    service_types: Collection[str],
) -> bool:
    """Return whether a rule is about an item: what is unknown counts as the worst it could be."""
    if rule.actions is not None and item.action.value not in rule.actions:
        return False
    if known is None:
        return True
    type_, tier = known.spec.type, known.spec.criticality
    if rule.service and type_ is not None and type_ not in service_types:
        return False
    if rule.types is not None and type_ is not None and type_ not in rule.types:
        return False
    return rule.criticality is None or tier is None or tier.value in rule.criticality


def _why(rule: ClassRule, items: tuple[str, ...]) -> Told:
    takes_away = rule.actions is not None and TAKES_AWAY.issuperset(rule.actions)
    case = None if takes_away else "other"
    clause = rule.clause or ""
    return told("class.floor", case=case, rule=rule.id, items=list(items), clause=clause)


def as_class(floor: Told, by_risk: Told) -> Told:
    """Return why a rule decides the class, although the risk alone would give a lower one."""
    code = "class.takes_away" if floor["case"] is None else "class.at_least"
    case = "clause" if floor["clause"] else None
    return floor | {"code": code, "case": case, "although": [by_risk]}
