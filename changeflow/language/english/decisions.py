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
}
