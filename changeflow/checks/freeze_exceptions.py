"""Rules about freeze exceptions: what they name exists, and those who approved may do so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath
from typing import Any, Final

from changeflow.checks.any_shape import mapping, text, texts
from changeflow.checks.calendars import series_arguments
from changeflow.checks.repository_facts import RepositoryFacts
from changeflow.documents.document import Document
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Route
from changeflow.model.phrases import meant, told
from changeflow.model.times import parse_instant


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


def _freezes(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find freezes that do not exist, or of which no period begins before the exception ends."""
    for route, name in freezes_named(document):
        found = [period for period in facts.freezes if text(period.get("id")) == name]
        if not found:
            known = sorted({text(period.get("id")) for period in facts.freezes} - {""})
            what_now = [meant(name, known) or told("hint.name_freeze", freezes=known[:5])]
            yield document.found("exception-unknown-freeze", route, freeze=name, what_now=what_now)
        elif not _begins_before(found, document, facts.timezone):
            yield document.found("exception-order", ("spec", "end"), freeze=name)


def freezes_named(document: Document) -> Iterator[tuple[Route, str]]:
    """Yield the freezes that an exception names, each with its route."""
    route, named = ("spec", "freeze"), document.spec.get("freeze")
    if isinstance(named, str):
        yield route, named
    yield from texts(named, route)


def _begins_before(freezes: list[dict[str, Any]], document: Document, zone: str) -> bool:
    """Return whether a freeze begins before the exception ends, as far as that is known."""
    try:
        end = parse_instant(text(document.spec.get("end")))
    except ValueError:
        # the schema says so
        return True
    begins = [_begin(period, zone) for period in freezes]
    return any(one is None or one < end for one in begins)


def _begin(period: dict[str, Any], zone: str) -> datetime | None:
    """Return when a freeze begins for the first time; None where that cannot be told."""
    from changeflow.schedule.recurrence import RecurrenceError, series

    try:
        arguments = series_arguments(period, zone)
        if arguments is None:
            return None
        found = series(**arguments)
        return min((found.first[0], *map(found.instant, found.more)))
    except (RecurrenceError, ValueError, OverflowError):
        return None


def own_approvals(exception: Document, requests: Mapping[str, Document]) -> Iterator[Finding]:
    """Find people who approved an exception for a change that they request or implement.

    Args:
        exception: the document.
        requests: the requests that there are, by id.
    """
    request = requests.get(text(exception.spec.get("change")))
    if request is None:
        return
    requester = text(mapping(request.data.get("metadata")).get("requester"))
    parts = {text(request.spec.get("implementer")): "implementer", requester: "requester"}
    for route, who in texts(exception.spec.get("approved_by"), ("spec", "approved_by")):
        if who in parts:
            yield exception.found("exception-own", route, case=parts[who], who=who)


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
        find_with=_freezes,
    ),
    _rule(
        "exception-order",
        "warning",
        "A freeze exception ends before its freeze begins for the first time.",
        find_with=_freezes,
    ),
    _rule(
        "exception-approver",
        "error",
        "Too few people approved a freeze exception who may do so: humans of the roles that "
        "`freeze_exceptions` names.",
        find_with=_approvers,
    ),
    _rule(
        "exception-own",
        "error",
        "A freeze exception was approved by who requests or implements the change.",
    ),
)
