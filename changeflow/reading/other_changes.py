"""Other changes: which are still open (they may conflict), and how earlier ones ended (history)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from changeflow.gate.change_states import LifecycleState
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.assessment import Conflict
from changeflow.model.change import Action
from changeflow.model.document_parts import parse_duration, parse_instant
from changeflow.model.document_paths import change_of_rfc, rfc_path
from changeflow.repo.source import Source
from changeflow.risk.history import Count, History
from changeflow.schedule.open_changes import OpenChange, OpenChanges

if TYPE_CHECKING:
    from changeflow.cmdb.outdated_items import Done
    from changeflow.gate.lifecycle import LifeCase
    from changeflow.model.evidence import LedgerEntry

# Changes that may still run, or do; that are over; that will never be implemented.
RUNS: Final = frozenset(
    {LifecycleState.APPROVED, LifecycleState.SCHEDULED, LifecycleState.IMPLEMENTING}
)
NEVER: Final = frozenset(
    {
        LifecycleState.WITHDRAWN,
        LifecycleState.REJECTED,
        LifecycleState.ROLLED_BACK,
        LifecycleState.ROLLBACK_FAILED,
    }
)
PAST: Final = "past its window"
OVER: Final = NEVER | {LifecycleState.IMPLEMENTED, LifecycleState.IN_REVIEW, LifecycleState.CLOSED}


class RequestSource(Source, Protocol):
    """A source that knows what other changes ask of its requests (`reading.state.State`)."""

    def request_fields(self, paths: Sequence[str]) -> Iterable[tuple[str, Mapping[str, object]]]:
        """Yield path and fields of the requests that are there, in order."""


@dataclass(frozen=True)
class Past:
    """How earlier changes ended. `finished` maps changes to the state their release ended in."""

    finished: Mapping[str, str]
    counts: History


def released_actions(source: RequestSource, entries: Iterable[LedgerEntry]) -> tuple[Done, ...]:
    """Return what released changes did to their items, in the order in which their releases ended.

    Args:
        source: the main branch, whose requests say it; a change whose request cannot be read is
            left out.
        entries: the ledger, with the journals of releases weighed.
    """
    from changeflow.cmdb.outdated_items import Done
    from changeflow.release.ending import finished_changes

    entries = list(entries)
    finished = finished_changes(entries)
    before = records_before(entries)
    released = [name for name, found in finished.items() if found == LifecycleState.IMPLEMENTED]
    specs = dict(_specs(source, released))
    done: list[Done] = []
    for name in released:
        if name in specs:
            for ci, action in _items(specs[name]):
                done.append(Done(name, ci, action, before.get(name, {}).get(f"cmdb/{ci}")))
    return tuple(done)


def records_before(entries: Iterable[LedgerEntry]) -> dict[str, Mapping[str, str]]:
    """Return change -> digests of what its release found when it started."""
    found: dict[str, Mapping[str, str]] = {}
    for entry in entries:
        body = entry.body
        if body.kind == "release" and body.event == "started" and entry.proven:
            found[entry.change] = body.baseline
    return found


def items_of_requests(
    source: RequestSource, changes: Iterable[str]
) -> dict[str, dict[str, Action]]:
    """Return what each change does to which items, by its request where that can be read."""
    found: dict[str, dict[str, Action]] = {}
    for name, spec in _specs(source, list(changes)):
        found[name] = dict(_items(spec))
    return found


def _items(spec: Mapping[str, object]) -> Iterable[tuple[str, Action]]:
    listed = spec.get("items")
    if not isinstance(listed, list):
        return
    for item in listed:
        action = item.get("action", Action.MODIFY.value) if isinstance(item, dict) else None
        if isinstance(action, str) and action in set(Action):
            yield str(item.get("ci", "")), Action(action)


class Standings:
    """The states of other changes on the base at a time, each read by itself and once.

    Args:
        look: returns the case of a change without regard to other changes; None if it cannot be
            read.
        now: the time.
        is_untold: returns whether nothing was said about a change and nothing was done. Such a
            change is not over and has no approval, which is told without looking at its case.
    """

    def __init__(
        self,
        look: Callable[[str], LifeCase | None],
        now: datetime,
        is_untold: Callable[[str], bool] = lambda _name: False,
    ) -> None:
        self._look, self._now, self._is_untold = look, now, is_untold
        self._cases: dict[str, LifeCase | None] = {}
        self._states: dict[str, LifecycleState | None] = {}

    def case(self, name: str) -> LifeCase | None:
        """Return the case that the state of a change depends on; None if it cannot be read."""
        if name not in self._cases:
            self._cases[name] = self._look(name)
        return self._cases[name]

    def know(self, name: str, state: LifecycleState | None) -> None:
        """Take the state of a change from who computed it at the same place and time."""
        self._states[name] = state

    def know_case(self, name: str, case: LifeCase) -> None:
        """Take what the state of a change depends on from who read it at the same place and time."""
        self._cases[name] = case

    def forget(self, name: str) -> None:
        """Look at a change anew when it is asked about again."""
        self._cases.pop(name, None)
        self._states.pop(name, None)

    def state(self, name: str) -> LifecycleState | None:
        """Return the state of a change; None if it cannot be read."""
        if name not in self._states:
            case = self.case(name)
            self._states[name] = self._state_of(case) if case is not None else None
        return self._states[name]

    def _state_of(self, case: LifeCase) -> LifecycleState:
        # Most changes run into no other one, and gates take long to import.
        from changeflow.gate.lifecycle import state

        return state(case, self._now)

    def alive(self, found: Iterable[Conflict]) -> tuple[Conflict, ...]:
        """Conflicts with changes that were not taken back, rejected or released.

        `approved` are those that may still run and that a reviewer has agreed to: where a policy
        lets changes through without any opinion, none of them keeps the others waiting.
        """
        left = []
        for one in found:
            if self._is_untold(one.change):
                left.append(replace(one, approved=False))
            elif self.state(one.change) not in OVER:
                left.append(replace(one, approved=self._runs(one.change)))
        return tuple(left)

    def _runs(self, name: str) -> bool:
        case = self.case(name)
        if case is None or self.state(name) not in RUNS:
            return False
        reviews = case.common.panel.reviews
        agreed = any(review.decision == "approve" for review in reviews)
        return agreed or case.recorded is not None or bool(case.release.state)

    def hopeless(self, name: str, asking: frozenset[str] = frozenset()) -> str:
        """Return why a change will not be implemented as things stand, or an empty text.

        The reason is its state, its window, or that of a change it waits for.
        """
        found = self.state(name)
        if found in NEVER:
            return found.value
        case = self.case(name)
        if case is None or name in asking:
            return ""
        spec = case.common.change.spec
        over = spec.window is not None and spec.window.end <= self._now
        if over and found not in (*OVER, LifecycleState.IMPLEMENTING):
            return PAST
        for dependency in spec.depends_on:
            reason = self.hopeless(dependency, asking | {name})
            if reason:
                return reason
        return ""


def history_of(source: RequestSource, finished: Mapping[str, str]) -> Past:
    """Count finished changes and failures per item, type and model.

    A change that was rolled back is a failure.

    The changed items are read from the requests on the base. A finished change whose request is
    gone does not count.

    Args:
        source: the base.
        finished: change -> state in which its release ended.
    """
    if not finished:
        return Past({}, History())
    # most repositories have no ledger
    from changeflow.release.ending import has_failed

    changes: dict[str, Counter[str]] = {"item": Counter(), "type": Counter(), "model": Counter()}
    failures: dict[str, Counter[str]] = {"item": Counter(), "type": Counter(), "model": Counter()}
    for change_id, spec in _specs(source, sorted(finished)):
        failed = has_failed(finished[change_id])
        for group, name in _features(spec):
            changes[group][name] += 1
            failures[group][name] += failed
    return Past(
        finished=finished,
        counts=_history(changes, failures),
    )


def _history(changes: Mapping[str, Counter[str]], failures: Mapping[str, Counter[str]]) -> History:
    return History(
        items=_counts(changes["item"], failures["item"]),
        types=_counts(changes["type"], failures["type"]),
        models=_counts(changes["model"], failures["model"]),
    )


def _counts(changes: Counter[str], failures: Counter[str]) -> dict[str, Count]:
    return {name: Count(changes=count, failures=failures[name]) for name, count in changes.items()}


def _features(spec: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    items = spec.get("items")
    if isinstance(items, list):
        for item in items:
            yield "item", str(item.get("ci", ""))
    yield "type", str(spec.get("type", ""))
    if spec.get("model"):
        yield "model", str(spec["model"])


def open_changes(source: RequestSource, finished: Mapping[str, str]) -> OpenChanges:
    """Return the requests on the base that are not over and have a window.

    Those that cannot be read are skipped: they cannot be released. Drafts are left out.
    """
    others = []
    for name in map(change_of_rfc, source.entries()):
        if name and name not in finished:
            others.append(name)
    found = []
    for name, spec in _specs(source, others):
        other = _open_change(name, spec)
        if other is not None:
            found.append(other)
    return OpenChanges(found)


def _open_change(name: str, spec: Mapping[str, object]) -> OpenChange | None:
    window, items = spec.get("window"), spec.get("items")
    if spec.get("draft") is True or not isinstance(window, dict) or not isinstance(items, list):
        return None
    try:
        start, end = parse_instant(str(window.get("start"))), parse_instant(str(window.get("end")))
    except ValueError:
        return None
    first = spec.get("depends_on")
    return OpenChange(
        id=name,
        start=start,
        end=end,
        items=tuple(str(item.get("ci")) for item in items if isinstance(item, dict)),
        depends_on=tuple(map(str, first)) if isinstance(first, list) else (),
        implementer=_text(spec.get("implementer")),
        limit=_limit(spec.get("rollback")),
    )


def _text(said: object) -> str | None:
    return said if isinstance(said, str) else None


def _limit(rollback: object) -> timedelta | None:
    """Return the promised time to restore of a rollback plan; None where there is none."""
    said = rollback.get("limit") if isinstance(rollback, dict) else None
    if not isinstance(said, str):
        return None
    try:
        return parse_duration(said)
    except ValueError:
        return None


def _specs(source: RequestSource, names: list[str]) -> Iterable[tuple[str, Mapping[str, object]]]:
    for path, spec in source.request_fields(list(map(rfc_path, names))):
        yield change_of_rfc(path) or "", spec
