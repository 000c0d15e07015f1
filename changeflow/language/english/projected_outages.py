"""What the changes of a schedule take from service levels."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "outages.title": "Projected outages of services",
    "outages.colon": ":",
    "outages.left": (
        "{ci:item}: {left} of {budget} minutes left in the {period:word} from {start:time}"
        " ({target} %), if all of them run"
    ),
    "outages.left:over": (
        "{ci:item}: OVER BY {left} minutes in the {period:word} from {start:time},"
        " whose budget is {budget} ({target} %), if all of them run"
    ),
    "outages.taken": (
        "{used} used by released changes, {planned} planned by approved ones,"
        " {proposed} proposed by those that wait for approval"
    ),
    "outages.unknown": "less may be left: {changes:list} does not state its outage",
    "outages.service": "{ci:item}, {target} %",
    "outages.period": "{period:word} from {start:time}",
    "outages.rest": "{left}",
    "outages.rest:over": "OVER BY {left}",
    "outages.column:service": "Service",
    "outages.column:of_period": "Period",
    "outages.column:budget": "Budget, minutes",
    "outages.column:used": "Used",
    "outages.column:planned": "Planned",
    "outages.column:proposed": "Proposed",
    "outages.column:left": "Left",
}
