"""What rules say of changes of which only records are known.

A record says what was planned and what came of it, and little of how. What a condition reads and
the record does not tell is not known, and a rule that rests on it never counts as satisfied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from changeflow.insight.judged_changes import (
    GateName,
    JudgedChange,
    PastChange,
    RuleAnswer,
    RuleOf,
    RuleSaid,
)
from changeflow.model.answers.policy_backtest import CameOut
from changeflow.model.policy import Policy, RequireRole, Rule
from changeflow.model.times import format_instant
from changeflow.model.watched_time import in_hours
from changeflow.policy.partly_known import KnownFacts, PartlyKnown

Row = Mapping[str, Any]

_FAILED: Final = frozenset({"failed", "rolled_back"})
_NEVER: Final = frozenset({"withdrawn", "rejected"})
# what records may tell of an item, by the names that conditions use
_OF_ITEM: Final = {"ci": "item", "type": "item_type", "criticality": "criticality"}


class RecordedChange(NamedTuple):
    """The records of one change.

    Attributes:
        row: of the table `changes`.
        items: rows of `change_items`.
        opinions: rows of `opinions`.
        caused: whether an incident names it as its cause; None: no incident names any cause.
    """

    row: Row
    items: Sequence[Row]
    opinions: Sequence[Row]
    caused: bool | None

    @property
    def moment(self) -> datetime | None:
        """Return when it would have been decided about."""
        return _first(self.row, "approved_at", "recorded_at", "planned_start", "actual_start")

    @property
    def began(self) -> datetime | None:
        """Return when it began, as far as that is known."""
        return _first(self.row, "actual_start", "planned_start", "approved_at", "recorded_at")


def _first(row: Row, *names: str) -> datetime | None:
    for name in names:
        found: datetime | None = row.get(name)
        if found is not None:
            return found
    return None


# -- what it was, and what became of it ------------------------------------------------------------


def past_change(record: RecordedChange, began: datetime) -> PastChange:
    """Return a change as its records tell it."""
    row, kinds = record.row, set[str]()
    for item in record.items:
        kinds.add(item.get("item_subtype") or item.get("item_type") or item.get("item") or "")
    return PastChange(
        change=str(row["change"]),
        began=began,
        kind=row.get("type") or "",
        items=tuple(sorted({str(item["item"]) for item in record.items if item.get("item")})),
        item_kinds=tuple(sorted(kinds - {""})),
        category=row.get("category") or "",
        steps=None,
        model=row.get("model"),
        failed=_failed(record),
        hours=_hours(record),
        objectors=frozenset(_roles(record, "reject", "veto")),
    )


def _failed(record: RecordedChange) -> bool | None:
    row = record.row
    outcome = row.get("outcome")
    if record.caused or outcome in _FAILED or row.get("reverted_at") is not None:
        return True
    if outcome in _NEVER:
        return None
    if outcome is not None:
        return False
    # It ended, and where incidents name their causes none names it.
    ended = row.get("actual_end") is not None
    return False if ended and record.caused is not None else None


def _roles(record: RecordedChange, *decisions: str) -> Iterable[str]:
    for opinion in record.opinions:
        if opinion.get("decision") in decisions and opinion.get("role"):
            yield str(opinion["role"])


def _hours(record: RecordedChange) -> Mapping[str, float]:
    since, found = record.row.get("recorded_at"), dict[str, float]()
    for opinion in record.opinions:
        role, at = opinion.get("role"), opinion.get("decided_at")
        if since is None or role is None or at is None or at < since:
            continue
        if opinion.get("decision") == "approve":
            found[role] = max(found.get(role, 0.0), in_hours(at - since))
    return found


# -- what conditions see ---------------------------------------------------------------------------


def facts_of(record: RecordedChange, now: datetime) -> KnownFacts:
    """Return what conditions may know of a change at a moment."""
    row = record.row
    change = {
        "id": row["change"],
        "title": row.get("title"),
        "type": row.get("type"),
        "category": row.get("category"),
        "class": row.get("class"),
        "model": row.get("model"),
    }
    items, elements = _items_of(record)
    impact = {"changed": items} if items is not None else {}
    if row.get("environment") is not None:
        impact["environments"] = [row["environment"]]
    risk = {"score": row.get("risk_score"), "level": row.get("risk_level")}
    calendar = _calendar_of(row, now)
    start, end = row.get("planned_start"), row.get("planned_end")
    if start is not None and end is not None:
        change["window"] = {"start": format_instant(start), "end": format_instant(end)}
    known = {"change": change, "impact": impact, "risk": risk, "calendar": calendar, "now": now}
    return KnownFacts(known, elements)


def _items_of(record: RecordedChange) -> tuple[list[dict[str, Any]] | None, frozenset[str]]:
    """Return the items as conditions see them, and the fields that all of them tell."""
    if not record.items:
        return None, frozenset()
    items, elements = list[dict[str, Any]](), set(_OF_ITEM)
    for row in record.items:
        told = {}
        for name, column in _OF_ITEM.items():
            if row.get(column) is not None:
                told[name] = row[column]
        items.append(told)
        elements &= told.keys()
    return items, frozenset(elements)


def _calendar_of(row: Row, now: datetime) -> dict[str, Any]:
    start, end = row.get("planned_start"), row.get("planned_end")
    if start is None or end is None:
        return {}
    return {
        "has_window": True,
        "window_past": end <= now,
        "lead_hours": in_hours(start - now),
        "window_hours": in_hours(end - start),
    }


# -- what rules say --------------------------------------------------------------------------------


class RecordJudge:
    """Judges changes of the past by what their records tell.

    Args:
        policies: the rules.
        gates: whose rules are asked.
    """

    def __init__(self, policies: Iterable[Policy], gates: Sequence[GateName]) -> None:
        self._rules: list[tuple[RuleOf, Rule]] = []
        self._conditions = PartlyKnown()
        listed = sorted(policies, key=lambda policy: policy.metadata.id)
        for gate in gates:
            for policy in listed:
                if policy.spec.gate == gate:
                    self._add(gate, policy)

    def _add(self, gate: GateName, policy: Policy) -> None:
        for rule in policy.spec.rules:
            self._rules.append((RuleOf(gate, policy.metadata.id, rule.id, rule.level), rule))

    def judged(self, record: RecordedChange, now: datetime) -> JudgedChange:
        """Return what the rules come to for a change."""
        known, agreed = facts_of(record, now), _agreed(record)
        said: dict[RuleOf, RuleSaid] = {}
        seats: dict[str, int] = {}
        for key, rule in self._rules:
            asked: dict[str, int] = {}
            answer = self._answer(rule, known, asked)
            if answer == "held" and any(agreed.get(role, 0) < asked[role] for role in asked):
                answer = "waiting"
            said[key] = RuleSaid(answer, tuple(asked))
            if rule.level == "deny" and answer in ("held", "waiting"):
                for role, count in asked.items():
                    seats[role] = max(seats.get(role, 0), count)
        lacking: dict[str, int] = {}
        for role, count in seats.items():
            if agreed.get(role, 0) < count:
                lacking[role] = count - agreed.get(role, 0)
        return JudgedChange(_outcome(said), seats, lacking, said)

    def _answer(self, rule: Rule, known: KnownFacts, asked: dict[str, int]) -> RuleAnswer:
        applies = self._holds(rule.when, known)
        if applies is None:
            return "unknown"
        if not applies:
            return "skipped"
        holds = self._holds(rule.assert_, known)
        if holds is False:
            return "warned" if rule.level == "warn" else "shut"
        for seat in rule.require or ():
            roles: tuple[str, ...] | None
            if isinstance(seat, RequireRole):
                roles = (seat.role,)
            else:
                roles = self._conditions.names(seat.each, known)
            if not roles:
                return "unknown"
            for role in roles:
                asked[role] = max(asked.get(role, 0), seat.count)
        # Records of another system say nothing of the evidence that a rule asks for.
        return "unknown" if holds is None or rule.require_evidence else "held"

    def _holds(self, condition: str | None, known: KnownFacts) -> bool | None:
        return True if condition is None else self._conditions.truth(condition, known)


def _agreed(record: RecordedChange) -> dict[str, int]:
    """Return how many people approved, by the role in which they did."""
    people: dict[str, set[str]] = {}
    for number, opinion in enumerate(record.opinions):
        if opinion.get("decision") == "approve" and opinion.get("role"):
            who = opinion.get("person") or f"opinion {number}"
            people.setdefault(opinion["role"], set()).add(who)
    return {role: len(found) for role, found in people.items()}


def _outcome(said: Mapping[RuleOf, RuleSaid]) -> CameOut:
    """Return what comes out: what shuts outranks what is not known, and that what waits.

    Where no rule asks anything, that is no consent.
    """
    answers = set()
    for rule, one in said.items():
        if rule.level == "deny":
            answers.add(one.answer)
    if "shut" in answers:
        return "shut"
    if "unknown" in answers:
        return "unknown"
    if "waiting" in answers:
        return "waiting"
    return "open" if "held" in answers else "shut"
