"""The facts that conditions can see.

Those of calendars are in `policy.calendar_facts`. Every name is documented in
docs/reference/conditions.md and compared with it in a test.

Times are RFC 3339 text (`timestamp(change.window.start)`), durations text in seconds
(`duration(change.rollback.limit)`), as CEL reads them. Optional fields that the request leaves out
are absent: ask with `has(change.window)`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from changeflow.cmdb.affected_items import AffectedItem, AffectedItems
from changeflow.cmdb.impact import affected_items
from changeflow.model.answers.assessment import Classification, Conflict, Debt, Returning, Risk
from changeflow.model.answers.impact import Impact
from changeflow.model.answers.plain import answer
from changeflow.model.change import ChangeRequest
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.document_parts import format_instant, parse_duration
from changeflow.model.paths import shown
from changeflow.model.people import Roster
from changeflow.model.phrases import Told
from changeflow.model.scope import BranchScope
from changeflow.policy.cel import LateFacts

# An assessment is made before there are any.
if TYPE_CHECKING:
    from changeflow.model.deployer import Deployer
    from changeflow.model.opinions import Contributors, Review

Facts = dict[str, Any]

_UNKNOWN: Final = "unknown"
# keys whose texts are durations
_DURATIONS: Final = frozenset({"outage", "timeout", "limit", "for", "every"})
_TIER1: Final = "tier1"
_TOP: Final = (_TIER1, _UNKNOWN)


def change_facts(
    change: ChangeRequest, kind: Classification, scope: BranchScope, returning: Returning
) -> Facts:
    """Return `change`: the request's spec, its identity, and its classification.

    `change.type` is the computed type (the floor), `change.declared_type` what the request says,
    `change.class` one of standard, minor, significant, major, emergency. `change.scope` is what the
    branch touches, beside what the request declares. `change.reversible` is the share of the steps
    that can be undone (0.0 to 1.0), `change.return_time` how long returning may take from the worst
    step; it is absent where there is no whole way back. `change.rehearsed` says whether the newest
    rehearsal is of this very content and passed; `change.rehearsed_at` is when one last passed, and
    is absent where none did.
    """
    late = late_change_facts(
        change, lambda: kind.computed, lambda: kind.class_, scope, lambda: returning
    )
    return dict(late)


class ChangeFacts(LateFacts):
    """`change` as conditions see it; the spec is spelt out when a condition reads more of it.

    Args:
        makers: what computes the facts that take no look at the spec as a whole.
        spec: returns all others.
    """

    def __init__(self, makers: Mapping[str, Callable[[], Any]], spec: Callable[[], Facts]) -> None:
        super().__init__(makers)
        vars(self)["_make_spec"] = spec

    @cached_property
    def _spec(self) -> Facts:
        found: Facts = vars(self)["_make_spec"]()
        return found

    def __getitem__(self, name: str) -> Any:
        """See `LateFacts`."""
        if name in self.makers:
            return super().__getitem__(name)
        return self._spec[name]

    def __contains__(self, name: object) -> bool:
        """Return whether there is such a fact."""
        return name in self.makers or name in self._spec

    def __iter__(self) -> Iterator[str]:
        """Yield all names."""
        return iter({**self._spec, **self.makers})

    def __len__(self) -> int:
        """Return how many there are."""
        return len({**self._spec, **self.makers})

    def some(self, names: Collection[str] | None) -> Facts:
        """See `LateFacts.some`."""
        wanted = names or ()
        if names is None:
            wanted = [*self]
        return {name: self[name] for name in wanted if name in self}


def late_change_facts(
    change: ChangeRequest,
    computed: Callable[[], str],
    class_: Callable[[], str],
    scope: BranchScope,
    returning: Callable[[], Returning],
) -> ChangeFacts:
    """Return `change` (see `change_facts`), its parts computed when a condition reads them."""
    metadata = change.metadata
    return ChangeFacts(
        {
            "id": lambda: change.id,
            "title": lambda: metadata.title,
            "requester": lambda: metadata.requester,
            "labels": lambda: dict(metadata.labels),
            "declared_type": lambda: change.spec.type.value,
            "type": computed,
            "class": class_,
            "draft": lambda: change.spec.draft,
        },
        lambda: _spec_facts(change, scope, returning()),
    )


def _spec_facts(change: ChangeRequest, scope: BranchScope, returning: Returning) -> Facts:
    facts: Facts = {key: _spelt(value, key) for key, value in change.stated_spec.items()}
    facts |= {"scope": _scope_facts(change.id, scope), "reversible": returning.reversible}
    facts["rehearsed"] = returning.rehearsed
    if returning.rehearsed_at is not None:
        facts["rehearsed_at"] = stamp(returning.rehearsed_at)
    if returning.longest is not None:
        facts["return_time"] = _in_seconds(returning.longest)
    for name, empty in (
        ("items", []),
        ("assessment", {}),
        ("effects", {}),
        ("acceptance", []),
        ("transition", {}),
        ("evidence", []),
        ("verification", []),
        ("fixes", []),
    ):
        facts.setdefault(name, empty)
    return facts


def _scope_facts(change: str, scope: BranchScope) -> Facts:
    return {
        "compared": scope.compared,
        "touched": [one.ci for one in scope.touched if not one.proposed],
        "undeclared": [one.ci for one in scope.undeclared],
        "elsewhere": [ci for ci, _ in scope.elsewhere(change)],
        "untouched": list(scope.untouched(change)),
        "unread": [shown(one.path) for one in scope.unread],
        "unmapped": scope.unmapped,
    }


def _spelt(value: Any, key: str) -> Any:
    """Return a value with ISO 8601 durations spelt the way CEL's `duration()` reads them."""
    if isinstance(value, list):
        return [_spelt(item, "") for item in value]
    if isinstance(value, dict):
        return {name: _spelt(item, name) for name, item in value.items()}
    if key in _DURATIONS and isinstance(value, str):
        return _in_seconds(parse_duration(value))
    return value


def _in_seconds(length: timedelta) -> str:
    return f"{int(length.total_seconds())}s"


def impact_facts(impact: Impact, items: Mapping[str, ConfigurationItem]) -> LateFacts:
    """Return `impact`: changed and affected items, and the names policies use most.

    `impact.tier1` are tier-1 items changed or affected, `impact.tier1_owners` their owners,
    `impact.failing` items whose score is 1, `impact.owners` owners of everything changed or
    failing, `impact.unowned` tier-1 items without an owner, `impact.sla` what is left of the budgets
    of services that fail.
    """
    changed = [_changed_item(ci, items) for ci in impact.changed]
    affected = affected_items(impact)
    # an unknown tier counts as the highest
    changed_top = [one for one in changed if one["criticality"] in _TOP]
    top = affected.having("criticality", lambda tier: (tier or _UNKNOWN) in _TOP)
    unowned = top.having("owner", lambda owner: not owner)
    tier1 = top.having("criticality", lambda tier: tier == _TIER1)
    return LateFacts(
        {
            "changed": lambda: changed,
            "affected": lambda: list(map(_affected_item, affected.listed())),
            "count": lambda: len(affected),
            "direct": lambda: list(affected.direct),
            "failing": lambda: list(affected.failing),
            "tier1": lambda: [*(one["ci"] for one in changed_top), *top],
            "tier1_owners": lambda: _owners(
                [one for one in changed_top if one["criticality"] == _TIER1], tier1
            ),
            "owners": lambda: _owners(changed, affected.failing),
            "changed_owners": lambda: _owners(changed),
            "unowned": lambda: [*(one["ci"] for one in changed_top if not one["owner"]), *unowned],
            "environments": lambda: sorted({one["environment"] for one in changed if one["known"]}),
            "sla": lambda: list(map(answer, impact.sla)),
            "sla_degraded": lambda: list(impact.sla_degraded),
        }
    )


def _changed_item(ci: str, items: Mapping[str, ConfigurationItem]) -> Facts:
    found: Facts = {
        "ci": ci,
        "known": False,
        "type": "unknown",
        "status": "unknown",
        "criticality": "unknown",
        "owner": "",
        "environment": "unknown",
    }
    if ci in items:
        spec = items[ci].spec
        found["known"] = True
        found["type"] = spec.type or "unknown"
        found["status"] = spec.status.value
        if spec.criticality is not None:
            found["criticality"] = spec.criticality.value
        found["owner"] = spec.owner or ""
        found["environment"] = spec.environment or "unknown"
    return found


def _affected_item(item: AffectedItem) -> Facts:
    return {
        "ci": item.ci,
        "score": item.score,
        "hops": item.hops,
        "criticality": item.criticality or _UNKNOWN,
        "owner": item.owner or "",
    }


def _owners(changed: Iterable[Facts], affected: AffectedItems | None = None) -> list[str]:
    """Return who owns any of these items, sorted."""
    owners = {item["owner"] for item in changed}
    if affected is not None:
        owners.update(affected.counts("owner"))
    return sorted(filter(None, owners))


def risk_facts(risk: Risk) -> Facts:
    """Return `risk`: score, level, likelihood, impact, and the ids of the factors."""
    return {
        "score": risk.score,
        "level": risk.level,
        "likelihood": risk.likelihood,
        "impact": risk.impact,
        "factors": [factor.id for factor in risk.factors],
    }


def conflict_facts(found: Iterable[Conflict]) -> list[Facts]:
    """Return `conflicts`: the other change, kind and items, and whether the other goes first.

    `hard` is true if configuration keeps the later change waiting for its kind. `approved` is true
    if the other change has been approved.
    """
    return list(map(_facts_of_conflict, found))


def _facts_of_conflict(item: Conflict) -> Facts:
    return {
        "change": item.change,
        "kind": item.kind,
        "hard": item.hard,
        "items": list(item.items),
        "first": item.first,
        "approved": item.approved,
    }


def approval_facts(approvals: Iterable[Review]) -> list[Facts]:
    """Return `evidence.approvals`: who approves of this content, in which role, and when.

    The role is empty if the approver did not name one.
    """
    return [{"by": one.by or "", "role": one.role or "", "at": stamp(one.at)} for one in approvals]


# What conditions see where no person starts a deployment: every name is always present.
NO_DEPLOYER: Final[Facts] = {
    "source": "",
    "known": False,
    "proven": False,
    "id": "",
    "kind": "",
    "account": 0,
    "is_requester": False,
    "is_approver": False,
    "is_implementer": False,
    "is_contributor": False,
}


def deployer_facts(
    deployer: Deployer,
    roster: Roster,
    change: ChangeRequest,
    contributors: Contributors,
    approvers: Collection[str],
) -> Facts:
    """Return `evidence.deployer`: who starts the deployment, and their part in the change."""
    from changeflow.model.deployer import known_to

    found = known_to(roster, deployer)
    facts = NO_DEPLOYER | {"source": found.source, "account": found.account or 0}
    person = found.person
    if person is None or person not in roster.spec.people:
        return facts
    return facts | {
        "known": True,
        "proven": found.source == "signed" or found.named_by_host,
        "id": person,
        "kind": roster.spec.people[person].kind,
        "is_requester": person == change.metadata.requester,
        "is_approver": person in approvers,
        "is_implementer": person == change.spec.implementer,
        "is_contributor": person in contributors.people,
    }


class HistoryFacts(Facts):
    """The facts about earlier changes that are known, and why the others are not."""

    unknown: Mapping[str, Told]


def history_facts(debt: Debt) -> HistoryFacts:
    """Return `history`: what the team and the items of a change owe. What is not known is absent.

    `history.changes` are the changes that began in the period, `history.emergency_share` how many
    of them are emergencies, from 0.0 to 1.0, `history.failures` those that failed;
    `history.overdue_reviews`, `history.open_followups` and `history.claimed_improvements` are open
    at the time.
    """
    found = HistoryFacts(debt.known)
    found.unknown = debt.unknown
    return found


def facts(
    *,
    change: Facts,
    impact: Mapping[str, Any],
    risk: Facts,
    calendar: Mapping[str, Any],
    conflicts: list[Facts],
    evidence: Facts,
    history: Facts,
    now: datetime,
) -> Facts:
    """Return everything that conditions can see, under the names of the contract."""
    return {
        "change": change,
        "impact": impact,
        "risk": risk,
        "calendar": calendar,
        "conflicts": conflicts,
        "evidence": evidence,
        "history": history,
        "now": now,
    }


def stamp(value: datetime | None) -> str:
    """Return a time as conditions see it; empty for None."""
    if value is None:
        return ""
    return format_instant(value)
