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
    "policy_case.ok": "ok",
    "policy_case.failed": "FAIL",
    "policy_case.broken": "broken",
    "policy_case.untested": "warning: no case names the rule {rule}",
    "policy_case.sum": (
        "{cases} cases, {failed} failed, {broken} broken, {untested} rules untested"
    ),
}
