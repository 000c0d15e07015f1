"""`report unauthorised`: what was delivered without authority, and what became of it."""

from __future__ import annotations

from changeflow.insight.kpi import Counted, value_of
from changeflow.insight.period import Period
from changeflow.model.answers.completeness import Completeness, Delivery
from changeflow.model.answers.report_unauthorised import UnauthorisedPaper
from changeflow.model.clock import Clock
from changeflow.model.document_paths import CONFIG, rfc_path
from changeflow.reading.paper_head import inputs_at, repository_head
from changeflow.reading.view import View


def unauthorised_paper(
    view: View, period: Period, clock: Clock, found: Completeness
) -> UnauthorisedPaper:
    """Return what of the deliveries of a period was unauthorised or is excepted.

    Args:
        view: the main branch.
        period: what is asked about.
        clock: the time.
        found: all deliveries of the period.

    Raises:
        errors.Unreadable: when the configuration cannot be read.
        errors.HostFailed: when git fails.
    """
    view = view.of_base().for_many()
    excepted: list[Delivery] = []
    changes: set[str] = set()
    for one in found.deliveries:
        changes.update(one.changes)
        if one.standing == "excepted":
            excepted.append(one)
    totals = found.totals
    inputs = inputs_at(view.base, [CONFIG, *map(rfc_path, sorted(changes))])
    return UnauthorisedPaper.model_validate(
        {
            **repository_head(view, period, clock.now, inputs),
            "unauthorised": found.unauthorised,
            "excepted": tuple(excepted),
            "share": value_of("%", Counted(totals.unauthorised, totals.needing)),
            "completeness": found,
        }
    )
