"""The tables that measures are computed from, as SQL that DuckDB and Spark both read.

Every time in them is a whole number of seconds since 1970 in UTC, so that sums and differences are
exact and no engine's time zone matters. The tables of records (`insight.records`) come with the
prefix `past_`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from changeflow.insight.period import Period
from changeflow.insight.records import TABLES, ColumnType

PREFIX: Final = "past_"
_CHANGES: Final = (
    "source", "change", "type", "class", "category", "team", "environment", "risk_level",
    "declared_risk", "cab_required", "outcome", "temporary", "conflicts", "in_freeze",
    "notice_kept", "rehearsed_at", "rollback_limit_seconds", "reverted_by", "recorded_at",
    "approved_at", "planned_start", "planned_end", "outage_start", "outage_end", "actual_start",
    "actual_end", "closed_at", "rollback_start", "rollback_end", "retrospective_due_at",
    "reverted_at",
)  # fmt: skip
# The columns of each table of records that are read.
COLUMNS: Final = {
    "changes": _CHANGES,
    "change_items": ("source", "change", "item", "action", "outage_seconds",
                     "actual_outage_seconds", "updated"),
    "incidents": ("source", "incident", "change", "link", "opened_at", "resolved_at"),
    "opinions": ("source", "change", "person", "cab", "decision", "decided_at", "retrospective"),
    "deployments": ("source", "deployment", "change", "environment", "commit", "committed_at",
                    "started_at", "ended_at", "outcome"),
    "reviews": ("source", "change", "due_at", "recorded_at", "outcome"),
    "service_outages": ("source", "change", "service", "period_start", "period_end",
                        "budget_seconds", "planned_seconds", "actual_seconds"),
    "audited_items": ("source", "audit", "item", "audited_at", "found", "attributes", "agreeing"),
    "improvements": ("source", "improvement", "due_at", "done_at", "verified_at"),
    "deliveries": ("source", "delivery", "delivered_at", "standing"),
}  # fmt: skip
# without a rule approvals in retrospect are due five days after the end
_RETROSPECTIVE_DUE: Final = "coalesce({c}retrospective_due_at, {c}actual_end + 432000)"
# what is not done is compared with the time by these
_DUE: Final = (
    ("changes", _RETROSPECTIVE_DUE.format(c="")),
    ("reviews", "due_at"),
    ("improvements", "due_at"),
)
# A change belongs to the period of its planned start, else of its actual start, else to the time
# at which it was recorded.
MOMENT: Final = "coalesce(c.planned_start, c.actual_start, c.recorded_at)"


def columns_with(more: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return the columns of each table that are read, with further ones."""
    found = dict(COLUMNS)
    for table, columns in more.items():
        found[table] = tuple(dict.fromkeys((*found.get(table, ()), *columns)))
    return found


def is_instant(table: str, column: str) -> bool:
    """Return whether a column of a table of records holds instants."""
    found = TABLES[table].column(column)
    return found is not None and found.type is ColumnType.INSTANT


def statements_for_all(periods: Sequence[Period], now: datetime | None = None) -> dict[str, str]:
    """Return the tables that several periods have in common, name -> SELECT, in their order.

    An incident was caused by a change if a person said so, or if it names the change and was opened
    when the change had started, or later. What began before the change was not caused by it,
    whatever is said. It counts once for a change, whatever its number of items.

    Args:
        periods: which records count.
        now: the time: who owes something later has not missed it. None: all of it is due.
    """
    return {**_incidents_and_reverts(), **_changes(periods, now), **_deployments()}


def _incidents_and_reverts() -> dict[str, str]:
    return {
        "caused_incidents": (
            "select distinct i.source, i.incident, i.change, i.opened_at, i.resolved_at,"
            " c.actual_end"
            " from past_incidents i join past_changes c on i.change = c.change"
            " where (i.link = 'caused_by' or (i.link = 'related' and i.opened_at is not null"
            " and c.actual_start is not null))"
            " and coalesce(i.opened_at >= c.actual_start, true)"
        ),
        # the sources that say what was undone by what, and the changes that undid others
        "reverting_sources": (
            "select distinct source from past_changes"
            " where reverted_by is not null or reverted_at is not null"
        ),
        "reverts": (
            "select source, reverted_by as change, count(*) as reverted from past_changes"
            " where reverted_by is not null group by source, reverted_by"
        ),
    }


def _changes(periods: Sequence[Period], now: datetime | None) -> dict[str, str]:
    columns = ", ".join(f"c.{column}" for column in _CHANGES)
    in_any = " or ".join(f"({_within(MOMENT, period)})" for period in periods)
    awaits = "false"
    if now is not None:
        due = _RETROSPECTIVE_DUE.format(c="c.")
        awaits = f"coalesce(a.first_approval is null and {due} >= {in_seconds(now)}, false)"
    return {
        "changes_of_periods": (
            f"select {columns}, {MOMENT} as moment,"
            " c.actual_end is not null"
            " or coalesce(c.outcome in ('implemented', 'failed', 'rolled_back'), false) as ended,"
            " k.change is not null as caused_incident, a.first_approval,"
            f" {awaits} as awaits_retrospective, w.change is not null as review_failed,"
            " s.source is not null as tells_reverts, v.change is not null as is_revert,"
            " h.source is not null as tells_rehearsals"
            " from past_changes c"
            " left join (select distinct change from caused_incidents) k on k.change = c.change"
            " left join (select source, change, min(decided_at) as first_approval"
            " from past_opinions where decision = 'approve' and retrospective"
            " group by source, change) a on a.source = c.source and a.change = c.change"
            " left join (select distinct source, change from past_reviews where outcome = 'failed') w"
            " on w.source = c.source and w.change = c.change"
            " left join reverting_sources s on s.source = c.source"
            " left join reverts v on v.source = c.source and v.change = c.change"
            " left join (select distinct source from past_changes where rehearsed_at is not null) h"
            " on h.source = c.source"
            f" where {in_any}"
        ),
    }


def _deployments() -> dict[str, str]:
    """Return deployments that were made, each commit of an environment with its place in line.

    The same commit that a change brings to an environment again is no further deployment. Where
    another one ran in between, the later deployment takes that one back.
    """
    line = "partition by source, place, brought"
    return {
        "deployments_made": (
            "select source, deployment, change, committed_at, outcome,"
            " coalesce(environment, '') as place,"
            " coalesce(coalesce(change, '') || ' ' || commit, deployment) as brought,"
            " coalesce(started_at, ended_at) as moment, coalesce(ended_at, started_at) as until"
            " from past_deployments"
            " where outcome in ('implemented', 'failed', 'rolled_back')"
            " and coalesce(started_at, ended_at) is not null"
        ),
        "deployments_run": (
            "select source, deployment, change, committed_at, place, brought, moment, until,"
            f" row_number() over ({line} order by until, deployment) as place_in_line,"
            " lag(brought) over (partition by source, place order by until, deployment) as before"
            " from deployments_made where outcome = 'implemented'"
        ),
        "deployments_that_failed": (
            "select distinct source, place, brought from deployments_made"
            " where outcome in ('failed', 'rolled_back')"
            " union select source, place, before as brought from deployments_run"
            " where place_in_line > 1 and before <> brought"
            " union select m.source, m.place, m.brought from deployments_made m"
            " join caused_incidents k on k.change = m.change"
        ),
        "deployments_tried": (
            "select t.source, t.deployment, t.moment, f.brought is not null as failed"
            " from (select source, deployment, place, brought, moment,"
            f" row_number() over ({line} order by until, deployment) as place_in_line"
            " from deployments_made) t"
            " left join deployments_that_failed f"
            " on f.source = t.source and f.place = t.place and f.brought = t.brought"
            " where t.place_in_line = 1"
        ),
    }


def statements(period: Period, now: datetime | None = None) -> dict[str, str]:
    """Return the tables of one of these periods, name -> SELECT, in the order in which they are made.

    Args:
        period: which records count.
        now: the time: what is due later and not done was not due yet. None: all of it was due.
    """
    return {
        "judged_targets": judged_targets({}),
        "this_period": f"select cast({period.days()} as bigint) as days",
        "changes_of_period": (
            f"select * from changes_of_periods where {_within('moment', period)}"
        ),
        "caused_incidents_of_period": (
            "select distinct source, incident, opened_at, resolved_at from caused_incidents"
            f" where {_within('opened_at', period)}"
        ),
        "items_of_period": (
            "select i.source, i.change, i.item, i.action, i.outage_seconds,"
            " i.actual_outage_seconds, i.updated, c.moment from past_change_items i"
            " join changes_of_period c on c.source = i.source and c.change = i.change"
            " where (i.outage_seconds is not null or i.actual_outage_seconds is not null"
            " or i.updated is not null)"
            " and coalesce(c.outcome not in ('withdrawn', 'rejected'), true)"
        ),
        "cab_opinions_of_period": (
            "select source, change, person, decided_at from past_opinions"
            f" where cab and person is not null and {_within('decided_at', period)}"
        ),
        "reviews_due_in_period": (
            "select source, change, due_at, recorded_at from past_reviews"
            f" where due_at is not null and {_within('due_at', period)}"
            f"{_due_by('recorded_at', now)}"
        ),
        "deployments_of_period": (
            "select source, deployment, change, environment, started_at, ended_at, outcome"
            f" from past_deployments where {_within('coalesce(started_at, ended_at)', period)}"
        ),
        "deployments_run_in_period": (
            f"select * from deployments_run where place_in_line = 1 and {_within('moment', period)}"
        ),
        "deployments_tried_in_period": (
            f"select * from deployments_tried where {_within('moment', period)}"
        ),
        "service_budgets_of_period": (
            "select source, service, period_start, max(budget_seconds) as budget,"
            " sum(coalesce(actual_seconds, planned_seconds)) as used,"
            " count(*) filter (where coalesce(actual_seconds, planned_seconds) is null) as untold"
            " from past_service_outages"
            f" where budget_seconds is not null and {_overlaps(period)}"
            " group by source, service, period_start"
        ),
        "audited_items_of_period": (
            "select source, audit, item, audited_at, found, attributes, agreeing"
            " from past_audited_items"
            f" where {_within('audited_at', period)}"
        ),
        "improvements_due_in_period": (
            "select source, improvement, due_at, done_at, verified_at from past_improvements"
            f" where due_at is not null and {_within('due_at - 1', period)}"
            f"{_due_by('done_at', now)}"
        ),
        # a deployment that is a delivery counts by what it was matched with there
        "deliveries_of_period": (
            "select delivery, delivered_at,"
            " standing in ('retrospective', 'reverted', 'open') as unauthorised"
            f" from past_deliveries where {_within('delivered_at', period)}"
            " union all select d.deployment as delivery,"
            " coalesce(d.started_at, d.ended_at) as delivered_at, d.change is null as unauthorised"
            " from deployments_of_period d left join past_deliveries l"
            " on l.source = d.source and l.delivery = 'deployment ' || d.deployment"
            " where l.delivery is null"
        ),
    }


def judged_targets(judged: Mapping[str, bool]) -> str:
    """Return the table of targets that were set and can be judged: measure, and whether it is met."""
    rows = ["select cast(null as string) as kpi, cast(null as boolean) as met where false"]
    for kpi, met in judged.items():
        # ids of definitions have no quotation marks
        rows.append(f"select '{kpi}' as kpi, {str(met).lower()} as met")
    return " union all ".join(rows)


def due_around(now: datetime) -> str:
    """Return what selects the last moment `before` a time at which something was due, and the next."""
    at = in_seconds(now)
    selects = []
    for table, column in _DUE:
        selects.append(f"select {column} as due from {PREFIX}{table}")
    due = " union all ".join(selects)
    return (
        f"select max(case when due < {at} then due end) as before,"
        f" min(case when due >= {at} then due end) as after from ({due}) d"
    )


def _due_by(done: str, now: datetime | None) -> str:
    return "" if now is None else f" and ({done} is not null or due_at < {in_seconds(now)})"


def _overlaps(period: Period) -> str:
    conditions = []
    if period.start is not None:
        conditions.append(f"period_end > {in_seconds(period.start)}")
    if period.end is not None:
        conditions.append(f"period_start < {in_seconds(period.end)}")
    return " and ".join(conditions) or "true"


def _within(moment: str, period: Period) -> str:
    conditions = []
    if period.start is not None:
        conditions.append(f"{moment} >= {in_seconds(period.start)}")
    if period.end is not None:
        conditions.append(f"{moment} < {in_seconds(period.end)}")
    return " and ".join(conditions) or "true"


def in_seconds(moment: datetime) -> int:
    """Return an instant as the tables have it."""
    return int(moment.timestamp() // 1)
