"""Whether everything that was delivered in a period has a request, is excepted, or is open."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from changeflow import errors
from changeflow.gate_cases.deliveries import delivered
from changeflow.gate_cases.told_by_host import told_by_host
from changeflow.insight.period import Period
from changeflow.language.reader import MACHINE
from changeflow.language.sentences import in_a_row
from changeflow.model.answers.completeness import (
    CmdbDrift,
    Completeness,
    NotAsked,
    totals_of,
)
from changeflow.model.clock import Clock
from changeflow.reading.baselines import baselines
from changeflow.reading.view import View
from changeflow.usecases.cmdb.diff import compare

_NO_VARIABLES: Final[Mapping[str, str]] = MappingProxyType({})


def completeness(
    view: View, period: Period, clock: Clock, variables: Mapping[str, str] = _NO_VARIABLES
) -> Completeness:
    """Match every delivery of a period with a request, or say that it has none.

    Args:
        view: the main branch.
        period: what is asked about.
        clock: the time.
        variables: the environment, with a token for the code host; without one it is not asked.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    view = view.of_base().for_many()
    asked = told_by_host(view, variables)
    found = delivered(view, period, clock.now, host=asked.delivered)
    not_asked: list[NotAsked] = [*found.not_asked, *asked.not_asked]
    drift = None
    try:
        drift = _drift(view, clock)
    except (errors.Unreadable, errors.HostFailed):
        not_asked.append("baseline")
    totals = totals_of(found.deliveries)
    complete: bool | None = None if not_asked else True
    if totals.open or found.gaps or (drift is not None and drift.unmatched):
        complete = False
    return Completeness(
        deliveries=found.deliveries,
        gaps=found.gaps,
        drift=drift,
        totals=totals,
        complete=complete,
        host=view.base.config.host,
        not_asked=tuple(not_asked),
        not_asked_because=in_a_row(asked.delivered.why, MACHINE),
        told=asked.delivered.why,
    )


def _drift(view: View, clock: Clock) -> CmdbDrift | None:
    """Return how the CMDB differs from its last baseline; None where there is none."""
    known = baselines(view)
    if not known:
        return None
    _, newest = known[-1]
    found = compare(view, newest.name, view.base.commit, clock.now)
    return CmdbDrift(
        baseline=newest.name, differences=found.differences, unmatched=found.unauthorised
    )
