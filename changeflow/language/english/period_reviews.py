"""Skeletons of reviews of periods, and what stops them."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "period_review.how": (
        "Review of a period: take the # from each question and answer it, and put it on the main branch by a pull request.\n"
        "What the tool filled in is checked: the report is made again from these commits and compared."
    ),
    "period_review.field:analysed_by": "PERSON, who analysed the numbers",
    "period_review.field:reviewed": "the day, e.g. 2027-01-12",
    "period_review.field:reviewers": "[{{person: PERSON, role: ROLE}}], who reviewed the analysis, other than its author",
    "period_review.field:conclusion": "what the period comes to as a whole",
    "period_review.field:decisions": "[{{decision: ..., owner: ROLE, due: DAY}}], what was decided",
    "period_review.field:improvements": "[ID], documents in improvements/ that come out of it",
    "period_review.field:trend": "why it is so, and what follows",
    "period_review.measured": "{measure}: {value} in this period, {previous} before, {year_before} a year earlier",
    "period_review.next": "fill in `{path}`, and let `changeflow check` look at it",
    "period_review.is_there": (
        "there is a review of this period already: `{path}`",
        "`changeflow check {path}` says what is missing",
    ),
    "period_review.open_period": (
        "a review needs a period with both ends",
        "add --from and --to",
    ),
    "period_review.not_over": (
        "the period is not over: it ends {end:time}",
        "review a period once it is over",
    ),
    "period_review.needs_repository": (
        "a review is written into a change repository",
        "run it there, without --history: its records and history/ are what is reviewed",
    ),
}
