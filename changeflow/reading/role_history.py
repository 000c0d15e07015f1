"""Since when people hold their roles: read from the roster as it landed on the main branch, commit by commit.

What counts is the first-parent line of the base: what stood in a pull request's own commits never
held. The time is when a commit is said to have been made that landed, and never earlier than any
commit before it on that line, so that a date set back gains no more than the time since the commit
before it. GitHub writes that date itself when it merges, squashes or rebases a pull request;
whoever may push to the main branch, or has no host but git, writes it (docs/guides/policies.md,
"Tenure").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from changeflow import errors
from changeflow.gate.tenure import NOTEWORTHY
from changeflow.model.opinions import Review
from changeflow.model.people import Person, RoleHistory, Roster
from changeflow.model.policy import Gate, Policy
from changeflow.model.times import commit_time
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State
from changeflow.reading.store import Store
from changeflow.repo.git import Git

_FOLDER: Final = "policies"
# role, person
Holding = tuple[str, str]


def role_history(
    store: Store, base: Rulebook, reviews: Sequence[Review], now: datetime
) -> RoleHistory | None:
    """Since when people hold their roles, as far as it can matter to these opinions; None where it cannot be told.

    Args:
        store: the repository.
        base: what judges.
        reviews: opinions that are to be weighed.
        now: the time; a commit from the future counts as one of now.

    Raises:
        errors.HostFailed: when git fails.
    """
    git, asked = store.git, longest(base.policies)
    approvals = [review.at for review in reviews if review.decision == "approve"]
    if base.commit is None or (asked is None and not approvals) or git.facts.shallow:
        return None
    horizon = min([now, *approvals]) - max(asked or NOTEWORTHY, NOTEWORTHY)
    if asked is None and not git.log(
        base.commit, format_="%H", paths=[_FOLDER], extra=_since(horizon)
    ):
        return RoleHistory(known_from=horizon)
    return RoleHistory(
        known_from=horizon, since=_came(_states(store, base, horizon, now), base.roster, now)
    )


def longest(policies: Iterable[Policy]) -> timedelta | None:
    """The longest tenure that a policy asks for, None where none does."""
    asked = [
        seat.tenure
        for policy in policies
        if policy.spec.gate in (Gate.APPROVE, Gate.CLOSE)
        for rule in policy.spec.rules
        for seat in rule.require or ()
        if seat.tenure is not None
    ]
    return max(asked, default=None)


def _since(moment: datetime) -> list[str]:
    """Only whether something happened lately; a date set back may hide it, so nothing but a remark rests on this."""
    return ["--first-parent", "-1", f"--since={moment.isoformat()}"]


def _states(
    store: Store, base: Rulebook, horizon: datetime, now: datetime
) -> list[tuple[datetime, Roster | None]]:
    """When the main branch came to a state of the roster, and that state, newest first; the last is from before the horizon."""
    assert base.commit is not None  # noqa: S101 - the caller has asked; this is for the type checker
    git, landed = store.git, dict(_landings(store.git, base.commit, now))
    found: list[tuple[datetime, Roster | None]] = []
    for commit in git.log(base.commit, format_="%H", paths=[_FOLDER], extra=["--first-parent"]):
        found.append((landed[commit], _roster_at(store.at(commit))))
        if landed[commit] <= horizon:
            return found
    while found and found[-1][1] is None:
        # before there was a roster nobody could be made a member of anything
        found.pop()
    return found


def _landings(git: Git, tip: str, now: datetime) -> Iterator[tuple[str, datetime]]:
    """When every commit of the main branch landed, as far as its date can be believed."""
    latest = datetime.min.replace(tzinfo=UTC)
    for line in reversed(git.log(tip, format_="%H %ct", extra=["--first-parent"])):
        commit, seconds = line.split()
        dated = commit_time(seconds, now)
        latest = max(latest, dated if dated < now else latest)
        yield commit, max(latest, dated)


def _roster_at(state: State) -> Roster | None:
    """The roster at a commit: None where there was none, an empty one where it cannot be read, so that nobody gains by it."""
    paths = sorted(
        path
        for path in state.entries()
        if path.startswith(f"{_FOLDER}/") and path.endswith((".yaml", ".yml"))
    )
    skipped: list[tuple[str, errors.Unreadable]] = []
    files = [path for path, data in state.read_many(paths, skipped) if b"Roster" in data]
    parsed = [state.parsed(path) for path in files]
    documents = [one for file in parsed for one in file.documents if one.kind == "Roster"]
    rosters = [found for file in parsed if (found := file.first(Roster)) is not None]
    if len(documents) == 1 and rosters:
        return rosters[0]
    return _nobody() if parsed or skipped else None


def _nobody() -> Roster:
    empty = {
        "apiVersion": "changeflow/v1",
        "kind": "Roster",
        "metadata": {"id": "roster"},
        "spec": {"people": {}},
    }
    return Roster.model_validate(empty)


def _came(
    states: Sequence[tuple[datetime, Roster | None]], roster: Roster, now: datetime
) -> dict[str, dict[str, datetime]]:
    """Role -> person -> when they came to it, for those who were not in it in the oldest state."""
    since: dict[str, dict[str, datetime]] = {}
    alive = _holdings(roster)
    # where the newest state is not what judges, or there is none, nothing is known of anybody
    arrived = now
    for landed, state in states or [(now, None)]:
        gone = {one for one in alive if state is None or not _held(one, roster, state, arrived)}
        for role, person in sorted(gone):
            since.setdefault(role, {})[person] = arrived
        alive -= gone
        arrived = landed
    return since


def _holdings(roster: Roster, until: datetime | None = None) -> set[Holding]:
    """Who may act for what: members, delegates, and everybody for themselves.

    A delegation that had ended by `until`, when the next state came, was no longer held then,
    however that state went on with it.
    """
    members = {(role, person) for role, people in roster.spec.roles.items() for person in people}
    delegations = [one for one in roster.spec.delegations if until is None or one.end > until]
    delegates = {(role, one.to) for one in delegations for role in one.roles}
    return members | delegates | {(person, person) for person in roster.spec.people}


def _held(holding: Holding, now: Roster, then: Roster, until: datetime) -> bool:
    """Whether somebody held a role to the end of an earlier state, as the same person: by no account or key that came later."""
    _, name = holding
    here, there = now.spec.people.get(name), then.spec.people.get(name)
    if (
        holding not in _holdings(then, until)
        or here is None
        or there is None
        or there.kind != here.kind
    ):
        return False
    return set(here.github_ids) <= set(there.github_ids) and _keys(here) <= _keys(there)


def _keys(person: Person) -> set[tuple[str, ...]]:
    return {tuple(key.split()[:2]) for key in person.keys}
