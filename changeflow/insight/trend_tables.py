"""What changes of a period were about and how they went, as SQL that DuckDB and Spark both read.

A change failed if it failed, was rolled back, caused an incident or failed by its review, as the
change failure rate counts it. Changes that have not ended, and those whose outcome is not known, are no failures.
"""

from __future__ import annotations

from typing import Final, Literal

from changeflow.insight.kpi_tables import COLUMNS

Dimension = Literal["type", "class", "service", "team", "category", "origin"]

DIMENSIONS: Final[tuple[Dimension, ...]] = (
    "type", "class", "service", "team", "category", "origin",
)  # fmt: skip
# Columns of tables of records that measures do without.
MORE_COLUMNS: Final = {
    "changes": (*COLUMNS["changes"], "origin"),
    "change_items": ("source", "change", "item", "item_type", "item_subtype", "service"),
}
# Items, changes of an item and candidates that are told.
MOST_ITEMS: Final = 10
MOST_CHANGES: Final = 20
MOST_EXAMPLES: Final = 5

_FAILED: Final = (
    "(c.outcome in ('failed', 'rolled_back') or c.caused_incident or c.review_failed)"
)
_COUNTS: Final = (
    "count(*) as changes,"
    " count(*) filter (where c.ended) as ended,"
    f" count(*) filter (where c.ended and {_FAILED}) as failed,"
    " count(*) filter (where c.outcome = 'rolled_back') as rolled_back,"
    " count(*) filter (where c.caused_incident) as with_incident"
)
# Tables that are made of others on the way.
ITEMS_OF_CHANGES: Final = "items_of_changes"
SERVICES_OF_ITEMS: Final = "services_of_items"
FAILING_ITEMS: Final = "failing_items"
NORMAL_CHANGES: Final = "normal_changes"
RECURRING: Final = "recurring_changes"
_OF_RECURRING: Final = (
    f"{NORMAL_CHANGES} c join {RECURRING} r on r.kind1 = c.kind1 and r.kind2 = c.kind2"
    " and r.area = c.area and c.outcome = 'implemented'"
)
_PLACE: Final = "row_number() over (partition by c.kind1, c.kind2, c.area"


def make_items() -> dict[str, str]:
    """Return the table of items of the changes of a period, name -> SELECT."""
    return {
        ITEMS_OF_CHANGES: (
            "select distinct i.source, i.change, i.item, i.service,"
            " coalesce(i.item_subtype, i.item_type, i.item) as kind"
            " from past_change_items i join changes_of_periods c"
            " on c.source = i.source and c.change = i.change"
        )
    }


def counts_by(dimension: Dimension) -> str:
    """Return the statement that counts the changes of a period by what they have in common."""
    if dimension == "service":
        return (
            f"select s.service as value, {_COUNTS} from changes_of_period c join"
            " (select distinct i.source, i.change, coalesce(i.service, o.service) as service"
            f" from {ITEMS_OF_CHANGES} i left join {SERVICES_OF_ITEMS} o on o.item = i.item) s"
            " on s.source = c.source and s.change = c.change"
            " where s.service is not null group by s.service"
        )
    if dimension == "origin":
        return (
            f"select p.origin as value, {_COUNTS} from changes_of_period c join past_changes p"
            " on p.source = c.source and p.change = c.change group by p.origin"
        )
    column = f"c.{dimension}"
    if dimension == "class":
        # standard changes and emergencies have no class: they are their own
        column = "coalesce(c.class, case when c.type in ('standard', 'emergency') then c.type end)"
    return f"select {column} as value, {_COUNTS} from changes_of_period c group by {column}"


def failing_items() -> str:
    """Return the statement of the items on which most changes failed."""
    return (
        f"select i.item as item, {_COUNTS} from changes_of_period c join"
        f" (select distinct source, change, item from {ITEMS_OF_CHANGES}"
        " where item is not null) i"
        " on i.source = c.source and i.change = c.change group by i.item"
        f" having count(*) filter (where c.ended and {_FAILED}) > 0"
        f" order by failed desc, rolled_back desc, item limit {MOST_ITEMS}"
    )


def failed_changes_of_items() -> str:
    """Return the statement of the changes that failed, with each of their items, sorted."""
    return (
        f"select distinct i.item as item, c.change as change from changes_of_period c"
        f" join {ITEMS_OF_CHANGES} i on i.source = c.source and i.change = c.change"
        f" join {FAILING_ITEMS} f on f.item = i.item where c.ended and {_FAILED}"
        " order by item, change"
    )


def normal_changes() -> str:
    """Return the statement of the normal changes of a period, with the types of their items."""
    return (
        "select c.*, coalesce(c.category, '') as area, k.kind1, k.kind2"
        " from changes_of_period c join (select source, change, min(kind) as kind1,"
        f" max(kind) as kind2 from {ITEMS_OF_CHANGES} group by source, change"
        " having count(distinct kind) <= 2) k on k.source = c.source and k.change = c.change"
        " where c.type = 'normal'"
    )


def recurring_changes(enough: int) -> str:
    """Return the statement of the kinds of normal changes that always went well.

    Changes are of one kind that change items of the same types, in the same category, as
    `insight.standing.candidates` says it; what is done is not recorded. Those with items of more than
    two types are left out.

    Args:
        enough: how many of a kind must have ended.
    """
    went = "(c.outcome = 'implemented' and not c.caused_incident and not c.review_failed)"
    return (
        "select c.kind1, c.kind2, c.area,"
        f" count(*) filter (where {went}) as changes, min(c.moment) as first, max(c.moment) as last"
        f" from {NORMAL_CHANGES} c group by c.kind1, c.kind2, c.area"
        f" having count(*) filter (where {went}) >= {enough}"
        f" and count(*) filter (where {_FAILED}) = 0"
        f" order by changes desc, kind1, kind2, area limit {MOST_ITEMS}"
    )


def examples_of_recurring() -> str:
    """Return the statement of the latest changes of each recurring kind."""
    return (
        "select kind1, kind2, area, change from (select c.kind1, c.kind2, c.area, c.change,"
        f" {_PLACE} order by c.moment desc, c.change desc) as place from {_OF_RECURRING}) numbered"
        f" where place <= {MOST_EXAMPLES} order by kind1, kind2, area, place"
    )


def items_of_recurring() -> str:
    """Return the statement of the items of each recurring kind, those changed most often first."""
    return (
        "select kind1, kind2, area, item, items from (select g.*,"
        " count(*) over (partition by kind1, kind2, area) as items, row_number() over"
        " (partition by kind1, kind2, area order by seen desc, item) as place from"
        " (select c.kind1, c.kind2, c.area, i.item, count(*) as seen"
        f" from {_OF_RECURRING} join {ITEMS_OF_CHANGES} i"
        " on i.source = c.source and i.change = c.change where i.item is not null"
        " group by c.kind1, c.kind2, c.area, i.item) g) numbered"
        f" where place <= {MOST_EXAMPLES} order by kind1, kind2, area, place"
    )
