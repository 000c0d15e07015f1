"""What `check` finds in calendars."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "calendar-recurrence:first": (
        "{rrule:code} does not yield {first}, at which the first period begins",
        "let {key:code} be the first time that the rule means: a day of the zone, before UNTIL",
    ),
    "calendar-recurrence:exdate": (
        "{first} is the first period, which always belongs",
        "let {key:code} be the first period that is meant",
    ),
    "calendar-count": (
        "COUNT={count} is not reached within {days} days, which is as far as gates count",
        "say with UNTIL when it ends; or leave COUNT out, and it never does",
    ),
    "calendar-exdate": (
        "no period begins at {exdate}, so this takes nothing away",
        "an exdate is the start of a period, on the clock of its zone",
    ),
    "calendar-duplicate-id:freeze": (
        "the freeze {id:code} is defined already, on line {line}",
        "give each freeze its own id",
    ),
    "calendar-duplicate-id:window": (
        "the window {id:code} is defined already, on line {line}",
        "give each window its own id",
    ),
    "calendar-id-twice:freeze": (
        "a freeze has the id {id:shown} already, in {path}, line {line}",
        "give one of them another id",
    ),
    "calendar-id-twice:window": (
        "a window has the id {id:shown} already, in {path}, line {line}",
        "give one of them another id",
    ),
    "calendar-unknown-person": ("{who:shown} is not in the roster", "{what_now:sentences}"),
    "calendar-unknown-ci:item": (
        "no configuration item {ci:shown} in the CMDB",
        "{what_now:sentences}",
    ),
    "calendar-unknown-ci:environment": (
        "no configuration item is in the environment {name:shown}",
        "{what_now:sentences}",
    ),
    "calendar-unknown-ci:tier": (
        "no configuration item is of the tier {name:shown}",
        "{what_now:sentences}",
    ),
    "calendar-unknown-ci:nothing": (
        "{period:code} covers no configuration item",
        (
            "`criticality` keeps those of the items, or of the environments' items, that are "
            "of these tiers"
        ),
    ),
    "calendar-covers-nothing": (
        "{period:code} is about {types:list} changes, and allows all of them",
        "`allow` lists the types that need not heed it, [emergency] unless it is written",
    ),
}
