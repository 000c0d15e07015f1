"""Made-up pasts: rows of the tables at random, on few items and coarse times, so that much meets at the same instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

Rows = dict[str, list[dict[str, Any]]]

BEGIN = datetime(2024, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
ITEMS = ("db", "api", "web", "batch")
SERVICES = ("shop", "billing")
TRAITS = ("names-ticket", "names-hosts")


def instant(random: Random, days: int = 90) -> datetime:
    """A full six hours, so that windows of days begin where others end."""
    return BEGIN + random.randrange(days * 4) * 6 * HOUR


def maybe(random: Random, value: Any, share: float = 0.85) -> Any:
    return value if random.random() < share else None


def world(seed: int, changes: int = 25, incidents: int = 60) -> Rows:
    random = Random(seed)  # noqa: S311 - the same world each time
    names = [("itsm", f"C{number}") for number in range(changes)]
    return {
        "changes": [_change(random, *name) for name in names],
        "change_items": [_item(random, *random.choice(names)) for _ in range(2 * changes)],
        "incidents": [_incident(random, number, names) for number in range(incidents)],
    }


def _change(random: Random, source: str, name: str) -> dict[str, Any]:
    start = maybe(random, instant(random))
    planned = maybe(random, instant(random))
    # some end before they start, as records of real systems do
    end = maybe(random, (start or instant(random)) + random.randrange(-2, 9) * 6 * HOUR)
    outage = random.random() < 0.3
    return {
        "source": source,
        "change": name,
        "type": random.choice(["standard", "normal", "emergency"]),
        "category": maybe(random, random.choice(["patch", "release"])),
        "model": maybe(random, "restart", 0.3),
        "team": maybe(random, random.choice(["blue", "red"])),
        "declared_risk": maybe(random, random.choice(["low", "medium", "high", "critical"])),
        "cab_required": maybe(random, random.random() < 0.5),
        "traits": [trait for trait in TRAITS if random.random() < 0.3],
        "files": maybe(random, random.randrange(30)),
        "lines_added": maybe(random, random.randrange(300)),
        "lines_deleted": random.randrange(300),
        "recorded_at": maybe(random, instant(random)),
        "planned_start": planned,
        "planned_end": maybe(random, instant(random)),
        "outage_start": planned if outage else None,
        "outage_end": planned + HOUR if outage and planned else None,
        "actual_start": start,
        "actual_end": end,
        "closed_at": maybe(random, instant(random)),
        "outcome": maybe(random, random.choice(["implemented", "implemented", "failed", "rolled_back", "withdrawn"])),
        "reverted_at": maybe(random, instant(random), 0.2),
    }


def _item(random: Random, source: str, name: str) -> dict[str, Any]:
    return {
        "source": source,
        "change": name,
        "item": random.choice(ITEMS),
        "service": maybe(random, random.choice(SERVICES)),
        "outage_seconds": maybe(random, random.choice([0, 600]), 0.2),
    }


def _incident(random: Random, number: int, names: list[tuple[str, str]]) -> dict[str, Any]:
    opened = instant(random)
    resolved = maybe(random, opened + random.randrange(12) * 6 * HOUR)
    return {
        "source": random.choice(["itsm", "pager"]),
        # several rows belong to one incident
        "incident": f"I{number // 2 if number % 5 == 0 else number}",
        "item": maybe(random, random.choice(ITEMS)),
        "service": maybe(random, random.choice(SERVICES)),
        "cause_item": maybe(random, random.choice(ITEMS), 0.5),
        "change": maybe(random, random.choice(names)[1], 0.4),
        "link": maybe(random, random.choice(["caused_by", "fixes", "related"])),
        "linked_at": maybe(random, opened + random.randrange(-2, 12) * 6 * HOUR, 0.2),
        "opened_at": opened,
        "resolved_at": resolved,
        "closed_at": maybe(random, resolved + random.randrange(12) * 6 * HOUR, 0.6) if resolved else None,
    }
