"""The case a gate decides: everything it may know, as arguments."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import ConfigDict

from changeflow.gate.owed import Owed
from changeflow.gate.standing import approvals
from changeflow.model.answers import Assessment, Reason
from changeflow.model.base import Record
from changeflow.model.calendars import Calendar
from changeflow.model.change import ChangeRequest
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.deployer import NOBODY, Deployer
from changeflow.model.opinions import Check, Contributors, Review
from changeflow.model.people import RoleHistory, Roster
from changeflow.model.policy import Policy


class ReleaseFacts(Record):
    """What the release journal says. `state` is empty before a release started.

    `proven`: start and end carry the signatures that were asked for. What is not proven forbids a
    release, and closes nothing.
    """

    state: str = ""
    started: datetime | None = None
    ended: datetime | None = None
    by: str | None = None
    proven: bool = True


class ReviewFacts(Record):
    """What is known of the post-implementation review.

    `problems` are sentences; complete means present without any.

    `reviewed` is the day it says it was made, `given` when its reviewer put it on record as it is.
    """

    present: bool = False
    problems: tuple[str, ...] = ()
    reviewer: str | None = None
    reviewed: date | None = None
    given: datetime | None = None

    @property
    def complete(self) -> bool:
        """Whether there is a review and nothing is wrong with it."""
        return self.present and not self.problems


class Beside(Record):
    """What the other paths of the change's branch ask for: everything that is neither the change's own nor on the base.

    `seen` are people whose newest approval was given on a commit where the paths that owe one read
    as they do now. An approval is of the change's content alone, so it says nothing about them by
    itself.
    """

    owed: tuple[Owed, ...] = ()
    reasons: tuple[Reason, ...] = ()
    seen: frozenset[str] = frozenset()


class NotedRemote(Record):
    """The remote by whose main branch an earlier decision was made, as entry number `seq` of the ledger notes it."""

    address: str
    change: str
    seq: int


class Case(Record):
    """Everything a decision depends on, apart from the time.

    `resubmitted` are the moments at which the requester withdrew the change and that a new commit
    of theirs followed. `merged_digest` is the digest of the change's content on the base, None when
    it is not there. `problems` are errors that `check` finds in the request. `holders` maps
    environments of this change to another change whose release holds them; `dependencies` the
    changes this one depends on to the state their release ended in, or to why there will be none;
    `planned_later` those that begin when this one's window is over, to their start. `sealed` is
    when an open approve decision for this very content was recorded by the code host's bot, None
    without one; `sealed_by` are the people whose approvals it counted. `role_history` says since
    when people hold roles, None where that is not known or was not asked. `deployer` is who starts
    the deployment, where that is asked. `mute` are people whose opinions could not count:
    signatures are required, and the roster lists no key of theirs. `newest` is the latest moment of
    the evidence that was read, under the kind of clock that the decision goes by; clocks may differ
    by `skew`. `beside` is what the approve gate asks for the other paths of its branch; a pull
    request is asked as a whole instead. `remote` is the address of the remote whose main branch
    judges, None where there is none; `noted` are those that earlier decisions note.
    """

    # The records inside are frozen already; validating them again on the way in would only cost
    # time.
    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, revalidate_instances="never"
    )

    change: ChangeRequest
    digest: str
    assessment: Assessment
    roster: Roster
    policies: tuple[Policy, ...]
    calendars: tuple[Calendar, ...]
    items: dict[str, ConfigurationItem]
    reviews: tuple[Review, ...] = ()
    contributors: Contributors = Contributors()
    resubmitted: frozenset[datetime] = frozenset()
    checks: tuple[Check, ...] = ()
    release: ReleaseFacts = ReleaseFacts()
    review: ReviewFacts = ReviewFacts()
    dependencies: dict[str, str] = {}
    holders: dict[str, str] = {}
    merged_digest: str | None = None
    sealed: datetime | None = None
    sealed_by: tuple[str, ...] = ()
    role_history: RoleHistory | None = None
    deployer: Deployer = NOBODY
    planned_later: dict[str, datetime] = {}
    approval_validity: timedelta | None = None
    emergency_validity: timedelta | None = None
    cab: str = "cab"
    problems: tuple[str, ...] = ()
    mute: frozenset[str] = frozenset()
    ledger_problems: tuple[str, ...] = ()
    beside: Beside = Beside()
    newest: datetime | None = None
    skew: timedelta = timedelta(minutes=5)
    inputs: dict[str, Any] = {}
    remote: str | None = None
    noted: tuple[NotedRemote, ...] = ()


def evidence_facts(
    case: Case, approvers: Collection[str] = (), approved_at: datetime | None = None
) -> Mapping[str, Any]:
    """`evidence` as conditions see it.

    Args:
        case: what is known.
        approvers: the people whose approvals let the change be merged.
        approved_at: when the approvals were complete that the gate rests on, where they are.
    """
    from changeflow.policy.facts import approval_facts, deployer_facts, stamp

    return {
        "checks": {check.name: check.conclusion for check in case.checks},
        "contributors": list(case.contributors.people),
        "unknown_contributors": list(case.contributors.unknown),
        "approvals": approval_facts(approvals(case.reviews, case.digest)),
        "approved_at": stamp(approved_at),
        "deployer": deployer_facts(
            case.deployer, case.roster, case.change, case.contributors, approvers
        ),
        "merged": case.merged_digest == case.digest,
        "release": {
            "state": case.release.state,
            "started": stamp(case.release.started),
            "ended": stamp(case.release.ended),
            "by": case.release.by or "",
        },
        "review": {
            "present": case.review.present,
            "complete": case.review.complete,
            "reviewer": case.review.reviewer or "",
            "at": stamp(case.review.given),
        },
        "dependencies": dict(case.dependencies),
    }
