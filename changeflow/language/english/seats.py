"""What rules that ask for people say, and who sits in the seats they ask for."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "approvals.complete": "{asks}",
    "approvals.missing": "{asks}",
    "approvals.impossible": "{asks} ({why:sentences})",
    "seats.too_few": "{needed} needed for {role:quoted_role}, only {people:people} could",
    "seats.too_few:none": "{needed} needed for {role:quoted_role}, nobody is left who could",
    "seats.shared": "the same people are needed for {roles:quoted_roles}",
    "tenure.unknown": (
        "{asks} (since when people hold their roles cannot be read from the history)"
    ),
    "seat.empty": "{have} of {needed} for {role:quoted_role}",
    "seat.empty:people": "{have} of {needed} for {role:quoted_role}: {people:people}",
    "seat.filled": "{have} of {needed} for {role:quoted_role}: {people:people}",
    "contributors.unknown": (
        "part of this was written by somebody the roster does not know"
        " ({people:list}): one more approval by {role:quoted_role}"
    ),
    "shut_by.conflict": "{what:sentences}, from {start:time} to {end:time}",
    "shut_by.overlap": "the windows overlap from {start:time} to {end:time}",
    "shut_by.freeze": "the freeze `{name}` runs from {start:time} to {end:time}",
    "shut_by.person": "{person:person} is needed for {roles:all_roles}, and one person fills one seat",
    "approvals.complete:paths": "{asks:sentences}: {paths:first} (agreed: {people:people})",
    "approvals.impossible:paths": "{asks:sentences}: {paths:first}",
    "approvals.missing:paths": "{asks:sentences}: {paths:first}",
    "approvals.missing:other_paths": (
        (
            "{asks:sentences}: {paths:first} (approved by {people:people} when these paths were"
            " not as they are now)"
        ),
        "approve again on the commit that holds them",
    ),
    "owed.governed": "governed files need the agreement of {role:quoted_role}",
    "owed.exceptions": "freeze exceptions need the agreement of {role:quoted_role}",
    "owed.exceptions:named": (
        "freeze exceptions need the agreement of {role:quoted_role}, and of {people:people},"
        " whom they name"
    ),
    "owed.acceptance": "the acceptance of a release needs the agreement of {role:quoted_role}",
    "owed.acceptance:named": (
        "the acceptance of a release needs the agreement of {role:quoted_role},"
        " and of {people:people}, whom it names"
    ),
    "owed.release": "a release without a request needs the agreement of {role:quoted_role}",
    "owed.cmdb": "items of the CMDB need the agreement of {role:quoted_role}",
    "owed.review": "a review is agreed to by the CAB",
    "approvals.none_for_major": (
        "the change is major for what it does, and no rule asks people to approve it",
        'add a rule to the policy of the gate approve: `when: change.class == "major"`',
    ),
    "approvals.nobody_named": "{asks} (the rule applies, but names nobody who could agree)",
    "rule.error": "{asks} (cannot be decided: {why:sentences})",
}
