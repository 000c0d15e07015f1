"""Gather what the decision about a pull request asks: opinions, cases, and approvals of paths."""

from __future__ import annotations

from collections.abc import Iterable

from changeflow.gate.case import Panel
from changeflow.gate.gates.approve import ApproveCase
from changeflow.gate.opinions import excluded_from
from changeflow.gate.path_approvals import PathApproval
from changeflow.gate.pull import PullCase
from changeflow.gate.pull_reviews import Reviews, hear
from changeflow.gate_cases.ci_checks import prerequisite_checks
from changeflow.gate_cases.for_approve import for_approve_on_pull
from changeflow.gate_cases.governed_paths import path_approvals_for
from changeflow.gate_cases.pull_inputs import PullInputs, PullRequestedChange
from changeflow.gate_cases.pull_reasons import about_facts, about_paths
from changeflow.model.document_paths import change_of_review
from changeflow.model.findings import messages_of
from changeflow.model.paths import paths_of
from changeflow.reading.pull_history import partly_merged_at
from changeflow.reading.role_history import role_history
from changeflow.reading.rulebook import Rulebook


def opinions_on(pull: PullInputs) -> Reviews:
    """Return the opinions on a pull request.

    A person who has a part in a change dismisses no objection to it.
    """
    content, made_by = pull.content, pull.contributors
    parties = set(made_by.people)
    for one in pull.requests:
        parties.update(excluded_from(one.inputs.change, made_by))
    return hear(
        pull.facts,
        pull.base.roster,
        pull.git_facts.digests,
        [person for person in _dismissers(pull.base) if person not in parties],
        partly_merged_at(pull.view.git, content.base, content.merge_base),
    )


def _dismissers(base: Rulebook) -> tuple[str, ...]:
    """Return who may dismiss another's rejection: the policy owners, or else the CAB."""
    owners = base.roster.members(base.config.policy_owners)
    return owners or base.roster.members(base.config.cab)


def for_pull(pull: PullInputs, heard: Reviews) -> PullCase:
    """Return what the decision about a pull request asks."""
    base, content = pull.base, pull.content
    alone = not pull.requests
    of_paths = path_approvals_for(pull.view, base, pull.categorised, alone=alone)
    owed = (*of_paths, *_reviews_owed(pull))
    panel = _panel(pull, heard)
    return PullCase(
        number=pull.facts.number,
        head=content.head,
        base=content.base,
        panel=panel,
        cases=tuple(_case(pull, one, panel) for one in pull.requests),
        owed=owed,
        reasons=(*about_facts(pull, heard), *pull.reasons, *about_paths(pull)),
        nothing_owed={one.category for one in pull.categorised} == {"exempt"},
        approval_validity=base.config.approval_validity,
    )


def _panel(pull: PullInputs, heard: Reviews) -> Panel:
    """Return the people of the roster and their reviews.

    Those without an account are unable to give one that could be told to be theirs.
    """
    base = pull.base
    people = base.roster.spec.people.items()
    return Panel(
        digest=pull.content.digest,
        roster=base.roster,
        reviews=heard.reviews,
        contributors=pull.contributors,
        role_history=role_history(pull.view.store, base, heard.reviews, pull.now),
        unable=frozenset(name for name, person in people if not person.github_ids),
        cab=base.config.cab,
    )


def _case(pull: PullInputs, request: PullRequestedChange, panel: Panel) -> ApproveCase:
    recorded = {
        "digest": request.inputs.content.digest,
        "effective": pull.content.digest,
        "pull_request": pull.facts.number,
        "ledger": request.inputs.evidence.head,
    }
    problems = messages_of(request.findings)
    checks = prerequisite_checks(pull.facts.checks)
    return for_approve_on_pull(request.inputs, panel, checks, problems, recorded)


def _reviews_owed(pull: PullInputs) -> Iterable[PathApproval]:
    """Return the approval that a post-implementation review on its own needs.

    It is that of a member of the CAB who did not write the review.
    """
    changed = set(paths_of(pull.content.changes))
    covered = {one.inputs.change.id for one in pull.requests}
    paths: list[str] = []
    for one in pull.categorised:
        on_its_own = one.change and one.change not in covered
        if on_its_own and one.path in changed and change_of_review(one.path):
            paths.append(one.path)
    if paths:
        yield PathApproval(
            rule="review",
            role=pull.base.config.cab,
            count=1,
            asks={"code": "owed.review"},
            paths=tuple(paths),
        )
