"""Rules about improvements: what they name exists, and who verifies is not who was to act."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import Final

from changeflow.checks.any_shape import mapping, text
from changeflow.checks.repository_facts import RepositoryFacts
from changeflow.documents.document import Document
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding

# what an improvement comes from: one of them
_SOURCES: Final = frozenset({"audit", "review", "period", "nonconformity"})


def _file_name(document: Document) -> Iterator[Finding]:
    name = PurePosixPath(document.path).stem
    if document.id and document.id != name:
        yield document.found("improvement-id-file", ("metadata", "id"), id=document.id, file=name)


def _source(document: Document) -> Iterator[Finding]:
    source = mapping(document.spec.get("source"))
    if source and len(_SOURCES & source.keys()) != 1:
        yield document.found("improvement-source", ("spec", "source"))
    if "follow_up" in source and "review" not in source:
        yield document.found("improvement-source", ("spec", "source", "follow_up"), case="number")
    done = mapping(document.spec.get("done_by"))
    if done and len({"change", "commit"} & done.keys()) != 1:
        yield document.found("improvement-source", ("spec", "done_by"), case="done")


def _names(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    for key in ("owner", "verifier"):
        name = text(document.spec.get(key))
        if name and not facts.knows(name):
            what_now = [facts.name_hint(name)]
            route = ("spec", key)
            case = "verifier" if key == "verifier" else None
            yield document.found(
                "improvement-unknown-owner", route, case=case, who=name, what_now=what_now
            )


def _changes(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    for part, key in (("source", "review"), ("done_by", "change")):
        change = text(mapping(document.spec.get(part)).get(key))
        if change and change not in facts.changes:
            what_now = [facts.change_hint(change)]
            route = ("spec", part, key)
            yield document.found(
                "improvement-unknown-change", route, change=change, what_now=what_now
            )


def _verified(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    verified = mapping(document.spec.get("verified"))
    if not verified:
        return
    route, who = ("spec", "verified", "by"), text(verified.get("by"))
    if not document.spec.get("done_by"):
        yield document.found("improvement-verified", ("spec", "verified"), case="undone")
    if who and facts.people.get(who) != "human":
        yield document.found("improvement-verified", route, case="unlisted", who=who)
    owner = text(document.spec.get("owner"))
    if who and who == owner:
        yield document.found("improvement-verified", route, who=who)
    elif who and facts.roles.get(owner) == (who,):
        yield document.found("improvement-verified", route, case="owns", who=who, owner=owner)


def _days(document: Document) -> Iterator[Finding]:
    """Find days that cannot be in this order: raised, due and verified."""
    raised = text(document.spec.get("raised"))
    on = text(mapping(document.spec.get("verified")).get("on"))
    days = ((("spec", "due"), text(document.spec.get("due"))), (("spec", "verified", "on"), on))
    for route, day in days:
        # days as they are written sort by time
        if raised and day and day < raised:
            yield document.found("improvement-order", route, day=day, raised=raised)


_rule = partial(FindingRule, kind="Improvement")
RULES: Final = (
    _rule("improvement-id-file", "error", "The id is not the name of the file.", find=_file_name),
    _rule(
        "improvement-source",
        "error",
        "The source is not one audit, review, period or nonconformity, or what carried it out is not "
        "one change or commit.",
        find=_source,
    ),
    _rule(
        "improvement-order",
        "error",
        "It is due or verified before the day on which it was raised.",
        find=_days,
    ),
    _rule(
        "improvement-unknown-owner",
        "error",
        "The owner or the verifier is neither a role nor a person of the roster.",
        find_with=_names,
    ),
    _rule(
        "improvement-unknown-change",
        "error",
        "An improvement names a change that does not exist.",
        find_with=_changes,
    ),
    _rule(
        "improvement-verified",
        "error",
        "It is verified before it was done, by its owner, or by no person of the roster.",
        find_with=_verified,
    ),
)
