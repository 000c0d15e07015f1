"""Rules about governing documents: policies and their tests, change models, configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from changeflow.checks.any_shape import mapping, mappings, text, texts, words_of
from changeflow.checks.conditions import condition, evidence_read
from changeflow.checks.repository_facts import RepositoryFacts
from changeflow.documents.document import Document
from changeflow.gate.step_pattern import ITEM, flaws, misfits
from changeflow.model.branches import LEDGER_BRANCH, MAIN_BRANCH
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Level, Route
from changeflow.model.model_scope import TAKES_AWAY
from changeflow.model.phrases import meant, told


def _rule_ids(document: Document) -> Iterator[Finding]:
    seen: dict[str, Route] = {}
    for route, rule in mappings(document.spec.get("rules"), ("spec", "rules")):
        name = text(rule.get("id"))
        if name and name in seen:
            line = document.position((*seen[name], "id"))[0]
            place = (*route, "id")
            yield document.found("policy-duplicate-rule", place, rule_id=name, line=line)
        seen.setdefault(name, route)


def _reviews(document: Document) -> Iterator[Finding]:
    """Find duties of reviews at a gate that asks for none, and questions that are asked twice."""
    asked = document.spec.get("reviews")
    gate = text(document.spec.get("gate"))
    if asked is not None and gate != "close":
        yield document.found("policy-reviews", ("spec", "reviews"), case="gate", gate=gate)
    seen: set[str] = set()
    place = ("spec", "reviews", "questions")
    for route, question in mappings(mapping(asked).get("questions"), place):
        name = text(question.get("id"))
        if name and name in seen:
            yield document.found("policy-reviews", (*route, "id"), case="twice", id=name)
        seen.add(name)


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
                    fact, gates = f"evidence.{name}", list(asked_at)
                    yield document.found(
                        "policy-fact-not-told", (*route, key), gate=gate, fact=fact, told_at=gates
                    )


def _seats(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find rules that ask for roles that do not exist, or for more people than could approve."""
    for route, rule in mappings(document.spec.get("rules"), ("spec", "rules")):
        for place, seat in mappings(rule.get("require"), (*route, "require")):
            role = text(seat.get("role"))
            if role and role not in facts.roles:
                what_now = [facts.role_hint(role)]
                yield document.found(
                    "policy-unknown-role", (*place, "role"), role=role, what_now=what_now
                )
            elif role and rule.get("level") != "warn":
                yield from _too_many(document, place, role, seat.get("count", 1), facts)


def _too_many(
    document: Document, place: Route, role: str, count: object, facts: RepositoryFacts
) -> Iterator[Finding]:
    """Find a rule that can never be satisfied, when it is written and not at the gate."""
    people = facts.approvers(role)
    if facts.needs == "account" and not facts.equipped:
        # the configuration's own finding says it once for all rules
        return
    if isinstance(count, int) and len(people) < count:
        # A repository on GitHub begins without account numbers: its gate stays shut until they are
        # there.
        level: Level = "warning" if facts.needs == "account" else "error"
        yield document.found(
            "policy-unsatisfiable",
            (*place, "role"),
            level=level,
            case=facts.needs or "any",
            count=count,
            role=role,
            able=len(people),
        )


def _named_in_tests(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find test cases that name a policy or a rule that does not exist."""
    name = text(document.spec.get("policy"))
    rules = facts.policies.get(name)
    if name and rules is None:
        what_now = [meant(name, facts.policies) or told("hint.policies")]
        place = ("spec", "policy")
        yield document.found(
            "policy-test-unknown", place, case="policy", policy=name, what_now=what_now
        )
    for route, case in mappings(document.spec.get("cases"), ("spec", "cases")):
        if rules is None:
            continue
        for rule in mapping(case.get("expect")):
            if rule not in rules:
                what_now = [meant(rule, rules) or told("hint.rules", names=sorted(rules))]
                yield document.found(
                    "policy-test-unknown",
                    (*route, "expect", rule),
                    at_key=True,
                    policy=name,
                    rule_id=rule,
                    what_now=what_now,
                )


def _authority(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find a change model whose authority or people do not exist.

    The gates check whether it has expired.
    """
    authority = text(document.spec.get("authority"))
    if authority and authority not in facts.roles:
        what_now = [facts.role_hint(authority)]
        spot = ("spec", "authority")
        yield document.found("model-unknown-authority", spot, role=authority, what_now=what_now)
    for route, person in texts(document.spec.get("authorised_by"), ("spec", "authorised_by")):
        if person not in facts.people:
            what_now = [facts.person_hint(person)]
            yield document.found("model-unknown-person", route, who=person, what_now=what_now)


def _model_scope(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    scope = mapping(document.spec.get("scope"))
    for route, ci in texts(scope.get("items"), ("spec", "scope", "items")):
        if ci not in facts.items:
            yield document.found("model-unknown-ci", route, ci=ci, what_now=[facts.item_hint(ci)])


def _takes_away(document: Document) -> Iterator[Finding]:
    scope = mapping(document.spec.get("scope"))
    for route, action in texts(scope.get("actions"), ("spec", "scope", "actions")):
        if action in TAKES_AWAY:
            yield document.found("model-takes-away", route, action=action)


def _validity(document: Document) -> Iterator[Finding]:
    start, end = text(document.spec.get("valid_from")), text(document.spec.get("expires"))
    # ISO dates sort as text
    if start and end and end < start:
        yield document.found("model-validity-order", ("spec", "expires"))


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
        for place, never, flaw in flaws(pattern, written):
            rule = "model-step-never" if never else "model-step-wildcard"
            spot = (*route, "run", place)
            yield document.found(rule, spot, case=flaw, program=pattern[0])
    for route, argv in lines:
        if runs and not any(_covers(pattern, argv) for pattern in runs):
            yield document.found("model-step-never", route, command=" ".join(argv))


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
    for written in (step.get("run"), step.get("verify"), mapping(step.get("plan")).get("run")):
        argv = words_of(written)
        if argv:
            yield argv


def _branches(document: Document) -> Iterator[Finding]:
    """Find names that exclude each other.

    git keeps a branch in a file, and `a/b` in a folder `a`.
    """
    main = text(document.spec.get("main_branch")) or MAIN_BRANCH
    branch = text(mapping(document.spec.get("ledger")).get("branch")) or LEDGER_BRANCH
    if f"{main}/".startswith(f"{branch}/") or f"{branch}/".startswith(f"{main}/"):
        place = ("spec", "main_branch" if "main_branch" in document.spec else "ledger")
        yield document.found("config-branches", place, main=main, branch=branch)


def _repository(document: Document) -> Iterator[Finding]:
    if "repository" not in document.spec:
        yield document.found("config-no-repository", ("spec",))


def _roles(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    for name in ("policy_owners", "cab"):
        role = text(document.spec.get(name))
        if role and role not in facts.roles:
            what_now = [facts.role_hint(role)]
            yield document.found(
                "config-unknown-role", ("spec", name), role=role, what_now=what_now
            )


def _opinions_count(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find a repository in which no person's opinion would count."""
    if not facts.needs or not facts.roles or any(facts.approvers(role) for role in facts.roles):
        return
    if facts.needs == "account":
        yield document.found("config-nobody-reviews", ("spec", "host"))
    else:
        yield document.found("config-nobody-signs", ("spec", "require_signatures"))


RULES: Final = (
    FindingRule(
        "policy-reviews",
        "error",
        "A policy of another gate than `close` says what reviews owe, or asks a question twice.",
        kind="Policy",
        find=_reviews,
    ),
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
