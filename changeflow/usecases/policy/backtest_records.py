"""Run policies over records of another system, as far as records tell what rules read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from changeflow import errors
from changeflow.history.tables import read_rows
from changeflow.insight.judged_changes import GateName, JudgedChange, PastChange, RuleOf
from changeflow.insight.policy_answer import (
    ALWAYS,
    Backtested,
    BeganIn,
    TriedRules,
    Unjudged,
    answer_of,
)
from changeflow.model.answers.policy_backtest import PolicyBacktest
from changeflow.policy.past_records import RecordedChange, RecordJudge, past_change
from changeflow.reading.other_rules import Rules
from changeflow.reading.state import State
from changeflow.repo.work import working

_GATES: Final[tuple[GateName, ...]] = ("submit", "approve")
_Key = tuple[str, str]


def backtest_records(
    base: State, folder: Path, proposed: Rules | None = None, period: BeganIn = ALWAYS
) -> PolicyBacktest:
    """Run the rules of today, and those proposed, over the changes of a folder with records.

    Args:
        base: with the rules of today.
        folder: with the tables of the past.
        proposed: the other rules; None: there are none.
        period: in which the changes began.

    Raises:
        errors.NothingToDo: when there are no records of changes.
        errors.Unreadable: when the tables, or the rules of today, cannot be read.
        errors.UsageError: when a library is not installed.
    """
    book = base.require_readable()
    sets = [Rules.of(book)] if proposed is None else [Rules.of(book), proposed]
    judges = [RecordJudge(one.policies, _GATES) for one in sets]
    records = recorded_changes(folder)
    if not records:
        raise errors.NothingToDo.of("policy_backtest.no_records", folder=str(folder))
    changes: list[PastChange] = []
    outcomes: list[tuple[JudgedChange, ...]] = []
    left_out: list[Unjudged] = []
    found = 0
    with working("progress.backtest", len(records)) as work:
        for record in records:
            work.done += 1
            now, began = record.moment, record.began
            if now is None or began is None:
                found += 1
                why = "its records have no time"
                told = {"code": "policy_backtest.no_time"}
                left_out.append(Unjudged(str(record.row["change"]), why, told))
            elif period.holds(began):
                found += 1
                changes.append(past_change(record, began))
                outcomes.append(tuple(judge.judged(record, now) for judge in judges))
    past = Backtested(
        source="records",
        period=period,
        found=found,
        limited=False,
        changes=changes,
        outcomes=outcomes,
        left_out=left_out,
        models=book.models,
        standing=book.config.standing,
    )
    return answer_of(past, [TriedRules(one.label, _rules_of(one)) for one in sets])


def _rules_of(rules: Rules) -> tuple[RuleOf, ...]:
    found: list[RuleOf] = []
    for gate in _GATES:
        for policy in sorted(rules.policies, key=lambda policy: policy.metadata.id):
            if policy.spec.gate == gate:
                for rule in policy.spec.rules:
                    found.append(RuleOf(gate, policy.metadata.id, rule.id, rule.level))
    return tuple(found)


def recorded_changes(folder: Path) -> Sequence[RecordedChange]:
    """Return the changes of a folder with records, each with its items and opinions."""
    items = _by_change(read_rows(folder, "change_items"))
    opinions = _by_change(read_rows(folder, "opinions"))
    causes: set[_Key] | None = None
    for row in read_rows(folder, "incidents", ("source", "change", "link")):
        if row["link"] == "caused_by" and row["change"] is not None:
            causes = causes or set()
            causes.add(_key(row))
    found = []
    for row in read_rows(folder, "changes"):
        key = _key(row)
        caused = None if causes is None else key in causes
        found.append(RecordedChange(row, items.get(key, ()), opinions.get(key, ()), caused))
    return found


def _key(row: Mapping[str, Any]) -> _Key:
    return row["source"], row["change"]


def _by_change(rows: Iterable[Mapping[str, Any]]) -> Mapping[_Key, list[Mapping[str, Any]]]:
    found: dict[_Key, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(_key(row), []).append(row)
    return found
