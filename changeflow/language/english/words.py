"""Words of the data: types, classes, levels and states. For a program they stay as they are."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- types and classes of a change
    "word.standard": "standard",
    "word.normal": "normal",
    "word.emergency": "emergency",
    "word.minor": "minor",
    "word.significant": "significant",
    "word.major": "major",
    # -- levels of a risk
    "word.low": "low",
    "word.medium": "medium",
    "word.high": "high",
    "word.critical": "critical",
    # -- importance of an item
    "word.tier1": "tier1",
    "word.tier2": "tier2",
    "word.tier3": "tier3",
    "word.tier4": "tier4",
    # -- sides of a risk, where its points come from, answers about it
    "word.likelihood": "likelihood",
    "word.impact": "impact",
    "word.declared": "declared",
    "word.computed": "computed",
    "word.history": "history",
    "word.routine": "routine",
    "word.done-before": "done before",
    "word.first-time": "first time",
    "word.none": "none",
    "word.partly": "partly",
    "word.production-like": "like production",
    # -- kinds of a conflict, status of an item
    "word.item": "item",
    "word.dependency": "dependency",
    "word.environment": "environment",
    "word.planned": "planned",
    "word.retired": "retired",
    # -- gates, and their verdicts
    "word.submit": "submit",
    "word.approve": "approve",
    "word.deploy": "deploy",
    "word.close": "close",
    "word.open": "open",
    "word.shut": "shut",
    "word.pending": "pending",
    "word.error": "error",
    # -- what people are to a change
    "word.requester": "requester",
    "word.approver": "approver",
    "word.implementer": "implementer",
    # -- states of a change, and of its release
    "word.not started": "not started",
    "word.draft": "draft",
    "word.submitted": "submitted",
    "word.assessed": "assessed",
    "word.approved": "approved",
    "word.scheduled": "scheduled",
    "word.implementing": "implementing",
    "word.implemented": "implemented",
    "word.rolled_back": "rolled back",
    "word.rollback_failed": "rollback failed",
    "word.in_review": "in review",
    "word.closed": "closed",
    "word.rejected": "rejected",
    "word.withdrawn": "withdrawn",
    "word.unknown": "unknown",
    # -- actions on items
    "word.add": "added",
    "word.modify": "modified",
    "word.remove": "removed",
    "word.transfer": "transferred",
    # -- effects that were considered
    "word.customers": "customers",
    "word.availability": "availability",
    "word.capacity": "capacity",
    "word.continuity": "continuity",
    "word.security": "security",
    "word.cost": "cost",
    # -- phases and outcomes of steps
    "word.implementation": "implementation",
    "word.verification": "verification",
    "word.rollback": "rollback",
    "word.done": "done",
    "word.failed": "failed",
    "word.timed_out": "timed out",
    "word.skipped": "not begun",
    "word.waiting": "waits for a confirmation",
    # -- outcomes of a review
    "word.successful": "successful",
    "word.successful-with-issues": "successful with issues",
    "word.rolled-back": "rolled back",
    "word.past its window": "past its window",
    # -- what is known of a setting
    "word.holds": "holds",
    "word.does_not_hold": "does not hold",
    # -- what stands in the place of a file
    "word.a symbolic link": "a symbolic link",
    "word.a special file": "a special file",
    "word.a folder": "a folder",
    "word.a submodule": "a submodule",
    "word.on": "on",
    "word.off": "off",
    "word.refused": "refused",
    "word.started": "started",
    # -- dependencies, items in use, levels of rules, events of a release
    "word.group": "group",
    "word.weakened": "weakened",
    "word.hard": "hard",
    "word.soft": "soft",
    "word.live": "live",
    "word.deny": "deny",
    "word.warn": "warn",
    "word.resumed": "resumed",
    "word.intent": "intent",
    "word.outcome": "outcome",
    "word.confirmed": "confirmed",
    "word.rolling_back": "rolling back",
    "word.interrupted": "interrupted",
    "word.finished": "finished",
    "word.resolved": "resolved",
    # -- kinds of entries
    "word.approval": "approval",
    "word.assessment": "assessment",
    "word.decision": "decision",
    "word.release": "release",
    "word.review": "review",
}
