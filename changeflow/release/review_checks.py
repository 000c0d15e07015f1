"""Checks of a post-implementation review: complete, true and independent.

They follow ISO/IEC 20000-1:2018 8.5.1.3 and 8.5.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import chain
from typing import Any, Final, NamedTuple

from changeflow.model.change import ChangeRequest
from changeflow.model.document_paths import review_path
from changeflow.model.evidence import LedgerEntry
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Level, Route
from changeflow.model.people import Roster
from changeflow.model.phrases import in_backticks
from changeflow.model.placeholders import comparable, is_hollow, is_marker, is_nothing, is_praise
from changeflow.model.post_implementation import Actual, PostImplementationReview
from changeflow.release.plan import plan
from changeflow.release.progress import lines, progress
from changeflow.release.step_facts import actual

PROSE: Final = ("objectives_met", "effects_observed", "deviations", "lessons")

# The outcomes that a reviewer may give to each end of a release.
AGREES: Final[dict[str, tuple[str, ...]]] = {
    "implemented": ("successful", "successful-with-issues"),
    "rolled_back": ("rolled-back", "failed"),
    "rollback_failed": ("failed",),
}

# Answers to these must say more than that all is well.
_WANTS_SUBSTANCE: Final = ("objectives_met", "lessons")

# A reviewer who writes on the evening of the release may live twelve hours west of Greenwich.
_WEST: Final = timedelta(hours=12)

# characters of a value that a hint shows
_LONGEST: Final = 80


RULES: Final = (
    FindingRule("pir-copied", "error", "An answer repeats the request or another answer."),
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
        "The reviewer asked for the change, made it or ran its release.",
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
    FindingRule("pir-unresolved", "error", "A failed rollback has not been resolved by anybody."),
)
# rule -> its level
_LEVELS: Final[dict[str, Level]] = {rule.id: rule.level for rule in RULES}


def review_problems(
    review: PostImplementationReview,
    change: ChangeRequest,
    journal: Sequence[LedgerEntry],
    roster: Roster,
) -> list[Finding]:
    """Return the problems that keep a review from counting; mere warnings do not.

    Args:
        review: as written, from `changes/<id>/review.yaml`.
        change: the request it is about.
        journal: the change's ledger entries in order.
        roster: from the base.

    Returns:
        Findings with path and route (line and column are the caller's), in the order of the
        document.
    """
    broken = progress(plan(change), journal).broken
    if broken:
        message = f"the release's journal does not fit the request as it is now: {broken}"
        hint = "was the request changed after its release?"
        return _findings_of_review(review, [_Problem("pir-journal", ("spec",), message, hint)])
    facts = actual(change, journal)
    if facts is None:
        message = "the release of this change has not finished"
        return _findings_of_review(review, [_Problem("pir-not-released", ("spec",), message)])
    found = chain(
        _problems_of_identity(review, change),
        _problems_of_reviewer(review, change, journal, roster),
        _problems_of_day(review, facts),
        _problems_of_outcome(review, facts),
        _problems_of_answers(review),
        _copied_answers(review, change),
        _problems_of_consequences(review, change, facts, roster),
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
    rule: str
    route: Route
    message: str
    hint: str = ""

    def finding(self, path: str) -> Finding:
        """Return the finding for the review at a path, at the level of its rule."""
        return Finding(self.rule, _LEVELS[self.rule], self.message, self.hint, path, self.route)


def _problems_of_identity(
    review: PostImplementationReview, change: ChangeRequest
) -> Iterator[_Problem]:
    for route, value in (
        (("metadata", "id"), review.metadata.id),
        (("spec", "change"), review.spec.change),
    ):
        if value != change.id:
            yield _Problem(
                "pir-other-change", route, f"this review is about `{value}`, not `{change.id}`"
            )


def _problems_of_reviewer(
    review: PostImplementationReview,
    change: ChangeRequest,
    journal: Sequence[LedgerEntry],
    roster: Roster,
) -> Iterator[_Problem]:
    reviewer = review.spec.reviewer
    route = ("spec", "reviewer")
    if reviewer is None or not reviewer.strip() or is_marker(reviewer):
        yield _Problem(
            "pir-empty-answer",
            route,
            "nobody is named as the reviewer",
            "name a person of the roster",
        )
        return
    if not roster.is_human(reviewer):
        known = reviewer in roster.spec.people
        why = "is an automation" if known else "is not in the roster"
        yield _Problem(
            "pir-reviewer-unknown", route, f"`{reviewer}` {why}", "a review is signed by a person"
        )
    for part in _parts_in_change(reviewer, change, journal):
        hint = "name a person who neither asked for the change nor made it"
        yield _Problem("pir-not-independent", route, f"`{reviewer}` {part}", hint)


def _parts_in_change(
    person: str, change: ChangeRequest, journal: Sequence[LedgerEntry]
) -> Iterator[str]:
    """Yield the parts that a person had in the change."""
    if person == change.metadata.requester:
        yield "requested this change"
    if person == change.spec.implementer:
        yield "implemented this change"
    ran = {line.body.by for line in lines(journal) if line.body.event in ("started", "resumed")}
    if person in ran:
        yield "ran this release"


def _problems_of_day(review: PostImplementationReview, facts: Actual) -> Iterator[_Problem]:
    day = review.spec.reviewed
    route = ("spec", "reviewed")
    if day is None:
        yield _Problem(
            "pir-empty-answer", route, "the day of the review is missing", "for example 2026-11-30"
        )
    elif day < (facts.ended - _WEST).date():
        yield _Problem(
            "pir-too-early",
            route,
            f"reviewed on {day}, before the release ended ({facts.ended:%Y-%m-%d})",
        )


def _problems_of_outcome(review: PostImplementationReview, facts: Actual) -> Iterator[_Problem]:
    outcome = review.spec.outcome
    route = ("spec", "outcome")
    allowed = AGREES[facts.state]
    hint = "one of " + ", ".join(in_backticks(allowed))
    if outcome is None:
        yield _Problem("pir-empty-answer", route, "the outcome is missing", hint)
    elif outcome not in allowed:
        ended = facts.state.replace("_", " ")
        yield _Problem(
            "pir-outcome-disagrees", route, f"`{outcome}`, but the release ended {ended}", hint
        )
    elif outcome == "successful" and review.spec.incidents:
        hint = "`successful-with-issues` says so"
        yield _Problem(
            "pir-outcome-disagrees", route, "`successful`, and yet there were incidents", hint
        )


def _problems_of_answers(review: PostImplementationReview) -> Iterator[_Problem]:
    for name in PROSE:
        text = getattr(review.spec, name)
        route = ("spec", name)
        if text is None or not text.strip():
            hint = "a sentence is enough; `none` is an answer"
            yield _Problem("pir-empty-answer", route, f"`{name}` is not answered", hint)
        elif _says_nothing(name, text):
            yield _Problem(
                "pir-placeholder",
                route,
                f"`{name}` says only `{text.strip()}`",
                "say what happened",
            )
    if review.spec.incidents is None:
        hint = "list their numbers, or write `[]` when there were none"
        yield _Problem(
            "pir-empty-answer",
            ("spec", "incidents"),
            "it does not say which incidents the change caused",
            hint,
        )


def _says_nothing(name: str, text: str) -> bool:
    """Return whether an answer is a placeholder for this question."""
    if is_nothing(text):
        return name == "objectives_met"
    return is_hollow(text) or (name in _WANTS_SUBSTANCE and is_praise(text))


def _copied_answers(review: PostImplementationReview, change: ChangeRequest) -> Iterator[_Problem]:
    """Yield answers that were copied. `none` may be repeated."""
    answers: dict[str, str] = {}
    for name in PROSE:
        text = getattr(review.spec, name) or ""
        if text.strip() and not is_nothing(text):
            answers[name] = comparable(text)
    request = (change.spec.reason, change.spec.benefit, change.metadata.title)
    asked = {comparable(text) for text in request if text}
    for name, text in answers.items():
        if text in asked:
            message = f"`{name}` repeats the request"
            yield _Problem(
                "pir-copied", ("spec", name), message, "say what was observed, not what was hoped"
            )
    first: dict[str, str] = {}
    for name, text in answers.items():
        earlier = first.setdefault(text, name)
        if earlier != name:
            yield _Problem(
                "pir-copied",
                ("spec", name),
                f"`{name}` is the same text as `{earlier}`",
                "answer each question",
            )


def _problems_of_consequences(
    review: PostImplementationReview, change: ChangeRequest, facts: Actual, roster: Roster
) -> Iterator[_Problem]:
    for index, follow_up in enumerate(review.spec.follow_ups):
        route: Route = ("spec", "follow_ups", index)
        if not roster.members(follow_up.owner):
            message = f"`{follow_up.owner}` is neither a person nor a role of the roster"
            yield _Problem(
                "pir-owner-unknown",
                (*route, "owner"),
                message,
                "a follow-up needs a person or a role that does it",
            )
        if is_hollow(follow_up.action):
            yield _Problem(
                "pir-placeholder",
                (*route, "action"),
                f"`action` says only `{follow_up.action.strip()}`",
            )
    if facts.state != "implemented" and not review.spec.follow_ups:
        message = "the change failed and nothing follows from it"
        yield _Problem(
            "pir-no-follow-up", ("spec", "follow_ups"), message, "what makes it work next time?"
        )
    limit = change.spec.rollback.limit if change.spec.rollback else None
    if limit is not None and facts.rollback_took is not None and facts.rollback_took > limit:
        message = f"restoring took {facts.rollback_took}, promised were {limit}"
        yield _Problem(
            "pir-limit-missed",
            ("spec", "deviations"),
            message,
            "`deviations` is the place to say why",
        )


def _problems_of_facts(review: PostImplementationReview, facts: Actual) -> Iterator[_Problem]:
    written, true = _plain_facts(review.spec.actual), _plain_facts(facts)
    for name, value in true.items():
        if written[name] != value:
            message = f"`actual.{name}` is not what the ledger says"
            hint = (
                f"the ledger says {_shown_value(value)}; a new skeleton (`changeflow review "
                f"{review.metadata.id}`) has the facts"
            )
            yield _Problem("pir-facts-differ", ("spec", "actual", name), message, hint)


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
        hint = (
            f"`changeflow release confirm {review.metadata.id} --resolved --as PERSON "
            "--note TEXT` records how it ended"
        )
        yield _Problem("pir-unresolved", ("spec",), "the failed rollback is still open", hint)
