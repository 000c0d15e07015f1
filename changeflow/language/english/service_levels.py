"""What planned outages leave of service levels."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "sla.title": "Service levels",
    "sla.left": (
        "{ci:item}: {left} of {budget} minutes left in the {period:word} from {start:time}"
        " ({target} %)"
    ),
    "sla.left:over": (
        "{ci:item}: {left} minutes too many in the {period:word} from {start:time},"
        " whose budget is {budget} ({target} %)"
    ),
    "sla.taken": (
        "{used} used by released changes, {planned} planned, {outage} of them by this change"
    ),
    "sla.counted": "other changes that count: {changes:codes}",
    "sla.unknown": "the outage of {changes:codes} is not stated, so less may be left",
    "sla.degraded": ("affected, but not failing, so that no outage is counted: {items:items}"),
}
