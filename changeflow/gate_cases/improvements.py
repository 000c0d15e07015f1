"""How improvements stand: open, under way, done, claimed or verified by a person who may.

What a document says counts as far as the main branch and the ledger bear it out: a change is done
when it is implemented, a commit when the main branch contains it. A verification in the name of a
person who has not said so is claimed, and not proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from changeflow import errors
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.register import ImprovementState, OwedImprovement
from changeflow.model.change import ChangeRequest
from changeflow.model.clock import Clock
from changeflow.model.document_paths import IMPROVEMENTS, change_folder, review_path, rfc_path
from changeflow.model.improvement import Improvement, ImprovementDone, ImprovementSpec
from changeflow.model.phrases import Told, told
from changeflow.model.times import END_OF_TIME, commit_time, end_of_day, lies_ahead, local_day
from changeflow.reading.evidence import Evidence
from changeflow.reading.state import State
from changeflow.reading.verification_proofs import VerificationProofs
from changeflow.reading.view import View
from changeflow.repo.contributors import (
    PEOPLE_OF_A_COMMIT,
    contributors,
    contributors_of_commit,
)

_YAML = (".yaml", ".yml")


@dataclass(frozen=True)
class StandingImprovement:
    """An improvement, and how it stands.

    Attributes:
        document: what it says.
        path: where.
        state: how far it is.
        doubt: why its verification does not count; None where it does, or there is none.
        owed: what people owe it; None where nothing is.
    """

    document: Improvement
    path: str
    state: ImprovementState
    doubt: Told | None
    owed: OwedImprovement | None

    @property
    def follow_up(self) -> str | None:
        """Return the follow-up of a review that is followed here, as `change#number`."""
        source = self.document.spec.source
        if source.review is None or source.follow_up is None:
            return None
        return f"{source.review}#{source.follow_up}"


def is_improvement(path: str) -> bool:
    """Return whether an improvement is read from a path."""
    return path.startswith(IMPROVEMENTS) and path.endswith(_YAML)


def improvement_at(state: State, path: str) -> Improvement | None:
    """Return the improvement at a path; None where it cannot be read."""
    try:
        return state.document(path, Improvement)
    except errors.Unreadable:
        return None


def improvements_of(
    view: View, clock: Clock
) -> tuple[tuple[StandingImprovement, ...], tuple[str, ...]]:
    """Return the improvements on the main branch, and the paths that cannot be read.

    Raises:
        errors.HostFailed: when git fails, or a shallow clone hides commits.
    """
    paths = [path for path in view.base.paths if is_improvement(path)]
    if not paths:
        return (), ()
    standing = Standing(view, view.ledger.evidence(view.base, ""), clock)
    found: list[StandingImprovement] = []
    lost: list[str] = []
    for path in paths:
        one = improvement_at(view.base, path)
        if one is None:
            lost.append(path)
        else:
            found.append(standing.of(one, path))
    return tuple(found), tuple(lost)


def followed(state: State) -> frozenset[str]:
    """Return the follow-ups of reviews that improvements at a place follow, as `change#number`."""
    return frozenset(name for name, _ in _follow_ups(state))


def verified_follow_ups(state: State) -> frozenset[str]:
    """Return those of them whose improvement says that it is verified."""
    return frozenset(name for name, one in _follow_ups(state) if one.spec.verified is not None)


def _follow_ups(state: State) -> Iterator[tuple[str, Improvement]]:
    for path in filter(is_improvement, state.paths):
        one = improvement_at(state, path)
        if one is None:
            continue
        source = one.spec.source
        if source.review is not None and source.follow_up is not None:
            yield f"{source.review}#{source.follow_up}", one


class Standing:
    """Finds out how improvements stand.

    Args:
        view: the main branch.
        evidence: the ledger.
        clock: the time.
    """

    def __init__(self, view: View, evidence: Evidence, clock: Clock) -> None:
        self._view, self._evidence, self._now = view, evidence, clock.now
        self._proofs = VerificationProofs(view.git, view.base, evidence)
        base = view.base.rulebook
        self._roster, self._zone, self._cab = base.roster, base.config.zone, base.config.cab

    def of(self, one: Improvement, path: str) -> StandingImprovement:
        """Return how an improvement stands."""
        spec = one.spec
        state = self._done(spec.done_by)
        doubt: Told | None = None
        if spec.verified is not None:
            doubt = self.doubt(spec)
            if doubt is None:
                state = "verified" if self._proofs.is_proved(one, path) else "claimed"
        return StandingImprovement(one, path, state, doubt, self._owed(one, path, state))

    def _done(self, done: ImprovementDone | None) -> ImprovementState:
        if done is None:
            return "open"
        return "done" if self._done_at(done) is not None else "under way"

    def _done_at(self, done: ImprovementDone) -> datetime | None:
        """Return when it was done; None where it is not, or where that cannot be told."""
        if done.change is not None:
            times = self._evidence.times.get(done.change)
            if self._evidence.finished.get(done.change) != "implemented" or times is None:
                return None
            return times.ended
        git, tip, commit = self._view.git, self._view.base.commit, self._commit(done)
        if commit is None or tip is None or not git.is_ancestor(commit, tip):
            return None
        (seconds,) = git.log(commit, format_="%ct", extra=["--max-count=1"])
        return commit_time(seconds, END_OF_TIME)

    def _commit(self, done: ImprovementDone) -> str | None:
        """Return the commit that carried an improvement out, where it is here."""
        if done.commit is None:
            return None
        return self._view.git.resolve(done.commit)

    def doubt(self, spec: ImprovementSpec) -> Told | None:
        """Return why the verification of an improvement does not count; None where it does."""
        done = spec.done_by
        if done is None:
            return told("improvement.undone")
        at = self._done_at(done)
        if at is None:
            return told("improvement.not_done", by=done.change or done.commit)
        return next(self._doubts(spec, done, at), None)

    def _doubts(self, spec: ImprovementSpec, done: ImprovementDone, at: datetime) -> Iterator[Told]:
        verified = spec.verified
        assert verified is not None  # noqa: S101 - it is asked of those that say so
        who, day = verified.by, verified.on.isoformat()
        if not self._roster.is_human(who):
            yield told("improvement.unlisted", who=who)
        if self._is_owner(who, spec):
            yield told("improvement.owns", who=who)
        if who in self._authors(done):
            yield told("improvement.wrote", who=who)
        if verified.on < local_day(at, self._zone):
            yield told("improvement.too_early", day=day)
        if lies_ahead(verified.on, self._now):
            yield told("improvement.ahead", day=day)

    def _is_owner(self, who: str, spec: ImprovementSpec) -> bool:
        """Return whether a person alone owns an improvement.

        Another member of the role that owns it may verify what they did not carry out.
        """
        return spec.owner is not None and set(self._roster.members(spec.owner)) == {who}

    def _authors(self, done: ImprovementDone) -> set[str]:
        """Return who asked for, made or wrote what carried an improvement out."""
        if done.change is None:
            commit = self._commit(done)
            return self._authors_of_commit(commit) if commit is not None else set()
        people: set[str] = set()
        state = self._view.base
        try:
            request = state.document(rfc_path(done.change), ChangeRequest)
            people |= {request.metadata.requester, request.spec.implementer or ""}
        except (errors.Unreadable, errors.NothingToDo):
            # nothing is implemented of which there is no request
            return people
        folder, review = change_folder(done.change), review_path(done.change)
        own = [path for path in state.paths if path.startswith(folder) and path != review]
        found = contributors(self._view.git, state.commit, own, self._roster)
        return people | set(found.people)

    def _authors_of_commit(self, commit: str) -> set[str]:
        """Return who wrote a commit, and of a merge who wrote what it brings."""
        git, alone = self._view.git, ["--max-count=1"]
        parents = git.log(commit, format_="%P", extra=alone)
        if parents:
            before = parents[0].split()[:1]
            return set(contributors(git, commit, (), self._roster, without=before).people)
        (people,) = git.log(commit, format_=PEOPLE_OF_A_COMMIT, extra=alone)
        return set(contributors_of_commit(people, self._roster).people)

    def _owed(self, one: Improvement, path: str, state: ImprovementState) -> OwedImprovement | None:
        spec = one.spec
        if state == "verified":
            return None
        due = end_of_day(spec.due, self._zone) if spec.due is not None else None
        done = state in ("done", "claimed")
        by = self._verifiers(spec) if done else sorted(self._roster.members(spec.owner or ""))
        claimed_by = None
        if spec.verified is not None and state == "claimed":
            # who is said to have verified it says so, and nothing else is left to do
            claimed_by = spec.verified.by
            by = [claimed_by]
        return OwedImprovement(
            improvement=one.metadata.id,
            action=spec.action,
            what="verification" if done else "action",
            by=tuple(by),
            due=due,
            overdue=due is not None and self._now > due,
            path=path,
            claimed_by=claimed_by,
        )

    def _verifiers(self, spec: ImprovementSpec) -> list[str]:
        """Return who may verify: those who are named, or the CAB, without owner and authors."""
        had_part = {*self._roster.members(spec.owner or "")}
        if spec.done_by is not None:
            had_part |= self._authors(spec.done_by)
        able = self._free(self._roster.members(spec.verifier or self._cab), had_part)
        return able or self._free(self._roster.spec.people, had_part)

    def _free(self, people: Iterable[str], had_part: set[str]) -> list[str]:
        return sorted(one for one in people if self._roster.is_human(one) and one not in had_part)
