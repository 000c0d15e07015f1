"""Give an opinion on a change: approve, reject or withdraw.

It is a statement on the ledger, bound to the change's content.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from changeflow import errors
from changeflow.hosts.table import host_named
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.assessments import last_assessment
from changeflow.ledger.keyring import key_ring
from changeflow.ledger.statement import Draft, drafted
from changeflow.model.change import ChangeRequest
from changeflow.model.clock import Clock
from changeflow.model.evidence import ApprovalBody, AssessmentBody, Body, LedgerEntry, entries_about
from changeflow.model.paths import shown
from changeflow.model.people import Roster
from changeflow.model.phrases import Told, meant, told
from changeflow.model.subjects import commits_of
from changeflow.model.times import format_instant
from changeflow.reading.at_commit import settled_change, uncommitted
from changeflow.reading.authors import require_known, signer_of
from changeflow.reading.change import ChangeState
from changeflow.reading.commit_times import commit_times
from changeflow.reading.ledger_reader import LedgerReader
from changeflow.reading.parsed import unreadable
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View
from changeflow.repo.ledger_branch import Chain, LedgerBranch, Signer
from changeflow.usecases.gate.since_opinion import SinceOpinion, since_opinions

Opinion = Literal["approve", "reject", "withdraw"]

# What the gate says of an opinion that is as it should be.
_EXPECTED: Final = frozenset({"approval.withdrawn", "approval.superseded", "approval.not_needed"})


@dataclass(frozen=True)
class Wish:
    """What a person wants to say.

    Args:
        decision: approve, reject or withdraw.
        person: roster name of who says it.
        role: role they say it in; None leaves it to the gate.
        key: key to sign with; None: see `reading.authors.voice`.
        comment: their words.
    """

    decision: Opinion
    person: str
    role: str | None = None
    key: str | None = None
    comment: str = ""


@dataclass(frozen=True)
class Given:
    """An opinion on record, the head of the ledger with it, and warnings why it may not count.

    `since`: what changed for everybody who had approved older content, with the person who gives an
    opinion now. `open`: whether the gate `approve` is open with it, as far as that can be told.
    `whole`: the requester withdrew the change, not an opinion.
    """

    entry: LedgerEntry
    head: str | None
    warnings: tuple[Told, ...]
    since: tuple[SinceOpinion, ...] = ()
    open: bool = False
    whole: bool = False


def give(view: View, argument: str, wish: Wish, clock: Clock) -> Given:
    """Record an opinion.

    Raises:
        errors.NothingToDo: no such change, or nothing to withdraw.
        errors.Refused: an unknown person or role, or what would be recorded is not this person's
            word. Nothing is written.
        errors.Unreadable: the change, the base, or the ledger cannot be read.
        errors.HostFailed: git failed, or this clock is behind the ledger, or behind the commit that
            the opinion is about.
    """
    base = view.base.rulebook
    view, content = settled_change(view, argument)
    if base.problems:
        raise unreadable(base.problems)
    require_known(base.roster, wish.person)
    if wish.role is not None:
        _require_role(base.roster, wish.role)
    ring = key_ring(base.roster.spec.people)
    ledger = LedgerReader(view.git, view.base).ledger
    before = ledger.read_about(content.change.id).entries
    if wish.decision == "withdraw":
        _require_something_to_withdraw(before, content.change, wish.person)
    people = base.roster.spec.people
    signs = signer_of(view.git, ring, people, base.config, wish.person, wish.key)
    warnings: tuple[Told, ...] = ()
    host = host_named(base.config.host)
    if signs is None and host.takes_reviews:
        warnings += (told("opinion.unproven", host=host.title),)
    _refuse_before_content(view, content, base, clock)
    entry = _append(view, ledger, content, wish, signs, clock)
    earlier = before if wish.decision != "withdraw" else ()
    since = since_opinions(view.store, content, earlier, base.roster, base.config)
    whole = wish.decision == "withdraw" and wish.person == content.change.metadata.requester
    objections, is_open = _objections(view, wish, entry, base, clock)
    return Given(
        entry,
        ledger.head,
        (*warnings, *_not_committed(view, content), *objections),
        since,
        is_open,
        whole,
    )


def _not_committed(view: View, content: ChangeState) -> tuple[Told, ...]:
    """Warn where no commit holds what the opinion is about.

    Elsewhere it would be about something else.
    """
    if commits_of(content.subjects):
        return ()
    files = list(map(shown, uncommitted(view, content)))
    return (told("opinion.uncommitted", files=files),) if files else ()


def _refuse_before_content(view: View, content: ChangeState, base: Rulebook, clock: Clock) -> None:
    """Refuse an opinion that is older than what it is about.

    That is the commit that holds the content, where one does.
    """
    commits = commits_of(content.subjects)
    if clock.simulated or not commits:
        return
    made = max(commit_times(view.git, commits).values(), default=clock.real)
    if made - clock.real > base.config.ledger.skew:
        raise errors.HostFailed.of(
            "append.behind_commit",
            span=(made - clock.real).total_seconds(),
            when=format_instant(made),
        )


def _require_role(roster: Roster, name: str) -> None:
    """Refuse a role that the roster does not have."""
    names = sorted(roster.spec.roles)
    if name in names:
        return
    listed = told("unknown.roster_has", case=None if names else "empty", names=names)
    hint = meant(name, names, option="--role") or listed
    raise errors.Refused.of("unknown.role", name=name, hint=hint)


def _append(
    view: View,
    ledger: LedgerBranch,
    content: ChangeState,
    wish: Wish,
    signs: Signer | None,
    clock: Clock,
) -> LedgerEntry:
    """Append the opinion; an approval with the assessment that it rests on before it."""
    body = ApprovalBody(
        decision=wish.decision,
        by=wish.person,
        role=wish.role,
        digest=content.digest,
        comment=wish.comment,
    )
    change = content.change.id
    read_at = ledger.head
    assessed = _assessment(view, change, clock) if wish.decision == "approve" else None

    def decide(chain: Chain) -> Sequence[Draft]:
        nonlocal read_at, assessed
        if wish.decision == "withdraw":
            _require_something_to_withdraw(chain.entries, content.change, wish.person)
        elif wish.decision == "approve" and chain.head != read_at:
            # what others recorded meanwhile may count in it
            read_at, assessed = chain.head, _assessment(view.afresh(), change, clock)
        said: list[Body] = [body] if assessed is None else [assessed, body]
        if assessed is not None and _is_on_record(assessed, chain, change, signs, clock):
            said = [body]
        return drafted(change, said, clock, content.subjects)

    entry = ledger.append_deciding(decide, signer=signs, only=change)
    # `decide` always wants something appended; this is for the type checker
    assert entry is not None  # noqa: S101
    return entry


def _assessment(view: View, change: str, clock: Clock) -> AssessmentBody | None:
    """Return the assessment of a change as it is recorded; None where it cannot be made.

    No gate opens then, and `_objections` says why; the opinion is not lost for it.
    """
    from changeflow.gate_cases.gather import gather
    from changeflow.usecases.gate.assess import assessment_on_record

    try:
        read = gather(view, change, clock.now, simulated=clock.simulated)
    except errors.ChangeflowError:
        return None
    return assessment_on_record(read.whole)


def _is_on_record(
    assessed: AssessmentBody, chain: Chain, change: str, signs: Signer | None, clock: Clock
) -> bool:
    """Return whether the last assessment on record says the same and is worth as much."""
    last = last_assessment(entries_about(change, chain.entries))
    if last is None or last.said != assessed.assessment or last.entry.elsewhere:
        return False
    is_signed = last.entry.signer is not None or signs is None
    return is_signed and last.entry.simulated is clock.simulated


def _require_something_to_withdraw(
    entries: Sequence[LedgerEntry], change: ChangeRequest, person: str
) -> None:
    """Refuse a withdrawal without an opinion before it.

    A requester withdraws the request itself.
    """
    last = "withdraw"
    for entry in entries:
        body = entry.body
        if entry.change == change.id and isinstance(body, ApprovalBody) and body.by == person:
            last = body.decision
    if last == "withdraw" and person != change.metadata.requester:
        raise errors.NothingToDo.of("append.no_opinion", person=person, change=change.id)


def _objections(
    view: View, wish: Wish, entry: LedgerEntry, base: Rulebook, clock: Clock
) -> tuple[tuple[Told, ...], bool]:
    """Return why the opinion does not count, in the gate's words; and whether the gate is open."""
    if entry.simulated and not base.config.allow_simulated_clock:
        return (told("opinion.fixed_clock"),), False
    try:
        from changeflow.gate.decision import decide
        from changeflow.gate.gates.approve import APPROVE
        from changeflow.gate.gates.close import CLOSE
        from changeflow.gate_cases.for_state import for_state
        from changeflow.gate_cases.gather import gather

        # The ledger has grown by the opinion itself.
        read = gather(view.afresh(), entry.change, clock.now, simulated=clock.simulated)
        case = for_state(read)
    except errors.ChangeflowError as error:
        return (told("opinion.untold", why=error.told),), False
    # an emergency is approved at the end, too
    approve = decide(APPROVE, case.approve, clock.now)
    close = decide(CLOSE, case.closing, clock.now)
    seatless = _seatless(wish, base.roster)
    counted = {(item.by, item.at) for item in (*approve.approvals, *close.approvals)}
    if (wish.person, entry.at) in counted:
        return seatless, approve.open
    why: tuple[Told, ...] = ()
    for item in approve.ignored:
        if item.by == wish.person and item.reason_code not in _EXPECTED:
            said = told(item.reason_code, **item.data) if item.data else item.message or wish.person
            why = (told("opinion.ignored", why=said, rule=item.reason_code),)
    return why + seatless, approve.open


def _seatless(wish: Wish, roster: Roster) -> tuple[Told, ...]:
    """Warn of a role that was named and is not theirs."""
    if wish.role is None or wish.person in roster.members(wish.role):
        return ()
    return (told("opinion.seatless", person=wish.person, role=wish.role),)
