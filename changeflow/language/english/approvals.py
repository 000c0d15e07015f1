"""Approvals: whether a change has them, and which opinions do not count."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

_EXPIRED: Final = (
    "ask for approval again; `spec.emergency_validity` and `spec.approval_validity` say how long"
)

SENTENCES: Final[dict[str, Template]] = {
    # -- the approval a release rests on
    "approval.unknown": "approval was not decided",
    "approval.sealed": "approved with this content on the code host, recorded {at:time}",
    "approval.complete": "approved with this content ({count} approval(s))",
    "approval.expired": (
        (
            "the approval by {by:people} is older than {validity:duration}, which is how long one"
            " holds before the release starts"
        ),
        _EXPIRED,
    ),
    "approval.expired:none": (
        (
            "the approval is older than {validity:duration}, which is how long one holds before the"
            " release starts"
        ),
        _EXPIRED,
    ),
    "approval.stale": "approved with other content by {by:people}; it has been edited since",
    "approval.missing": "the approve gate is not open for this content",
    "approver.is_requester": "{who:person} requested the change",
    "approver.is_implementer": "{who:person} implements the change",
    "approver.is_contributor": "{who:person} wrote part of the change",
    "approver.is_agent": "{who:person} is an automation; agents never approve",
    "approver.unknown": "{who:person} is not in the roster",
    "approver.unknown:account": "nobody in the roster has the account {login}",
    "approver.no_role": "{who:person} holds no role that is asked for",
    "approver.no_role:gate": "this gate asks for no opinion of {who:person}",
    "approver.too_new": "{who:person} has not held the role as long as it is asked for",
    "approver.new_in_role": (
        "{who:person} approved {span:whole} after coming to the role {role:quoted_role}",
        "was the role given in order to approve this?",
    ),
    "approver.new_in_role:at_once": (
        "{who:person} approved 0 minutes after coming to the role {role:quoted_role}",
        "was the role given in order to approve this?",
    ),
    "approver.new_in_role:before": (
        "{who:person} approved before coming to the role {role:quoted_role}",
        "was the role given in order to approve this?",
    ),
    "approval.stale:opinion": (
        "{who:person} approved other content; the change has been edited since"
    ),
    "approval.expired:opinion": "{who:person} approved longer ago than approvals stay valid",
    "approval.in_future": "{who:person}'s opinion is dated after the time of the decision",
    "approval.superseded": "{who:person} has given a newer opinion",
    "approval.withdrawn": "{who:person} took the opinion back",
    "approval.not_needed": "{who:person} approved, and fills no seat that is asked for",
    "approval.after_opening": "{who:person} approved when the gate was open already",
    "approval.clock_behind": (
        "{who:person}'s approval is dated before entries that precede it on the ledger: the"
        " clock was set wrong"
    ),
    "approval.clock_wrong": (
        "{who:person}'s approval was dated by a clock that is known to have been wrong"
        " (spec.ledger.wrong_clocks)"
    ),
    "approval.other_repository": (
        "{who:person}'s opinion was given for the repository `{repository}`, which is not this one"
    ),
    "approval.other_repository:none": (
        "{who:person}'s opinion was given for a repository without an id, which is not this one"
    ),
    "approval.simulated": (
        "{who:person}'s opinion was recorded under a fixed clock, which counts for nothing here"
    ),
    "approval.forged": "{who:person}'s opinion is signed by {signer:person}",
    "approval.unsigned:unnamed": "{who:person}'s opinion names nobody",
    "approval.unsigned:unknown": "{who:person}'s opinion names `{who}`, who is not in the roster",
    "approval.unsigned:unsigned": (
        "{who:person}'s opinion carries no signature by a key the roster lists for {who}"
    ),
    "approval.unsigned:required": (
        "{who:person}'s opinion is not signed, and this repository requires signatures"
    ),
    "approval.other_committer": (
        "{who:person}'s opinion was committed by {committer}, which is no address of {who}"
    ),
    "approval.other_committer:unnamed": (
        "{who:person}'s opinion was committed by nobody named, which is no address of {who}"
    ),
    "approval.commit_unknown": "GitHub no longer says on which commit {who:person} approved",
    "approval.before_retarget": "{who:person} approved before the base branch was changed",
    "approval.before_absorbed": (
        "{who:person} approved before the base took in a part of this pull request"
    ),
    "approval.pace": (
        "from what could be read to the approval: {told:paces}",
        "a statistic; no verdict rests on it",
    ),
}
