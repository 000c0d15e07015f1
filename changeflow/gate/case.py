"""What a gate is told about a change, as far as several gates ask for it. The rest is in `gates/`.

A fact has no default: what is not known cannot be left out, and so cannot open a gate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, TypeVar, cast

from pydantic import ConfigDict, SkipValidation

from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.assessment import (
    Assessment,
    Classification,
    Conflict,
    Debt,
    Returning,
    Risk,
)
from changeflow.model.answers.impact import Impact
from changeflow.model.calendars import Calendar
from changeflow.model.change import ChangeRequest, ChangeType
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.document_parts import Record
from changeflow.model.holds import Hold
from changeflow.model.kept_plans import KeptPlans
from changeflow.model.opinions import Check, Contributors, Review
from changeflow.model.people import RoleHistory, Roster
from changeflow.model.phrases import Told
from changeflow.model.policy import Policy
from changeflow.model.report_summary import EvidenceRecord
from changeflow.model.scope import BranchScope


@dataclass(frozen=True, eq=False)
class LateAssessment:
    """What gates read of the assessment of a change, each part made once and only if it is read.

    Its window is past. Most conditions ask how it ended then, and not what it could have broken.

    The makers must not fail: where anything that an assessment rests on may be unreadable, it is
    made at once (`gate_cases.late_assessments`).

    Attributes:
        change: the request.
        make_impact: returns its blast radius.
        make_risk: returns its score.
        make_type: returns its class.
        make_returning: returns how it can be taken back.
        debt: what its team and its items owe.
        make_inputs: returns digests of what was read.
    """

    change: ChangeRequest
    make_impact: Callable[[], Impact]
    make_risk: Callable[[Impact], Risk]
    make_type: Callable[[Impact, Risk], Classification]
    make_returning: Callable[[], Returning]
    debt: Debt
    make_inputs: Callable[[], Mapping[str, Any]]

    def __eq__(self, other: object) -> bool:
        """Return whether all parts are equal; those that were not read are made for it."""
        if not isinstance(other, LateAssessment):
            return NotImplemented
        return self._all() == other._all()

    def __hash__(self) -> int:
        """Return the hash of the request: what is assessed follows from it and from the base."""
        return hash(self.change)

    def _all(self) -> tuple[object, ...]:
        made = (self.impact, self.risk, self.type, self.returning, self.inputs)
        return (self.change, self.debt, *made)

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Return none: a change whose window is past collides with no other one."""
        return ()

    @cached_property
    def impact(self) -> Impact:
        """Return the blast radius."""
        return self.make_impact()

    @cached_property
    def risk(self) -> Risk:
        """Return the score."""
        return self.make_risk(self.impact)

    @cached_property
    def type(self) -> Classification:
        """Return type and class."""
        return self.make_type(self.impact, self.risk)

    @property
    def computed(self) -> str:
        """Return the computed type. What is declared normal is normal, whatever its risk."""
        if self.change.spec.type is ChangeType.NORMAL:
            return ChangeType.NORMAL.value
        return self.type.computed

    @cached_property
    def returning(self) -> Returning:
        """Return how the change can be taken back."""
        return self.make_returning()

    @cached_property
    def inputs(self) -> Mapping[str, Any]:
        """Return digests of what was read."""
        return self.make_inputs()


# where facts keep what makes the late ones, and what was made
_LATE: Final = "_late"


class CaseFacts(Record):
    """Facts that are records already: validating them again on the way in would only cost time.

    Some may be late: each is made when something reads it, and once for all copies. They are not
    checked, and written down they would be missing. No maker may fail but where git fails.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, revalidate_instances="never"
    )

    @classmethod
    def late(cls, makers: Mapping[str, Callable[[], Any]], **known: Any) -> Self:
        """Return facts of which some are late.

        Args:
            makers: what makes each late fact, by its name.
            known: the other facts.
        """
        found = cast("Self", _without_facts(cls).model_copy(update=known))
        found.__dict__[_LATE] = (makers, {})
        return found

    def with_late(self, **makers: Callable[[], Any]) -> Self:
        """Return a copy with late facts in place of some of these."""
        found = self.model_copy()
        before, _ = self.__dict__.get(_LATE, ({}, None))
        still = {name: partial(getattr, self, name) for name in before if not self.is_made(name)}
        found.__dict__[_LATE] = ({**still, **makers}, {})
        for name in makers:
            found.__dict__.pop(name, None)
        return found

    def is_made(self, name: str) -> bool:
        """Return whether a fact is there already."""
        return name in self.__dict__

    def __eq__(self, other: object) -> bool:
        """Return whether all facts are equal; late ones are made for it."""
        if type(other) is not type(self):
            return NotImplemented
        return self._all() == cast("Self", other)._all()

    def __hash__(self) -> int:
        """Return the hash of all facts; late ones are made for it."""
        return hash(self._all())

    def _all(self) -> tuple[Any, ...]:
        return tuple(map(partial(getattr, self), type(self).model_fields))

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Return a fact that was not read before."""
            makers, made = self.__dict__.get(_LATE, ({}, None))
            if name not in makers:
                return super().__getattr__(name)
            if name not in made:
                made[name] = makers[name]()
            found = self.__dict__[name] = made[name]
            return found


@cache
def _without_facts(kind: type[CaseFacts]) -> CaseFacts:
    """Return a record to copy for late ones, which takes less time than to make one."""
    return kind.model_construct()


class Panel(CaseFacts):
    """The people who may fill seats, and what they said.

    Attributes:
        digest: of the content that an approval must be of.
        roster: people and roles.
        reviews: opinions, oldest first.
        contributors: who made what is decided about; they fill no seat.
        role_history: since when people hold roles; None where that is not known or was not asked.
        unable: people whose opinion could not count: the roster lists no key or account of theirs
            to give it with.
        cab: the role that approves once more where an unknown contributor took part.
    """

    digest: str
    roster: Roster
    reviews: tuple[Review, ...]
    contributors: Contributors
    role_history: RoleHistory | None
    unable: frozenset[str]
    cab: str


class ToldFacts(CaseFacts):
    """What the owners of what fails were told of the window of a change.

    Attributes:
        since: when the last of them was told of this window; None while one of them was not.
        missing: owners who were not told of it.
    """

    since: datetime | None
    missing: tuple[str, ...]


class Common(CaseFacts):
    """What every gate asks about a change.

    Attributes:
        change: the request.
        assessment: of it; late where its window is past.
        panel: people and their opinions.
        policies: rules of all gates.
        calendars: freezes and maintenance windows.
        items: the CMDB by id.
        scope: what the branch touches, beside what its requests declare.
        checks: CI checks on the content; None where the code host is not asked.
        records: files of CI that are recorded as evidence for the change, oldest first.
        dependencies: changes this one depends on, to the state that their release ended in or to
            why there will be none. What may still come is left out.
        problems: errors that `check` finds in the request.
        ledger_problems: what is wrong with the chain of evidence, as sentences or texts.
        newest: the latest moment of the evidence, under the kind of clock that the decision goes
            by; None: the time is not compared, because nothing is decided.
        skew: how far clocks may differ.
        plans: those that are kept beside the request.
        holds: holds of what the change touches.
        inputs: what the decision rests on, by digest or commit.
    """

    change: ChangeRequest
    assessment: Assessment | LateAssessment
    panel: Panel
    policies: tuple[Policy, ...]
    calendars: tuple[Calendar, ...]
    # looked at, one would make a record of each
    items: SkipValidation[Mapping[str, ConfigurationItem]]
    scope: BranchScope
    checks: tuple[Check, ...] | None
    records: tuple[EvidenceRecord, ...]
    dependencies: dict[str, str]
    problems: tuple[str, ...]
    ledger_problems: tuple[str | Told, ...]
    newest: datetime | None
    skew: timedelta
    plans: KeptPlans
    holds: tuple[Hold, ...]
    inputs: dict[str, Any]


class Case(Protocol):
    """What a gate asks. Each gate has one of its own."""

    @property
    def common(self) -> Common:
        """Return what every gate asks."""

    def with_common(self, common: Common) -> Self:
        """Return the case with other facts of the kind that every gate asks for."""

    def supposing(self, approvals: tuple[Review, ...]) -> Self:
        """Return the case as if people approved of everything as it is now."""


class GateCase(CaseFacts):
    """The base of the cases that hold what every gate asks for themselves."""

    common: Common

    def with_common(self, common: Common) -> Self:
        """See `Case.with_common`."""
        return self.model_copy(update={"common": common})

    def supposing(self, approvals: tuple[Review, ...]) -> Self:
        """See `Case.supposing`."""
        return with_reviews(self, (*self.common.panel.reviews, *approvals))


C = TypeVar("C", bound=Case)


def with_reviews(case: C, reviews: tuple[Review, ...]) -> C:
    """Return a case with other opinions."""
    panel = case.common.panel.model_copy(update={"reviews": reviews})
    return case.with_common(case.common.model_copy(update={"panel": panel}))


def untimed(case: C) -> C:
    """Return a case whose time is not compared with that of the evidence.

    It is for a look at another moment.
    """
    return case.with_common(case.common.model_copy(update={"newest": None}))


class CmdbFacts(CaseFacts):
    """What the CMDB says of the items that a released change added, removed or transferred.

    Attributes:
        behind: those whose record still is what it was before.
        needed: those that are retired, and that live items depend on.
    """

    behind: tuple[str, ...]
    needed: tuple[str, ...]


# The CMDB has caught up, or there is nothing to catch up with.
NOTHING_BEHIND: Final = CmdbFacts(behind=(), needed=())


class ReleaseFacts(CaseFacts):
    """What the release journal says.

    Attributes:
        state: empty before a release started.
        started: when it started.
        ended: when it ended.
        by: the person who started it.
        proven: start and end carry the signatures that were asked for. What is not proven forbids a
            release, and closes nothing.
        outcome: how it went, in the words of a review; empty where that is not known.
        class_: the class of the change when it started, as assessed then; empty where no assessment
            is on record.
        overran: whether it ended after its window.
        rolled_back: whether a rollback was begun.
    """

    state: str
    started: datetime | None
    ended: datetime | None
    by: str | None
    proven: bool
    outcome: str
    class_: str
    overran: bool
    rolled_back: bool


NOT_STARTED: Final = ReleaseFacts(
    state="",
    started=None,
    ended=None,
    by=None,
    proven=True,
    outcome="",
    class_="",
    overran=False,
    rolled_back=False,
)


class OwedSupplement(CaseFacts):
    """What was reported of a change after its review was on record.

    The review stays as it is until its reviewer gives a new one, which names these.

    Attributes:
        incidents: those that the review does not name.
        due: until when policies say that they are to be reviewed; None where they do not.
    """

    incidents: tuple[str, ...]
    due: datetime | None


class ReviewFacts(CaseFacts):
    """What is known of the post-implementation review.

    Attributes:
        present: whether there is one.
        problems: what is wrong with it, as sentences.
        reviewer: the person it names.
        reviewed: the day it says it was made.
        given: when its reviewer put it on record as it is.
        due: until when policies say that it is due, beside their rules; None where they do not.
        supplement: what it owes after it was given; None where it owes nothing.
    """

    present: bool
    problems: tuple[str | Told, ...]
    reviewer: str | None
    reviewed: date | None
    given: datetime | None
    due: datetime | None
    supplement: OwedSupplement | None

    @property
    def complete(self) -> bool:
        """Return whether there is a review and nothing is wrong with it."""
        return self.present and not self.problems


NO_REVIEW: Final = ReviewFacts(
    present=False,
    problems=(),
    reviewer=None,
    reviewed=None,
    given=None,
    due=None,
    supplement=None,
)
