"""Rules about freeze exceptions: what they name exists, and those who approved may do so."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import Final

from changeflow.checks.any_shape import text, texts
from changeflow.checks.repository_facts import RepositoryFacts
from changeflow.documents.document import Document
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding
from changeflow.model.phrases import meant, told
from changeflow.model.times import parse_instant, parse_written_instant


def _file_name(document: Document) -> Iterator[Finding]:
    name = PurePosixPath(document.path).stem
    if document.id and document.id != name:
        yield document.found("exception-id-file", ("metadata", "id"), id=document.id, file=name)


def _change(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    change = text(document.spec.get("change"))
    if change and change not in facts.changes:
        what_now = [facts.change_hint(change)]
        yield document.found(
            "exception-unknown-change", ("spec", "change"), change=change, what_now=what_now
        )


def _freeze(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    name, route = text(document.spec.get("freeze")), ("spec", "freeze")
    found = [period for period in facts.freezes if text(period.get("id")) == name]
    if name and not found:
        known = sorted({text(period.get("id")) for period in facts.freezes} - {""})
        what_now = [meant(name, known) or told("hint.name_freeze", freezes=known[:5])]
        yield document.found("exception-unknown-freeze", route, freeze=name, what_now=what_now)
    try:
        end = parse_instant(text(document.spec.get("end")))
        # what begins again and again may begin before any end
        begins = [parse_written_instant(text(one["start"])) for one in found if "rrule" not in one]
    except (KeyError, ValueError):
        # a local time, or one that the schema refuses
        return
    if begins and end <= min(begins):
        yield document.found("exception-order", ("spec", "end"), freeze=name)


def _approvers(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    roles, needed = facts.exception_roles, facts.exception_count
    holders = {one for role in roles for one in facts.roles.get(role, ())}
    counted = set[str]()
    for route, who in texts(document.spec.get("approved_by"), ("spec", "approved_by")):
        if facts.people.get(who) != "human":
            case = "automation" if who in facts.people else "stranger"
            what_now = [facts.person_hint(who)]
            yield document.found("exception-approver", route, case=case, who=who, what_now=what_now)
        elif who not in holders:
            yield document.found("exception-approver", route, who=who, roles=list(roles))
        else:
            counted.add(who)
    if counted and len(counted) < needed:
        yield document.found(
            "exception-approver",
            ("spec", "approved_by"),
            case="few",
            needed=needed,
            roles=list(roles),
        )


_rule = partial(FindingRule, kind="FreezeException")
RULES: Final = (
    _rule("exception-id-file", "error", "The id is not the name of the file.", find=_file_name),
    _rule(
        "exception-unknown-change",
        "error",
        "A freeze exception names a change that does not exist.",
        find_with=_change,
    ),
    _rule(
        "exception-unknown-freeze",
        "error",
        "A freeze exception names a freeze that no calendar has.",
        find_with=_freeze,
    ),
    _rule(
        "exception-order",
        "warning",
        "A freeze exception ends before the freeze begins.",
        find_with=_freeze,
    ),
    _rule(
        "exception-approver",
        "error",
        "Too few people approved a freeze exception who may do so: humans of the roles that "
        "`freeze_exceptions` names.",
        find_with=_approvers,
    ),
)
