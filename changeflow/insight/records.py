"""The tables of the past, and their columns: type, unit and meaning.

Risk, measures and audits read these tables and nothing else. They are filled from the requests and
the ledger of a repository, and from exports of other systems (`changeflow history import`).

Every time is an instant (UTC). None stands for what is not known, and never for "no". The tables
hold two columns about single people, both of opinions and reviews: separation of duties is audited
by them. No fact about the risk of a change is computed from either.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple


class ColumnType(Enum):
    """The type of a column: the value is its name in Apache Arrow."""

    TEXT = "utf8"
    FLAG = "bool"
    NUMBER = "int64"
    INSTANT = "timestamp[us, tz=UTC]"
    TEXTS = "list<utf8>"


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        name: as the Parquet files and mappings spell it.
        type: what its values are.
        meaning: one line, with the unit.
        values: all values that a text may have; empty if it is free.
        before: whether the value is known when the change starts. A fact may be computed from such
            columns alone: the others are outcomes.
    """

    name: str
    type: ColumnType
    meaning: str
    values: tuple[str, ...] = ()
    before: bool = True


class Table(NamedTuple):
    """A table.

    Attributes:
        name: also the name of its file: `<name>.parquet`.
        meaning: what one row is.
        record: the columns that name the record which a row belongs to; a record that is imported
            again replaces all of its rows.
        columns: all columns, in the order of the file.
    """

    name: str
    meaning: str
    record: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        """Return the column of a name."""
        return next((one for one in self.columns if one.name == name), None)


TEXT, FLAG, NUMBER = ColumnType.TEXT, ColumnType.FLAG, ColumnType.NUMBER
INSTANT, TEXTS = ColumnType.INSTANT, ColumnType.TEXTS
TYPES: Final = ("standard", "normal", "emergency")
CLASSES: Final = ("minor", "significant", "major")
LEVELS: Final = ("low", "medium", "high", "critical")
OUTCOMES: Final = ("implemented", "failed", "rolled_back", "withdrawn", "rejected")
# how a change that was carried out went wrong, and that it was never carried out
FAILED: Final = ("failed", "rolled_back")
NOT_DONE: Final = ("withdrawn", "rejected")
LINKS: Final = ("caused_by", "fixes", "related")
# of an item that was audited: it is there, it is not there, it is there and not recorded
FOUND: Final = ("agrees", "missing", "surplus")

_SOURCE: Final = Column("source", TEXT, "the system or repository that the record comes from")
CHANGES: Final = Table(
    "changes",
    "a request for change",
    ("source", "change"),
    (
        _SOURCE,
        Column("change", TEXT, "id of the change"),
        Column("title", TEXT, "title"),
        Column("type", TEXT, "type of the change", TYPES),
        Column("class", TEXT, "class by risk and rules", CLASSES),
        Column("category", TEXT, "kind of work, as the source calls it"),
        Column("model", TEXT, "change model that it follows"),
        Column("origin", TEXT, "what it came from, such as a problem or a project"),
        Column("team", TEXT, "team that carries it out"),
        Column("environment", TEXT, "environment"),
        Column("declared_risk", TEXT, "risk that people stated", LEVELS),
        Column("risk_score", NUMBER, "score when it was approved, 0 to 100"),
        Column("risk_level", TEXT, "level of that score", LEVELS),
        Column("cab_required", FLAG, "whether the CAB had to approve"),
        Column("traits", TEXTS, "what else is known of it beforehand, such as names-ticket"),
        Column("files", NUMBER, "number of files that it changes"),
        Column("lines_added", NUMBER, "number of lines that it adds"),
        Column("lines_deleted", NUMBER, "number of lines that it deletes"),
        Column("recorded_at", INSTANT, "when the request was recorded"),
        Column("approved_at", INSTANT, "when the approve gate opened"),
        Column("requested_end", INSTANT, "when the requester wanted it done"),
        Column("planned_start", INSTANT, "planned start"),
        Column("planned_end", INSTANT, "planned end"),
        Column("outage_start", INSTANT, "planned start of the outage"),
        Column("outage_end", INSTANT, "planned end of the outage"),
        Column("temporary", FLAG, "whether it was announced that it would be undone again"),
        Column("conflicts", NUMBER, "changes that it collided with when it was assessed"),
        Column("in_freeze", FLAG, "whether a freeze applied to it when it was assessed"),
        Column("notice_kept", FLAG, "whether it was decided in the lead time that the rules ask"),
        Column("rehearsed_at", INSTANT, "when its rollback was last rehearsed before it started"),
        Column("rollback_limit_seconds", NUMBER, "how long its rollback may take, in seconds"),
        Column("actual_start", INSTANT, "actual start", before=False),
        Column("actual_end", INSTANT, "actual end", before=False),
        Column("closed_at", INSTANT, "when the record was closed", before=False),
        Column("outcome", TEXT, "how it ended", OUTCOMES, before=False),
        Column("rollback_start", INSTANT, "when its rollback began", before=False),
        Column("rollback_end", INSTANT, "when its rollback had ended", before=False),
        Column("retrospective_due_at", INSTANT, "until when approvals in retrospect are due",
               before=False),
        Column("reverted_at", INSTANT, "when another change undid it", before=False),
        Column("reverted_by", TEXT, "id of the change that undid it", before=False),
    ),
)  # fmt: skip
CHANGE_ITEMS: Final = Table(
    "change_items",
    "a configuration item of a change",
    ("source", "change"),
    (
        _SOURCE,
        Column("change", TEXT, "id of the change"),
        Column("item", TEXT, "id of the item"),
        Column("action", TEXT, "what the change does to it"),
        Column("item_type", TEXT, "type of the item"),
        Column("item_subtype", TEXT, "subtype of the item"),
        Column("service", TEXT, "service that the item belongs to"),
        Column("criticality", TEXT, "tier1 (highest) to tier4"),
        Column("outage_seconds", NUMBER, "planned outage of the item in seconds"),
        Column("actual_outage_seconds", NUMBER, "how long it was out of service, in seconds",
               before=False),
        Column("updated", FLAG, "whether its record was brought up to date after the change",
               before=False),
    ),
)  # fmt: skip
INCIDENTS: Final = Table(
    "incidents",
    "an incident, with one of its items and one of the changes that it is linked to",
    ("source", "incident"),
    (
        _SOURCE,
        Column("incident", TEXT, "id of the incident"),
        Column("title", TEXT, "title"),
        Column("category", TEXT, "kind of record, as the source calls it"),
        Column("priority", TEXT, "priority, as the source calls it"),
        Column("severity", TEXT, "severity", LEVELS),
        Column("item", TEXT, "item that is affected"),
        Column("item_type", TEXT, "type of that item"),
        Column("item_subtype", TEXT, "subtype of that item"),
        Column("service", TEXT, "service of that item"),
        Column("cause_item", TEXT, "item in which the cause was found", before=False),
        Column("cause_service", TEXT, "service of that item", before=False),
        Column("change", TEXT, "change that it is linked to", before=False),
        Column("link", TEXT, "what links them; related says that a person named it", LINKS,
               before=False),
        Column("linked_at", INSTANT,
               "when the change and the cause were named; else when it was closed or resolved",
               before=False),
        Column("opened_at", INSTANT, "when it was opened"),
        Column("resolved_at", INSTANT, "when service was restored", before=False),
        Column("closed_at", INSTANT, "when the record was closed", before=False),
    ),
)  # fmt: skip
OPINIONS: Final = Table(
    "opinions",
    "an opinion about a change",
    ("source", "change"),
    (
        _SOURCE,
        Column("change", TEXT, "id of the change"),
        Column("person", TEXT, "who gave it; for audits, never for a score"),
        Column("role", TEXT, "role in which it was given"),
        Column("cab", FLAG, "whether the person spoke as a member of the CAB"),
        Column("decision", TEXT, "approve, reject or veto"),
        Column("decided_at", INSTANT, "when"),
        Column("retrospective", FLAG, "whether the change had started by then"),
    ),
)
STEPS: Final = Table(
    "steps",
    "a step of a release that was begun",
    ("source", "change"),
    (
        _SOURCE,
        Column("change", TEXT, "id of the change"),
        Column("step", TEXT, "id of the step"),
        Column("phase", TEXT, "implementation, verification, undo or rollback"),
        Column("started_at", INSTANT, "when it began", before=False),
        Column("ended_at", INSTANT, "when it ended", before=False),
        Column("outcome", TEXT, "how it ended, as the journal says", before=False),
    ),
)
DEPLOYMENTS: Final = Table(
    "deployments",
    "a deployment of a commit or an artefact to an environment",
    ("source", "deployment"),
    (
        _SOURCE,
        Column("deployment", TEXT, "id of the deployment"),
        Column("change", TEXT, "change that it belongs to"),
        Column("environment", TEXT, "environment"),
        Column("commit", TEXT, "commit that was deployed"),
        Column("committed_at", INSTANT, "when that commit was made"),
        Column("started_at", INSTANT, "when it began", before=False),
        Column("ended_at", INSTANT, "when it ended", before=False),
        Column("outcome", TEXT, "how it ended", OUTCOMES, before=False),
    ),
)
DELIVERY_KINDS: Final = ("merge", "commit", "tag", "deployment", "release")
# what became of deliveries that need a request
DELIVERY_STANDINGS: Final = ("request", "excepted", "retrospective", "reverted", "open")
DELIVERIES: Final = Table(
    "deliveries",
    "a commit of the main branch, a tag, a deployment or a release that needs a request",
    ("source", "delivery"),
    (
        _SOURCE,
        Column("delivery", TEXT, "what it is, and its commit, name or id"),
        Column("kind", TEXT, "what it is", DELIVERY_KINDS),
        Column("commit", TEXT, "commit that it is, or is at"),
        Column("change", TEXT, "the first change that it was matched with", before=False),
        Column("delivered_at", INSTANT, "when, as far as it is believed", before=False),
        Column("found_at", INSTANT, "when it was recorded as unauthorised", before=False),
        Column("standing", TEXT, "what became of it: whether it had a request, an exception, or "
               "was put right", DELIVERY_STANDINGS, before=False),
    ),
)  # fmt: skip
REVIEWS: Final = Table(
    "reviews",
    "a post-implementation review",
    ("source", "change"),
    (
        _SOURCE,
        Column("change", TEXT, "id of the change"),
        Column("person", TEXT, "who wrote it; for audits, never for a score"),
        Column("due_at", INSTANT, "when it was due"),
        Column("recorded_at", INSTANT, "when it was recorded", before=False),
        Column("outcome", TEXT, "what it concluded", before=False),
        Column("objectives_met", FLAG, "whether the change achieved what it was for", before=False),
    ),
)
SERVICE_OUTAGES: Final = Table(
    "service_outages",
    "a service that a change takes away, in a period of its service level",
    ("source", "change"),
    (
        _SOURCE,
        Column("change", TEXT, "id of the change"),
        Column("service", TEXT, "service with a promised level"),
        Column("period_start", INSTANT, "start of the period that the level is promised for"),
        Column("period_end", INSTANT, "end of that period, which does not belong to it"),
        Column("budget_seconds", NUMBER, "outage that the level leaves for the period, in seconds"),
        Column("planned_seconds", NUMBER, "planned outage of the service in seconds"),
        Column("actual_seconds", NUMBER, "outage of the service in seconds", before=False),
    ),
)
AUDITED_ITEMS: Final = Table(
    "audited_items",
    "an item of an audit of the CMDB",
    ("source", "audit"),
    (
        _SOURCE,
        Column("audit", TEXT, "id of the audit"),
        Column("item", TEXT, "id of the item, or the name of one that is not recorded"),
        Column("audited_at", INSTANT, "when the sample was drawn"),
        Column("found", TEXT, "what the auditor found of the item", FOUND),
        Column("attributes", NUMBER, "attributes that were looked at"),
        Column("agreeing", NUMBER, "attributes that are as they are recorded"),
    ),
)
IMPROVEMENTS: Final = Table(
    "improvements",
    "an improvement, or a follow-up of a review",
    ("source", "improvement"),
    (
        _SOURCE,
        Column("improvement", TEXT, "id of the improvement"),
        Column("origin", TEXT, "what it comes from, such as a review or an audit"),
        Column("due_at", INSTANT, "end of the day on which it is due"),
        Column("done_at", INSTANT, "when it was carried out", before=False),
        Column("verified_at", INSTANT, "when a person verified it", before=False),
    ),
)
TABLES: Final = {
    one.name: one
    for one in (
        CHANGES, CHANGE_ITEMS, INCIDENTS, OPINIONS, STEPS, DEPLOYMENTS, DELIVERIES, REVIEWS,
        SERVICE_OUTAGES, AUDITED_ITEMS, IMPROVEMENTS,
    )
}  # fmt: skip
