"""`policy export`: the change management policy that gates enforce, as a document for readers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal

from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.report_rules import ListedRole, ModelRules
from changeflow.model.canonical import canonical_json, digest_bytes
from changeflow.model.document_paths import CONFIG
from changeflow.model.policy import Gate, Policy, Rule
from changeflow.model.times import END_OF_TIME, commit_time
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.state import State
from changeflow.repo.git import Git
from changeflow.usecases.report.models import rules_of_models
from changeflow.usecases.report.roles import listed_roles, roles_without_member

Category = Literal["standard", "normal", "emergency", "all"]

_FIELDS: Final = "%H%x00%an%x00%ae%x00%ct"
# the types and classes that a condition names, and whether it leaves them out
_NAMED: Final = re.compile(r"change\.(?:type|class) (==|!=) \"(\w+)\"")
_CLASSES: Final = {"minor": "normal", "significant": "normal", "major": "normal"}
_CATEGORIES: Final[tuple[Category, ...]] = ("standard", "normal", "emergency")


@dataclass(frozen=True)
class PolicyRule:
    """A rule of the document: what it is about, and the policy that has it."""

    category: Category
    policy: Policy
    rule: Rule


@dataclass(frozen=True)
class ChangePolicy:
    """The change management policy at a commit.

    Attributes:
        rulebook: everything that judges.
        rules: that gates ask, in the order of the gates.
        commit: the commit that last changed it; None: a work tree, or it was never committed.
        merged_by: who made that commit: a person of the roster, else the name in the commit.
        merged_at: when.
        digest: of the policies.
        types: how many items the CMDB has of each type under control.
        models: the catalogue of standard changes.
        roles: of the roster, with what they decide.
        without_member: roles that rules or models ask for and that have no member.
    """

    rulebook: Rulebook
    rules: tuple[PolicyRule, ...]
    commit: str | None
    merged_by: str | None
    merged_at: datetime | None
    digest: str
    types: Mapping[str, int]
    models: tuple[ModelRules, ...]
    roles: tuple[ListedRole, ...]
    without_member: tuple[str, ...]


def change_policy(state: State, git: Git) -> ChangePolicy:
    """Return the change management policy of a state.

    Raises:
        errors.Unreadable: when policies, roster or CMDB cannot be read.
        errors.HostFailed: when git fails.
    """
    book = state.require_readable()
    commit, who, at = _last_change(book, git) if state.commit is not None else (None, None, None)
    return ChangePolicy(
        rulebook=book,
        rules=tuple(_rules(book)),
        commit=commit,
        merged_by=who,
        merged_at=at,
        digest=digest_bytes(canonical_json(dict(book.digests))),
        types=_types(book),
        models=tuple(rules_of_models(book)),
        roles=tuple(listed_roles(book)),
        without_member=roles_without_member(book),
    )


def _rules(book: Rulebook) -> list[PolicyRule]:
    found = []
    for gate in Gate:
        for policy in sorted(book.policies, key=lambda one: one.metadata.id):
            if policy.spec.gate != gate:
                continue
            for rule in policy.spec.rules:
                for category in categories_of(rule):
                    found.append(PolicyRule(category, policy, rule))
    return found


def categories_of(rule: Rule) -> Sequence[Category]:
    """Return the categories of change that a rule is about, told by its condition.

    A condition that names none is about all of them. What is written below a rule is the condition
    itself, which decides.
    """
    named: set[str] = set()
    left_out: set[str] = set()
    for sign, word in _NAMED.findall(rule.when or ""):
        (named if sign == "==" else left_out).add(_CLASSES.get(word, word))
    kept: list[Category] = []
    for category in _CATEGORIES:
        if category not in left_out and (not named or category in named):
            kept.append(category)
    return ("all",) if len(kept) in (0, len(_CATEGORIES)) else kept


def _last_change(book: Rulebook, git: Git) -> tuple[str | None, str | None, datetime | None]:
    """Return the commit on the main line that last changed the policy, who made it, and when."""
    assert book.commit is not None  # noqa: S101 - the caller asked
    told = git.run(
        "log", "-1", "--first-parent", f"--format={_FIELDS}", book.commit, "--", "policies", CONFIG
    ).stdout.decode("utf-8", "replace")
    if not told.strip():
        return None, None, None
    commit, name, address, seconds = told.strip().split("\0")
    for person, known in book.roster.spec.people.items():
        if address.casefold() in map(str.casefold, known.emails):
            name = person
    at = commit_time(seconds, END_OF_TIME)
    return commit, name, None if at == END_OF_TIME else at


def _types(book: Rulebook) -> Mapping[str, int]:
    """Return the types of items under control, and how many items there are of each."""
    graph, found = book.graph, dict.fromkeys(book.config.ci_types, 0)
    for number in graph.facts["type"]:
        word = graph.words[number]
        if word:
            found[word] = found.get(word, 0) + 1
    return found
