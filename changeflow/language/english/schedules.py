"""The change schedule, and the earliest start of one change."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "schedule.heading": "Forward schedule of change, {start:time} to {end:time}",
    "schedule.empty": "no change has a window in this period",
    "schedule.freeze": "freeze  {start:time} to {end:time}  {name}",
    "schedule.event": "{type:word} change of {items:items} in {environments:environments}",
    "schedule.event_of_freeze": "Freeze: {name}",
    "schedule.unreadable": "unreadable: {path}",
    "schedule.titled": "({type:word}) {title}",
    "schedule.touches": "changes {items:items} in {environments:environments}",
    "schedule.touches:state": "changes {items:items} in {environments:environments}; {state:word}",
    "schedule.conflict": "conflict: {what}",
    "schedule.conflict:hard": "CONFLICT: {what}",
    "schedule.more_conflicts": "{count:plural conflict conflicts} more",
    "schedule.frozen": "FREEZE {freezes:list}",
    "when.never": "{change} may not start as things stand",
    "when.earliest": "{change} may start at {start:time}",
    "when.open": "from {at:time}  open  every condition holds",
    "when.shut": "from {at:time}  shut  {why:sentences}",
}
