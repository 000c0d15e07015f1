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


def _file_name(document: Document) -> Iterator[Finding]:
    name = PurePosixPath(document.path).stem
    if document.id and document.id != name:
        yield document.found("improvement-id-file", ("metadata", "id"), id=document.id, file=name)


def _source(document: Document) -> Iterator[Finding]:
    source = mapping(document.spec.get("source"))
    if source and len({"audit", "review"} & source.keys()) != 1:
        yield document.found("improvement-source", ("spec", "source"))
    done = mapping(document.spec.get("done_by"))
    if done and len({"change", "commit"} & done.keys()) != 1:
        yield document.found("improvement-source", ("spec", "done_by"), case="done")


def _names(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    owner = text(document.spec.get("owner"))
    if owner and not facts.knows(owner):
        what_now = [facts.name_hint(owner)]
        route = ("spec", "owner")
        yield document.found("improvement-unknown-owner", route, who=owner, what_now=what_now)


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


_rule = partial(FindingRule, kind="Improvement")
RULES: Final = (
    _rule("improvement-id-file", "error", "The id is not the name of the file.", find=_file_name),
    _rule(
        "improvement-source",
        "error",
        "The source is not one audit or review, or what carried it out is not one change or commit.",
        find=_source,
    ),
    _rule(
        "improvement-unknown-owner",
        "error",
        "The owner is neither a role nor a person of the roster.",
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
