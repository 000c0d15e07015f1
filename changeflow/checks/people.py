"""Rules about the roster."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from changeflow.checks.any_shape import mapping, mappings, sequence, text, texts
from changeflow.checks.repository_facts import RepositoryFacts
from changeflow.documents.document import Document
from changeflow.model import times
from changeflow.model.addresses import account_of
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Route
from changeflow.model.phrases import Told, meant, told
from changeflow.model.sshkeys import SshFormatError, public_key


def _people(document: Document) -> dict[str, Any]:
    return mapping(document.spec.get("people"))


def _members(document: Document) -> Iterator[Finding]:
    people = _people(document)
    for role, members in mapping(document.spec.get("roles")).items():
        if members == []:
            yield document.found("roster-empty-role", ("spec", "roles", role), role=role)
        seen: set[str] = set()
        for route, person in texts(members, ("spec", "roles", role)):
            yield from _member(document, people, role, route, person, person in seen)
            seen.add(person)


def _role_names(document: Document) -> Iterator[Finding]:
    """Find names of roles that are not listed: no answer would show them."""
    roles = mapping(document.spec.get("roles"))
    for key in ("role_names", "role_duties"):
        for role in mapping(document.spec.get(key)):
            if role not in roles:
                what_now = [meant(role, roles) or told("hint.name_a_role")]
                spot = ("spec", key, role)
                yield document.found(
                    "roster-role-name", spot, at_key=True, role=role, what_now=what_now
                )


def _member(
    document: Document, people: dict[str, Any], role: str, route: Route, person: str, again: bool
) -> Iterator[Finding]:
    if person not in people:
        what_now = [_listed(person, people)]
        yield document.found(
            "roster-unknown-member", route, who=person, role=role, what_now=what_now
        )
    elif again:
        yield document.found("roster-duplicate-member", route, who=person, role=role)
    elif mapping(people[person]).get("kind") == "agent":
        yield document.found("roster-agent-member", route, who=person, role=role)


def _listed(person: str, people: dict[str, Any]) -> Told:
    """Return what to do about a person who is not listed."""
    return meant(person, people) or told("hint.list_person")


def _keys(document: Document) -> Iterator[Finding]:
    """Find keys that no signature can be checked with: their owner only seems able to sign."""
    for person, facts in _people(document).items():
        for route, line in texts(mapping(facts).get("keys"), ("spec", "people", person, "keys")):
            try:
                public_key(line)
            except SshFormatError as error:
                yield document.found("roster-key-unreadable", route, who=person, error=str(error))


def _unknowable(document: Document) -> Iterator[Finding]:
    """Find people in a role to whom no commit, review or signature could be attributed."""
    named: set[str] = set()
    for members in mapping(document.spec.get("roles")).values():
        named.update(map(text, sequence(members)))
    for person, facts in _people(document).items():
        known = mapping(facts)
        ways = ("emails", "keys", "github_id", "accounts")
        if person not in named or known.get("kind") == "agent":
            continue
        if any(known.get(way) for way in ways):
            continue
        yield document.found("roster-unknowable", ("spec", "people", person), who=person)


def _delegations_of(document: Document) -> Iterator[tuple[Route, dict[str, Any]]]:
    return mappings(document.spec.get("delegations"), ("spec", "delegations"))


def _delegations(document: Document) -> Iterator[Finding]:
    people = _people(document)
    for route, delegation in _delegations_of(document):
        giver, taker = text(delegation.get("from")), text(delegation.get("to"))
        for key, person in (("from", giver), ("to", taker)):
            if person and person not in people:
                what_now = [_listed(person, people)]
                yield document.found(
                    "roster-delegation-unknown", (*route, key), who=person, what_now=what_now
                )
        if giver and giver == taker:
            yield document.found("roster-delegation-self", (*route, "to"), who=giver)
        if mapping(people.get(taker)).get("kind") == "agent":
            yield document.found("roster-delegation-agent", (*route, "to"), who=taker)


def _delegated_roles(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    for route, delegation in _delegations_of(document):
        giver = text(delegation.get("from"))
        for place, role in texts(delegation.get("roles"), (*route, "roles")):
            if role not in facts.roles:
                what_now = [facts.role_hint(role)]
                yield document.found(
                    "roster-delegation-role", place, case="unknown", role=role, what_now=what_now
                )
            elif giver and giver not in facts.roles[role]:
                yield document.found("roster-delegation-role", place, who=giver, role=role)


def _delegation_order(document: Document) -> Iterator[Finding]:
    for route, delegation in _delegations_of(document):
        try:
            start = times.parse_instant(text(delegation.get("start")))
            end = times.parse_instant(text(delegation.get("end")))
        except ValueError:
            # the schema says what is wrong with it
            continue
        if end <= start:
            yield document.found("roster-delegation-order", (*route, "end"))


def _key_material(key: str) -> str:
    """Return the type and the bytes of a public key, without the comment behind them."""
    return " ".join(key.split()[:2])


_ACCOUNT: Final = "account"
_IDENTITIES: Final = (
    (
        "github_id",
        "roster-duplicate-github",
        _ACCOUNT,
        lambda value: value if type(value) is int else None,
    ),
    (
        "github",
        "roster-duplicate-github",
        "login",
        lambda value: text(value).casefold() or None,
    ),
)


def _identities(document: Document) -> Iterator[Finding]:
    """Find accounts, keys and addresses of two people.

    They would let one of them fill two seats (attack A33).
    """
    seen: dict[tuple[str, Any], str] = {}
    for person, facts in _people(document).items():
        route: Route = ("spec", "people", person)
        for place, rule, what, value in _identities_of(mapping(facts), route):
            owner = seen.setdefault((rule + what, value), person)
            if owner != person:
                yield document.found(rule, place, case=what, who=person, owner=owner)


def _identities_of(facts: dict[str, Any], route: Route) -> Iterator[tuple[Route, str, str, Any]]:
    for place, account in ((route, facts), *mappings(facts.get("accounts"), (*route, "accounts"))):
        for name, rule, what, value_of in _IDENTITIES:
            value = value_of(account.get(name))
            if value is not None:
                yield (*place, name), rule, what, value
    for index, key in enumerate(sequence(facts.get("keys"))):
        if len(_key_material(text(key)).split()) > 1:
            yield (*route, "keys", index), "roster-duplicate-key", "key", _key_material(key)
    for place, address in texts(facts.get("emails"), (*route, "emails")):
        yield place, "roster-duplicate-email", "address", address.casefold()
        # a person who lists GitHub's own address of an account claims that account
        number = account_of(address)
        if number is not None:
            yield place, "roster-duplicate-github", _ACCOUNT, number


_rule = partial(FindingRule, kind="Roster")
RULES: Final = (
    _rule(
        "roster-unknown-member", "error", "A member of a role is not under `people`.", find=_members
    ),
    _rule("roster-duplicate-member", "warning", "A person is in a role twice.", find=_members),
    _rule("roster-empty-role", "warning", "A role has no members.", find=_members),
    _rule(
        "roster-unknowable",
        "warning",
        "A person in a role has neither an address, nor a key, nor an account.",
        find=_unknowable,
    ),
    _rule(
        "roster-role-name",
        "warning",
        "A role that has a name is not under `roles`.",
        find=_role_names,
    ),
    _rule(
        "roster-agent-member",
        "warning",
        "An automation is in a role, where it never counts.",
        find=_members,
    ),
    _rule(
        "roster-duplicate-github",
        "error",
        "Two people share a GitHub account: its number, its login, or an address that"
        " names its number.",
        find=_identities,
    ),
    _rule(
        "roster-key-unreadable",
        "error",
        "A key is damaged, too short, of a type that is not supported, or a certificate.",
        find=_keys,
    ),
    _rule("roster-duplicate-key", "error", "Two people share a key.", find=_identities),
    _rule(
        "roster-duplicate-email", "error", "Two people share an e-mail address.", find=_identities
    ),
    _rule(
        "roster-delegation-unknown",
        "error",
        "A delegation is from or to a person who is not under `people`.",
        find=_delegations,
    ),
    _rule("roster-delegation-self", "error", "A person is their own deputy.", find=_delegations),
    _rule("roster-delegation-agent", "error", "An automation is a deputy.", find=_delegations),
    _rule(
        "roster-delegation-role",
        "error",
        "A delegated role does not exist, or is not held by the one who hands it on.",
        find_with=_delegated_roles,
    ),
    _rule(
        "roster-delegation-order",
        "error",
        "A delegation ends before it starts.",
        find=_delegation_order,
    ),
)
