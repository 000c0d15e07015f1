"""What assessments and decisions on the ledger say about the planning of a change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Final

from changeflow.model.evidence import DecisionBody, LedgerEntry
from changeflow.model.policy import Policy, Rule
from changeflow.policy.cel import ConditionError
from changeflow.policy.facts_read import paths_read

Row = dict[str, Any]

_LEAD: Final = ("calendar", "lead_hours")
_MINUTE: Final = 60


def planned_by(
    assessed: Mapping[str, Any], entries: Sequence[LedgerEntry], lead_rules: frozenset[str]
) -> Row:
    """Return the columns of the table of changes that are about conflicts, freezes and lead time.

    Args:
        assessed: the assessment on record.
        entries: about the change, from before its release.
        lead_rules: the rules that ask for a lead time.
    """
    conflicts, freezes = assessed.get("conflicts"), assessed.get("freezes")
    return {
        "conflicts": _collided(conflicts),
        "in_freeze": bool(freezes) if isinstance(freezes, list) else None,
        "notice_kept": _notice_kept(entries, lead_rules),
    }


def _collided(conflicts: object) -> int | None:
    """Return how many changes the listed conflicts are with; None where none are listed."""
    if not isinstance(conflicts, list):
        return None
    return len({one.get("change") for one in conflicts if isinstance(one, dict)})


def lead_rules(policies: Iterable[Policy]) -> frozenset[str]:
    """Return the ids of the rules that ask for a lead time before a change is approved."""
    found = set()
    for rule in chain.from_iterable(policy.spec.rules for policy in policies):
        if _asks_lead(rule):
            found.add(rule.id)
    return frozenset(found)


def _asks_lead(rule: Rule) -> bool:
    try:
        return rule.assert_ is not None and _LEAD in paths_read(rule.assert_)
    except (ConditionError, ValueError):
        return False


def _notice_kept(entries: Sequence[LedgerEntry], rules: frozenset[str]) -> bool | None:
    """Return whether the lead time was kept; None where no rule asked for any, or none is known."""
    for entry in reversed(entries):
        body = entry.body
        if isinstance(body, DecisionBody) and body.gate == "approve" and body.open:
            said = [one for one in _reasons(body.decision) if one.get("rule") in rules]
            asked = [one for one in said if one.get("outcome") != "skipped"]
            if not asked:
                return None
            return all(one.get("reason_code") == "rule.satisfied" for one in asked)
    return None


def _reasons(node: Mapping[str, Any], key: str = "reasons") -> Iterator[Mapping[str, Any]]:
    """Yield the reasons of a decision with those that they are made of."""
    listed = node.get(key)
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, Mapping):
            yield one
            yield from _reasons(one, "parts")


def service_outages(assessed: Mapping[str, Any]) -> Iterator[Row]:
    """Yield what a change takes of the budgets of services, by an assessment on record."""
    impact = assessed.get("impact")
    listed = impact.get("sla") if isinstance(impact, Mapping) else None
    for one in listed if isinstance(listed, list) else ():
        try:
            unknown = assessed.get("change") in one["unknown"]
            yield {
                "service": str(one["ci"]),
                "period_start": datetime.fromisoformat(one["start"]),
                "period_end": datetime.fromisoformat(one["end"]),
                "budget_seconds": round(float(one["budget"]) * _MINUTE),
                "planned_seconds": None if unknown else round(float(one["outage"]) * _MINUTE),
            }
        except (KeyError, TypeError, ValueError):
            # an assessment of another version of the program
            continue
