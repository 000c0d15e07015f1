"""Checks of a post-implementation review: complete, true and independent.

They follow ISO/IEC 20000-1:2018 8.5.1.3 and 8.5.3.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import chain
from typing import Any, Final, NamedTuple

from changeflow.language.findings import said_of
from changeflow.language.reader import MACHINE
from changeflow.lazy_dataclass import dataclass
from changeflow.model.change import ChangeRequest
from changeflow.model.document_paths import review_path
from changeflow.model.evidence import ApprovalBody, DecisionBody, LedgerEntry
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Level, Route
from changeflow.model.people import Roster
from changeflow.model.placeholders import comparable, is_hollow, is_marker, is_nothing
from changeflow.model.post_implementation import Actual, PostImplementationReview
from changeflow.model.review_answers import PROSE, is_empty_answer, says_nothing
from changeflow.model.times import format_duration
from changeflow.policy.review_duties import INCIDENT, Course, Duties, translations_of
from changeflow.release.plan import plan
from changeflow.release.progress import Line, lines, progress
from changeflow.release.step_facts import actual

# The outcomes that a reviewer may give to each end of a release.
AGREES: Final[dict[str, tuple[str, ...]]] = {
    "implemented": ("successful", "successful-with-issues"),
    "rolled_back": ("rolled-back", "failed"),
    "rollback_failed": ("failed",),
}

# what a person does who runs a release, and who reports or orders something in it
_RAN: Final = ("started", "resumed")
_CONFIRMED: Final = ("confirmed", "rolling_back", "resolved")
# facts of a release that reviews of older versions do not state
_LATER_FACTS: Final = ("rollback_promised", "declared", "approvals")

# A reviewer who writes on the evening of the release may live twelve hours west of Greenwich.
_WEST: Final = timedelta(hours=12)

# characters of a value that a hint shows
_LONGEST: Final = 80


RULES: Final = (
    FindingRule("pir-copied", "error", "An answer repeats the request or another answer."),
    FindingRule(
        "pir-contradicts",
        "error",
        "An answer denies what the ledger, the request or an incident says.",
    ),
    FindingRule("pir-empty-answer", "error", "A question is not answered."),
    FindingRule(
        "pir-facts-differ", "error", "The facts in the review are not what the ledger says."
    ),
    FindingRule(
        "pir-journal",
        "error",
        "The release's journal does not add up, so a review cannot be compared with it.",
    ),
    FindingRule("pir-kind", "error", "The file is no post-implementation review."),
    FindingRule("pir-limit-missed", "warning", "Restoring took longer than promised."),
    FindingRule("pir-no-follow-up", "warning", "The change failed and nothing follows from it."),
    FindingRule(
        "pir-not-independent",
        "error",
        "The reviewer asked for the change, made it, wrote part of it or ran its release, or had "
        "another part that policy excludes.",
    ),
    FindingRule(
        "pir-not-released", "error", "The release has not finished, so there is nothing to review."
    ),
    FindingRule(
        "pir-other-change",
        "error",
        "The review is about another change than the folder it lies in.",
    ),
    FindingRule(
        "pir-outcome-disagrees", "error", "The outcome is not what the release ended with."
    ),
    FindingRule("pir-owner-unknown", "error", "A follow-up has an owner who is not in the roster."),
    FindingRule("pir-placeholder", "error", "An answer is a placeholder."),
    FindingRule(
        "pir-reviewer-unknown", "error", "The reviewer is not in the roster, or is an automation."
    ),
    FindingRule("pir-too-early", "error", "The review is dated before the end of the release."),
    FindingRule("pir-unknown-question", "error", "It answers a question that no policy asks."),
    FindingRule("pir-unresolved", "error", "A failed rollback has not been resolved by anybody."),
)
# rule -> its level
_LEVELS: Final[dict[str, Level]] = {rule.id: rule.level for rule in RULES}


@dataclass(frozen=True)
class ReviewedChange:
    """What a review is about, and what it is judged by.

    Attributes:
        change: the request.
        journal: the change's ledger entries in order.
        roster: from the base.
        duties: what policies ask of this review.
        course: how the release went, as far as ledger and incidents tell.
        authors: the people of the roster who wrote part of it.
        incidents: those that documents say it caused.
    """

    change: ChangeRequest
    journal: Sequence[LedgerEntry]
    roster: Roster
    duties: Duties
    course: Course
    authors: frozenset[str]
    incidents: tuple[str, ...]

    def course_by(self, review: PostImplementationReview) -> Course:
        """Return how the release went, with what the reviewer says besides."""
        said: list[str] = [review.spec.outcome] if review.spec.outcome is not None else []
        if self._caused(review.spec.incidents or ()):
            said.append(INCIDENT)
        return self.course.with_outcomes(*said)

    def _caused(self, incidents: Iterable[str]) -> set[str]:
        """Return the incidents beside the ones that the change was there to end."""
        emergency = self.change.spec.emergency
        ended = {emergency.incident} if emergency is not None else set()
        return set(incidents) - ended - set(self.change.spec.fixes)


def review_problems(review: PostImplementationReview, of: ReviewedChange) -> list[Finding]:
    """Return the problems that keep a review from counting; mere warnings do not.

    Args:
        review: as written, from `changes/<id>/review.yaml`.
        of: what it is about.

    Returns:
        Findings with path and route (line and column are the caller's), in the order of the
        document.
    """
    change, journal = of.change, of.journal
    broken = progress(plan(change), journal).broken
    if broken:
        problem = _Problem("pir-journal", ("spec",), {"why": broken})
        return _findings_of_review(review, [problem])
    facts = actual(change, journal)
    if facts is None:
        return _findings_of_review(review, [_Problem("pir-not-released", ("spec",), {})])
    found = chain(
        _problems_of_identity(review, change),
        _problems_of_reviewer(review, of),
        _problems_of_day(review, facts),
        _problems_of_outcome(review, facts),
        _problems_of_answers(review),
        _problems_of_questions(review, of),
        _copied_answers(review, change),
        _problems_of_consequences(review, change, facts, of.roster),
        _contradictions(review, of, facts),
        _problems_of_facts(review, facts),
        _problems_of_resolution(review, facts, journal),
    )
    return _findings_of_review(review, found)


def _findings_of_review(
    review: PostImplementationReview, found: Iterable[_Problem]
) -> list[Finding]:
    path = review_path(review.metadata.id)
    return [problem.finding(path) for problem in found]


class _Problem(NamedTuple):
    """A problem in the words of the catalogue: the rule is its code."""

    rule: str
    route: Route
    data: dict[str, Any]

    def finding(self, path: str) -> Finding:
        """Return the finding for the review at a path, at the level of its rule."""
        said = said_of(self.rule, self.data, MACHINE)
        level = _LEVELS[self.rule]
        return Finding(self.rule, level, said.text, said.hint, path, self.route, data=self.data)


def _problems_of_identity(
    review: PostImplementationReview, change: ChangeRequest
) -> Iterator[_Problem]:
    for route, value in (
        (("metadata", "id"), review.metadata.id),
        (("spec", "change"), review.spec.change),
    ):
        if value != change.id:
            yield _Problem("pir-other-change", route, {"value": value, "change": change.id})


def _problems_of_reviewer(
    review: PostImplementationReview, of: ReviewedChange
) -> Iterator[_Problem]:
    reviewer = review.spec.reviewer
    route = ("spec", "reviewer")
    if reviewer is None or not reviewer.strip() or is_marker(reviewer):
        yield _Problem("pir-empty-answer", route, {"case": "reviewer"})
        return
    if not of.roster.is_human(reviewer):
        case = "automation" if reviewer in of.roster.spec.people else "unlisted"
        yield _Problem("pir-reviewer-unknown", route, {"case": case, "who": reviewer})
    for part in _parts_in_change(reviewer, of):
        yield _Problem("pir-not-independent", route, {"case": part, "who": reviewer})


def _parts_in_change(person: str, of: ReviewedChange) -> Iterator[str]:
    """Yield the parts that a person had in the change and that keep them from reviewing it."""
    for part, people in parts_in_change(of).items():
        if person in people:
            yield part


def parts_in_change(of: ReviewedChange) -> dict[str, frozenset[str]]:
    """Return who had a part in a change that keeps them from reviewing it, by part, in a fixed order.

    A part is `requested`, `implemented`, `wrote` (part of the request, and had none of the two
    before), `ran` (the release), and where policies exclude them `confirmed` (a step) and `approved`.
    """
    journal = lines(of.journal)
    asked, made = of.change.metadata.requester, of.change.spec.implementer
    found: dict[str, frozenset[str]] = {
        "requested": frozenset({asked} if asked else ()),
        "implemented": frozenset({made} if made else ()),
        "wrote": of.authors.difference({asked, made}),
        "ran": _who(journal, _RAN),
    }
    barred = of.duties.not_by
    if "confirmer" in barred:
        found["confirmed"] = _who(journal, _CONFIRMED)
    if "approver" in barred:
        found["approved"] = approvers(of.journal, of.roster)
    return found


def _who(journal: Iterable[Line], events: Container[str]) -> frozenset[str]:
    """Return the people behind some events of a journal."""
    said = (line.body.by for line in journal if line.body.event in events)
    return frozenset(by for by in said if by)


def approvers(journal: Sequence[LedgerEntry], roster: Roster) -> frozenset[str]:
    """Return who approved a change at any time, on whose mandate, and whose approval counted."""
    found: set[str] = set()
    for entry in journal:
        body = entry.body
        if isinstance(body, ApprovalBody) and body.decision == "approve":
            found.add(body.by)
            for one in roster.spec.delegations:
                if one.to == body.by and one.start <= entry.moment < one.end:
                    found.add(one.from_)
        elif isinstance(body, DecisionBody):
            found.update(one["by"] for one in body.approvals if one["by"])
    return frozenset(found)


def _problems_of_day(review: PostImplementationReview, facts: Actual) -> Iterator[_Problem]:
    day = review.spec.reviewed
    route = ("spec", "reviewed")
    if day is None:
        yield _Problem("pir-empty-answer", route, {"case": "day"})
    elif day < (facts.ended - _WEST).date():
        data = {"day": str(day), "ended": f"{facts.ended:%Y-%m-%d}"}
        yield _Problem("pir-too-early", route, data)


def _problems_of_outcome(review: PostImplementationReview, facts: Actual) -> Iterator[_Problem]:
    outcome = review.spec.outcome
    route = ("spec", "outcome")
    allowed = AGREES[facts.state]
    if outcome is None:
        data: dict[str, Any] = {"case": "outcome", "allowed": list(allowed)}
        yield _Problem("pir-empty-answer", route, data)
    elif outcome not in allowed:
        data = {"case": facts.state, "outcome": outcome, "allowed": list(allowed)}
        yield _Problem("pir-outcome-disagrees", route, data)
    elif outcome == "successful" and review.spec.incidents:
        yield _Problem("pir-outcome-disagrees", route, {"case": "incidents"})


def _problems_of_answers(review: PostImplementationReview) -> Iterator[_Problem]:
    for name in PROSE:
        text = getattr(review.spec, name)
        route = ("spec", name)
        if text is None or not text.strip():
            yield _Problem("pir-empty-answer", route, {"name": name})
        elif says_nothing(name, text):
            yield _Problem("pir-placeholder", route, {"name": name, "text": text.strip()})
    if review.spec.incidents is None:
        yield _Problem("pir-empty-answer", ("spec", "incidents"), {"case": "incidents"})


def _problems_of_questions(
    review: PostImplementationReview, of: ReviewedChange
) -> Iterator[_Problem]:
    """Yield the questions of the policy that are not answered, and answers that nothing asks."""
    asked = of.duties.questions(of.course_by(review))
    answers = review.spec.answers
    for question in asked:
        text = answers.get(question.id)
        route: Route = ("spec", "answers", question.id)
        if text is None or not text.strip():
            ask = translations_of(question)
            data: dict[str, Any] = {"case": "question", "name": question.id, "ask": ask}
            yield _Problem("pir-empty-answer", route, data)
        elif is_empty_answer(text, none=question.none):
            data = {"name": question.id, "text": text.strip()}
            yield _Problem("pir-placeholder", route, data)
    for name in answers.keys() - of.duties.known_questions:
        if of.duties.given:
            yield _Problem("pir-unknown-question", ("spec", "answers", name), {"name": name})


def _copied_answers(review: PostImplementationReview, change: ChangeRequest) -> Iterator[_Problem]:
    """Yield answers that were copied. `none` may be repeated."""
    answers: dict[str, str] = {}
    given = {name: getattr(review.spec, name) or "" for name in PROSE} | review.spec.answers
    for name, text in given.items():
        if text.strip() and not is_nothing(text):
            answers[name] = comparable(text)
    request = (change.spec.reason, change.spec.benefit, change.metadata.title)
    asked = {comparable(text) for text in request if text}
    for name, text in answers.items():
        if text in asked:
            data = {"case": "request", "name": name}
            yield _Problem("pir-copied", _place_of(name), data)
    first: dict[str, str] = {}
    for name, text in answers.items():
        earlier = first.setdefault(text, name)
        if earlier != name:
            data = {"name": name, "earlier": earlier}
            yield _Problem("pir-copied", _place_of(name), data)


def _place_of(answer: str) -> Route:
    return ("spec", answer) if answer in PROSE else ("spec", "answers", answer)


def _problems_of_consequences(
    review: PostImplementationReview, change: ChangeRequest, facts: Actual, roster: Roster
) -> Iterator[_Problem]:
    for index, follow_up in enumerate(review.spec.follow_ups):
        route: Route = ("spec", "follow_ups", index)
        if not roster.members(follow_up.owner):
            data = {"owner": follow_up.owner}
            yield _Problem("pir-owner-unknown", (*route, "owner"), data)
        if is_hollow(follow_up.action):
            data = {"case": "action", "text": follow_up.action.strip()}
            yield _Problem("pir-placeholder", (*route, "action"), data)
    if facts.state != "implemented" and not review.spec.follow_ups:
        yield _Problem("pir-no-follow-up", ("spec", "follow_ups"), {})
    limit = change.spec.rollback.limit if change.spec.rollback else None
    if limit is not None and facts.rollback_took is not None and facts.rollback_took > limit:
        data = {"took": str(facts.rollback_took), "limit": str(limit)}
        yield _Problem("pir-limit-missed", ("spec", "deviations"), data)


def _contradictions(
    review: PostImplementationReview, of: ReviewedChange, facts: Actual
) -> Iterator[_Problem]:
    """Yield answers that deny what is known, where policies ask something of reviews."""
    if not of.duties.given:
        return
    spec = review.spec
    unnamed = [one for one in of.incidents if one not in (spec.incidents or ())]
    if spec.incidents is not None and unnamed:
        yield _Problem("pir-contradicts", ("spec", "incidents"), {"incidents": unnamed})
    denies = spec.deviations is not None and is_nothing(spec.deviations)
    if not denies:
        return
    route = ("spec", "deviations")
    for data in _deviations(facts):
        yield _Problem("pir-contradicts", route, data)
    planned = {item.ci: item.outage or timedelta() for item in facts.declared or ()}
    for one in spec.outages or ():
        if one.took > planned.get(one.ci, timedelta()):
            data = {"case": "longer", "ci": one.ci, "took": format_duration(one.took)}
            yield _Problem("pir-contradicts", route, data)


def _deviations(facts: Actual) -> Iterator[dict[str, Any]]:
    """Yield what went otherwise than planned, by the ledger."""
    window, promised, took = facts.planned, facts.rollback_promised, facts.rollback_took
    if window is not None and facts.ended > window.end:
        yield {"case": "overran", "late": format_duration(facts.ended - window.end)}
    if facts.state != "implemented":
        yield {"case": facts.state}
    if promised is not None and took is not None and took > promised:
        limits = {"took": format_duration(took), "limit": format_duration(promised)}
        yield {"case": "promise", **limits}


def _problems_of_facts(review: PostImplementationReview, facts: Actual) -> Iterator[_Problem]:
    written, true = _plain_facts(review.spec.actual), _plain_facts(facts)
    for name, value in true.items():
        if name in _LATER_FACTS and written[name] is None:
            continue
        if written[name] != value:
            data = {"name": name, "value": _shown_value(value), "change": review.metadata.id}
            yield _Problem("pir-facts-differ", ("spec", "actual", name), data)


def _plain_facts(facts: Actual) -> dict[str, Any]:
    # Whole seconds of a duration are what the document can say.
    return facts.model_dump(mode="json")


def _shown_value(value: Any) -> str:
    text = str(value)
    if len(text) <= _LONGEST:
        return f"`{text}`"
    if isinstance(value, list):
        return f"{len(value)} steps"
    return f"`{text[: _LONGEST - 3]}...`"


def _problems_of_resolution(
    review: PostImplementationReview, facts: Actual, journal: Sequence[LedgerEntry]
) -> Iterator[_Problem]:
    resolved = any(line.body.event == "resolved" for line in lines(journal))
    if facts.state == "rollback_failed" and not resolved:
        yield _Problem("pir-unresolved", ("spec",), {"change": review.metadata.id})
