"""What the records of the past say about a change at a moment: the list of facts.

A fact is a number that was known at the moment: the actual start of a change of the past, and now
for an open one. A line of a scorecard (`spec.likelihood.record` of the risk model) names one.
Windows are half-open: `item_incidents_7d` counts incidents that were opened in the seven days
before the moment, and not at the moment itself.

No fact is about a person: teams, items and kinds of change have a history, people do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final, Literal, NamedTuple

Direction = Literal["raises", "lowers", "free"]
Unit = Literal[
    "incidents", "days", "weeks", "hours", "changes", "items", "files", "lines", "share", "flag",
    "level",
]  # fmt: skip

# What conditions may read of earlier changes, below `history`: how long before the time of a gate
# the release of a change began that is counted, ...
DEBT_PERIOD: Final = timedelta(days=90)
# ... what is counted of changes that began then, ...
COUNTED: Final = ("changes", "emergency_share", "failures")
# ... and what is open at that time, of changes of any age.
OPEN: Final = ("overdue_reviews", "open_followups", "claimed_improvements")
QUIET_DAYS_AT_MOST: Final = 60
HALF_LIFE_DAYS: Final = 30
TRAIT: Final = "trait_"


class Fact(NamedTuple):
    """A fact about a change. Its meaning is the sentence `fact.<name>`.

    Attributes:
        name: as lines of a scorecard name it.
        unit: what it counts or measures. A flag is 0 or 1, a level 0 (low) to 3 (critical).
        direction: whether a higher value can only raise the score, only lower it, or either.
    """

    name: str
    unit: Unit
    direction: Direction


FACTS: Final = {
    one.name: one
    for one in (
        Fact("item_incidents_3d", "incidents", "raises"),
        Fact("item_incidents_7d", "incidents", "raises"),
        Fact("item_incidents_30d", "incidents", "raises"),
        Fact("item_incidents_decayed", "incidents", "raises"),
        Fact("item_caused_7d", "incidents", "raises"),
        Fact("item_caused_30d", "incidents", "raises"),
        Fact("service_incidents_30d", "incidents", "raises"),
        Fact("quiet_days", "days", "lowers"),
        Fact("weeks_of_4", "weeks", "raises"),
        Fact("excess_expected", "incidents", "free"),
        Fact("item_changes_30d", "changes", "free"),
        Fact("items", "items", "raises"),
        Fact("lead_hours", "hours", "free"),
        Fact("planned_hours", "hours", "free"),
        Fact("planned_outage", "flag", "raises"),
        Fact("emergency", "flag", "raises"),
        Fact("cab_required", "flag", "free"),
        Fact("declared_level", "level", "raises"),
        Fact("off_hours", "flag", "free"),
        Fact("weekend", "flag", "free"),
        Fact("team_failure_rate", "share", "raises"),
        Fact("team_changes", "changes", "free"),
        Fact("item_failure_rate", "share", "raises"),
        Fact("category_failure_rate", "share", "raises"),
        Fact("model_failure_rate", "share", "raises"),
        Fact("item_failures_90d", "changes", "raises"),
        Fact("files", "files", "free"),
        Fact("lines", "lines", "free"),
    )
}


# Facts that a record states itself, with no time at which it began to say so; traits are, too.
AS_EXPORTED: Final = frozenset({
    "items", "lead_hours", "planned_hours", "planned_outage", "emergency", "cab_required",
    "declared_level", "off_hours", "weekend", "files", "lines",
})  # fmt: skip


def fact_named(name: str) -> Fact | None:
    """Return the fact of a name. Each trait of changes is a fact: `trait_names-ticket`."""
    if name.startswith(TRAIT) and len(name) > len(TRAIT):
        return Fact(name, "flag", "free")
    return FACTS.get(name)


# Values of facts by name. One that is missing, None or NaN is not known.
FactValues = Mapping[str, float | None]
# A line of a scorecard as (fact, at_least, points), and what is wrong with it.
LineValues = tuple[str, float, int]
LineProblem = Literal["unknown", "twice", "raises", "lowers"]


def wrong_lines(lines: Sequence[LineValues]) -> Iterator[tuple[int, LineProblem]]:
    """Yield the number of each wrong line of a scorecard, and what is wrong with it.

    All lines that hold add up. A fact that can only raise the score has no line that takes points,
    and one that can only lower it none that adds points. Lines at 0 or less hold for all changes,
    so they may give points first that later lines take.
    """
    seen = set()
    for number, (name, at_least, points) in enumerate(lines):
        fact = fact_named(name)
        if fact is None:
            yield number, "unknown"
        elif (name, at_least) in seen:
            yield number, "twice"
        elif at_least > 0 and fact.direction == "raises" and points < 0:
            yield number, "raises"
        elif at_least > 0 and fact.direction == "lowers" and points > 0:
            yield number, "lowers"
        seen.add((name, at_least))
