"""The frame of a decision: its verdict, the people it names, and the way to open its gate."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "verdict.open": "OPEN",
    "verdict.shut": "SHUT",
    "verdict.heading": "gate {gate} of {change}: {verdict}  ({at:time})",
    "verdict.title": "Gate `{gate}`: {verdict:word}",
    "outcome.pass": "ok",
    "outcome.fail": "NO",
    "outcome.pending": "waiting",
    "outcome.error": "ERROR",
    "outcome.skipped": "-",
    "outcome.warning": "warning",
    "sign.pass": "pass",
    "sign.fail": "fail",
    "sign.pending": "pending",
    "sign.error": "error",
    "sign.skipped": "skipped",
    "sign.warning": "warning",
    "decision.reason": "Reason",
    "decision.rule": "Rule",
    "decision.hint": "hint: {hint}",
    "decision.not_met": "not met: {asks}",
    "decision.named": "{said}: {names:sentences}",
    "decision.more": "and {count} more",
    "decision.approved": "approved",
    "decision.missing": "missing",
    "decision.ignored": "ignored",
    "decision.labelled": "{label}: {said}",
    "decision.approval": "{who:person} as {role:role} at {at:time}",
    "decision.seat": "{vacant} of {needed} for {role:role}; could act: {people:people}",
    "decision.seat:none": "{vacant} of {needed} for {role:role}; no person of the roster could act",
    "decision.not_counted": "not counted: {why}",
    "decision.not_by_agreement": "agreement alone cannot open this gate: {why:sentences}",
    "decision.not_by_agreement:reasons": "agreement alone cannot open this gate: see above",
    "decision.waits": (
        "it needs the agreement of: {people:people}; and it waits for: {rules:list}"
    ),
    "decision.approvable": "it can be approved by: {people:people}",
    "decision.would_open": "it would open with the agreement of: {people:people}",
    "since.heading": "since {who:person} approved at {at:minute}",
    "since.title": "What changed since {who:person} approved at {at:minute}",
    "comment.heading": "changeflow: gate {state}",
    "comment.complete": "Everything the policy asks for is there.",
    "comment.impossible": "Agreement alone cannot open this gate as things stand: {why:sentences}",
    "comment.seats_missing": "approvals missing: {seats:sentences}",
    "comment.seat": "{vacant} of {needed} for {role:role}",
    "comment.see_below": "see below",
    "comment.shut_by": "What keeps it shut",
    "comment.warnings": "Warnings",
    "comment.because": "why: {reason}",
    "comment.people": "requested by {requester:person}, implemented by {implementer:person}",
    "comment.people:requester": "requested by {requester:person}",
    "comment.window": "window: {start:time} to {end:time}",
    "comment.steps": "{steps:plural step steps}; rollback plan: {back:plural step steps}",
    "comment.steps:limit": (
        "{steps:plural step steps}; rollback plan: {back:plural step steps} within {limit:duration}"
    ),
    "comment.columns": "Class | Risk | Affected | Digest",
    "comment.class": "{class_:word} (declared {declared:word})",
    "comment.risk": (
        "**{level:word}**, {score} of 100 (likelihood {likelihood}, impact {impact})"
    ),
    "comment.affected": "{count:plural item items}",
    "comment.why_risk": "Why this risk",
    "comment.impact": "Impact",
    "comment.conflict": "conflict: {what}",
    "comment.approval": "{who} for {role}, {at:time}",
    "comment.earlier": "Earlier approvals",
    "comment.opinions": "Opinions",
    "comment.footer": (
        "head `{head}`, base `{base}`, effective change `{digest}`. Policies, roster and CMDB are"
        " those of the base. A review on this pull request is an approval of exactly this content."
    ),
    "mark.pass": "✅ ok",
    "mark.fail": "❌ no",
    "mark.pending": "⏳ waiting",
    "mark.error": "⛔ error",
    "mark.skipped": "-",
    "mark.warning": "⚠️ warning",
    "since.commit": "What changed since {who:person} approved `{commit}`",
    "state.open": "open",
    "state.shut": "shut",
    "state.pending": "waiting",
    "state.error": "cannot be decided",
    "verdict.open_by": "Gate open, approved by {people:people}",
    "verdict.state": "Gate {state}",
    "verdict.state_because": "Gate {state}: {why:sentences}",
    "deployment.verdict:open": "`{change}`: the gate `deploy` is open.",
    "deployment.verdict:shut": "`{change}`: the gate `deploy` is shut.",
}
