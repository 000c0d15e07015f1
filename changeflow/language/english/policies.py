"""Rules of policies, and runs of their test cases."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "pack.gate": "gate {gate}",
    "pack.level": "{level:word}",
    "pack.place": "{rule}  ({policy}, gate {gate}, {level:word})",
    "pack.label:applies": "applies",
    "pack.label:asks": "asks for",
    "pack.label:clause": "clause",
    "pack.label:hint": "hint",
    "pack.label:effect": "effect",
    "pack.when": "when {condition}",
    "pack.when:always": "always",
    "pack.asks": "{told:sentences}",
    "pack.approvals": "{count} approval(s) by {role:quoted_role}",
    "pack.approvals:tenure": (
        "{count} approval(s) by {role:quoted_role} who have been that for {tenure:duration} or longer"
    ),
    "pack.each": "{count} approval(s) by each of {each}",
    "pack.each:tenure": (
        "{count} approval(s) by each of {each} who have been that for {tenure:duration} or longer"
    ),
    "pack.fact": "that {condition}",
    "pack.effect:deny": "shuts the gate",
    "pack.effect:warn": "is shown, and does not shut the gate",
    "pack.effect:off": "none: its policy is switched off (`enabled: false`)",
    "pack.off": "(switched off) {message}",
    "pack.label:reads": "reads",
    "pack.reads": "{told:sentences}",
    "debt.fact": "history.{name}: {meaning:sentences}",
    "debt.changes": (
        "how many other changes of its team or its items began in the {days} days before the gate is"
        " asked"
    ),
    "debt.emergency_share": "the share of emergencies among them, from 0.0 to 1.0 (0.0: there are none)",
    "debt.failures": (
        "how many of them failed: their release failed or was rolled back, or an incident names them"
        " as its cause"
    ),
    "debt.overdue_reviews": (
        "how many reviews of other changes of its team or its items are overdue, however old"
    ),
    "debt.open_followups": (
        "how many follow-ups of such reviews no implemented change has fixed, nor this one would"
    ),
    "debt.claimed_improvements": (
        "how many improvements of its team, of its items or from reviews of those changes say that"
        " they are verified, and that is not proved or does not count"
    ),
    "debt.improvements": (
        "which improvements are only claimed to be verified is not known, because these cannot be read:"
        " {paths:first_codes}"
    ),
    "debt.ledger": "what earlier changes owe is not known, because the ledger has errors",
    "debt.no_ledger": "what earlier changes owe is not known, because nothing is on the ledger yet",
    "debt.requests": (
        "what earlier changes owe is not known, because these are not on the main branch or cannot be"
        " read: {paths:first_codes}"
    ),
    "debt.incidents": (
        "which earlier changes failed is not known, because these cannot be read: {paths:first_codes}"
    ),
    "policy_case.ok": "ok",
    "policy_case.failed": "FAIL",
    "policy_case.broken": "broken",
    "policy_case.untested": "warning: no case names the rule {rule}",
    "policy_case.sum": (
        "{cases} cases, {failed} failed, {broken} broken, {untested} rules untested"
    ),
}
