"""What earlier reviews learnt."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "lessons.title": "Earlier reviews",
    "lessons.change": "{change}: {outcome:word}, reviewed {day:date}",
    "lessons.relation:item": "same item: {items:items}",
    "lessons.relation:model": "same change model",
    "lessons.relation:kind": "same kind of change",
    "lessons.learnt": "learnt: {said}",
    "lessons.cause": "root cause: {said}",
    "lessons.open": "still open: {action}",
    "lessons.owed_title": "Reviews that are owed",
    "lessons.owed_by": "may be given by {by:people}",
    "lessons.owed_by:none": "no person can give it",
    "lessons.due": "due {due:minute}",
    "lessons.due:overdue": "overdue since {due:minute}",
    "lessons.more": "and {more} more",
}
