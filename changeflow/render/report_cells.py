"""Cells that several papers have: times of a release, a review, values for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from changeflow.insight.targets import target_of
from changeflow.language.measured_values import measured_value
from changeflow.model.answers.register import PlannedWindow
from changeflow.model.answers.report import KpiAnswer, ReleaseAnalysis
from changeflow.model.answers.report_lists import ReviewInBrief
from changeflow.render.presentation import Presentation
from changeflow.render.sheet import Block, Facts


def spanned(start: datetime, end: datetime | None, to: Presentation) -> str:
    """Return from when to when; an end that is not known is named as such."""
    began = to.time(start, seconds=False)
    if end is None:
        return to.says("paper.from_to", case="open", start=began)
    return to.says("paper.from_to", start=began, end=to.time(end, seconds=False))


def reviewed(review: ReviewInBrief, to: Presentation) -> Iterator[str]:
    """Yield what a review came to, and when; nothing while it does not say."""
    yield from reviewed_in_brief(review.outcome, review.reviewed, to)


def reviewed_in_brief(outcome: str | None, day: date | None, to: Presentation) -> Iterator[str]:
    """Yield an outcome of a review and its day; nothing where there is none."""
    if outcome is None:
        return
    case = None if day is None else "day"
    data = {"outcome": outcome, "day": "" if day is None else day.isoformat()}
    yield to.says("paper.review", case=case, **data)


def list_person(person: str | None, to: Presentation) -> str | None:
    """Return a person for a list; None: none is named."""
    return None if person is None else to.shows("person", person)


def list_word(word: str | None, to: Presentation) -> str | None:
    """Return a word of the data in the reader's language; None: there is none."""
    return None if word is None else to.shows("word", word)


def list_review(review: ReviewInBrief | None, to: Presentation) -> dict[str, str | date | None]:
    """Return what a review came to, by whom and when; None where there is none."""
    if review is None:
        return dict.fromkeys(("review", "reviewer", "reviewed"))
    return {
        "review": list_word(review.outcome, to),
        "reviewer": list_person(review.reviewer, to),
        "reviewed": review.reviewed,
    }


def list_window(window: PlannedWindow | None) -> dict[str, datetime | None]:
    """Return the planned times of a change for a list; None where it has no window."""
    if window is None:
        return dict.fromkeys(("planned_start", "planned_end"))
    return {"planned_start": window.start, "planned_end": window.end}


def measured_target(one: KpiAnswer, to: Presentation) -> str:
    """Return a target and whether it is met; a percentage is written as the values beside it."""
    said = one.target or ""
    asked = target_of(said)
    if asked.unit == "%":
        sign = "<=" if asked.at_most else ">="
        said = f"{sign} {measured_value(float(asked.number), asked.unit, to)}"
    case = {True: "met", False: "missed", None: None}[one.met]
    return to.says("report.target", case=case, target=said)


def measured_share(one: KpiAnswer, to: Presentation) -> str:
    """Return what a measure was counted of; empty for a count."""
    if one.denominator is None:
        return ""
    if one.numerator is None:
        return f"{one.denominator:,}"
    if one.unit != "%":
        # days and people are divided by, and nothing is a part of them
        return f"{one.numerator:,} / {one.denominator:,}"
    return to.says(
        "report.share", numerator=f"{one.numerator:,}", denominator=f"{one.denominator:,}"
    )


def analysis_blocks(found: ReleaseAnalysis, to: Presentation) -> Iterator[Block]:
    """Yield what the records show of a release, counted."""
    rows = []
    for name, count in found.model_dump().items():
        rows.append((to.says("release_paper.analysis", case=name), str(count)))
    yield Facts(tuple(rows))
