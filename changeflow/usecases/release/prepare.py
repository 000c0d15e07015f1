"""From a repository to a job with its ports: read base and change, bind the plan to its start."""

from __future__ import annotations

import contextlib
import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from typing import Final

from changeflow import errors
from changeflow.cmdb.outdated_items import Done, digest_of_record, outdated
from changeflow.gate.gates.approved_since import TAKEN_BACK
from changeflow.lazy_dataclass import dataclass
from changeflow.ledger.keyring import key_ring
from changeflow.model.answers.decision import Reason, codes_of, shutting
from changeflow.model.canonical import digest
from changeflow.model.deployer import NOBODY, Deployer
from changeflow.model.document_paths import rfc_path
from changeflow.model.evidence import CMDB_COMMIT, LedgerEntry
from changeflow.model.phrases import Told, told
from changeflow.model.policy import Gate
from changeflow.reading.at_commit import settled
from changeflow.reading.authors import voice
from changeflow.reading.change import ChangeState, named_in
from changeflow.reading.ledger_reader import open_ledger
from changeflow.reading.releases import runs_beside
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.signers import default_signer, signer
from changeflow.reading.state import State
from changeflow.reading.view import View
from changeflow.release.plan import PlannedStep, plan
from changeflow.release.planning import Planning, plannings
from changeflow.release.progress import CHANGE, Line, lines, progress
from changeflow.release_driver.adapters import LedgerJournal, SystemClock
from changeflow.release_driver.approved_files import Approved, recorded
from changeflow.release_driver.ports import Job, Judged, Ports, SharedWatcher
from changeflow.repo.git import checked
from changeflow.repo.ledger_branch import LedgerBranch, Signer
from changeflow.repo.metrics import measure
from changeflow.repo.process_locks import ProcessLocks
from changeflow.repo.programs import Programs
from changeflow.repo.unrecorded import Unrecorded
from changeflow.schedule.windows import environments
from changeflow.usecases.release.run import Prepared

# reasons of the gate `deploy` that come up while a release runs; what cannot be read is one
_AGAINST: Final = frozenset(
    {"hold.in_force", "hold.break_glass", "freeze.in_force", "calendar.unreadable", "ledger.broken"}
)
# items whose digests a baseline lists one by one; beyond, one digest speaks for all
_MOST_NAMED: Final = 200


@dataclass(frozen=True)
class ReleaseOptions:
    """Options of a release, beside the change.

    `takes_up`: a started release goes on, so what is left of it must be as it was approved.
    `of_release` is the release that the change is a part of, as `Job` has it.
    `variables` are the environment, which identifies a job on GitHub. `speaks`: a person's answer
    is recorded, which must come from that person; otherwise `by` starts or drives a release, and
    may turn out to be unproven.
    """

    watcher: SharedWatcher
    now: datetime | None = None
    by: str | None = None
    key: str | None = None
    wait: float = 0.0
    preconditions_met: bool = False
    gone: str = ""
    speaks: bool = False
    local: bool = False
    stop: Callable[[], int] = field(default=lambda: 0)
    stop_step: Callable[[], int] = field(default=lambda: 0)
    takes_up: bool = False
    of_release: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)


def prepare(view: View, change: str, options: ReleaseOptions, *, writes: bool = True) -> Prepared:
    """Read and bind everything that a release of one change needs.

    Args:
        view: where the base and the head are.
        change: the change.
        options: what the caller says.
        writes: whether anything may be appended; a fixed clock must then be allowed by the
            configuration.

    Raises:
        errors.NothingToDo: no such change.
        errors.Unreadable: the change or the base cannot be read.
        errors.Refused: a simulated clock that does not count, an unknown person, content that
            is not what was started.
    """
    from changeflow.usecases.gate.deployer import require_listed

    base = view.base.rulebook
    if writes and options.now is not None and not base.config.allow_simulated_clock:
        raise errors.Refused.of("append.simulated_release")
    require_listed(base.roster, options.by)
    # From one commit where one holds it: what is judged is what is recorded.
    if writes:
        view = settled(view, change)
    name = named_in(view.head, change)
    who = who_acts(view, base, options) if writes else Who(options.by, None)
    options = replace(options, by=who.person)
    journal = journal_of(view, base, name, who.signer)
    if writes:
        _look_around(journal.ledger, options)
    written = journal.read().of(name)
    content, source = _content(view, name, written)
    folder = view.git.facts.common_dir / "changeflow" / "releases" / content.change.id
    ports = Ports(
        journal=journal,
        programs=Programs(view.root, options.stop_step, masked=base.config.release.secrets),
        processes=ProcessLocks(folder),
        unrecorded=Unrecorded(folder),
        times=SystemClock(options.now),
        watcher=options.watcher,
        stop=options.stop,
        measure=functools.partial(measure, tokens=base.config.release.tokens),
    )
    state_of = functools.partial(_state, replace(view, head=source), content.change.id, ports)
    job = _job(view, base, content, options, who.starts)
    if writes:
        beside = runs_beside(view.base, content.change.id) if options.of_release else frozenset[str]()
        key_of = options.by if who.signer is not None else None
        job = replace(job, key_of=key_of, beside=beside, of_release=options.of_release)
    approved = _approved(view, content, written)
    # the work tree may have moved on, or lack the request
    there = replace(view, head=source)
    job = replace(
        job,
        differing=functools.partial(_differing, view, approved),
        against=functools.partial(_against, there, content.change.id, options, who.starts),
    )
    asked = plannings(content.change, base.config.release)
    if asked:
        job = replace(
            job,
            plannings=asked,
            plans_made=functools.partial(_plans_made, view, base, asked, approved, options),
            kept_plan=functools.partial(_kept_plan, source),
        )
    if options.takes_up:
        _refuse_replaced(job, written)
    return Prepared(job, ports, options.wait, state_of)


def journal_of(view: View, base: Rulebook, change: str, signs: Signer | None) -> LedgerJournal:
    """Return the journal of a change on the ledger, signed as the options say."""
    people = base.roster.spec.people
    ring = key_ring(people)
    ledger = open_ledger(view.git, base.config, ring, base.commit)
    return LedgerJournal(ledger, change, base.config, signs, people, base.commit)


@dataclass(frozen=True, slots=True)
class Who:
    """Person that entries name, as far as proven, their signer, and the deployer."""

    person: str | None
    signer: Signer | None
    starts: Deployer = NOBODY


def who_acts(view: View, base: Rulebook, options: ReleaseOptions) -> Who:
    """Return the acting person, as a key or a commit proves it.

    Raises:
        errors.Refused: when a person's word is to be recorded and would not be theirs; when a
            release must be signed, and no key of whom it names is at hand.
    """
    from changeflow.usecases.gate.deployer import Named, starter

    people = base.roster.spec.people
    ring = key_ring(people)
    if options.speaks:
        # who may speak at all is told by what they order
        human = options.by is not None and base.roster.is_human(options.by)
        if not options.by or not human:
            return Who(options.by, None)
        signs = voice(view.git, ring, people, base.config, options.by, options.key)
        return Who(options.by, signs)
    starts = starter(
        view, base.config, base.roster, Named(options.by, options.key), options.variables
    )
    if options.by is None or starts.named_by_host:
        if options.key:
            return Who(options.by, signer(view.git, options.key, ring), starts)
        return Who(options.by, default_signer(view.git, ring), starts)
    try:
        return Who(
            options.by, voice(view.git, ring, people, base.config, options.by, options.key), starts
        )
    except errors.Refused as no:
        if base.config.require_signatures or options.key is not None:
            raise
        # the release goes on, and is recorded
        why = no.told if isinstance(no.told, str) else {**no.told, "ending": []}
        options.watcher.say(told("watch.unknown_starter", why=why))
        return Who(None, None, starts)


def _job(
    view: View, base: Rulebook, content: ChangeState, options: ReleaseOptions, starts: Deployer
) -> Job:
    change = content.change
    window = change.spec.window
    return Job(
        plan=plan(change, base.config.release),
        content=content.digest,
        roster=base.roster,
        gate=functools.partial(_gate, view, change.id, options, starts),
        environments=environments(change, base.items),
        window_end=window.end if window else None,
        baseline=functools.partial(baseline, base, content),
        files=recorded(content),
        subject=content.subjects,
        running=base.config.hold.running,
        by=options.by,
        preconditions_met=options.preconditions_met,
        gone=options.gone,
        outdated=outdated(
            (Done(change.id, item.ci, item.action) for item in change.spec.items or ()), base.items
        ),
    )


def _gate(
    view: View,
    change: str,
    options: ReleaseOptions,
    starts: Deployer,
    _reading: object,
    planned: Mapping[int, str] | None,
) -> Judged:
    from changeflow.usecases.gate.assess import assessment_on_record
    from changeflow.usecases.gate.decide import assessed_and_decided

    # Read again, however often it is asked: the work tree may have been edited since the plan was
    # bound, the ledger may have grown, and the main branch may have moved (a freeze was merged while
    # preconditions ran). `claim` compares what was judged with what would run.
    assessed, decision = assessed_and_decided(
        view.at_main_now(),
        Gate.DEPLOY,
        change,
        SystemClock(options.now).clock(),
        starts,
        planned,
    )
    return Judged(decision, assessment_on_record(assessed))


def _against(
    view: View, change: str, options: ReleaseOptions, starts: Deployer
) -> tuple[Told, ...]:
    """Return what the gate says against a release that runs: see `release_driver.against`."""
    decision = _gate(view, change, options, starts, None, None).decision
    found = []
    for one in shutting(decision.reasons):
        if one.reason_code in _AGAINST or (
            one.rule == "changeflow.approval" and _is_taken_back(one)
        ):
            found.append(told(one.reason_code, **one.data))
    return tuple(found)


def _is_taken_back(approval: Reason) -> bool:
    """Return whether people took back what an approval rests on."""
    return not codes_of(shutting(approval.parts)).isdisjoint(TAKEN_BACK)


def _state(view: View, change: str, ports: Ports) -> str:
    from changeflow.usecases.gate.decide import state_of

    return state_of(view.afresh(), change, ports.times.clock().now).value


def baseline(base: Rulebook, content: ChangeState) -> Mapping[str, str]:
    """Return the digests of every item that is changed or can be hurt, as on the base.

    The commit that they were read from is among them, so that its CMDB can be compared.
    """
    from changeflow.cmdb.impact import affected_items, blast_radius

    changed, weights = content.change.changed, base.risk_model.weights
    touched = {*changed, *affected_items(blast_radius(changed, base.graph, weights, most=0))}
    names = sorted(ci for ci in touched if ci in base.graph)
    digests = {f"cmdb/{name}": digest_of_record(base.items[name]) for name in names}
    if len(digests) > _MOST_NAMED:
        digests = {"cmdb": digest(digests)}
    return digests if base.commit is None else {**digests, CMDB_COMMIT: base.commit}


# -- the content a release was started with ----------------------------------------------------


def _content(view: View, change: str, journal: Sequence[LedgerEntry]) -> tuple[ChangeState, State]:
    """Return the change and its source: the head, or where it is as its release was started.

    The latter is the head, the base, or the base's history, whichever has it first: the work tree
    may have moved on, or lack it.

    Raises:
        errors.NothingToDo: when there is no such change.
        errors.Refused: when it is nowhere as it was started.
    """
    started = _started(journal)
    if started is None:
        return view.head.change(change), view.head
    wanted = started.body.baseline.get(CHANGE)
    for content, source in _candidates(view, change):
        if plan(content.change).material == wanted:
            return content, source
    raise errors.Refused.of("run.request_gone", path=rfc_path(change), change=change)


def _candidates(view: View, change: str) -> Iterator[tuple[ChangeState, State]]:
    path = rfc_path(change)
    history = view.git.log(
        checked(view.base.commit or ""), format_="%H", paths=[path], extra=["--max-count=50"]
    )
    revisions = (view.store.at(commit.strip()) for commit in history)
    for source in itertools.chain((view.head, view.base), revisions):
        with contextlib.suppress(errors.NothingToDo, errors.Unreadable):
            yield source.change(change), source


def _look_around(ledger: LedgerBranch, options: ReleaseOptions) -> None:
    """Fetch what other clones have recorded, and warn where a claim binds in this clone alone.

    Where the ledger has a remote, reading it fetches it.

    Raises:
        errors.HostFailed: when this clone lacks the ledger, and a remote has it or cannot be asked.
    """
    if ledger.remote is None:
        ledger.require_here()
    if options.local or not ledger.is_alone:
        return
    unseen = ledger.look_beside()
    options.watcher.say(told("watch.alone"))
    if unseen:
        options.watcher.say(told("watch.unseen", why=unseen))


def _started(journal: Sequence[LedgerEntry]) -> Line | None:
    for line in lines(journal):
        if line.body.event == "started":
            return line
    return None


def _approved(view: View, content: ChangeState, journal: Sequence[LedgerEntry]) -> Approved:
    """Return the files that a release was started with, or is about to be."""
    started = _started(journal)
    if started is None:
        return Approved.of(content)
    others = (one for one, _ in _candidates(view, content.change.id))
    return Approved.started(started.body.digest, started.body.baseline, others)


def _differing(view: View, approved: Approved, step: PlannedStep, words: Sequence[str]) -> str:
    """Compare the files of the work tree, read again now, because these are run."""
    return approved.differing(view.store.checkout(), step, words)


def _plans_made(
    view: View,
    base: Rulebook,
    asked: Sequence[Planning],
    approved: Approved,
    options: ReleaseOptions,
) -> Mapping[int, str]:
    """Run the programs that say what will happen, in the work tree."""
    from changeflow.release_driver.plans import machine_of, plans_made

    programs = Programs(view.root, options.stop, masked=base.config.release.secrets)
    return plans_made(
        asked,
        programs,
        machine_of(view.root, view.git.facts.prefix, programs),
        lambda words: approved.differing_words(view.store.checkout(), words),
        options.watcher.say,
    )


def _kept_plan(source: State, path: str) -> str:
    return source.read(path).decode("utf-8", "replace")


def _refuse_replaced(job: Job, journal: Sequence[LedgerEntry]) -> None:
    """Refuse to take up a release while files of its remaining steps differ.

    Nothing is touched, and they can be restored. Once it is taken up, a file that differs fails its
    step.
    """
    state = progress(job.plan, journal)
    if state.started is None or state.turned is not None or state.finished is not None:
        return
    found = _first_difference(job, state.undone(job.plan.forward))
    if found:
        raise errors.Refused.of("run.replaced", change=job.change, found=found)


def _first_difference(job: Job, steps: Iterable[PlannedStep]) -> str:
    """Return why the first command of steps differs from what was approved; empty if none does."""
    for step in steps:
        for argv in (step.run, step.verify):
            found = "" if argv is None else job.differing(step, argv)
            if found:
                return found
    return ""
