"""Running the test cases that policies have as files beside them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from changeflow.evidence_files.proof import is_tested
from changeflow.model.document_parts import Record
from changeflow.model.policy import Policy, PolicyCase
from changeflow.model.report_summary import ReportSummary
from changeflow.policy.engine import Demand, RuleResult, evaluate, merge

# A quiet, complete, normal change of medium risk: a case says only what differs.
_NOW: Final = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
_STEP: Final = {
    "name": "Do it",
    "run": ["./scripts/do"],
    "verify": ["./scripts/is-done"],
    "timeout": "300s",
}
DEFAULTS: Final[dict[str, Any]] = {
    "change": {
        "id": "CHG-20261121-example",
        "title": "Example",
        "requester": "alice",
        "implementer": "bob",
        "labels": {},
        "type": "normal",
        "declared_type": "normal",
        "class": "significant",
        "draft": False,
        "reversible": 1.0,
        "return_time": "900s",
        "rehearsed": True,
        "rehearsed_at": "2026-11-20T10:00:00Z",
        "reason": "Because",
        "category": "example",
        "items": [{"ci": "shop", "action": "modify", "outage": "600s"}],
        "assessment": {
            "complexity": "medium", "experience": "done-before", "tested": "production-like",
        },
        "effects": {"customers": "none", "availability": "none", "security": "none"},
        "acceptance": [],
        "transition": {},
        "evidence": [],
        "implementation": {"steps": [_STEP]},
        "verification": [{"name": "Smoke test", "run": ["./scripts/smoke"]}],
        "rollback": {
            "trigger": "Errors above 2 %", "limit": "1800s", "steps": [_STEP], "preconditions": [],
        },
        "window": {"start": "2026-11-25T22:00:00Z", "end": "2026-11-25T23:30:00Z"},
        "depends_on": [],
        "fixes": [],
        "scope": {
            "compared": True, "touched": [], "undeclared": [], "elsewhere": [], "untouched": [],
            "unread": [], "unmapped": 0,
        },
    },
    "impact": {
        "changed": [
            {
                "ci": "shop", "known": True, "type": "service", "status": "live",
                "criticality": "tier2", "owner": "team-shop", "environment": "production",
            }
        ],
        "affected": [],
        "count": 0,
        "direct": [],
        "failing": [],
        "tier1": [],
        "tier1_owners": [],
        "owners": ["team-shop"],
        "changed_owners": ["team-shop"],
        "unowned": [],
        "environments": ["production"],
        "sla": [],
        "sla_degraded": [],
    },
    "risk": {"score": 35, "level": "medium", "likelihood": 2, "impact": 3, "factors": []},
    "calendar": {
        "freezes": [], "exempted": [], "in_window": False, "window_past": False,
        "has_window": True, "lead_hours": 108.0, "window_hours": 1.5, "in_maintenance": True,
        "outside_windows": False, "business_hours": [], "holiday": [],
    },
    "conflicts": [],
    "evidence": {
        "checks": {}, "records": [], "tested": False, "contributors": [], "unknown_contributors": [], "approvals": [],
        "approved_at": "", "merged": True,
        "acceptance": {"asked": False, "complete": False, "releases": []},
        "deployer": {
            "source": "github", "known": True, "proven": True, "id": "bob", "kind": "human",
            "account": 1002, "is_requester": False, "is_approver": False, "is_implementer": True,
            "is_contributor": False,
        },
        "release": {
            "state": "", "started": "", "ended": "", "by": "", "outcome": "", "class": "",
            "overran": False, "rolled_back": False,
        },
        "review": {
            "present": False,
            "complete": False,
            "reviewer": "",
            "at": "",
            "due": "",
            "unnamed_incidents": [],
        },
        "incidents": [],
        "cmdb": {"behind": [], "needed": []},
        "told": {"since": "2026-11-22T09:00:00Z", "missing": []},
        "dependencies": {},
    },
    "history": {
        "changes": 0, "emergency_share": 0.0, "failures": 0, "overdue_reviews": 0,
        "open_followups": 0, "claimed_improvements": 0,
    },
}  # fmt: skip


class CaseResult(Record):
    """The result of one case; `differences` is empty if it passed."""

    policy: str
    case: str
    differences: tuple[str, ...]


def run_case(policy: Policy, case: PolicyCase) -> CaseResult:
    """Evaluate a policy on the facts of a case and compare with the expected results."""
    seen = {**laid_over(DEFAULTS, case.given), "now": case.now or _NOW}
    _complete_records(seen)
    results = {result.rule.id: result for result in evaluate([policy], policy.spec.gate, seen)}
    differences: list[str] = []
    for name, want in sorted(case.expect.items()):
        differences += _difference_from_expected(name, want, results.get(name))
    if case.seats is not None:
        demands: list[Demand] = []
        for result in results.values():
            if result.asked:
                demands += result.seats
        asked = merge(demands)
        if asked != case.seats:
            differences.append(f"seats: expected {case.seats or 'none'}, got {asked or 'none'}")
    return CaseResult(policy=policy.metadata.id, case=case.name, differences=tuple(differences))


# What a record of a case is that says only what differs: a file of this commit, signed by CI.
_RECORD: Final[dict[str, Any]] = {
    "kind": "junit", "name": "unit", "path": "build/junit.xml", "digest": f"sha256:{'0' * 64}",
    "size": 100, "check": "", "commit": "0" * 40, "at_head": True, "at": "2026-11-21T09:00:00Z",
    "by": "ci", "roles": [], "doubt": "", "summary": ReportSummary().model_dump(),
}  # fmt: skip


def _complete_records(seen: dict[str, Any]) -> None:
    """Fill the records of a case in, and say whether they prove that the commit was tested.

    A case that says so itself is left alone.
    """
    evidence = seen.get("evidence")
    if not isinstance(evidence, Mapping):
        return
    records = evidence.get("records")
    if not isinstance(records, list) or not all(isinstance(one, Mapping) for one in records):
        return
    filled: dict[str, Any] = dict(evidence)
    filled["records"] = [laid_over(_RECORD, one) for one in records]
    filled["tested"] = evidence.get("tested") or is_tested(filled)
    seen["evidence"] = filled


def laid_over(facts: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts with others laid over them.

    Mappings are merged, null removes a fact, any other value replaces it.
    """
    merged = copy.deepcopy(dict(facts))
    for key, value in given.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = laid_over(merged[key], value)
        else:
            merged[key] = copy.deepcopy(value)
    return merged


def _difference_from_expected(name: str, want: str, result: RuleResult | None) -> list[str]:
    if result is None:
        return [f"`{name}`: there is no such rule"]
    if result.outcome == want:
        return []
    return [
        f"`{name}`: expected {want}, got {result.outcome} ({result.reason_code}): {result.message}"
    ]
