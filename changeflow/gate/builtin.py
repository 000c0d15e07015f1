"""What holds at a gate whatever the policy says.

A built-in reason can keep a gate shut, it never opens one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from changeflow.gate.assess import failing, named_freezes
from changeflow.gate.case import Case
from changeflow.gate.shutby import overlap
from changeflow.model.answers import NamedFreeze, Outcome, Reason
from changeflow.model.base import format_instant
from changeflow.model.change import ChangeType
from changeflow.model.opinions import Review, shortened
from changeflow.model.policy import Gate
from changeflow.model.remotes import same_place
from changeflow.model.times import lies_ahead, rough
from changeflow.schedule.recurrence import RecurrenceError
from changeflow.schedule.windows import Timing, timing

CLAUSE: Final = "ISO/IEC 20000-1:2018 8.5.1"
_IN_VAIN: Final = {
    "withdrawn": "it, or what it waits for, is withdrawn",
    "rejected": "it, or what it waits for, is rejected",
    "past its window": "it, or what it waits for, was not released in its window",
    "rolled_back": "it is rolled_back",
    "rollback_failed": "it is rollback_failed",
}
# characters of somebody's words that a sentence holds
_QUOTED: Final = 300
_ORDER: Final = {"standard": 0, "normal": 1}


def reason(
    rule: str,
    outcome: Outcome,
    code: str,
    message: str,
    hint: str = "",
    parts: Sequence[Reason] = (),
    data: Mapping[str, Any] | None = None,
) -> Reason:
    """A built-in reason."""
    return Reason(
        rule=f"changeflow.{rule}",
        outcome=outcome,
        reason_code=code,
        message=message,
        hint=hint,
        clause=CLAUSE,
        data=dict(data or {}),
        parts=tuple(parts),
    )


def of_every_gate(case: Case, now: datetime) -> Iterable[Reason]:
    """What judges can be read, the evidence holds together and is not newer than the decision, and the request is valid."""
    if case.newest is not None and case.newest - now > case.skew:
        yield reason(
            "time",
            "error",
            "time.before_evidence",
            f"the time of this decision lies {rough(case.newest - now)} before the evidence it "
            "rests on,"
            f" which goes up to {format_instant(case.newest)}",
            "set the clock; `changeflow ledger verify` names entries that a wrong clock dated",
        )
    if case.ledger_problems:
        yield reason(
            "ledger",
            "error",
            "ledger.broken",
            f"the evidence does not hold together: {'; '.join(case.ledger_problems[:5])}",
            "`changeflow ledger verify` shows every problem",
        )
    if case.problems:
        yield reason(
            "document",
            "fail",
            "document.invalid",
            f"the request has {len(case.problems)} error(s): {'; '.join(case.problems[:5])}",
            "`changeflow check` shows every problem with its place",
        )


def of_approval(case: Case, vetoes: Sequence[Review], now: datetime) -> Iterable[Reason]:
    """No draft, not withdrawn, declared high enough, nobody with a say objects, and the window is not over."""
    if case.change.spec.draft:
        yield reason(
            "draft",
            "pending",
            "change.draft",
            "the request is a draft",
            "set spec.draft to false, or remove it",
        )
    withdrawn = _withdrawn(case, now)
    if withdrawn is not None:
        hint = f"a new commit by {withdrawn.shown_as} to the folder of the request submits it again"
        yield reason(
            "withdrawn",
            "fail",
            "change.withdrawn",
            f"{withdrawn.shown_as} withdrew the request",
            hint,
        )
    kind = case.assessment.type
    if _ORDER.get(kind.declared, 1) < _ORDER.get(kind.computed, 1) or (
        kind.declared == "emergency"
    ) != (kind.computed == "emergency"):
        yield reason(
            "type",
            "fail",
            "type.declared_too_low",
            f"declared {kind.declared}, but computed {kind.computed}: {'; '.join(kind.reasons)}",
            f"declare `type: {kind.computed}`, or mend what keeps it from being {kind.declared}",
        )
    for review in vetoes:
        yield reason(
            "rejection",
            "fail",
            "review.rejected",
            f"{review.shown_as} rejected the change{quoted(review)}",
            f"the rejection stands until {review.shown_as} approves or withdraws it",
        )
    window = case.change.spec.window
    if window is not None and window.end <= window.start:
        yield reason("window", "fail", "window.empty", "the window ends before it starts")
    elif window is not None and now >= window.end:
        yield reason(
            "window",
            "fail",
            "window.past",
            f"the window ended at {format_instant(window.end)}",
            "move spec.window and ask for approval again",
        )
    yield from _calendars(Gate.APPROVE, case, now)
    yield from _waits_in_vain(case)


def _waits_in_vain(case: Case) -> Iterable[Reason]:
    """Warnings: a change that must come first will not come, or comes when this one's window is over."""
    for name in case.change.spec.depends_on:
        found = case.dependencies.get(name, "")
        text = hint = code = ""
        if found in _IN_VAIN:
            code, text = (
                "dependency.will_not_run",
                f"{name} must be implemented first; {_IN_VAIN[found]}",
            )
            hint = "take it out of depends_on, or write a new change for it"
        elif name in case.planned_later:
            start = format_instant(case.planned_later[name])
            code = "dependency.planned_later"
            text = f"{name} must be implemented first, and it begins at {start}, after this window"
            hint = "move one of the windows"
        if code:
            yield reason("dependency", "pass", code, text, hint, data={"change": name}).model_copy(
                update={"level": "warn"}
            )


def quoted(review: Review) -> str:
    """What somebody said with an opinion, in one line for a sentence about it; empty where they said nothing."""
    words = shortened(" ".join(review.words.split()), _QUOTED)
    return f": {words}" if words else ""


def of_deployment(case: Case, approved: Reason, now: datetime) -> Iterable[Reason]:
    """Approved and merged with this very content, in its window, dependencies done, environment free, not released before."""
    yield approved
    yield _merged(case)
    yield _window(case, now)
    yield from _dependencies(case)
    yield from _undisturbed(case, now)
    for place, holder in sorted(case.holders.items()):
        yield reason(
            "environment",
            "fail",
            "environment.held",
            f"the release of {holder} holds the environment `{place}`",
            f"`changeflow release status {holder}`",
        )
    yield from _other_remotes(case)
    if case.release.state:
        yield reason(
            "released",
            "fail",
            "release.exists",
            f"this change has a release already: {case.release.state}",
            "nothing runs twice; a new attempt is a new change",
        )


def _other_remotes(case: Case) -> Iterable[Reason]:
    """Warnings: earlier decisions were made by the main branch of another remote than this one.

    A copy looks like that.
    """
    if case.remote is None:
        return
    told = [case.remote]
    for noted in case.noted:
        if any(same_place(noted.address, address) for address in told):
            continue
        told.append(noted.address)
        text = (
            f"the main branch of `{case.remote}` judges, and the decision about {noted.change} in "
            f"entry {noted.seq}"
            f" was made by that of `{noted.address}`"
        )
        hint = (
            "where one is a copy of the other, look at what was approved where; a copy "
            "takes another `spec.repository`"
        )
        data = {
            "remote": case.remote,
            "noted": noted.address,
            "change": noted.change,
            "seq": noted.seq,
        }
        found = reason("remote", "pass", "remote.differs", text, hint, data=data)
        yield found.model_copy(update={"level": "warn"})


def _undisturbed(case: Case, now: datetime) -> Iterable[Reason]:
    """No freeze covers the change, no other one of its items goes first.

    Emergencies wait for no other.
    """
    yield from _calendars(Gate.DEPLOY, case, now)
    for other in case.assessment.conflicts if case.assessment.type.computed != "emergency" else ():
        if other.kind == "item" and other.first and other.approved and now < other.overlap_end:
            hint = "wait until it is over, move one of the windows, or let it depend on this one"
            data = {"shut_by": overlap(other)}
            yield reason(
                "conflict",
                "fail",
                "conflict.goes_first",
                f"{other.message}, and goes first",
                hint,
                data=data,
            )


def case_timing(gate: Gate, case: Case, now: datetime) -> Timing:
    """What calendars say at a gate.

    At `deploy` the change is about to start; before that they are asked about its window.

    Raises:
        RecurrenceError: when a calendar cannot be read.
    """
    return timing(
        case.change,
        case.calendars,
        case.items,
        case.roster,
        now,
        failing=failing(case.assessment.impact),
        starting=gate is Gate.DEPLOY,
    )


def _calendars(gate: Gate, case: Case, now: datetime) -> Iterable[Reason]:
    """The freezes that keep the change waiting, each by name; whether its window lies outside of maintenance windows."""
    try:
        times = case_timing(gate, case, now)
    except RecurrenceError:
        # that no calendar can be read is a reason of its own
        return
    for freeze in named_freezes(times):
        yield _frozen(freeze, now)
    if times.outside and gate is Gate.APPROVE:
        text = "the window lies outside of the maintenance windows of what the change touches"
        hint = "move spec.window into one; the gate `deploy` may refuse to start it elsewhere"
        yield reason("windows", "pass", "calendar.outside_windows", text, hint).model_copy(
            update={"level": "warn"}
        )


def _frozen(freeze: NamedFreeze, now: datetime) -> Reason:
    start, end = format_instant(freeze.start), format_instant(freeze.end)
    data = {"id": freeze.id, "name": freeze.name, "start": start, "end": end}
    hint = "wait, move spec.window, or ask the owners of the calendar for an exception"
    if freeze.start <= now:
        return reason(
            "freeze",
            "fail",
            "freeze.in_force",
            f"the freeze `{freeze.name}` is in force until {end}",
            hint,
            data=data,
        )
    text = f"the freeze `{freeze.name}` runs from {start} to {end}, before the window is over"
    return reason("freeze", "fail", "freeze.ahead", text, hint, data=data)


def of_closing(case: Case, now: datetime) -> Iterable[Reason]:
    """The release is over, and somebody independent reviewed it completely, by now."""
    if case.release.state in ("implemented", "rolled_back") and not case.release.proven:
        yield reason(
            "release",
            "fail",
            "release.unproven",
            "the journal of the release is not signed as this repository asked for then",
            "`changeflow ledger verify` names the entries",
        )
    elif case.release.state in ("implemented", "rolled_back"):
        yield reason(
            "release", "pass", "release.finished", f"the release ended: {case.release.state}"
        )
    elif case.release.state == "rollback_failed":
        yield reason(
            "release",
            "fail",
            "release.rollback_failed",
            "the rollback failed and waits for a recorded human decision",
        )
    else:
        yield reason(
            "release",
            "pending",
            "release.unfinished",
            f"the release is not over: {case.release.state or 'not started'}",
        )
    if not case.review.present:
        yield reason(
            "review",
            "pending",
            "review.missing",
            "there is no post-implementation review",
            f"`changeflow review {case.change.id}` starts one",
        )
    elif case.review.problems:
        yield reason(
            "review",
            "fail",
            "review.incomplete",
            f"the review has {len(case.review.problems)} problem(s): "
            f"{'; '.join(case.review.problems[:5])}",
            f"`changeflow review {case.change.id}` shows every problem with its place",
        )
    elif case.review.reviewed is not None and lies_ahead(case.review.reviewed, now):
        text = f"the review says that it was made on {case.review.reviewed}, which lies ahead"
        yield reason(
            "review",
            "fail",
            "review.in_future",
            text,
            "`reviewed` is the day on which the review was made",
        )
    else:
        yield reason("review", "pass", "review.complete", f"reviewed by {case.review.reviewer}")


def of_gate(
    gate: Gate, case: Case, vetoes: Sequence[Review], approved: Reason | None, now: datetime
) -> tuple[Reason, ...]:
    """All built-in reasons of a gate."""
    found = list(of_every_gate(case, now))
    match gate:
        case Gate.SUBMIT:
            if case.change.spec.draft:
                found.append(
                    reason(
                        "draft",
                        "pending",
                        "change.draft",
                        "the request is a draft",
                        "set spec.draft to false, or remove it",
                    )
                )
        case Gate.APPROVE:
            found += of_approval(case, vetoes, now)
        case Gate.DEPLOY:
            found += of_deployment(
                case,
                approved
                or reason("approval", "error", "approval.unknown", "approval was not decided"),
                now,
            )
        case Gate.CLOSE:
            found += of_closing(case, now)
    return tuple(found)


def _withdrawn(case: Case, now: datetime) -> Review | None:
    """The requester's own withdrawal of the change, as long as no new commit of theirs submits it again."""
    requester = case.change.metadata.requester
    mine = [
        review
        for review in case.reviews
        if (review.by, review.decision) == (requester, "withdraw")
        and review.at <= now
        and not review.ineligible
    ]
    return next((review for review in reversed(mine) if review.at not in case.resubmitted), None)


def _merged(case: Case) -> Reason:
    if case.merged_digest is None:
        return reason(
            "merged",
            "fail",
            "change.not_merged",
            "the request is not on the base yet",
            "merge it first: merged means scheduled",
        )
    if case.merged_digest != case.digest:
        return reason(
            "merged",
            "fail",
            "change.differs_from_base",
            "the content here differs from the content on the base",
            "release what is merged: update your work tree, or name it with --head",
        )
    return reason("merged", "pass", "change.merged", "the request is on the base with this content")


def _window(case: Case, now: datetime) -> Reason:
    window = case.change.spec.window
    if window is None:
        if case.change.spec.type is ChangeType.EMERGENCY:
            return reason(
                "window", "pass", "window.none", "an emergency without a window may start at once"
            )
        return reason("window", "fail", "window.missing", "the request names no window")
    if now < window.start:
        return reason(
            "window",
            "pending",
            "window.not_open",
            f"the window opens at {format_instant(window.start)}",
        )
    if now >= window.end:
        return reason(
            "window",
            "fail",
            "window.past",
            f"the window ended at {format_instant(window.end)}",
            "move spec.window and ask again",
        )
    return reason(
        "window", "pass", "window.open", f"inside the window until {format_instant(window.end)}"
    )


def _dependencies(case: Case) -> Iterable[Reason]:
    for name in case.change.spec.depends_on:
        state = case.dependencies.get(name, "")
        if state == "implemented":
            yield reason("dependency", "pass", "dependency.implemented", f"{name} is implemented")
        else:
            yield reason(
                "dependency",
                "fail" if state in _IN_VAIN else "pending",
                "dependency.not_implemented",
                f"{name} must be implemented first; "
                f"{_IN_VAIN.get(state, 'it is ' + (state or 'not released'))}",
            )
