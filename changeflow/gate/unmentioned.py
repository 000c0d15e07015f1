"""Whether the approve gate is surely shut for a change about which the ledger says nothing.

Without an opinion no seat is filled, so one rule that asks for people is enough to keep the gate
shut. The rules are asked one by one, each for the few facts that it reads, and the first that asks
settles it. What is not settled that way, `gate.decision` decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from changeflow.model.policy import Gate, Policy, Rule
from changeflow.policy.cel import ConditionError, compile_condition
from changeflow.policy.facts_read import reads

# A fact by its name, `change.class`; None where it is not known here.
KnownFacts = Callable[[str], Any]


class ApproveRules:
    """The rules of the approve gate that ask for people.

    Args:
        policies: rules of all gates.
    """

    def __init__(self, policies: Iterable[Policy]) -> None:
        self._deny: list[Rule] = []
        for policy in policies:
            if policy.spec.gate == Gate.APPROVE:
                self._deny += (rule for rule in policy.spec.rules if rule.level == "deny")
        self._asking = [rule for rule in self._deny if rule.require]
        # What a condition yielded for the facts that it read.
        self._answers: dict[tuple[str, str], bool] = {}

    def surely_shut(self, known: KnownFacts) -> bool:
        """Return whether the gate stays shut as long as there is no opinion.

        Args:
            known: facts about the change by name, None for one that is not known here.
        """
        return not self._deny or any(self._asks(rule, known) for rule in self._asking)

    def _asks(self, rule: Rule, known: KnownFacts) -> bool:
        """Return whether a rule surely applies or cannot be decided: both keep a gate shut."""
        if rule.when is None:
            return True
        try:
            names = sorted(reads(rule.when))
        except (ConditionError, ValueError):
            return False
        values = {name: known(name) for name in names if "." in name}
        if len(values) < len(names) or None in values.values():
            return False
        key = rule.when, repr(values)
        if key not in self._answers:
            self._answers[key] = _holds(rule.when, values)
        return self._answers[key]


def _holds(source: str, values: dict[str, Any]) -> bool:
    facts: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        variable, _, field = name.partition(".")
        facts.setdefault(variable, {})[field] = value
    try:
        return compile_condition(source).truth(facts)
    except ConditionError:
        return False
