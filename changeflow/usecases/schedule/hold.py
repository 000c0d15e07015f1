"""Stop the line: place a hold, agree to it, lift it, list those there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

from changeflow import errors
from changeflow.gate_cases.register import read_register
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.keyring import key_ring
from changeflow.ledger.statement import Draft
from changeflow.model.answers.holds import HoldAnswer, HoldsAnswer, StoppedChange
from changeflow.model.change import ChangeType
from changeflow.model.clock import Clock
from changeflow.model.evidence import NO_CHANGE, HoldBody, LedgerEntry
from changeflow.model.holds import ALL, SCOPES, Hold
from changeflow.model.phrases import meant, told
from changeflow.model.subjects import Subject
from changeflow.reading.authors import require_known, signer_of
from changeflow.reading.holds_on_record import holds_on_record
from changeflow.reading.ledger_reader import LedgerReader, counting
from changeflow.reading.other_changes import OVER
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.team_main import require_current
from changeflow.reading.view import View
from changeflow.repo.ledger_branch import Chain
from changeflow.schedule.holds import hold_id, may_hold, roles_for_holds, stops


@dataclass(frozen=True)
class HoldWish:
    """What a person wants to say of a hold.

    Attributes:
        person: roster name of who says it.
        reason: their words.
        key: key to sign with; None: see `reading.authors.voice`.
        until: when a new hold ends by itself.
    """

    person: str
    reason: str
    key: str | None = None
    until: datetime | None = None


# -- the scope -----------------------------------------------------------------------------------


def scope_of(text: str, base: Rulebook) -> str:
    """Return the scope that a person named, as it is recorded: `all` or `environment:production`.

    Raises:
        errors.UsageError: when it may mean several things, or is no type of change.
        errors.NothingToDo: when it names nothing.
    """
    if text == ALL:
        return ALL
    known = _known(base)
    what, colon, name = text.partition(":")
    if colon and what in known:
        if name in known[what]:
            return text
        if what == "type":
            raise errors.UsageError.of("hold_wish.type", name=name, types=sorted(known[what]))
        raise _unknown(text, [f"{what}:{one}" for one in known[what]])
    found = [f"{one}:{text}" for one in ("environment", "item") if text in known[one]]
    if len(found) > 1:
        raise errors.UsageError.of("hold_wish.ambiguous", name=text, meanings=found)
    if found:
        return found[0]
    if text in known["type"]:
        raise errors.UsageError.of("hold_wish.type_alone", name=text)
    called = _called(text, base)
    if called:
        hint = told("hint.near", name=called)
        raise errors.NothingToDo.of("hold_wish.unknown_scope", name=text, hint=hint)
    raise _unknown(text, [*known["environment"], *known["item"], ALL])


def _called(text: str, base: Rulebook) -> str:
    """Return the scope of an environment or an item that people call so; empty where none is."""
    for name, shown in base.config.environment_names.items():
        if shown == text:
            return name
    for name, item in base.items.items():
        if item.metadata.name == text:
            return name
    return ""


def _known(base: Rulebook) -> dict[str, list[str]]:
    places = {item.spec.environment for item in base.items.values()}
    found = {
        "environment": sorted(filter(None, places)),
        "item": sorted(base.items),
        "type": [one.value for one in ChangeType],
    }
    return {what: found[what] for what in SCOPES}


def _unknown(text: str, names: Sequence[str]) -> errors.NothingToDo:
    hint = meant(text, names) or told("hold_wish.scopes")
    return errors.NothingToDo.of("hold_wish.unknown_scope", name=text, hint=hint)


# -- recording -----------------------------------------------------------------------------------


def preview(view: View, scope: str, wish: HoldWish, clock: Clock) -> HoldAnswer:
    """Return what a hold would stop. Nothing is recorded.

    Raises:
        errors.ChangeflowError: see `place`.
    """
    base = view.base.require_readable()
    scope = scope_of(scope, base)
    _require_possible(base, wish, clock, records=False)
    counts = may_hold(wish.person, clock.now, base.roster, base.config)
    return HoldAnswer(
        id="",
        scope=scope,
        reason=wish.reason,
        placed_by=wish.person,
        state="preview",
        placed=None,
        since=None,
        until=wish.until,
        lifted=None,
        agreed=(wish.person,) if counts else (),
        lifting=(),
        others=() if counts else (wish.person,),
        missing=max(0, base.config.hold.count - counts),
        by=_eligible(base, (wish.person,)),
        stops=stopped(view, scope, clock),
    )


def place(view: View, scope: str, wish: HoldWish, clock: Clock) -> HoldAnswer:
    """Place a hold: it is in force at once where enough people agree, and else proposed.

    Raises:
        errors.UsageError: a scope that may mean several things, or an end that is over.
        errors.NothingToDo: a scope that names nothing.
        errors.Refused: an unknown person, or what would be recorded is not their word.
        errors.Unreadable: the base or the ledger cannot be read.
        errors.HostFailed: git failed, or this clock is behind the ledger.
    """
    base = view.base.require_readable()
    scope = scope_of(scope, base)
    _require_possible(base, wish, clock)

    def body(entries: Sequence[LedgerEntry]) -> HoldBody:
        number = entries[-1].seq + 1 if entries else 1
        return HoldBody(
            event="placed",
            hold=hold_id(number),
            scope=scope,
            reason=wish.reason,
            by=wish.person,
            until=wish.until,
        )

    return _answer_after(view, base, _record(view, base, body, wish, clock), clock, previews=True)


def agree(view: View, name: str, wish: HoldWish, clock: Clock) -> HoldAnswer:
    """Agree to a hold that was proposed.

    Raises:
        errors.NothingToDo: no such hold, or it is over.
        errors.ChangeflowError: see `place`.
    """
    return _say(view, name, "agreed", wish, clock)


def lift(view: View, name: str, wish: HoldWish, clock: Clock) -> HoldAnswer:
    """Lift a hold: what it stopped may go on, once enough people agree to that.

    Raises:
        errors.NothingToDo: no such hold, or it is over.
        errors.ChangeflowError: see `place`.
    """
    return _say(view, name, "lifted", wish, clock)


def _say(
    view: View, name: str, event: Literal["agreed", "lifted"], wish: HoldWish, clock: Clock
) -> HoldAnswer:
    base = view.base.require_readable()
    _require_possible(base, wish, clock)

    def body(entries: Sequence[LedgerEntry]) -> HoldBody:
        found = holds_on_record(view.store, base, counting(entries, base.config))
        known = {one.id: one for one in found}
        if name not in known:
            hint = meant(name, sorted(known)) or told("hold_wish.list")
            raise errors.NothingToDo.of("hold_wish.unknown", name=name, hint=hint)
        hold = known[name]
        if hold.is_over(clock.now):
            raise errors.NothingToDo.of("hold_wish.over", name=name, case=hold.state(clock.now))
        return HoldBody(
            event=event, hold=name, scope=hold.scope, reason=wish.reason, by=wish.person
        )

    return _answer_after(view, base, _record(view, base, body, wish, clock), clock, previews=False)


def _require_possible(
    base: Rulebook, wish: HoldWish, clock: Clock, *, records: bool = True
) -> None:
    if records and clock.simulated and not base.config.allow_simulated_clock:
        raise errors.Refused.of("append.simulated_release")
    require_known(base.roster, wish.person)
    if not wish.reason.strip():
        raise errors.UsageError.of("hold_wish.no_reason")
    if wish.until is not None and wish.until <= clock.now:
        raise errors.UsageError.of("hold_wish.past", until=wish.until.isoformat())


def _record(
    view: View,
    base: Rulebook,
    body: Callable[[Sequence[LedgerEntry]], HoldBody],
    wish: HoldWish,
    clock: Clock,
) -> str:
    """Append an entry and return the id of the hold that it is about."""
    require_current(view)
    people = base.roster.spec.people
    ring = key_ring(people)
    signs = signer_of(view.git, ring, people, base.config, wish.person, wish.key)

    def decide(chain: Chain) -> Draft:
        said = body(chain.entries)
        subject = Subject(
            name=f"{said.hold} {said.scope}", sha256=said.content.removeprefix("sha256:")
        )
        return Draft(
            change=NO_CHANGE, body=said, at=clock.now, recorded_at=clock.real, subject=(subject,)
        )

    ledger = LedgerReader(view.git, view.base).ledger
    entry = ledger.append_deciding(decide, signer=signs, only=NO_CHANGE)
    # `decide` always wants something appended; this is for the type checker
    assert entry is not None  # noqa: S101
    assert isinstance(entry.body, HoldBody)  # noqa: S101
    return entry.body.hold


# -- answers -------------------------------------------------------------------------------------


def on_record(view: View, base: Rulebook) -> tuple[Hold, ...]:
    """Return all holds that count, oldest first.

    Raises:
        errors.Unreadable: when the ledger does not hold.
    """
    evidence = view.ledger.evidence(view.base, NO_CHANGE)
    if evidence.problems:
        raise errors.Unreadable.of("append.broken", problem=evidence.problems[0].quoted_with_path)
    return holds_on_record(view.store, base, evidence.standing)


def list_holds(view: View, clock: Clock, *, everything: bool = False) -> HoldsAnswer:
    """Return the holds that are not over, or all of them.

    Raises:
        errors.Unreadable: when the base or the ledger cannot be read.
    """
    base = view.base.require_readable()
    found = []
    for one in on_record(view, base):
        if everything or not one.is_over(clock.now):
            found.append(_answer(one, base, clock.now))
    return HoldsAnswer(holds=tuple(found))


def stopped(view: View, scope: str, clock: Clock) -> tuple[StoppedChange, ...]:
    """Return the changes on the way that a hold of a scope stops."""
    base = view.base.require_readable()
    found: dict[str, StoppedChange] = {}
    for one in read_register(view, clock, everywhere=True).changes:
        row = one.row
        if row.state not in OVER and stops(scope, row.type, row.items, base.items):
            found[row.change] = StoppedChange(
                change=row.change, title=row.title, type=row.type, state=row.state
            )
    return tuple(found.values())


def _answer_after(
    view: View, base: Rulebook, name: str, clock: Clock, *, previews: bool
) -> HoldAnswer:
    after = view.afresh()
    (hold,) = [one for one in on_record(after, base) if one.id == name]
    answer = _answer(hold, base, clock.now)
    if previews:
        answer = answer.model_copy(update={"stops": stopped(after, hold.scope, clock)})
    return answer


def _answer(hold: Hold, base: Rulebook, now: datetime) -> HoldAnswer:
    state = hold.state(now)
    said = hold.agreed if state == "proposed" else hold.lifting
    missing = 0 if state in ("ended", "lifted") else max(0, hold.needed - len(said))
    return HoldAnswer.model_validate(
        {
            "id": hold.id,
            "scope": hold.scope,
            "reason": hold.reason,
            "placed_by": hold.by,
            "state": state,
            "placed": hold.placed,
            "since": hold.since,
            "until": hold.until,
            "lifted": hold.lifted,
            "agreed": hold.agreed,
            "lifting": hold.lifting,
            "others": hold.others,
            "missing": missing,
            "by": _eligible(base, said) if missing else (),
            "stops": None,
        }
    )


def _eligible(base: Rulebook, without: Sequence[str]) -> tuple[str, ...]:
    people: dict[str, None] = {}
    for role in roles_for_holds(base.config):
        people |= dict.fromkeys(filter(base.roster.is_human, base.roster.members(role)))
    return tuple(one for one in people if one not in without)
