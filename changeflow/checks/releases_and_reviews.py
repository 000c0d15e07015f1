"""Rules about releases and post-implementation reviews."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from changeflow.checks.any_shape import mapping, mappings, text, texts
from changeflow.checks.repository_facts import RepositoryFacts
from changeflow.documents.document import Document
from changeflow.model.document_paths import change_of, release_of
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Route
from changeflow.model.phrases import told

# what every review answers beside its questions in prose
_WHO_AND_HOW: Final = ("reviewer", "outcome", "incidents")


def _changes(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find changes of a release that do not exist, or that are listed twice."""
    seen: set[str] = set()
    for route, change in texts(document.spec.get("changes"), ("spec", "changes")):
        if change not in facts.changes:
            what_now = [facts.change_hint(change)]
            yield document.found("release-unknown-change", route, change=change, what_now=what_now)
        elif change in seen:
            yield document.found("release-duplicate-change", route, change=change)
        seen.add(change)


def _release_folder(document: Document) -> Iterator[Finding]:
    folder = release_of(document.path)
    if folder is not None and document.id and document.id != folder:
        place = ("metadata", "id")
        yield document.found("release-id-folder", place, id=document.id, folder=folder)


def _manager(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    manager = text(document.spec.get("manager"))
    if manager and manager not in facts.people:
        what_now = [facts.person_hint(manager)]
        place = ("spec", "manager")
        yield document.found("release-unknown-person", place, who=manager, what_now=what_now)


def _acceptance(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find an acceptance by a person who may not accept, and one that is not complete."""
    found = mapping(document.spec.get("acceptance"))
    place: Route = ("spec", "acceptance")
    role, person = text(found.get("role")), text(found.get("accepted_by"))
    if role and role not in facts.roles:
        what_now = [facts.role_hint(role)]
        yield document.found("release-acceptance", (*place, "role"), role=role, what_now=what_now)
    if not person:
        return
    if role in facts.roles and person not in facts.roles[role]:
        where = (*place, "accepted_by")
        what_now = [told("hint.accept_by", role=role)]
        yield document.found(
            "release-acceptance", where, case="person", who=person, role=role, what_now=what_now
        )
    # few documents are accepted releases
    from changeflow.model.release_list import of_other_changes

    listed = [one for _, one in texts(document.spec.get("changes"), ("spec", "changes"))]
    other = of_other_changes(text(found.get("accepted_changes")) or None, listed)
    if other:
        what_now = [told("hint.accept_list", digest=other["digest"])]
        yield document.found(
            "release-acceptance", (*place, "accepted_by"), case=other["case"], what_now=what_now
        )
    for route, one in mappings(found.get("criteria"), (*place, "criteria")):
        if text(mapping(one).get("result")) != "met":
            what_now = [told("hint.accept_criterion")]
            yield document.found("release-acceptance", route, case="open", what_now=what_now)


def _reviewed_change(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find a review of a change that does not exist.

    The close gate looks for unanswered questions.
    """
    change = text(document.spec.get("change"))
    if change and change not in facts.changes:
        what_now = [facts.change_hint(change)]
        place = ("spec", "change")
        yield document.found("review-unknown-change", place, change=change, what_now=what_now)


def _review_folder(document: Document) -> Iterator[Finding]:
    folder = change_of(document.path)
    places: tuple[tuple[Route, str], ...] = (
        (("metadata", "id"), document.id),
        (("spec", "change"), text(document.spec.get("change"))),
    )
    for route, name in places:
        if folder is not None and name and name != folder:
            yield document.found("review-id-folder", route, id=name, folder=folder)


def _reviewers(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find a reviewer that is no person, and follow-ups without a known owner."""
    reviewer = text(document.spec.get("reviewer"))
    if reviewer and facts.people.get(reviewer) != "human":
        yield document.found(
            "review-unknown-person",
            ("spec", "reviewer"),
            case="automation" if reviewer in facts.people else "stranger",
            who=reviewer,
            what_now=[facts.person_hint(reviewer)],
        )
    for route, follow_up in mappings(document.spec.get("follow_ups"), ("spec", "follow_ups")):
        owner = text(mapping(follow_up).get("owner"))
        if owner and not facts.knows(owner):
            what_now = [facts.name_hint(owner)]
            yield document.found(
                "review-unknown-person",
                (*route, "owner"),
                case="owner",
                who=owner,
                what_now=what_now,
            )


def _answers(document: Document) -> Iterator[Finding]:
    """Find answers that say nothing, and questions that a dated review leaves open.

    A review without its day is still being written.
    """
    # most files are no reviews
    from changeflow.model.review_answers import PROSE, is_empty_answer, says_nothing

    for name in PROSE:
        answer = text(document.spec.get(name))
        if answer and says_nothing(name, answer):
            yield document.found("review-hollow", ("spec", name), name=name, text=answer.strip())
    for name, given in mapping(document.spec.get("answers")).items():
        # whether `none` is an answer is for the policy to say
        if text(given) and is_empty_answer(text(given), none=True):
            route = ("spec", "answers", name)
            yield document.found("review-hollow", route, name=name, text=text(given).strip())
    if document.spec.get("reviewed") is None:
        return
    for name in (*_WHO_AND_HOW, *PROSE):
        if document.spec.get(name) is None:
            yield document.found("review-unanswered", ("spec", "reviewed"), name=name)


RULES: Final = (
    FindingRule(
        "release-id-folder",
        "error",
        "The id is not the name of the folder.",
        kind="Release",
        find=_release_folder,
    ),
    FindingRule(
        "release-unknown-change",
        "error",
        "A release deploys a change that does not exist.",
        kind="Release",
        find_with=_changes,
    ),
    FindingRule(
        "release-duplicate-change",
        "error",
        "A release lists a change twice.",
        kind="Release",
        find_with=_changes,
    ),
    FindingRule(
        "release-unknown-person",
        "warning",
        "The manager is not in the roster.",
        kind="Release",
        find_with=_manager,
    ),
    FindingRule(
        "release-acceptance",
        "error",
        "A release is accepted by a person who does not hold the role, or while a criterion is "
        "not met.",
        kind="Release",
        find_with=_acceptance,
    ),
    FindingRule(
        "review-id-folder",
        "error",
        "A review is about another change than the one beside it.",
        kind="PostImplementationReview",
        find=_review_folder,
    ),
    FindingRule(
        "review-unknown-change",
        "error",
        "A review is about a change that does not exist.",
        kind="PostImplementationReview",
        find_with=_reviewed_change,
    ),
    FindingRule(
        "review-hollow",
        "error",
        "An answer of a review says nothing.",
        kind="PostImplementationReview",
        find=_answers,
    ),
    FindingRule(
        "review-unanswered",
        "error",
        "A review is dated, and leaves a question open.",
        kind="PostImplementationReview",
        find=_answers,
    ),
    FindingRule(
        "review-unknown-person",
        "warning",
        "The reviewer or the owner of a follow-up is not in the roster, or the "
        "reviewer is an automation.",
        kind="PostImplementationReview",
        find_with=_reviewers,
    ),
)
