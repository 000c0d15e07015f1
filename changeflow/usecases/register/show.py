"""Show one change from its request to its review, wherever its request is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from changeflow import errors
from changeflow.gate.case import ReviewFacts, untimed
from changeflow.gate.decision import decide
from changeflow.gate.gates.approved_since import approved_since, by_people
from changeflow.gate.gates.close import CLOSE
from changeflow.gate.lifecycle import LifeCase, state
from changeflow.gate_cases.assessment import Assessed
from changeflow.gate_cases.for_state import for_state
from changeflow.gate_cases.gate_inputs import GateInputs
from changeflow.gate_cases.gather import gather
from changeflow.gate_cases.open_ends import open_ends
from changeflow.gate_cases.opinions_told import opinions_told
from changeflow.gate_cases.register import (
    fixed_by,
    followed_as_improvements,
    forgotten,
    read_requests,
)
from changeflow.language.sentences import in_english
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.assessments import assessment_in
from changeflow.model.answers.decision import Decision
from changeflow.model.answers.one_change import (
    ChangeAnswer,
    Event,
    ToldDecision,
    ToldFollowUp,
    ToldReview,
)
from changeflow.model.answers.plain import answer
from changeflow.model.answers.release import ReleaseAnswer
from changeflow.model.clock import Clock
from changeflow.model.directory import Directory
from changeflow.model.document_paths import CHANGES, review_path, rfc_path
from changeflow.model.evidence import (
    ApprovalBody,
    DecisionBody,
    EvidenceBody,
    LedgerEntry,
    ReleaseBody,
)
from changeflow.model.phrases import Told, meant, told
from changeflow.model.policy import Policy
from changeflow.model.post_implementation import PostImplementationReview
from changeflow.model.times import END_OF_TIME, commit_time
from changeflow.policy.review_duties import questions_in_words
from changeflow.reading.change import named_in
from changeflow.reading.other_changes import Standings
from changeflow.reading.places import Place, places
from changeflow.reading.state import State
from changeflow.reading.view import View
from changeflow.release import step_facts
from changeflow.release.plan import plan
from changeflow.release.progress import progress

# commit, time and author's address of the commit that brought a file first
Addition = tuple[str, str, str]
# what a merge brings to the main branch is its own addition
_ON_MAIN: Final = ("--first-parent", "-m")
_FIELDS: Final = ("%H", "%ct", "%ae")


@dataclass(frozen=True)
class Shown:
    """One change, where it was read, how it was assessed, and what is wrong with the ledger."""

    answer: ChangeAnswer
    state: State
    assessed: Assessed
    problems: tuple[str | Told, ...]


def show(view: View, argument: str, clock: Clock, *, everywhere: bool = True) -> Shown:
    """Return everything about one change.

    It is read from the head, or else from the main branch, another branch, or the commit that the
    ledger names.

    Args:
        view: base and head.
        argument: the change.
        clock: the time.
        everywhere: look for it on all local and remote branches, beside base and head.

    Raises:
        errors.NothingToDo: when there is no such change, with near misses in the hint.
        errors.Unreadable: when it, or something that judges, cannot be read.
        errors.HostFailed: when git fails.
    """
    name, place = _found(view, argument, everywhere=everywhere)
    return show_at(place, name, clock, Additions())


def show_at(
    place: Place,
    name: str,
    clock: Clock,
    additions: Additions,
    others: Standings | None = None,
) -> Shown:
    """Return everything about one change of a place.

    Args:
        place: where its request is.
        name: the change.
        clock: the time.
        additions: the commits that brought requests.
        others: how the changes on the base stand at that time; None: they are looked at for it.

    Raises:
        errors.Unreadable: when it, or something that judges, cannot be read.
        errors.HostFailed: when git fails.
    """
    inputs = gather(place.view, name, clock.now, others=others)
    return _Page(place, inputs, for_state(inputs), clock, additions).shown()


def _found(view: View, argument: str, *, everywhere: bool) -> tuple[str, Place]:
    """Return the id of a change, and the first place that has its request."""
    known = places(view, everywhere=everywhere)
    main, *branches = known
    name = _named(known, argument)
    if view.head.exists(rfc_path(name)):
        of_head = [one for one in branches if one.view is view and name in one.changes]
        label = of_head[0].label if of_head else main.label
        # What the head has as the main branch has it is the main branch's.
        return name, Place(label, view if of_head else _on_main(main, view, name), (name,))
    for place in known:
        if name in place.changes:
            return name, place
    found, _ = forgotten(view, known, view.evidence(name))
    for place in found:
        if name in place.changes:
            return name, place
    everything = sorted({one for place in known for one in place.changes})
    hint = meant(name, everything) or told("unknown.list_changes")
    raise errors.NothingToDo.of("unknown.change", name=name, hint=hint)


def _on_main(main: Place, view: View, name: str) -> View:
    return main.view if name in main.changes else view


def _named(known: Sequence[Place], argument: str) -> str:
    """Return the change that an argument names, at the first place that knows it."""
    wrong: errors.NothingToDo | None = None
    for place in known:
        try:
            return named_in(place.state, argument)
        except errors.NothingToDo as error:
            wrong = wrong or error
    assert wrong is not None  # noqa: S101 - there is always the main branch
    raise wrong


class _Page:
    """Puts the answer together."""

    def __init__(
        self,
        place: Place,
        inputs: GateInputs,
        case: LifeCase,
        clock: Clock,
        additions: Additions,
    ) -> None:
        self._place, self._inputs, self._case, self._clock = place, inputs, case, clock
        self._additions = additions
        self._mine = inputs.mine

    def shown(self) -> Shown:
        """Return the whole answer."""
        inputs, case, now = self._inputs, self._case, self._clock.now
        found = state(case, now)
        since, approval = approved_since(case, now)
        zone = inputs.base.config.zone
        ends = open_ends(self._place, case, found, self._mine, self._clock, zone, self._fixed())
        told = ChangeAnswer(
            change=inputs.change.id,
            at=self._place.label,
            digest=inputs.content.digest,
            state=found.value,
            request=answer(inputs.change),
            assessment=inputs.whole.listing(),
            approved=by_people(case, since, approval),
            decisions=tuple(self._decisions(approval)),
            opinions=opinions_told(case, approval, self._mine, inputs.base, now),
            release=self._release(),
            review=_review(self._place.state, inputs.change.id, case.review, inputs.base.policies),
            incidents=inputs.view.base.incidents.naming(inputs.change.id),
            owed=ends,
            timeline=tuple(self._timeline()),
        )
        problems = tuple(finding.quoted for finding in inputs.evidence.problems)
        return Shown(told, self._place.state, inputs.whole, problems)

    def _fixed(self) -> frozenset[str]:
        """Return what changes fix and improvements follow; asked only after a review."""
        if not self._case.review.complete:
            return frozenset()
        base = self._inputs.view.base
        read = read_requests(base, self._inputs.evidence.finished)
        return fixed_by(read, self._inputs.evidence) | followed_as_improvements(base)

    def _decisions(self, approval: Decision) -> Iterator[ToldDecision]:
        """Yield the decisions on record, then those of now."""
        for entry in self._mine:
            if isinstance(entry.body, DecisionBody):
                found = _recorded(entry, entry.body)
                if found is not None:
                    yield found
        yield _of_now(approval)
        if self._case.release.state:
            case = untimed(self._case)
            yield _of_now(decide(CLOSE, case.closing, self._clock.now))

    def _release(self) -> ReleaseAnswer | None:
        planned = plan(self._inputs.change)
        journal = progress(planned, self._mine)
        if journal.started is None:
            return None
        return step_facts.answer(planned, journal)

    def _timeline(self) -> Iterator[Event]:
        # Entries keep their order along the chain, whatever clocks said.
        events = [(entry.moment, entry.seq, _event(entry)) for entry in self._mine]
        events += ((event.at, 0, event) for event in self._from_git())
        for _, _, event in sorted(events, key=lambda one: one[:2]):
            yield event

    def _from_git(self) -> Iterator[Event]:
        """Yield when the request was written, and when the main branch got it."""
        view, path = self._inputs.view, rfc_path(self._inputs.change.id)
        directory = Directory(self._inputs.base.roster.spec.people)
        tip = view.head.commit or view.git.resolve("HEAD")
        first = self._additions.of(view, tip, path)
        if first is not None:
            yield _commit_event("requested", first, directory)
        if view.base.exists(path):
            landed = self._additions.of(view, view.base.commit, path, *_ON_MAIN)
            if landed is not None and (first is None or landed[0] != first[0]):
                yield _commit_event("merged", landed, directory)


class Additions:
    """The commits that brought requests: each looked for, or those of a main branch all at once.

    Args:
        view: the main branch, where many changes are asked about; None: each is looked for.
    """

    def __init__(self, view: View | None = None) -> None:
        self._view = view

    def of(self, view: View, tip: str | None, path: str, *extra: str) -> Addition | None:
        """Return the commit of a history that brought a file first; None where none did."""
        if tip is None:
            return None
        if self._view is not None and tip == self._view.base.commit:
            return (self._landed if extra else self._written).get(path)
        for _, found in _additions(view, tip, (path,), extra):
            return found
        return None

    @cached_property
    def _written(self) -> Mapping[str, Addition]:
        return self._all(())

    @cached_property
    def _landed(self) -> Mapping[str, Addition]:
        return self._all(_ON_MAIN)

    def _all(self, extra: Sequence[str]) -> Mapping[str, Addition]:
        view = self._view
        if view is None or view.base.commit is None:
            return {}
        found: dict[str, Addition] = {}
        for path, one in _additions(view, view.base.commit, (CHANGES,), extra):
            found.setdefault(path, one)
        return found


def _additions(
    view: View, tip: str, paths: Sequence[str], extra: Sequence[str]
) -> Iterator[tuple[str, Addition]]:
    """Yield files with the commits that added them, the oldest first."""
    options = ("-z", "--name-only", "--relative", "--diff-filter=A", "--no-renames", *extra)
    done = view.git.run("log", f"--format=%x01{' '.join(_FIELDS)}", *options, tip, "--", *paths)
    for block in reversed(done.stdout.decode("utf-8", "surrogateescape").split("\x01")[1:]):
        facts, _, names = block.partition("\0")
        told = facts.strip("\n").split(" ", 2)
        # an address with the sign between commits is none
        if len(told) == len(_FIELDS):
            for path in names.lstrip("\n").split("\0"):
                yield path, (told[0], told[1], told[2])


def _commit_event(what: str, found: Addition, directory: Directory) -> Event:
    commit, seconds, address = found
    owners = sorted(directory.owners_of_address(address))
    return Event(
        at=commit_time(seconds, END_OF_TIME),
        what=what,
        by=owners[0] if len(owners) == 1 else None,
        seq=None,
        text=commit[:12],
    )


def _event(entry: LedgerEntry) -> Event:
    body, state = entry.body, ""
    if isinstance(body, ApprovalBody):
        what: str = body.decision
    elif isinstance(body, DecisionBody):
        what = f"decision.{body.gate}.{'open' if body.open else 'shut'}"
    elif isinstance(body, ReleaseBody):
        what, state = f"release.{body.event}", body.state or ""
    elif assessment_in(entry) is not None:
        what = "assessed"
    elif isinstance(body, EvidenceBody):
        what = "evidence"
    else:
        what = "reviewed"
    return Event(
        at=entry.at,
        what=what,
        by=entry.speaker or entry.signer,
        seq=entry.seq,
        text=in_english(body.told),
        state=state,
        told=body.told,
    )


def _recorded(entry: LedgerEntry, body: DecisionBody) -> ToldDecision | None:
    """Return a decision on record; None where it is not a decision as this version knows them."""
    said = body.decision
    facts: dict[str, Any] = {
        "gate": body.gate,
        "open": body.open,
        "at": entry.at,
        "seq": entry.seq,
        "approvals": body.approvals,
        "missing": said.get("missing") or (),
        "reasons": said.get("reasons") or (),
    }
    try:
        return ToldDecision.model_validate(facts)
    except ValueError:
        return None


def _of_now(decision: Decision) -> ToldDecision:
    return ToldDecision(
        gate=decision.gate,
        open=decision.open,
        at=decision.now,
        seq=None,
        approvals=decision.approvals,
        missing=decision.missing,
        reasons=tuple(map(answer, decision.reasons)),
    )


def _review(
    place: State, change: str, facts: ReviewFacts, policies: Iterable[Policy]
) -> ToldReview | None:
    """Return the review as it is written; None where there is none, or none that can be read."""
    path = review_path(change)
    if not facts.present:
        return None
    found = place.parsed(path).first(PostImplementationReview)
    spec = found.spec if found is not None else None
    follow_ups: list[ToldFollowUp] = []
    for one in spec.follow_ups if spec is not None else ():
        follow_ups.append(ToldFollowUp(action=one.action, owner=one.owner, due=one.due))
    texts = ("outcome", "objectives_met", "effects_observed", "deviations", "lessons")
    return ToldReview.model_validate(
        {
            **{name: getattr(spec, name, None) for name in texts},
            "reviewer": facts.reviewer,
            "reviewed": facts.reviewed,
            "incidents": tuple(spec.incidents or ()) if spec is not None else (),
            "outages": tuple(getattr(spec, "outages", None) or ()),
            "answers": dict(getattr(spec, "answers", {})),
            "follow_ups": tuple(follow_ups),
            "complete": facts.complete,
            "problems": tuple(map(_english, facts.problems)),
            "told": facts.problems,
            "questions": questions_in_words(policies),
            "recorded": facts.given,
            "due": facts.due,
        }
    )


def _english(problem: str | Mapping[str, Any]) -> str:
    return problem if isinstance(problem, str) else in_english(problem)
