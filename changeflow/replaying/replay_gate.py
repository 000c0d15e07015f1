"""Decisions that a command asked for: `gate --record`, and the gate before a release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from changeflow import errors
from changeflow.gate.decision import decide
from changeflow.gate.gates import GATES
from changeflow.gate_cases.gate_inputs import GateInputs
from changeflow.gate_cases.gather import CASES, gather
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.assessments import assessment_in
from changeflow.model.deployer import Deployer
from changeflow.model.document_parts import format_instant
from changeflow.model.document_paths import change_folder
from changeflow.model.evidence import DecisionBody, LedgerEntry, ReleaseBody
from changeflow.model.policy import Gate
from changeflow.model.replay import ReplayDifference
from changeflow.reading.at_commit import review_digest
from changeflow.reading.state import State
from changeflow.reading.view import View
from changeflow.replaying.past_repository import Then
from changeflow.replaying.recorded_decision import (
    Recomputed,
    Unknowable,
    instant,
    named,
    there,
)
from changeflow.repo.named_commit import StandIn
from changeflow.usecases.gate.decide import on_record

# commits of a change that are looked at for one that has it as it was
_CANDIDATES: Final = 200


def asked(
    then: Then, entry: LedgerEntry, body: DecisionBody, inputs: Mapping[str, Any]
) -> Recomputed:
    """Decide the gate again, as it was asked.

    Raises:
        Unknowable: when something it was made from is not here, or not on record.
        errors.NothingToDo: when the change is not where it is said to have been.
        errors.Unreadable: when it, or something that judges, cannot be read there.
        errors.HostFailed: when git lacks something.
    """
    moment = asked_moment(then, entry, body, inputs)
    gate, now = Gate(body.gate), moment.now
    inputs_then = moment.gathered(moment.view)
    decision = decide(GATES[gate], CASES[gate](inputs_then), now)
    return Recomputed(
        body=on_record(decision),
        subject=inputs_then.content.subjects,
        read_at=_read_at(moment.view),
        contradictions=(
            *_out_of_turn(then, entry, inputs, moment.position),
            *_out_of_time(then, entry, now, moment.position),
        ),
    )


@dataclass(frozen=True)
class AskedMoment:
    """A moment at which a gate was asked, with all that it was asked about.

    Attributes:
        view: base, head and ledger as they were.
        change: that was asked about.
        now: the time.
        position: how many entries the ledger had.
        deployer: who started the deployment, where that was asked.
        simulated: whether the time was that of a fixed clock.
        planned: digests of the plans that were made for it; None: none was made.
    """

    view: View
    change: str
    now: datetime
    position: int
    deployer: Deployer
    simulated: bool
    planned: Mapping[int, str] | None

    def gathered(self, view: View) -> GateInputs:
        """Read what a gate is told, from this view or from one with another base.

        Raises: as `gather`.
        """
        return gather(
            view,
            self.change,
            self.now,
            self.deployer,
            simulated=self.simulated,
            planned=self.planned,
        )


def asked_moment(
    then: Then, entry: LedgerEntry, body: DecisionBody, inputs: Mapping[str, Any]
) -> AskedMoment:
    """Return the moment at which a decision was made that a command asked for.

    Raises:
        Unknowable: when something it was made from is not here, or not on record.
        errors.HostFailed: when git lacks something.
    """
    source = then.of_main(named(inputs, "base"), "the base")
    position = then.position(there(inputs, "ledger"))
    now = instant(body.decision.get("now"))
    view = replace(_view(then, source, entry, inputs), ledger=then.ledger(position))
    return AskedMoment(
        view, entry.change, now, position, _deployer(inputs), entry.simulated, _planned(inputs)
    )


def _planned(inputs: Mapping[str, Any]) -> dict[int, str] | None:
    """Return what plans said that were made for the decision; None where none was made."""
    if "plans" not in inputs:
        return None
    try:
        return {int(number): str(found) for number, found in inputs["plans"].items()}
    except (AttributeError, ValueError) as error:
        raise Unknowable(
            "the entry does not say in words that are known here what plans said"
        ) from error


def _deployer(inputs: Mapping[str, Any]) -> Deployer:
    """Return the deployer that the decision names; other gates have none."""
    try:
        return Deployer.model_validate(inputs.get("deployer", {}))
    except ValueError as error:
        raise Unknowable(
            "the entry does not say who started the deployment in words that are known here"
        ) from error


def _view(then: Then, base: State, entry: LedgerEntry, inputs: Mapping[str, Any]) -> View:
    head, history = there(inputs, "head"), there(inputs, "history")
    # How a clone stood, which nothing was judged by.
    told = {}
    if "main" in inputs:
        told["main"] = inputs["main"]
    # Neither git nor the ledger holds where the remote of a clone was.
    address = inputs.get("remote")
    if address is not None and not isinstance(address, str):
        raise Unknowable(
            "the entry does not say in words that are known here which remote's main branch judged"
        )
    deployed = {"artifacts": inputs["artifacts"]} if "artifacts" in inputs else {}
    if not all(isinstance(digests, dict) for digests in deployed.values()):
        raise Unknowable("the entry does not say in words that are known here what was deployed")
    if head is not None:
        found = View.of(then.store, base, then.commit(head, "the head"))
        return replace(found, told=told, address=address, **deployed)
    then.commit(history, "the history of the work tree")
    gone = StandIn(_as_it_was(then, entry.change, inputs).source, "a work tree", None)
    found = View.of(then.store, base, then.store.of(gone))
    return replace(found, history=history, told=told, address=address, **deployed)


def _as_it_was(then: Then, change: str, inputs: Mapping[str, Any]) -> State:
    """Find a commit, of any branch, with the change as it was in a lost work tree."""
    wanted = tuple(there(inputs, name) for name in ("digest", "rfc", "review"))
    seen = map(
        str.strip, then.git.log(format_="%H", extra=["--all"], paths=[change_folder(change)])
    )
    tips = then.git.text(
        "for-each-ref", "--format=%(objectname)", "refs/heads", "refs/remotes", "refs/tags"
    ).splitlines()
    for commit in list(dict.fromkeys((*seen, *tips)))[:_CANDIDATES]:
        if then.git.resolve(commit) is None:
            # a tag of something else than a commit
            continue
        source = then.store.at(commit)
        try:
            content = source.change(change)
        except (errors.NothingToDo, errors.Unreadable):
            continue
        if (content.digest, content.rfc_digest, review_digest(source, change)) == wanted:
            return source
    raise Unknowable(
        "it was decided on a work tree, and no commit here has the change as it was there",
        "commit a change before its decision is recorded, or fetch the branch that has it",
    )


def _claim(then: Then, entry: LedgerEntry, position: int) -> LedgerEntry | None:
    """Return the claim of a release that was appended right before its decision."""
    between = then.before(entry)[position:]
    if not between or between[0].change != entry.change:
        return None
    first = between[0]
    if not isinstance(first.body, ReleaseBody) or first.body.event != "started":
        return None
    return first


def _out_of_turn(
    then: Then, entry: LedgerEntry, inputs: Mapping[str, Any], position: int
) -> Iterator[ReplayDifference]:
    """Report a decision that was not appended to the state it was made on.

    Its assessment may come between.
    """
    between = then.before(entry)[position:]
    assessed = not between
    if len(between) == 1:
        first = between[0]
        assessed = first.change == entry.change and assessment_in(first) is not None
    if not assessed and _claim(then, entry, position) is None:
        yield ReplayDifference(
            route=["decision", "inputs", "ledger"],
            recorded=inputs["ledger"],
            recomputed=then.state_before(entry),
        )


def _out_of_time(
    then: Then, entry: LedgerEntry, now: datetime, position: int
) -> Iterator[ReplayDifference]:
    """Report a decision that is not about the moment of its record.

    The one before a release is about a moment before its claim.
    """
    claim = _claim(then, entry, position)
    if claim is not None:
        latest, wrong = claim.at, now > claim.at
    else:
        latest, wrong = entry.at, now != entry.at
    if wrong:
        yield ReplayDifference(
            route=["decision", "now"],
            recorded=format_instant(now),
            recomputed=format_instant(latest),
        )


def _read_at(view: View) -> str | None:
    head = view.head.source
    if isinstance(head, StandIn):
        return head.found.commit
    return head.commit
