"""What a pull request's decision is made from: what host and git say of it, and its requests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from changeflow import errors
from changeflow.gate.path_categories import CategorisedPath, categorise_all
from changeflow.gate.pull_reviews import contributors
from changeflow.gate.reasons import pull_reason
from changeflow.gate_cases.assessment import Assessed, assess_content
from changeflow.gate_cases.gate_inputs import GateInputs
from changeflow.gate_cases.other_changes_states import debt_of, standings
from changeflow.gate_cases.release_facts import release_facts
from changeflow.gate_cases.scope import scope_of_pull
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.decision import Reason
from changeflow.model.deployer import NOBODY
from changeflow.model.document_paths import change_folder, review_path, rfc_path
from changeflow.model.findings import Finding
from changeflow.model.opinions import Contributors
from changeflow.model.paths import paths_of
from changeflow.model.pull_facts import PullRequestFacts
from changeflow.model.pull_results import PathChange
from changeflow.model.scope import BranchScope
from changeflow.reading.pull_content import PullContent
from changeflow.reading.pull_git_facts import PullGitFacts
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View
from changeflow.schedule.recurrence import RecurrenceError


@dataclass(frozen=True)
class PullRequestedChange:
    """A request of the pull request as it was read, with the errors that `check` finds in it."""

    inputs: GateInputs
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class PullInputs:
    """A pull request as it was read.

    Attributes:
        view: the repository, with the base and the head.
        facts: everything GitHub said.
        git_facts: everything git said.
        categorised: the category of each path that changes.
        contributors: who made it.
        requests: the requests in it that could be read.
        unreadable: paths of the requests that could not.
        findings: errors that `check` finds in its documents.
        reasons: what its documents say against it.
        now: the time.
    """

    view: View
    facts: PullRequestFacts
    git_facts: PullGitFacts
    categorised: tuple[CategorisedPath, ...]
    contributors: Contributors
    requests: tuple[PullRequestedChange, ...]
    unreadable: tuple[str, ...]
    findings: tuple[Finding, ...]
    reasons: tuple[Reason, ...]
    now: datetime

    @property
    def base(self) -> Rulebook:
        """Return the policies, roster, items and settings of the base."""
        return self.view.base.rulebook

    @property
    def content(self) -> PullContent:
        """Return what changes."""
        return self.git_facts.content

    @property
    def assessed(self) -> tuple[Assessed, ...]:
        """Return the requests with their assessments."""
        return tuple(one.inputs.whole for one in self.requests)


def read_pull(
    view: View, facts: PullRequestFacts, git_facts: PullGitFacts, now: datetime
) -> PullInputs:
    """Read every request that a pull request touches, and hold it to the rules.

    Args:
        view: the repository, with the base and the head.
        facts: everything GitHub said.
        git_facts: everything git said.
        now: the time.
    """
    view = replace(view, merge_base=git_facts.content.merge_base)
    base, changes = view.base.rulebook, git_facts.content.changes
    categorised = categorise_all(changes, base.config.exempt_paths)
    requests: list[PullRequestedChange] = []
    reasons: list[Reason] = []
    unreadable: list[str] = []
    scope = scope_of_pull(view, git_facts)
    for name in _touched(changes, categorised):
        try:
            request = _request(view, name, now, scope)
        except (errors.NothingToDo, errors.Unreadable) as error:
            unreadable.append(rfc_path(name))
            data = {"why": [error.message], "hint": error.hint}
            reasons.append(pull_reason("request", "fail", "request.unreadable", data))
        except RecurrenceError as error:
            why = {"why": [error.why]}
            reasons.append(pull_reason("calendar", "error", "calendar.unreadable", why))
        else:
            requests.append(request)
            reasons += _released(request.inputs)
    return PullInputs(
        view=view,
        facts=facts,
        git_facts=git_facts,
        categorised=categorised,
        contributors=contributors(facts, base.roster, git_facts.hands),
        requests=tuple(requests),
        unreadable=tuple(unreadable),
        findings=tuple(chain.from_iterable(one.findings for one in requests)),
        reasons=tuple(reasons),
        now=now,
    )


def _touched(
    changes: Sequence[PathChange], categorised: Sequence[CategorisedPath]
) -> Iterable[str]:
    """Return the changes whose request is decided about.

    A review alone is about a change that is over. That a request was taken away is a reason of its
    own.
    """
    changed = paths_of(changes)
    gone = {item.path for item in changes if item.gone}
    for name in sorted({one.change for one in categorised if one.change is not None}):
        own = {path for path in changed if path.startswith(change_folder(name))}
        if own != {review_path(name)} and rfc_path(name) not in gone:
            yield name


def _request(view: View, name: str, now: datetime, scope: BranchScope) -> PullRequestedChange:
    content = view.head.change(name)
    evidence = view.evidence(name)
    others = standings(view, now)
    base = view.base.rulebook
    debt = debt_of(view, content.change, base, evidence, now)
    assessed = assess_content(view, content, base, now, evidence, others, scope, debt)
    found = view.problems_of_request(content.path)
    inputs = GateInputs(view, assessed, evidence, others, None, NOBODY, now, None)
    return PullRequestedChange(inputs, tuple(found))


def _released(inputs: GateInputs) -> Iterable[Reason]:
    """Return that a change was released already."""
    released = release_facts(inputs.change, inputs.mine)
    if released.state:
        data = {"case": "pull", "change": inputs.change.id, "state": released.state}
        yield pull_reason("released", "fail", "release.exists", data)
