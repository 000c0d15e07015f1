"""Records for people: an opinion that was given, the ledger, a release."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "opinion.approve": "{by:person} approved {change}",
    "opinion.approve:role": "{by:person} approved {change} as {role:role}",
    "opinion.reject": "{by:person} rejected {change}",
    "opinion.reject:role": "{by:person} rejected {change} as {role:role}",
    "opinion.withdraw": "{by:person} withdrew their opinion of {change}",
    "opinion.withdraw:role": "{by:person} withdrew their opinion of {change} as {role:role}",
    "opinion.withdraw_change": "{by:person} withdrew the change {change}",
    "opinion.withdraw_change:role": "{by:person} withdrew the change {change} as {role:role}",
    "opinion.signed": "{did}: signed by {signer:person}",
    "opinion.signed:simulated": "{did}: signed by {signer:person}, under a simulated clock",
    "opinion.unsigned": "{did}: not signed",
    "opinion.unsigned:simulated": "{did}: not signed, under a simulated clock",
    "opinion.entry": "entry",
    "opinion.content": "content",
    "opinion.at": "at",
    "opinion.open": "the gate `approve` of {change} is open",
    "opinion.still_shut": "hint: `changeflow gate approve {change}` says what is still missing",
    "recorded.opinion": "it is recorded all the same: entry {seq} of the ledger",
    "recorded.decision": (
        "the decision is recorded all the same: {verdict:word} (`changeflow ledger log {change}`)"
    ),
    "log.number": "#",
    "log.when": "when",
    "log.change": "change",
    "log.kind": "kind",
    "log.who": "who",
    "log.signed": "signed",
    "log.what": "what",
    "log.unsigned": "no",
    "log.simulated": "simulated clock; {what}",
    "phase.preconditions": "before the first step (preconditions of the rollback):",
    "phase.implementation": "implementation:",
    "phase.verification": "verification:",
    "phase.rollback": "rollback:",
    "phase.should_fail": "rollback, should a step fail:",
    "phase.should_fail:limit": "rollback, should a step fail (within {limit:duration}):",
    "step.done": "done",
    "step.failed": "FAILED",
    "step.timed_out": "TIMED OUT",
    "step.skipped": "-",
    "step.unknown": "UNKNOWN",
    "step.waiting": "waiting",
    "step.planned": "{index}  {name}  (at most {timeout:duration})",
    "step.manual": "manual",
    "step.run": "run",
    "step.verify": "verify",
}
