"""The facts of one change by brute force over raw rows: the oracle of `wide_facts`. Slow, and as close to the definitions as can be."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from worlds import Rows

NAN = float("nan")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
LEVELS = ("low", "medium", "high", "critical")
FAILURES, CHANGES = 1.0, 20.0


class Plain:
    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.changes = {(one["source"], one["change"]): one for one in rows["changes"]}

    def items(self, change: dict[str, Any]) -> set[str]:
        return self._column_of_items(change, "item")

    def services(self, change: dict[str, Any]) -> set[str]:
        return self._column_of_items(change, "service")

    def _column_of_items(self, change: dict[str, Any], column: str) -> set[str]:
        key = (change["source"], change["change"])
        return {
            one[column]
            for one in self.rows["change_items"]
            if (one["source"], one["change"]) == key and one[column] is not None
        }

    def incidents(self, column: str, group: str, since: datetime, until: datetime) -> list[datetime]:
        """When incidents of a group were opened; their causes count when they were named."""
        found: dict[tuple[str, str], datetime] = {}
        for one in self.rows["incidents"]:
            at = named_at(one) if column == "cause_item" else one["opened_at"]
            if one[column] != group or at is None:
                continue
            key = (one["source"], one["incident"])
            found[key] = min(at, found.get(key, at))
        return [at for at in found.values() if since <= at < until]

    def named(self, incident: dict[str, Any]) -> dict[str, Any] | None:
        """The change that an incident names: of its own source, else of the only source that has the id."""
        own = self.changes.get((incident["source"], incident["change"]))
        if own is not None:
            return own
        of_others = [one for one in self.rows["changes"] if one["change"] == incident["change"]]
        return of_others[0] if len(of_others) == 1 else None

    def failed_at(self, change: dict[str, Any]) -> datetime | None:
        if change["actual_start"] is None:
            return None
        known = [change["reverted_at"]]
        if change["outcome"] in {"failed", "rolled_back"}:
            known.append(change["actual_end"] or change["closed_at"])
        for one in self.rows["incidents"]:
            if one["change"] is None or one["link"] == "fixes" or self.named(one) is not change:
                continue
            if one["opened_at"] >= change["actual_start"]:
                known.append(named_at(one))
        found = [max(at, change["actual_start"]) for at in known if at is not None]
        return min(found, default=None)

    def finished_at(self, change: dict[str, Any]) -> datetime | None:
        if change["actual_start"] is None:
            return None
        known = [self.failed_at(change)]
        if change["outcome"] not in {"withdrawn", "rejected"}:
            known.append(change["actual_end"] or change["closed_at"])
        # nothing is known of a change before it starts, whatever its record says
        found = [max(at, change["actual_start"]) for at in known if at is not None]
        return min(found, default=None)

    def rate(self, change: dict[str, Any], others: list[dict[str, Any]], moment: datetime) -> tuple[float, int]:
        seen = failures = 0
        for other in others:
            if other is change:
                continue
            finished, failed = self.finished_at(other), self.failed_at(other)
            seen += finished is not None and finished < moment
            failures += failed is not None and failed < moment
        return (FAILURES + failures) / (CHANGES + seen), seen

    def facts(self, change: dict[str, Any], moment: datetime, zone: ZoneInfo) -> dict[str, float]:
        return {
            **self._incident_facts(change, moment),
            **self._failure_facts(change, moment),
            **own_facts(change, moment, zone),
            "items": float(len(self.items(change))),
            "planned_outage": float(self._planned_outage(change)),
        }

    def _planned_outage(self, change: dict[str, Any]) -> bool:
        if change["outage_start"] and change["outage_end"] and change["outage_end"] > change["outage_start"]:
            return True
        seen: set[str] = set()
        for one in self.rows["change_items"]:
            same = (one["source"], one["change"]) == (change["source"], change["change"])
            # the first row of an item counts
            if not same or one["item"] in seen:
                continue
            seen.add(one["item"])
            if (one["outage_seconds"] or 0) > 0:
                return True
        return False

    def _incident_facts(self, change: dict[str, Any], moment: datetime) -> dict[str, float]:
        items, services = self.items(change), self.services(change)
        recorded = any(one["opened_at"] < moment for one in self.rows["incidents"])

        def count(column: str, groups: set[str], first: float, last: float = 0) -> float:
            until = moment - last * DAY
            return float(sum(len(self.incidents(column, group, moment - first * DAY, until)) for group in groups))

        ever = [at for item in items for at in self.incidents("item", item, datetime.min.replace(tzinfo=moment.tzinfo), moment)]
        week = count("item", items, 7)
        facts = {
            "item_incidents_3d": count("item", items, 3),
            "item_incidents_7d": week,
            "item_incidents_30d": count("item", items, 30),
            "item_incidents_decayed": sum(0.5 ** ((moment - at) / (30 * DAY)) for at in ever),
            "item_caused_7d": count("cause_item", items, 7),
            "item_caused_30d": count("cause_item", items, 30),
            "quiet_days": min([(moment - at) / DAY for at in ever] + [60.0]),
            "weeks_of_4": float(sum(count("item", items, 7 * n + 7, 7 * n) > 0 for n in range(4))),
            "excess_expected": (count("item", items, 30) - week) * 7 / 23 - week,
        }
        known = {name: value if items and recorded else NAN for name, value in facts.items()}
        known["service_incidents_30d"] = count("service", services, 30) if services and recorded else NAN
        return known

    def _failure_facts(self, change: dict[str, Any], moment: datetime) -> dict[str, float]:
        items, changes = self.items(change), self.rows["changes"]
        facts = {}
        on_items = {item: [one for one in changes if item in self.items(one)] for item in items}
        facts["item_failure_rate"] = max((self.rate(change, on_items[item], moment)[0] for item in items), default=NAN)
        starts = failures = 0
        for item in items:
            for other in on_items[item]:
                if other is change:
                    continue
                starts += within(other["actual_start"], moment, 30)
                failures += within(self.failed_at(other), moment, 90)
        facts["item_changes_30d"] = float(starts) if items else NAN
        facts["item_failures_90d"] = float(failures) if items else NAN
        for column in ("team", "category", "model"):
            same = [one for one in changes if one[column] == change[column]]
            known = column == "model" or change[column] is not None
            rate, seen = self.rate(change, same, moment)
            facts[f"{column}_failure_rate"] = rate if known else NAN
            if column == "team":
                facts["team_changes"] = float(seen) if known else NAN
        return facts


def named_at(incident: dict[str, Any]) -> datetime | None:
    at = incident["linked_at"] or incident["closed_at"] or incident["resolved_at"]
    return None if at is None else max(at, incident["opened_at"])


def within(at: datetime | None, moment: datetime, days: int) -> bool:
    return at is not None and moment - days * DAY <= at < moment


def own_facts(change: dict[str, Any], moment: datetime, zone: ZoneInfo) -> dict[str, float]:
    start, end, recorded = change["planned_start"], change["planned_end"], change["recorded_at"]
    local = start.astimezone(zone) if start else None
    weekend = local.weekday() >= 5 if local else NAN
    lead = (start - recorded) / HOUR if start and recorded else NAN
    added, deleted = change["lines_added"], change["lines_deleted"]
    facts = {
        "lead_hours": 0.0 if recorded and recorded > moment else lead,
        "planned_hours": (end - start) / HOUR if start and end else NAN,
        "emergency": float(change["type"] == "emergency"),
        "cab_required": NAN if change["cab_required"] is None else float(change["cab_required"]),
        "declared_level": float(LEVELS.index(change["declared_risk"])) if change["declared_risk"] else NAN,
        "weekend": float(weekend),
        "off_hours": float(weekend or not 8 <= local.hour < 18) if local else NAN,
        "files": NAN if change["files"] is None else float(change["files"]),
        "lines": NAN if added is None else float(added + deleted),
    }
    for trait in ("names-ticket", "names-hosts"):
        facts[f"trait_{trait}"] = float(trait in change["traits"])
    return facts
