"""The CMDB of a rulebook as the checks of its health see it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from changeflow.cmdb.health.estate import Confirmations, Estate
from changeflow.model.document_parts import parse_date
from changeflow.reading.rulebook import Rulebook


def estate_of(
    base: Rulebook, now: datetime, audited: Mapping[str, date], *, lists_all: bool = False
) -> Estate:
    """Return the CMDB with the roster, and with when items were confirmed.

    Args:
        base: the rulebook.
        now: the time.
        audited: the newest day on which an audit found each item as it is recorded.
        lists_all: whether to list every problem.
    """
    roster = base.roster.spec
    within = {tier.value: age for tier, age in base.config.cmdb.confirm_within.items()}
    asked = None
    if within:
        today = now.astimezone(base.config.zone).date()
        asked = Confirmations(_newest(confirmed(base), audited), within, today)
    return Estate(
        graph=base.graph,
        is_described=base.columns.origins.deciding("description"),
        roles={role: len(members) for role, members in roster.roles.items()},
        people=frozenset(roster.people),
        confirmations=asked,
        lists_all=lists_all,
    )


def _newest(one: Mapping[str, date], other: Mapping[str, date]) -> dict[str, date]:
    found = dict(one)
    for ci, day in other.items():
        found[ci] = max(day, found.get(ci, day))
    return found


def confirmed(base: Rulebook) -> Mapping[str, date]:
    """Return the day on which the record of each item says that it was confirmed, if it does."""
    columns, found = base.columns, {}
    for number in columns.having.get("confirmed", ()):
        found[columns.graph.ids[number]] = parse_date(columns.rest_of(number)["spec"]["confirmed"])
    return found
