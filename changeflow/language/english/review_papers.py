"""The paper of a post-implementation review."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "review_paper.title": "Post-implementation review of {change}",
    "review_paper.section:follow_ups": "Follow-ups",
    "review_paper.section:independence": "Independence of the reviewer",
    "review_paper.section:recorded": "On record",
    "review_paper.no_follow_up": "none",
    "review_paper.overdue": "OVERDUE",
    "review_paper.verified": "verified by {by:person}",
    "review_paper.none": "none",
    "review_paper.part:requested": "requested it",
    "review_paper.part:implemented": "implemented it",
    "review_paper.part:wrote": "wrote part of it",
    "review_paper.part:ran": "ran its release",
    "review_paper.part:confirmed": "confirmed a step",
    "review_paper.part:approved": "approved it",
    "review_paper.independent:yes": "{who:person} had no such part in the change",
    "review_paper.independent:no": "NOT INDEPENDENT: {who:person} had a part in the change",
    "review_paper.independent:unknown": "no reviewer is named",
    "review_paper.due": "due by {at:time}",
    "review_paper.due:kept": "due by {at:time}: in time",
    "review_paper.due:missed": "due by {at:time}: LATE",
    "review_paper.on_record": "put on record as it reads on {at:time}",
    "review_paper.not_on_record": "NOT ON RECORD as it reads",
    "review_paper.problem": "does not count: {said}",
}
