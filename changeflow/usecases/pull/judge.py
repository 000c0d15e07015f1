"""Judge a pull request.

Policies, roster and CMDB are read from the base by object id, the change from the head. Nothing of
the pull request is executed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from changeflow import errors
from changeflow.checks.apply_rules import findings
from changeflow.checks.files import is_document
from changeflow.checks.repository_facts import ItemFacts, RepositoryFacts, gather
from changeflow.gate.holds_until import pull_with_end
from changeflow.gate.pull import decide_pull
from changeflow.gate.pull_reviews import Reviews
from changeflow.gate.reasons import pull_reason
from changeflow.gate_cases.assessment import Assessed
from changeflow.gate_cases.for_pull import for_pull, opinions_on
from changeflow.gate_cases.pull_inputs import PullInputs, read_pull
from changeflow.hosts.table import hosts_with_reviews
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.decision import Reason
from changeflow.model.document_paths import CHANGES, RELEASES
from changeflow.model.findings import Finding, errors_of
from changeflow.model.paths import uncanonical
from changeflow.model.phrases import shortened
from changeflow.model.pull_facts import PullRequestFacts
from changeflow.model.pull_results import PathChange, PullVerdict
from changeflow.reading.change import change_ids
from changeflow.reading.documents import read, tidy
from changeflow.reading.pull_content import PullContent
from changeflow.reading.pull_git_facts import PullGitFacts, base_of, git_facts
from changeflow.reading.repository_store import Store
from changeflow.reading.rulebook import Rulebook, governs
from changeflow.reading.view import View
from changeflow.usecases.check.check import check
from changeflow.usecases.check.target import CheckTarget

MOST_NAMED = 5


@dataclass(frozen=True)
class JudgedPull:
    """A verdict with the facts and opinions it rests on, to explain it."""

    verdict: PullVerdict
    inputs: PullInputs
    heard: Reviews

    @property
    def content(self) -> PullContent:
        """Return the changed paths."""
        return self.inputs.content

    @property
    def assessed(self) -> tuple[Assessed, ...]:
        """Return the requests with their assessments."""
        return self.inputs.assessed

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return the errors that `check` finds in the documents."""
        return self.inputs.findings

    @property
    def base(self) -> Rulebook:
        """Return the rulebook that was applied."""
        return self.inputs.base

    @property
    def facts(self) -> PullRequestFacts:
        """Return the facts of GitHub."""
        return self.inputs.facts

    @property
    def git_facts(self) -> PullGitFacts:
        """Return the facts of git."""
        return self.inputs.git_facts

    @property
    def ledger(self) -> str | None:
        """Return the commit the ledger was read from; None if it was empty or not needed."""
        if not self.verdict.decisions:
            return None
        found: str | None = self.verdict.decisions[0].inputs["ledger"]
        return found


def judge_pull(store: Store, facts: PullRequestFacts, now: datetime) -> JudgedPull:
    """Judge a pull request whose commits were fetched.

    Args:
        store: the change repository in the clone.
        facts: the facts of GitHub; `base_tip` and `head_oid` are the commits to read.
        now: the time.

    Raises:
        errors.HostFailed: when git lacks something.
    """
    found = git_facts(store, facts)
    view = View.of(store, store.at(base_of(facts)), found.head)
    return judge(view, facts, found, now)


def judge(view: View, facts: PullRequestFacts, found: PullGitFacts, now: datetime) -> JudgedPull:
    """Judge a pull request by the facts that were read.

    Args:
        view: the repository, with the base and the head.
        facts: the facts of GitHub.
        found: the facts of git.
        now: the time.
    """
    inputs = _with_other_documents(read_pull(view, facts, found, now))
    heard = opinions_on(inputs)
    case = for_pull(inputs, heard)
    verdict = pull_with_end(case, decide_pull(case, now), now)
    return JudgedPull(verdict, inputs, heard)


def _with_other_documents(pull: PullInputs) -> PullInputs:
    """Return the pull request with the errors that `check` finds in its other documents."""
    looked_at = [one.content.path for one in pull.assessed]
    found = _errors_in_documents(pull.view, pull.base, pull.content.changes, looked_at)
    reasons = _document_reasons(found, pull.unreadable)
    return replace(pull, findings=(*pull.findings, *found), reasons=(*pull.reasons, *reasons))


def _errors_in_documents(
    view: View, base: Rulebook, changes: Iterable[PathChange], judged: Collection[str]
) -> tuple[Finding, ...]:
    """Return the errors in the documents that changed.

    Requests, reviews and releases are checked against the base, as the gate does: a branch that was
    cut before an item or a person came is not at fault. Governing documents are checked against
    their own head, as they would be after the merge.

    Args:
        view: base and head.
        base: the rulebook of the base.
        changes: of the whole pull request.
        judged: paths of requests that were checked already.
    """
    subjects, governing = [], []
    for one in changes:
        if one.gone or not is_document(one.path) or uncanonical(one.path) is not None:
            continue
        if governs(one.path):
            governing.append(one.path)
        elif one.path.startswith((CHANGES, RELEASES)) and one.path not in judged:
            subjects.append(one.path)
    found = [*_of_subjects(view, base, subjects), *_of_governing(view, governing)]
    return errors_of(found)


def _of_governing(view: View, paths: Sequence[str]) -> Iterator[Finding]:
    if not paths:
        return
    for finding in check(CheckTarget(view.root, tuple(paths)), view.head).findings.findings:
        if finding.path in paths:
            yield finding


def _of_subjects(view: View, base: Rulebook, paths: Sequence[str]) -> Iterator[Finding]:
    known = frozenset((*change_ids(view.base), *change_ids(view.head)))
    hosts, items = hosts_with_reviews(), ItemFacts(base.columns)
    facts = gather(base.documents, known, frozenset(), (), hosts, items)
    problems: list[tuple[str, errors.Unreadable]] = []
    for path, data in view.head.read_many(paths, problems):
        yield from tidy(_of_subject(path, data, facts))
    for path, error in problems:
        yield Finding("file-unreadable", "error", error.message, error.hint, path)


def _of_subject(path: str, data: bytes, facts: RepositoryFacts) -> Iterator[Finding]:
    one = read(path, data)
    yield from one.findings
    for document in one.documents:
        yield from findings(document, facts)


def _document_reasons(found: Sequence[Finding], told: Collection[str]) -> Iterable[Reason]:
    """Yield one reason for each document with errors, except those that have one already."""
    by_path: dict[str, list[Finding]] = {}
    for finding in found:
        if finding.path not in told:
            by_path.setdefault(finding.path, []).append(finding)
    for path, mine in sorted(by_path.items()):
        lines = [f"line {finding.line}: {finding.message}" for finding in mine]
        data: dict[str, Any] = {
            "case": "file",
            "path": path,
            "count": len(mine),
            "problems": [shortened(lines, MOST_NAMED, "; ")],
            "hint": mine[0].hint,
        }
        yield pull_reason("document", "fail", "document.invalid", data)
