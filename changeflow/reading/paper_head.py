"""The head of every paper: whom it is about, what it was made from, and whether that holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import changeflow
from changeflow.insight.period import Period
from changeflow.language.reader import MACHINE
from changeflow.language.sentences import in_a_row
from changeflow.model.answers.report import ReportCutoff, ReportInput, ReportPeriod
from changeflow.model.canonical import canonical_json, digest_bytes
from changeflow.model.paths import shown
from changeflow.reading.state import State
from changeflow.reading.view import View

NOTHING_READ = ReportCutoff(main=None, ledger=None)


def paper_head(
    organisation: str | None,
    period: Period,
    now: datetime,
    inputs: Sequence[ReportInput] = (),
    cutoff: ReportCutoff = NOTHING_READ,
) -> dict[str, Any]:
    """Return the fields of the head of a paper; what is said of the ledger is that none was read.

    Args:
        organisation: whom it is about.
        period: what it is about.
        now: when it is made.
        inputs: what it was made from, beside commits.
        cutoff: the commits.
    """
    listed = [one.model_dump(mode="json") for one in inputs]
    return {
        "organisation": organisation,
        "period": report_period(period),
        "made": now,
        "cutoff": cutoff,
        "ledger_holds": None,
        "ledger_problem": "",
        "version": changeflow.__version__,
        "inputs": tuple(inputs),
        "digest": digest_bytes(canonical_json(listed)),
        "unreadable": (),
    }


def repository_head(
    view: View,
    period: Period,
    now: datetime,
    inputs: Sequence[ReportInput] = (),
    unreadable: Iterable[str] = (),
) -> dict[str, Any]:
    """Return the fields of the head of a paper about this repository.

    Args:
        view: its base is the main branch; the ledger is read whole.
        period: what it is about.
        now: when it is made.
        inputs: the documents that it tells of.
        unreadable: what could not be read.
    """
    evidence = view.ledger.evidence(view.base, "")
    cutoff = ReportCutoff(main=view.base.commit, ledger=evidence.head)
    found = paper_head(view.base.config.organisation, period, now, inputs, cutoff)
    problems = [one.quoted for one in evidence.problems]
    if evidence.head is not None or problems:
        found["ledger_holds"] = not problems
    if problems:
        found["told"] = problems[0]
        found["ledger_problem"] = in_a_row([problems[0]], MACHINE)
    return found | {"unreadable": tuple(sorted(set(unreadable)))}


def digest_of_numbers(plain: Any) -> str:
    """Return the digest of what a paper measured, from its plain data."""
    return digest_bytes(canonical_json(_spelled(plain)))


def _spelled(value: Any) -> Any:
    """Return plain data in which a number with decimals is text, as canonical JSON has it."""
    if isinstance(value, float):
        return f"{value:.4f}"
    if isinstance(value, dict):
        return {key: _spelled(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_spelled(one) for one in value]
    return value


def inputs_at(state: State, paths: Iterable[str]) -> tuple[ReportInput, ...]:
    """Return the digests of files of a state, by path; files that are not there are left out."""
    found = []
    wanted = [path for path in paths if state.exists(path)]
    for path, data in state.read_many(wanted, []):
        found.append(ReportInput(path=shown(path), sha256=hashlib.sha256(data).hexdigest()))
    return tuple(sorted(found, key=lambda one: one.path))


def report_period(period: Period) -> ReportPeriod:
    """Return a period as papers have it."""
    return ReportPeriod.model_validate(
        {"from": period.start, "to": period.end, "zone": period.zone.key}
    )
