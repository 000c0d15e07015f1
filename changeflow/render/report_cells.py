"""Cells that several papers have: times of a release, a review, values for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from changeflow.model.answers.report import KpiAnswer
from changeflow.model.answers.report_lists import ReviewInBrief
from changeflow.render.presentation import Presentation


def spanned(start: datetime, end: datetime | None, to: Presentation) -> str:
    """Return from when to when; an end that is not known is named as such."""
    began = to.time(start, seconds=False)
    if end is None:
        return to.says("paper.from_to", case="open", start=began)
    return to.says("paper.from_to", start=began, end=to.time(end, seconds=False))


def reviewed(review: ReviewInBrief, to: Presentation) -> Iterator[str]:
    """Yield what a review came to, and when; nothing while it does not say."""
    if review.outcome is None:
        return
    day = review.reviewed
    case = None if day is None else "day"
    data = {"outcome": review.outcome, "day": "" if day is None else day.isoformat()}
    yield to.says("paper.review", case=case, **data)


def csv_time(at: datetime | None, to: Presentation) -> str:
    """Return a time as spreadsheets read it, in the zone of the reader; empty: not known."""
    if at is None:
        return ""
    local = at if to.zone is None else at.astimezone(to.zone)
    return local.strftime("%Y-%m-%d %H:%M:%S")


def csv_flag(flag: bool | None, to: Presentation) -> str:
    """Return yes or no; empty: not known."""
    return "" if flag is None else to.says("paper.flag", case="yes" if flag else "no")


def csv_person(person: str | None, to: Presentation) -> str:
    """Return a person; empty: none is named."""
    return "" if person is None else to.shows("person", person)


def csv_word(word: str | None, to: Presentation) -> str:
    """Return a word of the data in the reader's language; empty: there is none."""
    return "" if word is None else to.shows("word", word)


def csv_day(day: date | None) -> str:
    """Return a day; empty: none is said."""
    return "" if day is None else day.isoformat()


def csv_review(review: ReviewInBrief | None, to: Presentation) -> dict[str, str]:
    """Return what a review came to, by whom and when; all empty where there is none."""
    if review is None:
        return dict.fromkeys(("review", "reviewer", "reviewed"), "")
    return {
        "review": csv_word(review.outcome, to),
        "reviewer": csv_person(review.reviewer, to),
        "reviewed": csv_day(review.reviewed),
    }


def measured_value(value: float | None, unit: str, to: Presentation) -> str:
    """Return the value of a measure in its unit."""
    return to.says("report.value", case=unit.replace(" ", "_"), value=f"{value:,}")


def measured_share(one: KpiAnswer, to: Presentation) -> str:
    """Return what a measure was counted of; empty for a count."""
    if one.denominator is None:
        return ""
    if one.numerator is None:
        return f"{one.denominator:,}"
    return to.says(
        "report.share", numerator=f"{one.numerator:,}", denominator=f"{one.denominator:,}"
    )
