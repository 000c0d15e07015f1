"""What `emergency` writes into a request, and tells its author."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- what is written where nothing was given
    "emergency.about": (
        "An emergency: one member of the emergency CAB approves it, then it may start at once.\n"
        "Owed afterwards are an approval in retrospect by the CAB, and a review. It is complete as"
        " it stands."
    ),
    "emergency.preconditions": (
        "The approved rollback rests on these: they must hold before the first step."
    ),
    "emergency.title": "Undo: {title}",
    "emergency.trigger": "It does not help, or it makes things worse",
    "emergency.undo": "Undo it",
    "emergency.by_hand": "Put back by hand what was changed, in the reverse order",
    # -- what is told
    "emergency.conditions": (
        "The approved rollback has {count:plural precondition preconditions}, checked before the"
        " first step."
    ),
    "emergency.shut": "the gate `approve` stays shut: {why:sentences}",
    "emergency.next": "It is complete. Next:",
    "emergency.type": "`{line}`",
    "emergency.bring": "bring it to `{main}`: you are on `{branch}`",
    "emergency.bring:detached": "bring it to `{main}`: you are on no branch",
    "emergency.push": "`{line}`, and the approver fetches it",
    "emergency.approve": "{by:people}: `{line}`",
    "emergency.approve:several": "one of {by:people}: `{line}`",
    "emergency.approve:unknown": "a member of the emergency CAB: `{line}`",
    "emergency.release": "{by:person}: `{line}`",
    "emergency.open_pull": "open a pull request with it",
    "emergency.approve_pull": "{by:people} approves the pull request, and it is merged",
    "emergency.approve_pull:several": (
        "one of {by:people} approves the pull request, and it is merged"
    ),
    "emergency.approve_pull:unknown": (
        "a member of the emergency CAB approves the pull request, and it is merged"
    ),
    "emergency.deploy": "{by:person}: start its deployment, or `{line}`",
}
