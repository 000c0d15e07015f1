"""Roles and authorities as a paper."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    "roles_paper.title": "Roles and authorities",
    "roles_paper.roles": "Roles",
    "roles_paper.people": "People",
    "roles_paper.delegations": "Delegations",
    "roles_paper.no_delegation": "there are none",
    "roles_paper.no_member": "NO MEMBER",
    "roles_paper.empty": "{role:role}: rules ask for it, and it has NO MEMBER",
    "roles_paper.owns": "owns {count:plural item items}",
    "roles_paper.nothing": "no rule asks for it",
    "roles_paper.model": "authorises change model {model}",
    "roles_paper.seats": "gate {gate:word}: {seats:plural seat seats} ({rule})",
    "roles_paper.kind:human": "person",
    "roles_paper.kind:agent": "automation",
    "roles_paper.proof": "{keys:plural key keys}, {accounts:plural account accounts}",
    "roles_paper.deputy": "{who:person} for {roles:list}",
    "roles_paper.now": "in force now",
    "roles_paper.column:role": "Role",
    "roles_paper.column:name": "Name",
    "roles_paper.column:members": "Members",
    "roles_paper.column:duties": "Duties",
    "roles_paper.column:decides": "Decides",
    "roles_paper.column:owns": "Items owned",
    "roles_paper.column:person": "Person",
    "roles_paper.column:kind": "Kind",
    "roles_paper.column:proof": "Keys, accounts",
    "roles_paper.column:roles": "Roles",
    "roles_paper.column:keys": "Keys",
    "roles_paper.column:accounts": "Accounts",
    "roles_paper.column:by": "From",
    "roles_paper.column:to": "To",
    "roles_paper.column:span": "From, to",
    "roles_paper.column:reason": "Reason",
}
