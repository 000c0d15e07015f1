"""Findings about reviews of periods."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "period-review-id-folder": (
        "the id is {id:shown}, but the folder is {folder:shown}",
        "the folder's name is the id: rename one of them",
    ),
    "period-review-not-over": (
        "the report was made at {made}, before the period was over ({end})",
        "make the report again after the end of the period",
    ),
    "period-review-not-over:empty": (
        "the period ends before it begins",
        "its `to` is later than its `from`",
    ),
    "period-review-unknown-person": (
        "{who:shown} is no person of the roster",
        "{what_now:sentences}",
    ),
    "period-review-unknown-person:agent": (
        "{who:shown} is an automation",
        "people review a period",
    ),
    "period-review-unknown-person:role": (
        "{who:shown} does not have the role {role:shown}",
        "name a role that this person has in the roster",
    ),
    "period-review-unknown-person:owner": (
        "the owner {who:shown} is neither a role nor a person of the roster",
        "{what_now:sentences}",
    ),
    "period-review-own-analysis": (
        "{who:shown} made the analysis and alone reviewed it",
        "another person reviews an analysis",
    ),
    "period-review-unknown-improvement": (
        "no improvement {name:shown}",
        "{what_now:sentences}",
    ),
    "period-review-measure": (
        "there is no measure {measure:shown}",
        "`changeflow report kpi --format json` has the ids of measures",
    ),
    "period-review-measure:twice": (
        "the measure {measure:shown} is concluded about twice",
        "write one conclusion for each measure",
    ),
    "period-review-unconcluded": (
        "{measure:shown} has a signal, and nothing is concluded about it",
        "write under `conclusion` why it is so and what follows; that nothing follows is an answer, if it says why",
    ),
    "period-review-empty-words": (
        "{said:shown} says nothing",
        "write what was seen, why it is so, and what follows",
    ),
    "period-review-unanswered:analysed_by": (
        "it does not say who analysed the numbers",
        "write `analysed_by: PERSON`",
    ),
    "period-review-unanswered:reviewed": (
        "it does not say on which day it was reviewed",
        "write `reviewed: DAY`",
    ),
    "period-review-unanswered:reviewers": (
        "it does not say who reviewed it",
        "write `reviewers: [{{person: PERSON, role: ROLE}}]`",
    ),
    "period-review-unanswered:conclusion": (
        "it does not say what the period comes to",
        "write `conclusion:`",
    ),
    "period-review-other-numbers": (
        "the report made again from the same commits has other numbers",
        "the numbers were edited, or the report was another one: start the review anew, and keep what people wrote",
    ),
    "period-review-other-numbers:signals": (
        "the report made again from the same commits has other signals: {signals:list}",
        "copy the signals of the report; each asks for a conclusion",
    ),
}
