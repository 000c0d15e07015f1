"""The times since when people hold their roles, read from the roster on the main branch.

The first-parent line of the base counts, commit by commit: a roster in a pull request's own commits
never held. The time is the date of the commit that landed, and never earlier than any commit before
it on that line, so that a date set back gains no more than the time since the commit before it.
GitHub writes that date itself when it merges, squashes or rebases a pull request. A person who may
push to the main branch, or has no host but git, writes it (docs/guides/policies.md, "Tenure").
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
from changeflow.reading.repository_store import Store
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State
from changeflow.repo.git import Git

_FOLDER: Final = "policies"
# role, person
Holding = tuple[str, str]


def role_history(
    store: Store, base: Rulebook, reviews: Sequence[Review], now: datetime
) -> RoleHistory | None:
    """Return since when people hold their roles, as far as it can matter to these opinions.

    None if it is unknown.

    Args:
        store: the repository.
        base: the rulebook.
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
    if asked is None and not _changed_since(git, base.commit, horizon):
        return RoleHistory(known_from=horizon)
    since = _arrivals(_states(store, base, horizon, now), base.roster, now)
    return RoleHistory(known_from=horizon, since=since)


def longest(policies: Iterable[Policy]) -> timedelta | None:
    """Return the longest tenure that a policy requires, None if none does."""
    found = None
    for policy in policies:
        if policy.spec.gate not in (Gate.APPROVE, Gate.CLOSE):
            continue
        for rule in policy.spec.rules:
            for seat in rule.require or ():
                if seat.tenure is not None and (found is None or seat.tenure > found):
                    found = seat.tenure
    return found


def _changed_since(git: Git, tip: str, moment: datetime) -> bool:
    """Return whether policies were changed lately.

    A date set back may hide it, so nothing but a remark rests on this.
    """
    extra = ["--first-parent", "-1", f"--since={moment.isoformat()}"]
    return bool(git.log(tip, format_="%H", paths=[_FOLDER], extra=extra))


def _states(
    store: Store, base: Rulebook, horizon: datetime, now: datetime
) -> list[tuple[datetime, Roster | None]]:
    """Return the states of the roster with the times they landed, newest first.

    The last one is from before the horizon.
    """
    assert base.commit is not None  # noqa: S101 - for the type checker
    git, landed = store.git, dict(_landings(store.git, base.commit, now))
    found: list[tuple[datetime, Roster | None]] = []
    for commit in git.log(base.commit, format_="%H", paths=[_FOLDER], extra=["--first-parent"]):
        found.append((landed[commit], roster_at(store.at(commit))))
        if landed[commit] <= horizon:
            return found
    while found and found[-1][1] is None:
        # before there was a roster, no person could be made a member of anything
        found.pop()
    return found


def _landings(git: Git, tip: str, now: datetime) -> Iterator[tuple[str, datetime]]:
    """Yield every commit of the main branch with its time, as far as its date can be believed."""
    latest = datetime.min.replace(tzinfo=UTC)
    for line in reversed(git.log(tip, format_="%H %ct", extra=["--first-parent"])):
        commit, seconds = line.split()
        dated = commit_time(seconds, now)
        latest = max(latest, dated if dated < now else latest)
        yield commit, max(latest, dated)


def roster_at(state: State) -> Roster | None:
    """Return the roster at a commit, or None if there was none.

    One that cannot be read is returned as an empty one, so that no person gains by it.
    """
    below = [path for path in state.entries() if path.startswith(f"{_FOLDER}/")]
    paths = sorted(path for path in below if path.endswith((".yaml", ".yml")))
    skipped: list[tuple[str, errors.Unreadable]] = []
    files = [path for path, data in state.read_many(paths, skipped) if b"Roster" in data]
    documents = 0
    roster = None
    for path in files:
        parsed = state.parsed(path)
        documents += sum(document.kind == "Roster" for document in parsed.documents)
        roster = roster or parsed.first(Roster)
    if documents == 1 and roster is not None:
        return roster
    return _empty_roster() if files or skipped else None


def _empty_roster() -> Roster:
    empty = {
        "apiVersion": "changeflow/v1",
        "kind": "Roster",
        "metadata": {"id": "roster"},
        "spec": {"people": {}},
    }
    return Roster.model_validate(empty)


def _arrivals(
    states: Sequence[tuple[datetime, Roster | None]], roster: Roster, now: datetime
) -> dict[str, dict[str, datetime]]:
    """Return role -> person -> arrival, for persons that the oldest state does not have in it."""
    since: dict[str, dict[str, datetime]] = {}
    alive = _holdings(roster)
    # where the newest state is not the rulebook's, or there is none, nothing is known of any person
    arrived = now
    for landed, state in states or [(now, None)]:
        gone = {one for one in alive if state is None or not _held(one, roster, state, arrived)}
        for role, person in sorted(gone):
            since.setdefault(role, {})[person] = arrived
        alive -= gone
        arrived = landed
    return since


def _holdings(roster: Roster, until: datetime | None = None) -> set[Holding]:
    """Return who may act for which role: members, delegates, and each person for themselves.

    A delegation that had ended by `until`, when the next state came, was no longer held then,
    also where that state renewed it.
    """
    holdings = {(person, person) for person in roster.spec.people}
    for role, people in roster.spec.roles.items():
        for person in people:
            holdings.add((role, person))
    for delegation in roster.spec.delegations:
        if until is None or delegation.end > until:
            for role in delegation.roles:
                holdings.add((role, delegation.to))
    return holdings


def _held(holding: Holding, now: Roster, then: Roster, until: datetime) -> bool:
    """Return whether the same person held a role to the end of an earlier state.

    A person with an account or key that came later is not the same.
    """
    if holding not in _holdings(then, until):
        return False
    _, name = holding
    here, there = now.spec.people.get(name), then.spec.people.get(name)
    if here is None or there is None or there.kind != here.kind:
        return False
    return set(here.github_ids) <= set(there.github_ids) and _keys(here) <= _keys(there)


def _keys(person: Person) -> set[tuple[str, ...]]:
    return {tuple(key.split()[:2]) for key in person.keys}
