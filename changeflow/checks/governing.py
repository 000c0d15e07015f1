"""Rules about governing documents: policies and their tests, change models, configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from changeflow.checks.any_shape import mapping, mappings, text, texts, words_of
from changeflow.checks.conditions import condition, evidence_read
from changeflow.checks.repository_facts import RepositoryFacts
from changeflow.documents.document import Document
from changeflow.documents.shown import shown
from changeflow.gate.step_pattern import ITEM, flaws, misfits
from changeflow.model.branches import LEDGER_BRANCH, MAIN_BRANCH
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Level, Route
from changeflow.model.model_scope import TAKES_AWAY
from changeflow.model.phrases import in_backticks, near_hint


def _rule_ids(document: Document) -> Iterator[Finding]:
    seen: dict[str, Route] = {}
    for route, rule in mappings(document.spec.get("rules"), ("spec", "rules")):
        name = text(rule.get("id"))
        if name and name in seen:
            line = document.position((*seen[name], "id"))[0]
            message = f"the rule `{name}` is defined already, on line {line}"
            yield document.finding(
                "policy-duplicate-rule", (*route, "id"), message, "give each rule its own id"
            )
        seen.setdefault(name, route)


def _conditions(document: Document) -> Iterator[Finding]:
    """Find conditions that do not compile, or that read names no gate fills."""
    for route, rule in mappings(document.spec.get("rules"), ("spec", "rules")):
        for place, seat in mappings(rule.get("require"), (*route, "require")):
            yield from condition(document, (*place, "each"), text(seat.get("each")))
        for key in ("when", "assert"):
            yield from condition(document, (*route, key), text(rule.get(key)))


def _not_told(document: Document) -> Iterator[Finding]:
    """Find conditions that read evidence which their gate is not told."""
    from changeflow.policy.vocabulary import EVIDENCE_AT

    gate = text(document.spec.get("gate"))
    for route, rule in mappings(document.spec.get("rules"), ("spec", "rules")):
        for key in ("when", "assert"):
            for name in evidence_read(text(rule.get(key))):
                asked_at = EVIDENCE_AT.get(name, (gate,))
                if gate not in asked_at:
                    message = f"the gate `{gate}` is not told `evidence.{name}`: it is empty there"
                    hint = f"it is told at {' and '.join(in_backticks(asked_at))}"
                    yield document.finding("policy-fact-not-told", (*route, key), message, hint)


def _seats(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find rules that ask for roles that do not exist, or for more people than could approve."""
    for route, rule in mappings(document.spec.get("rules"), ("spec", "rules")):
        for place, seat in mappings(rule.get("require"), (*route, "require")):
            role = text(seat.get("role"))
            if role and role not in facts.roles:
                message, hint = f"there is no role {shown(role)}", facts.role_hint(role)
                yield document.finding("policy-unknown-role", (*place, "role"), message, hint)
            elif role and rule.get("level") != "warn":
                yield from _too_many(document, place, role, seat.get("count", 1), facts)


_ABLE: Final = {
    None: "may approve",
    "key": "may approve with a signature",
    "account": "may approve with an account on GitHub",
}
_ENABLE: Final = {
    None: "automations never approve; give the role more people, or ask for fewer",
    "key": "`require_signatures` is on: list people's public keys under `keys` in the roster",
    "account": "reviews on GitHub count by account number: add `github_id` to people in the roster",
}


def _too_many(
    document: Document, place: Route, role: str, count: object, facts: RepositoryFacts
) -> Iterator[Finding]:
    """Find a rule that can never be satisfied, when it is written and not at the gate."""
    people = facts.approvers(role)
    if facts.needs == "account" and not facts.equipped:
        # the configuration's own finding says it once for all rules
        return
    if isinstance(count, int) and len(people) < count:
        message = (
            f"this cannot be satisfied: it asks for {count} of `{role}`, and "
            f"{len(people)} {_ABLE[facts.needs]}"
        )
        # A repository on GitHub begins without account numbers: its gate stays shut until they are
        # there.
        level: Level = "warning" if facts.needs == "account" else "error"
        yield document.finding(
            "policy-unsatisfiable", (*place, "role"), message, _ENABLE[facts.needs], level
        )


def _named_in_tests(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find test cases that name a policy or a rule that does not exist."""
    name = text(document.spec.get("policy"))
    rules = facts.policies.get(name)
    if name and rules is None:
        hint = near_hint(name, facts.policies) or "`policy` is the metadata.id of a policy"
        yield document.finding(
            "policy-test-unknown", ("spec", "policy"), f"there is no policy {shown(name)}", hint
        )
    for route, case in mappings(document.spec.get("cases"), ("spec", "cases")):
        if rules is None:
            continue
        for rule in mapping(case.get("expect")):
            if rule not in rules:
                hint = near_hint(rule, rules) or f"the policy has {', '.join(sorted(rules))}"
                message = f"the policy `{name}` has no rule {shown(rule)}"
                yield document.finding(
                    "policy-test-unknown", (*route, "expect", rule), message, hint, at_key=True
                )


def _authority(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find a change model whose authority or people do not exist.

    The gates check whether it has expired.
    """
    authority = text(document.spec.get("authority"))
    if authority and authority not in facts.roles:
        message, hint = f"there is no role {shown(authority)}", facts.role_hint(authority)
        yield document.finding("model-unknown-authority", ("spec", "authority"), message, hint)
    for route, person in texts(document.spec.get("authorised_by"), ("spec", "authorised_by")):
        if person not in facts.people:
            message = f"{shown(person)} is not in the roster"
            hint = facts.person_hint(person)
            yield document.finding("model-unknown-person", route, message, hint)


def _model_scope(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    scope = mapping(document.spec.get("scope"))
    for route, ci in texts(scope.get("items"), ("spec", "scope", "items")):
        if ci not in facts.items:
            message = f"no configuration item {shown(ci)} in the CMDB"
            yield document.finding("model-unknown-ci", route, message, facts.item_hint(ci))


def _takes_away(document: Document) -> Iterator[Finding]:
    scope = mapping(document.spec.get("scope"))
    for route, action in texts(scope.get("actions"), ("spec", "scope", "actions")):
        if action in TAKES_AWAY:
            message = f"changes under this model may {action} items without another approval"
            hint = (
                "let a normal change take items away: it is judged by itself; or leave it, "
                "where that is meant"
            )
            yield document.finding("model-takes-away", route, message, hint)


def _validity(document: Document) -> Iterator[Finding]:
    start, end = text(document.spec.get("valid_from")), text(document.spec.get("expires"))
    # ISO dates sort as text
    if start and end and end < start:
        message, hint = "the model expires before it is valid", "`expires` must be later"
        yield document.finding("model-validity-order", ("spec", "expires"), message, hint)


_WILDCARD_HINT: Final = "write `{ci}` for an item of the change, or the words that are allowed"


def _patterns(document: Document) -> Iterator[Finding]:
    """Find patterns that cover nothing or too much, and template steps that no pattern covers."""
    steps = list(mappings(document.spec.get("steps"), ("spec", "steps")))
    lines: list[tuple[Route, list[str]]] = []
    written: list[list[str]] = []
    for route, step in _template_steps(document):
        for argv in _command_lines(step):
            lines.append((route, argv))
            written.append(argv)
    runs = []
    for route, step in steps:
        pattern = words_of(step.get("run"))
        runs.append(pattern)
        if not pattern:
            continue
        for place, never, message in flaws(pattern, written):
            rule, hint = "model-step-wildcard", _WILDCARD_HINT
            if never:
                rule, hint = "model-step-never", "write the program"
            yield document.finding(rule, (*route, "run", place), message, hint)
    for route, argv in lines:
        if runs and not any(_covers(pattern, argv) for pattern in runs):
            message = (
                f"no entry of `steps` covers {shown(' '.join(argv))}, which the model's "
                "own template writes"
            )
            yield document.finding(
                "model-step-never", route, message, "add it to `steps`, or correct one"
            )


def _covers(pattern: Sequence[str], argv: Sequence[str]) -> bool:
    """Return whether a pattern covers the template's command line for an item `x`."""
    if len(pattern) != len(argv):
        return False
    written = [word.replace(ITEM, "x") for word in argv]
    return not any(misfits(pattern, written, ("x",), ()))


def _template_steps(document: Document) -> Iterator[tuple[Route, Mapping[str, object]]]:
    template = mapping(document.spec.get("template"))
    rollback = mapping(template.get("rollback"))
    for name in ("implementation", "verification"):
        yield from mappings(template.get(name), ("spec", "template", name))
    for name in ("steps", "preconditions"):
        yield from mappings(rollback.get(name), ("spec", "template", "rollback", name))


def _command_lines(step: Mapping[str, object]) -> Iterator[list[str]]:
    for name in ("run", "verify"):
        argv = words_of(step.get(name))
        if argv:
            yield argv


def _branches(document: Document) -> Iterator[Finding]:
    """Find names that exclude each other.

    git keeps a branch in a file, and `a/b` in a folder `a`.
    """
    main = text(document.spec.get("main_branch")) or MAIN_BRANCH
    branch = text(mapping(document.spec.get("ledger")).get("branch")) or LEDGER_BRANCH
    if f"{main}/".startswith(f"{branch}/") or f"{branch}/".startswith(f"{main}/"):
        yield document.finding(
            "config-branches",
            ("spec", "main_branch" if "main_branch" in document.spec else "ledger"),
            f"git cannot have both a branch `{main}` and a branch `{branch}`, where evidence is "
            "recorded",
            "give the ledger another name with `ledger: {branch: evidence}`",
        )


def _repository(document: Document) -> Iterator[Finding]:
    if "repository" not in document.spec:
        yield document.finding(
            "config-no-repository",
            ("spec",),
            "the repository has no id: an approval recorded in a copy of it would count here",
            "add `repository: ID` with an id that no other repository has (`uuidgen` makes one); "
            "clones keep it",
        )


def _roles(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    for name in ("policy_owners", "cab"):
        role = text(document.spec.get(name))
        if role and role not in facts.roles:
            message, hint = f"there is no role {shown(role)}", facts.role_hint(role)
            yield document.finding("config-unknown-role", ("spec", name), message, hint)


def _opinions_count(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find a repository in which no person's opinion would count."""
    if not facts.needs or not facts.roles or any(facts.approvers(role) for role in facts.roles):
        return
    if facts.needs == "account":
        yield document.finding(
            "config-nobody-reviews",
            ("spec", "host"),
            "changes are reviewed on GitHub, and no possible approver has an account number in "
            "the roster: no approval would ever count",
            "add `github_id` to people in the roster (`gh api users/LOGIN --jq .id` prints it)",
        )
    else:
        yield document.finding(
            "config-nobody-signs",
            ("spec", "require_signatures"),
            "signatures are required, and no possible approver has a key in the roster: no "
            "approval would ever count",
            "list people's public keys (`ssh-keygen -t ed25519` makes one) under `keys` in the "
            "roster",
        )


RULES: Final = (
    FindingRule(
        "policy-condition",
        "error",
        "A CEL condition does not compile.",
        kind="Policy",
        find=_conditions,
    ),
    FindingRule(
        "policy-unknown-fact",
        "error",
        "A CEL condition asks for a name that nothing fills, so that it could never be decided.",
        kind="Policy",
        find=_conditions,
    ),
    FindingRule(
        "policy-fact-not-told",
        "warning",
        "A CEL condition asks for evidence that its gate is not told, so that it is always empty.",
        kind="Policy",
        find=_not_told,
    ),
    FindingRule(
        "policy-duplicate-rule",
        "error",
        "A policy has two rules with one id.",
        kind="Policy",
        find=_rule_ids,
    ),
    FindingRule(
        "policy-unknown-role",
        "error",
        "A rule asks for a role that does not exist.",
        kind="Policy",
        find_with=_seats,
    ),
    FindingRule(
        "policy-unsatisfiable",
        "error",
        "A rule asks for more people than a role has, or than have the key or (a "
        "warning) the account that counts.",
        kind="Policy",
        find_with=_seats,
    ),
    FindingRule(
        "policy-test-unknown",
        "error",
        "A test names a policy or rule that does not exist.",
        kind="PolicyTest",
        find_with=_named_in_tests,
    ),
    FindingRule(
        "model-unknown-authority",
        "error",
        "A change model's authority is no role.",
        kind="ChangeModel",
        find_with=_authority,
    ),
    FindingRule(
        "model-unknown-person",
        "error",
        "A change model was authorised by a person who is not in the roster.",
        kind="ChangeModel",
        find_with=_authority,
    ),
    FindingRule(
        "model-unknown-ci",
        "warning",
        "A change model's scope names an item that is not in the CMDB.",
        kind="ChangeModel",
        find_with=_model_scope,
    ),
    FindingRule(
        "model-takes-away",
        "warning",
        "A change model pre-authorises that items are removed or transferred.",
        kind="ChangeModel",
        find=_takes_away,
    ),
    FindingRule(
        "model-validity-order",
        "error",
        "A change model expires before it is valid.",
        kind="ChangeModel",
        find=_validity,
    ),
    FindingRule(
        "model-step-never",
        "warning",
        "A step of a change model covers no step of any request, or covers not what "
        "the model's own template writes.",
        kind="ChangeModel",
        find=_patterns,
    ),
    FindingRule(
        "model-step-wildcard",
        "warning",
        "A `*` of a change model stands where the item is named, or for what a shell "
        "or launcher runs.",
        kind="ChangeModel",
        find=_patterns,
    ),
    FindingRule(
        "config-no-repository",
        "warning",
        "The configuration has no `repository`: evidence that was recorded in a copy "
        "would count here.",
        kind="Config",
        find=_repository,
    ),
    FindingRule(
        "config-branches",
        "error",
        "The main branch and the ledger's have names that git cannot have both.",
        kind="Config",
        find=_branches,
    ),
    FindingRule(
        "config-nobody-signs",
        "error",
        "Signatures are required, and no approver has a key.",
        kind="Config",
        find_with=_opinions_count,
    ),
    FindingRule(
        "config-nobody-reviews",
        "warning",
        "Changes are reviewed on GitHub, and no approver has an account number in the roster.",
        kind="Config",
        find_with=_opinions_count,
    ),
    FindingRule(
        "config-unknown-role",
        "warning",
        "The configuration names a role that does not exist.",
        kind="Config",
        find_with=_roles,
    ),
)
