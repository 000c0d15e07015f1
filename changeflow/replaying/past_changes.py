"""Changes of the past as the ledger and git have them: what they were, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Final

from changeflow.gate.step_pattern import ITEM
from changeflow.insight.judged_changes import PastChange
from changeflow.model.change import ChangeRequest
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.document_parts import parse_instant
from changeflow.model.document_paths import change_of_rfc
from changeflow.model.evidence import (
    NO_CHANGE,
    ApprovalBody,
    DecisionBody,
    LedgerEntry,
    ReleaseBody,
    ReviewBody,
)
from changeflow.model.people import Roster
from changeflow.model.times import END_OF_TIME, commit_time
from changeflow.reading.evidence import Evidence
from changeflow.reading.state import State
from changeflow.replaying.past_gates import DecidedThen, PastGate
from changeflow.replaying.past_repository import Then

# outcomes of a review by which a change failed
_FAILED: Final = frozenset({"failed", "rolled-back"})
_SECONDS_OF_AN_HOUR: Final = 3600
# what stands for the program of a step that a person does by hand
_BY_HAND: Final = "(manual)"


class PastOfRepository:
    """What became of the changes of a repository, as the main branch and the ledger tell it now.

    Args:
        then: the repository.
        main: its main branch.
    """

    def __init__(self, then: Then, main: State) -> None:
        self._then, self._main = then, main

    @cached_property
    def evidence(self) -> Evidence:
        """Return the ledger as it is now."""
        return self._then.evidence(len(self._then.states), self._main, NO_CHANGE)

    @cached_property
    def _started(self) -> Mapping[str, datetime]:
        found: dict[str, datetime] = {}
        for entry in self.evidence.entries:
            body = entry.body
            if isinstance(body, ReleaseBody) and body.event == "started":
                found.setdefault(entry.change, entry.moment)
        return found

    @cached_property
    def _reviewed(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for entry in self.evidence.entries:
            if isinstance(entry.body, ReviewBody):
                found[entry.change] = entry.body.outcome
        return found

    @cached_property
    def _first_commits(self) -> Mapping[str, datetime]:
        """Return when the first commit of each request was made, on any branch."""
        git, found = self._then.git, dict[str, datetime]()
        told = ["--all", "--name-only", "--no-renames", "--diff-filter=A", "--relative"]
        done = git.run("log", "-z", "--format=%x01%ct", *told, "--", "changes")
        for block in done.stdout.decode("utf-8", "surrogateescape").split("\x01")[1:]:
            seconds, _, paths = block.partition("\0")
            at = commit_time(seconds.strip(), END_OF_TIME)
            for path in paths.lstrip("\n").split("\0"):
                change = change_of_rfc(path)
                if change is not None:
                    found[change] = min(at, found.get(change, at))
        return found

    def began(self, asked: PastGate) -> datetime:
        """Return when the release of a change started, or else when it was decided about."""
        return self._started.get(asked.change, asked.entry.moment)

    def change(self, asked: PastGate, then: DecidedThen) -> PastChange:
        """Return a change as it was at its decision, and what became of it.

        Args:
            asked: its decision.
            then: the request and the items as they were.
        """
        request, items = then.request, then.case.common.items
        return PastChange(
            change=asked.change,
            began=self.began(asked),
            kind=request.spec.type.value,
            items=tuple(sorted(request.changed)),
            item_kinds=_kinds(request, items),
            category=request.spec.category or "",
            steps=steps_of(request),
            model=request.spec.model,
            failed=self.failed(asked.change),
            hours=self._hours(asked),
            objectors=self._objectors(asked.change, then.case.common.panel.roster),
        )

    def failed(self, change: str) -> bool | None:
        """Return whether a change failed, was rolled back or caused an incident.

        None: its end is not known.
        """
        ended = self.evidence.finished.get(change)
        if self._main.incidents.caused_by(change) or self._reviewed.get(change) in _FAILED:
            return True
        return None if ended is None else ended != "implemented"

    def _hours(self, asked: PastGate) -> Mapping[str, float]:
        """Return how long each role took, from the first commit of the request to its last seat."""
        since = self._first_commits.get(asked.change)
        if since is None or not asked.body.open:
            return {}
        found: dict[str, float] = {}
        for role, at in _filled(asked.body):
            took = (at - since).total_seconds() / _SECONDS_OF_AN_HOUR
            # A time that was made up, or a commit that was made anew after it.
            if took >= 0:
                found[role] = max(took, found.get(role, took))
        return found

    def _objectors(self, change: str, roster: Roster) -> frozenset[str]:
        found: set[str] = set()
        for by in rejected_by(self.evidence.of_change(change)):
            found.add(by)
            for role in roster.spec.roles:
                if by in roster.members(role):
                    found.add(role)
        return frozenset(found)


def _kinds(request: ChangeRequest, items: Mapping[str, ConfigurationItem]) -> tuple[str, ...]:
    found: set[str] = set()
    for ci in request.changed:
        known = items.get(ci)
        found.add((known.spec.type if known is not None else None) or ci)
    return tuple(sorted(found))


def steps_of(request: ChangeRequest) -> tuple[str, ...]:
    """Return what is done, step by step, with names of items of the change as `{ci}`."""
    steps = request.spec.implementation.steps if request.spec.implementation is not None else ()
    changed = set(request.changed)
    found = []
    for step in steps:
        words = [ITEM if word in changed else word for word in step.run or (_BY_HAND,)]
        found.append(" ".join(words))
    return tuple(found)


def _filled(body: DecisionBody) -> Iterable[tuple[str, datetime]]:
    """Yield the roles whose seats were filled, and when, as a decision recorded it."""
    approvals = body.decision.get("approvals")
    for one in approvals if isinstance(approvals, list) else ():
        try:
            yield str(one["role"]), parse_instant(str(one["at"]))
        except (KeyError, TypeError, ValueError):
            continue


def rejected_by(entries: Iterable[LedgerEntry]) -> set[str]:
    """Return the people who rejected a change, whatever they said later."""
    found: set[str] = set()
    for entry in entries:
        if isinstance(entry.body, ApprovalBody) and entry.body.decision == "reject":
            found.add(entry.body.by)
    return found
