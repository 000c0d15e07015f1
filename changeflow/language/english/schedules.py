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
    "when.in_the_way": "What stands in the way now:",
    "when.changes": "When that changes by time alone:",
    "when.turn": "{at:time}  {state}",
    "when.ends": "no longer: {what}",
    "when.begins": "from then on: {what}",
    "when.slots": "When calendars let it start within its window:",
    "when.no_slots": "Calendars let it start at no time within its window.",
    "when.alternatives": "Other windows of the same length; a change that is moved is approved again:",
    "when.span": "{start:time} to {end:time}",
    "when.best": "{span}  (best)",
    "when.facts": "{facts:sentences}",
    "when.risk": "risk {level:word}, {score} points",
    "when.maintenance": "inside maintenance windows",
    "when.overlaps": "collides with {changes:list}",
    "when.overlaps:hard": "collides hard with {changes:list}",
    "when.alone": "collides with no change",
    "when.services": "hits {items:items}",
    "when.needs": "still needed: {what}",
    "when.ending:approval": "ends before: the approval of {id:person} at {at:time}",
    "when.ending:model": "ends before: change model `{id}` at {at:time}",
    "when.ending:delegation": "ends before: the delegation to {id:person} at {at:time}",
    "when.ending:exception": "ends before: the exception `{id}` at {at:time}",
    "when.ending:hold": "ends before: hold `{id}` at {at:time}",
    "when.order": "A legal order, with a time for each:",
    "when.after": "after {changes:list}",
    "when.moved": "its window has to be moved there, and the change approved again",
    "when.unplaced": "No time was found for {change}:",
}
