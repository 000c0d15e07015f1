"""Rules about releases and post-implementation reviews."""

from __future__ import annotations

from collections.abc import Iterator

from changeflow.checks.any_shape import mapping, mappings, text, texts
from changeflow.checks.context import Facts
from changeflow.documents.document import Document
from changeflow.documents.shown import shown
from changeflow.model.document_paths import change_of
from changeflow.model.findings import Finding, Route


def release(document: Document, facts: Facts) -> Iterator[Finding]:
    """A release deploys changes that exist, each once, and its folder is its id."""
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
    folder = document.path.split("/")[1]
    if document.id and document.id != folder:
        message = f"the id is {shown(document.id)}, but the folder is {shown(folder)}"
        yield document.finding(
            "release-id-folder",
            ("metadata", "id"),
            message,
            "the folder's name is the id: rename one of them",
        )
    yield from _manager(document, facts)


def _manager(document: Document, facts: Facts) -> Iterator[Finding]:
    manager = text(document.spec.get("manager"))
    if manager and manager not in facts.people:
        message = f"the manager {shown(manager)} is not in the roster"
        yield document.finding(
            "release-unknown-person",
            ("spec", "manager"),
            message,
            facts.person_hint(manager),
            "warning",
        )


def review(document: Document, facts: Facts) -> Iterator[Finding]:
    """A review is about a change that exists, and lies in its folder.

    What is unanswered is the close gate's business.
    """
    change = text(document.spec.get("change"))
    if change and change not in facts.changes:
        message = f"there is no change {shown(change)}"
        yield document.finding(
            "review-unknown-change", ("spec", "change"), message, facts.change_hint(change)
        )
    folder = change_of(document.path)
    places: tuple[tuple[Route, str], ...] = (
        (("metadata", "id"), document.id),
        (("spec", "change"), change),
    )
    for route, name in places:
        if folder is not None and name and name != folder:
            message = f"{shown(name)} is not the change of this folder, {shown(folder)}"
            yield document.finding(
                "review-id-folder", route, message, "a review lies beside the request it is about"
            )
    reviewer = text(document.spec.get("reviewer"))
    if reviewer and facts.people.get(reviewer) != "human":
        what = "an automation" if reviewer in facts.people else "not in the roster"
        message = f"the reviewer {shown(reviewer)} is {what}"
        yield document.finding(
            "review-unknown-person",
            ("spec", "reviewer"),
            message,
            facts.person_hint(reviewer),
            "warning",
        )
    for route, follow_up in mappings(document.spec.get("follow_ups"), ("spec", "follow_ups")):
        owner = text(mapping(follow_up).get("owner"))
        if owner and not facts.knows(owner):
            message = f"the owner {shown(owner)} is neither a role nor a person of the roster"
            yield document.finding(
                "review-unknown-person",
                (*route, "owner"),
                message,
                facts.name_hint(owner),
                "warning",
            )
