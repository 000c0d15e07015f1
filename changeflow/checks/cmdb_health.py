"""Rules about the CMDB as a whole, which `cmdb check` asks: what `cmdb.health` finds, as findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from changeflow.documents.document import found_in_file
from changeflow.model.finding_rules import FindingRule, Levels
from changeflow.model.findings import Finding, Level

# a check of documents does without the graph
if TYPE_CHECKING:
    from changeflow.cmdb.health.estate import Found, Problem

ONLY: Final = "Only `cmdb check` looks, because it follows dependencies."

RULES: Final = (
    FindingRule(
        "cmdb-absent-owner",
        "warning",
        "The owner is a role that no person holds. Only `cmdb check` looks.",
    ),
    FindingRule(
        "cmdb-ring",
        "warning",
        f"Items need each other without redundancy: if one fails, all of them do. {ONLY}",
    ),
    FindingRule(
        "cmdb-tier-inversion",
        "warning",
        "An item alone takes down a live one of a higher tier than its own, directly or through "
        f"others. {ONLY}",
    ),
    FindingRule(
        "cmdb-orphan",
        "warning",
        f"A live item needs nothing, and nothing needs it. {ONLY}",
    ),
    FindingRule(
        "cmdb-single-points",
        "warning",
        "There are single points of failure: items that alone take down at least two live items of "
        f"tier 1 or 2. One finding sums them up. {ONLY}",
    ),
    FindingRule(
        "cmdb-unconfirmed",
        "warning",
        "A live item was not confirmed for longer than `spec.cmdb.confirm_within` of "
        "`changeflow.yaml` allows. Only `cmdb check` looks, because it depends on the day.",
    ),
    FindingRule(
        "cmdb-more",
        "warning",
        "There are more findings of one rule than are listed; an error if one of them is.",
    ),
)

# Rules of single documents that the checks of the whole CMDB ask again, also of items from sources.
AGAIN: Final[dict[str, Level]] = {
    "cmdb-incomplete": "warning",
    "cmdb-unknown-owner": "error",
    "cmdb-retired-dependency": "warning",
}
_LEVELS: Final = {rule.id: rule.level for rule in RULES} | AGAIN


def findings_of(
    found: Mapping[str, Found],
    place: Callable[[str, Problem, Level], Finding],
    levels: Levels,
) -> Iterator[Finding]:
    """Yield what checks found as findings.

    Args:
        found: what they found, by rule.
        place: returns the finding of a rule about a problem, with its level, where it stands.
        levels: how bad the organisation says rules are.
    """
    for rule, of_rule in found.items():
        level = levels.get(rule)
        if level == "ignore":
            continue
        last: Finding | None = None
        for problem in of_rule.problems:
            last = place(rule, problem, level or problem.level or _LEVELS[rule])
            yield last
        if last is not None and of_rule.more:
            yield found_in_file(
                "cmdb-more", last.path, level=last.level, of=rule, count=of_rule.more
            )
