"""Roles and authorities as a paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.report_rules import (
    Authority,
    ListedDelegation,
    ListedPerson,
    ListedRole,
    RolesPaper,
)
from changeflow.render.list_formats import list_formats
from changeflow.render.list_table import Cell, ListTable, list_table
from changeflow.render.presentation import Presentation
from changeflow.render.report_cells import spanned
from changeflow.render.report_head import head_section, tail_sections
from changeflow.render.request import answered
from changeflow.render.sheet import Block, Points, Prose, Rows, Section, Sheet

_ROLES: Final = ("role", "members", "duties", "decides")
_PEOPLE: Final = ("person", "kind", "proof", "roles")
_DELEGATIONS: Final = ("by", "to", "span", "reason")
_ROLES_LISTED: Final = ("role", "name", "members", "duties", "decides", "owns")
_PEOPLE_LISTED: Final = ("person", "name", "kind", "roles", "keys", "accounts")


def sheet_of(paper: RolesPaper, to: Presentation) -> Sheet:
    """Return the roles, the people and the delegations."""
    return Sheet(
        to.says("roles_paper.title"),
        "",
        (head_section(paper, to), *role_sections(paper, to), *tail_sections(paper, to)),
        wide=True,
    )


def role_sections(paper: RolesPaper, to: Presentation) -> Iterator[Section]:
    """Yield roles, people and delegations, also as a part of another paper."""
    table = role_table(paper.roles, paper.without_member, to)
    yield Section(to.says("roles_paper.roles"), tuple(table))
    people = tuple(_person(one, to) for one in paper.people)
    headings = to.headings("roles_paper.column", _PEOPLE)
    yield Section(to.says("roles_paper.people"), (Rows(headings, people),))
    yield Section(to.says("roles_paper.delegations"), (_delegations(paper, to),))


def role_table(
    roles: Sequence[ListedRole], without_member: Sequence[str], to: Presentation
) -> Iterator[Block]:
    """Yield the roles with their duties and what they decide, then those without a member."""
    rows = tuple(_role(one, to) for one in roles)
    yield Rows(to.headings("roles_paper.column", _ROLES), rows)
    if without_member:
        points = []
        for role in without_member:
            points.append((to.says("roles_paper.empty", role=role), ()))
        yield Points(tuple(points))


def _role(one: ListedRole, to: Presentation) -> tuple[str, ...]:
    members = to.says("roles_paper.no_member")
    if one.members:
        members = to.shows("people", list(one.members))
    return (
        to.shows("role", one.role),
        members,
        answered(one.duties, to) or to.says("paper.not_said"),
        in_a_row(_decides(one, to), to),
    )


def _decides(one: ListedRole, to: Presentation) -> Iterator[str]:
    for authority in one.authorities:
        yield _authority(authority, to)
    if one.owns:
        yield to.says("roles_paper.owns", count=one.owns)
    if not one.authorities and not one.owns:
        yield to.says("roles_paper.nothing")


def _authority(one: Authority, to: Presentation) -> str:
    if one.model is not None:
        return to.says("roles_paper.model", model=one.model)
    return to.says("roles_paper.seats", gate=one.gate, rule=one.rule, seats=one.seats)


def _person(one: ListedPerson, to: Presentation) -> tuple[str, ...]:
    roles = [to.shows("role", role) for role in one.roles]
    return (
        to.shows("person", one.person),
        to.says("roles_paper.kind", case=one.kind),
        to.says("roles_paper.proof", keys=one.keys, accounts=one.accounts),
        to.shows("list", roles) if roles else "-",
    )


def _delegations(paper: RolesPaper, to: Presentation) -> Block:
    if not paper.delegations:
        return Prose(to.says("roles_paper.no_delegation"))
    rows = tuple(_delegation(one, to) for one in paper.delegations)
    return Rows(to.headings("roles_paper.column", _DELEGATIONS), rows)


def _delegation(one: ListedDelegation, to: Presentation) -> tuple[str, ...]:
    roles = [to.shows("role", role) for role in one.roles]
    to_whom = to.says("roles_paper.deputy", who=one.to, roles=roles)
    span = [spanned(one.start, one.end, to)]
    if one.now:
        span.append(to.says("roles_paper.now"))
    reason = answered(one.reason, to) or to.says("paper.not_said")
    return to.shows("person", one.by), to_whom, in_a_row(span, to), reason


def lists_of(paper: RolesPaper, to: Presentation) -> tuple[ListTable, ...]:
    """Return a row for each role, and one for each person."""
    key = "roles_paper.column"
    roles = (_role_listed(one, to) for one in paper.roles)
    people = (_person_listed(one, to) for one in paper.people)
    return (
        list_table(to.says("roles_paper.roles"), key, _ROLES_LISTED, roles, to),
        list_table(to.says("roles_paper.people"), key, _PEOPLE_LISTED, people, to),
    )


def _role_listed(one: ListedRole, to: Presentation) -> Mapping[str, Cell]:
    decides = [_authority(authority, to) for authority in one.authorities]
    return {
        "role": one.role,
        "name": one.name,
        "members": to.shows("people", list(one.members)) if one.members else None,
        "duties": one.duties,
        "decides": "\n".join(decides),
        "owns": one.owns,
    }


def _person_listed(one: ListedPerson, to: Presentation) -> Mapping[str, Cell]:
    return {
        "person": one.person,
        "name": one.name,
        "kind": to.says("roles_paper.kind", case=one.kind),
        "roles": " ".join(one.roles),
        "keys": one.keys,
        "accounts": one.accounts,
    }


FORMATS: Final[dict[str, Callable[[RolesPaper, Presentation], str | bytes]]] = list_formats(
    sheet_of, lists_of
)
