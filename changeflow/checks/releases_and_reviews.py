"""Rules about releases and post-implementation reviews."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from changeflow.checks.any_shape import mapping, mappings, text, texts
from changeflow.checks.repository_facts import RepositoryFacts
from changeflow.documents.document import Document
from changeflow.documents.shown import shown
from changeflow.model.document_paths import change_of, release_of
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Route


def _changes(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find changes of a release that do not exist, or that are listed twice."""
    seen: set[str] = set()
    for route, change in texts(document.spec.get("changes"), ("spec", "changes")):
        if change not in facts.changes:
            message = f"there is no change {shown(change)}"
            yield document.finding(
                "release-unknown-change", route, message, facts.change_hint(change)
            )
        elif change in seen:
            message = f"the change `{change}` is listed already"
            yield document.finding(
                "release-duplicate-change", route, message, "list each change once"
            )
        seen.add(change)


def _release_folder(document: Document) -> Iterator[Finding]:
    folder = release_of(document.path)
    if folder is not None and document.id and document.id != folder:
        message = f"the id is {shown(document.id)}, but the folder is {shown(folder)}"
        hint = "the folder's name is the id: rename one of them"
        yield document.finding("release-id-folder", ("metadata", "id"), message, hint)


def _manager(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    manager = text(document.spec.get("manager"))
    if manager and manager not in facts.people:
        message = f"the manager {shown(manager)} is not in the roster"
        yield document.finding(
            "release-unknown-person",
            ("spec", "manager"),
            message,
            facts.person_hint(manager),
        )


def _reviewed_change(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find a review of a change that does not exist.

    The close gate looks for unanswered questions.
    """
    change = text(document.spec.get("change"))
    if change and change not in facts.changes:
        message = f"there is no change {shown(change)}"
        yield document.finding(
            "review-unknown-change", ("spec", "change"), message, facts.change_hint(change)
        )


def _review_folder(document: Document) -> Iterator[Finding]:
    folder = change_of(document.path)
    places: tuple[tuple[Route, str], ...] = (
        (("metadata", "id"), document.id),
        (("spec", "change"), text(document.spec.get("change"))),
    )
    for route, name in places:
        if folder is not None and name and name != folder:
            message = f"{shown(name)} is not the change of this folder, {shown(folder)}"
            yield document.finding(
                "review-id-folder", route, message, "a review lies beside the request it is about"
            )


def _reviewers(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find a reviewer that is no person, and follow-ups without a known owner."""
    reviewer = text(document.spec.get("reviewer"))
    if reviewer and facts.people.get(reviewer) != "human":
        what = "an automation" if reviewer in facts.people else "not in the roster"
        message = f"the reviewer {shown(reviewer)} is {what}"
        hint = facts.person_hint(reviewer)
        yield document.finding("review-unknown-person", ("spec", "reviewer"), message, hint)
    for route, follow_up in mappings(document.spec.get("follow_ups"), ("spec", "follow_ups")):
        owner = text(mapping(follow_up).get("owner"))
        if owner and not facts.knows(owner):
            message = f"the owner {shown(owner)} is neither a role nor a person of the roster"
            hint = facts.name_hint(owner)
            yield document.finding("review-unknown-person", (*route, "owner"), message, hint)


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
        "review-unknown-person",
        "warning",
        "The reviewer or the owner of a follow-up is not in the roster, or the "
        "reviewer is an automation.",
        kind="PostImplementationReview",
        find_with=_reviewers,
    ),
)
