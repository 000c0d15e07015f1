"""Judge a pull request: policies, roster and CMDB are read from the base by object id, the change from the head.

Nothing of the pull request is executed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from changeflow.cases.assessment import Assessed
from changeflow.cases.for_pull import for_pull, opinions_on
from changeflow.cases.pull_inputs import PullInputs, read_pull
from changeflow.gate.pull import decide_pull
from changeflow.gate.pullreviews import Reviews
from changeflow.model.findings import Finding
from changeflow.model.pull import PullVerdict
from changeflow.model.pullrequest import PullRequestFacts
from changeflow.reading.pull_content import PullContent
from changeflow.reading.pull_git_facts import PullGitFacts, base_of, git_facts
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.store import Store
from changeflow.reading.view import View
from changeflow.usecases.pull.documents import document_reasons, errors_in_documents


@dataclass(frozen=True)
class JudgedPull:
    """A verdict with what it was made from, for those who explain it."""

    verdict: PullVerdict
    inputs: PullInputs
    heard: Reviews

    @property
    def content(self) -> PullContent:
        """What changes."""
        return self.inputs.content

    @property
    def assessed(self) -> tuple[Assessed, ...]:
        """The requests with their assessments."""
        return self.inputs.assessed

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Errors that `check` finds in the documents."""
        return self.inputs.findings

    @property
    def base(self) -> Rulebook:
        """What judged."""
        return self.inputs.base

    @property
    def facts(self) -> PullRequestFacts:
        """Everything GitHub said."""
        return self.inputs.facts

    @property
    def git_facts(self) -> PullGitFacts:
        """Everything git said."""
        return self.inputs.git_facts

    @property
    def ledger(self) -> str | None:
        """The commit the ledger was read from; None where it was empty, or nothing was asked of it."""
        found = (decision.inputs["ledger"] for decision in self.verdict.decisions)
        return next(found, None)


def judge_pull(store: Store, facts: PullRequestFacts, now: datetime) -> JudgedPull:
    """Judge a pull request whose commits were fetched.

    Args:
        store: the change repository in the clone.
        facts: everything GitHub said; `base_tip` and `head_oid` are what is read.
        now: the time.

    Raises:
        errors.HostFailed: when git lacks something.
    """
    found = git_facts(store, facts)
    view = View.of(store, store.at(base_of(facts)), found.head)
    return judge(view, facts, found, now)


def judge(view: View, facts: PullRequestFacts, found: PullGitFacts, now: datetime) -> JudgedPull:
    """Judge a pull request by what was read of it.

    Args:
        view: the repository, with the base and the head.
        facts: everything GitHub said.
        found: everything git said.
        now: the time.
    """
    inputs = _with_other_documents(read_pull(view, facts, found, now))
    heard = opinions_on(inputs)
    return JudgedPull(decide_pull(for_pull(inputs, heard), now), inputs, heard)


def _with_other_documents(pull: PullInputs) -> PullInputs:
    """Return the pull request with what `check` finds in its other documents."""
    looked_at = [one.content.path for one in pull.assessed]
    found = errors_in_documents(pull.view, pull.base, pull.content.changes, looked_at)
    reasons = document_reasons(found, pull.unreadable)
    return replace(pull, findings=(*pull.findings, *found), reasons=(*pull.reasons, *reasons))
