"""What earlier reviews learnt, beside an assessment, and which are owed."""

from __future__ import annotations

from collections.abc import Iterator

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.lessons import EarlierReview, EarlierReviews, OwedReviews
from changeflow.model.characters import one_line
from changeflow.model.document_parts import format_instant
from changeflow.render.escape import code_span
from changeflow.render.escape import markdown as escaped
from changeflow.render.presentation import Presentation
from changeflow.render.sheet import Points, Prose, Section

# characters of an answer that stand beside an assessment
_LONGEST = 240
# open follow-ups of a review that a comment shows
_MOST_OPEN = 3


def lesson_sections(found: EarlierReviews, to: Presentation) -> Iterator[Section]:
    """Yield the section of earlier reviews, if there are any."""
    if not found.shown:
        return
    blocks: list[Points | Prose] = [Points(tuple(_point(one, to) for one in found.shown))]
    if found.more > 0:
        blocks.append(Prose(to.says("lessons.more", more=found.more)))
    yield Section(to.says("lessons.title"), tuple(blocks))


def lesson_lines(found: EarlierReviews, to: Presentation) -> Iterator[str]:
    """Yield the section of a pull request's comment. What people wrote in it is text alone."""
    if not found.shown:
        return
    yield from (f"### {to.says('lessons.title')}", "")
    for one in found.shown:
        first, below = _point(one._replace(open_follow_ups=one.open_follow_ups[:_MOST_OPEN]), to)
        yield f"- {escaped(first)}"
        for line in below:
            yield f"  - {escaped(line)}"
    if found.more > 0:
        yield from ("", escaped(to.says("lessons.more", more=found.more)))
    yield ""


def owed_lines(found: OwedReviews, to: Presentation) -> Iterator[str]:
    """Yield the section of a pull request's comment with the reviews that are owed, if any are."""
    if not found.shown:
        return
    yield from (f"### {to.says('lessons.owed_title')}", "")
    for one in found.shown:
        said = [to.says("lessons.owed_by", case=None if one.by else "none", by=list(one.by))]
        if one.items:
            said.insert(0, to.says("lessons.relation", case="item", items=list(one.items)))
        if one.due is not None:
            case = "overdue" if one.overdue else None
            said.append(to.says("lessons.due", case=case, due=format_instant(one.due)))
        yield f"- {code_span(one.path)} {escaped(in_a_row(said, to))}"
    if found.more > 0:
        yield from ("", escaped(to.says("lessons.more", more=found.more)))
    yield ""


def _point(one: EarlierReview, to: Presentation) -> tuple[str, tuple[str, ...]]:
    day = one.reviewed.isoformat()
    first = to.says("lessons.change", change=one.change, outcome=one.outcome, day=day)
    why = to.says("lessons.relation", case=one.relation, items=list(one.items))
    below = [in_a_row([_short(one.title), why], to)]
    below.append(to.says("lessons.learnt", said=_short(one.lessons)))
    if one.root_cause:
        below.append(to.says("lessons.cause", said=_short(one.root_cause)))
    for action in one.open_follow_ups:
        below.append(to.says("lessons.open", action=_short(action)))
    return first, tuple(below)


def _short(text: str) -> str:
    """Return a person's text on one line, shortened."""
    line = one_line(" ".join(text.split()))
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
