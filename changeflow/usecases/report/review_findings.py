"""Findings about reviews of periods that take a report: is what they looked at what it says.

Only reviews that differ from those on the main branch are looked at, and only where the report
can be made again: both commits are here, and the library that measures is installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from changeflow import errors
from changeflow.documents.document import Document
from changeflow.model.document_paths import REVIEWS
from changeflow.model.findings import Finding, Findings
from changeflow.model.period_review import ConcludedSignal, PeriodReview, PeriodReviewSpec
from changeflow.reading.documents import excerpts, tidy
from changeflow.reading.parsed import ParsedFile
from changeflow.reading.state import State
from changeflow.reading.view import View, locate
from changeflow.usecases.check.check import Checked
from changeflow.usecases.report.review_of_trends import signals_of, trends_again


def with_other_numbers(checked: Checked, root: Path, rev: str | None) -> Checked:
    """Return what a check found, with what making the reports again adds to it.

    Args:
        checked: what was found in the documents.
        root: the change repository.
        rev: that was checked; None: the work tree.
    """
    paths = [path for path in checked.paths if path.startswith(REVIEWS)]
    try:
        view = locate(root, head=rev)
    except errors.ChangeflowError:
        # Without git there is no report to make again.
        return checked
    found: list[Finding] = []
    lines = dict(checked.excerpts)
    for path in paths:
        parsed = _new(view.base, view.head, path)
        if parsed is not None:
            mine = list(_findings(view, parsed))
            found += mine
            lines |= excerpts((document.source for document in parsed.documents), mine)
    if not found:
        return checked
    every = tuple(tidy([*checked.findings.findings, *found]))
    findings = Findings(every, checked.findings.documents)
    return replace(checked, findings=findings, excerpts=lines)


def _new(base: State, head: State, path: str) -> ParsedFile | None:
    """Return a review that the base does not have as it is; None for one without sense."""
    if not head.exists(path):
        return None
    parsed = head.parsed(path)
    if parsed.errors or parsed.first(PeriodReview) is None:
        return None
    if base.exists(path) and base.parsed(path).first(PeriodReview) == parsed.first(PeriodReview):
        return None
    return parsed


def _findings(view: View, parsed: ParsedFile) -> Iterator[Finding]:
    review = parsed.first(PeriodReview)
    assert review is not None  # noqa: S101 - `_new` has seen it
    for document in parsed.documents:
        for number, one in enumerate(review.spec.looked_at):
            route = ("spec", "looked_at", number, "numbers")
            if one.report == "trends":
                yield from _other_trends(view, review.spec, document, number, route)


def _other_trends(
    view: View,
    spec: PeriodReviewSpec,
    document: Document,
    number: int,
    route: tuple[str | int, ...],
) -> Iterator[Finding]:
    looked_at = spec.looked_at[number]
    again = trends_again(view, spec.period, looked_at)
    if again is None:
        return
    if again.numbers != looked_at.numbers:
        yield document.found("period-review-other-numbers", route)
        return
    said = {one.measure: one.signals for one in spec.trends}
    other = []
    for chart in again.charts:
        if _sorted(said.get(chart.id, ())) != _sorted(tuple(signals_of(chart))):
            other.append(chart.id)
    if other:
        place = ("spec", "trends")
        yield document.found("period-review-other-numbers", place, case="signals", signals=other)


def _sorted(signals: tuple[ConcludedSignal, ...]) -> list[tuple[str, str, str, str]]:
    return sorted((one.rule, one.side, one.first, one.last) for one in signals)
