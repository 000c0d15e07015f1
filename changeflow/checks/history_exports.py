"""The rules about exports that `history import` reads, for the reference pages and SARIF."""

from __future__ import annotations

from typing import Final

from changeflow.model.finding_rules import FindingRule

RULES: Final = (
    FindingRule("history-row", "error", "A row of an export cannot be read, and is left out."),
    FindingRule(
        "history-value", "error", "A value of an export cannot be read, and its row is left out."
    ),
    FindingRule(
        "history-differs", "warning", "Rows of one record say different things of the record."
    ),
    FindingRule(
        "history-link",
        "warning",
        "The times of an incident and a change contradict their link, which becomes `related`.",
    ),
    FindingRule("history-more", "error", "There are more findings of one rule in an export."),
)
