"""Answer of `list` and `todo`: changes with their states and what is owed, and what ends soon."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Literal

from pydantic import Field

from changeflow.model.document_parts import Instant, Record
from changeflow.model.riskmodel import RiskLevel

# what a release is about that did not start before its window ended
MISSED: Final = "window"


class RiskInBrief(Record):
    """The risk of a change on one line."""

    score: int
    level: RiskLevel


class PlannedWindow(Record):
    """When a change may be made."""

    start: Instant
    end: Instant


class Owed(Record):
    """Something that people owe a change.

    `by` are those of whom any may do it; it is empty where no person can as things stand. `due` is
    null where neither a window nor a policy says it. `about` names the role of an approval, the step that
    waits for a confirmation, or what a follow-up asks for; it is `window` for a release that has
    missed it, which its implementer or its requester moves, or its requester withdraws. A
    supplement is owed by a review for incidents that were reported afterwards: `about` names them.
    """

    what: Literal[
        "approval",
        "retrospective-approval",
        "review",
        "supplement",
        "follow-up",
        "confirmation",
        "release",
    ]
    by: tuple[str, ...]
    due: Instant | None
    overdue: bool
    about: str

    @classmethod
    def of(
        cls, what: str, by: Iterable[str], due: datetime | None, now: datetime, about: str = ""
    ) -> "Owed":
        """Return something that is owed; it is overdue when its time has passed."""
        overdue = due is not None and now > due
        facts = {"what": what, "by": tuple(by), "due": due, "overdue": overdue, "about": about}
        return cls.model_validate(facts)


class ListedChange(Record):
    """A change in the register.

    `at` is the main branch or the branch that brings the request. `state` is `unknown` where what it
    depends on cannot be read; class and risk are null then.
    """

    change: str
    title: str
    type: Literal["standard", "normal", "emergency"]
    class_: str | None = Field(alias="class")
    risk: RiskInBrief | None
    state: str
    requester: str
    implementer: str | None
    items: tuple[str, ...]
    window: PlannedWindow | None
    at: str
    owed: tuple[Owed, ...]


class Ending(Record):
    """Something that ceases to hold soon.

    `id` names a model, a delegation as `from:to:roles`, or an approval as `change:person`.
    """

    what: Literal["model", "delegation", "exception", "hold", "approval"]
    id: str
    ends: Instant


ImprovementState = Literal["open", "under way", "done", "claimed", "verified"]
# states of improvements that are carried out
CARRIED_OUT: Final[tuple[ImprovementState, ...]] = ("done", "claimed", "verified")


class OwedImprovement(Record):
    """What people owe an improvement: to carry it out (`action`), or to see whether it works.

    `by` are those of whom any may do it; it is empty where no owner is named. A verification waits
    for those who are named as verifiers, or for the CAB, without the owners and the authors of what
    carried it out. `due` is the day of the improvement, by which it is done and verified.
    `claimed_by` is who is said to have verified it, where that is not proved.
    """

    improvement: str
    action: str
    what: Literal["action", "verification"]
    by: tuple[str, ...]
    due: Instant | None
    overdue: bool
    path: str
    claimed_by: str | None = None


class ChangesAnswer(Record):
    """Answer of `list` and `todo`: the register of changes, by time.

    `improvements` are those of which something is owed; `list` tells them with `--owed`.
    `unreadable` names the changes whose request cannot be read.
    """

    schema_: Literal["changeflow/changes/v1"] = Field(
        default="changeflow/changes/v1", alias="schema"
    )
    changes: tuple[ListedChange, ...]
    ending: tuple[Ending, ...]
    improvements: tuple[OwedImprovement, ...]
    unreadable: tuple[str, ...]
    total: int
