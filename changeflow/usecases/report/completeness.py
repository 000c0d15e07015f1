"""Whether everything that was delivered in a period has a request, is excepted, or is open."""

from __future__ import annotations

from changeflow import errors
from changeflow.gate_cases.deliveries import delivered
from changeflow.insight.period import Period
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


def completeness(view: View, period: Period, clock: Clock) -> Completeness:
    """Match every delivery of a period with a request, or say that it has none.

    Args:
        view: the main branch.
        period: what is asked about.
        clock: the time.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    view = view.of_base().for_many()
    found = delivered(view, period, clock.now)
    not_asked: list[NotAsked] = [*found.not_asked, "deployments", "releases", "pushes"]
    drift = None
    try:
        drift = _drift(view, clock)
    except (errors.Unreadable, errors.HostFailed):
        not_asked.append("baseline")
    totals = totals_of(found.deliveries)
    is_known = not set(not_asked) - {"deployments", "releases", "pushes"}
    complete: bool | None = True if is_known else None
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
        not_asked_because="",
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
