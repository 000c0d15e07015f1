"""Holds: what they stop, and how they stand."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "hold.in_force": (
        "the hold {id:code} of {scope:code} is in force: {reason}",
        "`changeflow hold lift {id}` by who may lift it; `changeflow hold list` says who placed it",
    ),
    "hold.in_force:until": (
        "the hold {id:code} of {scope:code} is in force until {until:time}: {reason}",
        "wait until it ends, or `changeflow hold lift {id}` by who may lift it",
    ),
    "hold.break_glass": (
        "the hold {id:code} of {scope:code} is in force: an emergency takes one approval more ({role:role})",
        "`changeflow approve` by one more of them, or `changeflow hold lift {id}`",
    ),
    "holds.none": "no hold is in force or proposed",
    "holds.title:preview": "would hold {scope:code}: {reason}",
    "holds.title:proposed": "{id:code}: hold of {scope:code} proposed by {who:person}: {reason}",
    "holds.title:in force": "{id:code}: hold of {scope:code} in force, by {who:person}: {reason}",
    "holds.title:ended": "{id:code}: hold of {scope:code} ended, by {who:person}: {reason}",
    "holds.title:lifted": "{id:code}: hold of {scope:code} lifted, by {who:person}: {reason}",
    "holds.since": "since {at:time}",
    "holds.until": "until {at:time}",
    "holds.people:agreed": "agreed to by {people:people}",
    "holds.people:lifting": "to be lifted, says {people:people}",
    "holds.people:others": "{people:people} may not hold or lift; their word is on record",
    "holds.missing": "{count:plural approval approvals} missing, of any of: {people:people}",
    "holds.missing:no_person": "{count:plural approval approvals} missing, and no person may give them",
    "holds.stops": "stops {count:plural change changes}:",
    "holds.stops:none": "stops no change that is on its way now",
    "holds.change": "{change} ({state:word}) {title}",
    "holds.next:proposed": "`changeflow hold approve {id} --as PERSON` puts it in force",
    "holds.next:lift": "`changeflow hold lift {id} --as PERSON --reason TEXT` lifts it",
}
