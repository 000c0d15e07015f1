"""What is to be said of a pull request as a whole: its paths, the host's facts, and the base."""

from __future__ import annotations

from collections.abc import Iterable

from changeflow import errors
from changeflow.gate.changed_paths import path_reasons
from changeflow.gate.path_categories import paths_in
from changeflow.gate.pull_notes import notes
from changeflow.gate.pull_pace import pace
from changeflow.gate.pull_reviews import Reviews
from changeflow.gate.reasons import pull_reason
from changeflow.gate.release_acceptance import accepted
from changeflow.gate_cases.governed_paths import governed_reasons
from changeflow.gate_cases.pull_inputs import PullInputs
from changeflow.gate_cases.release_acceptance import asked_by, latest_day
from changeflow.model.answers.decision import Reason
from changeflow.model.document_paths import is_release_document
from changeflow.model.paths import paths_of
from changeflow.model.post_implementation import Release
from changeflow.reading.pull_history import reverted_paths


def about_paths(pull: PullInputs) -> Iterable[Reason]:
    """Return what the changed paths say."""
    tree = paths_of(pull.view.git.ls_tree(pull.git_facts.commit))
    covering = [one.assessment.type.computed for one in pull.assessed]
    yield from path_reasons(pull.content.changes, pull.categorised, tree, covering=covering)
    yield from governed_reasons(pull.view, pull.base, pull.categorised)
    if not pull.requests:
        yield from _acceptances(pull)
    changed = paths_of(pull.content.changes)
    touched = reverted_paths(pull.view.git, pull.content.base, pull.git_facts.commit, changed)
    if touched:
        data = {"paths": list(touched[:5])}
        yield pull_reason("history", "pass", "history.governed", data)


def _acceptances(pull: PullInputs) -> Iterable[Reason]:
    """Return whether what is said to be accepted would count once it is merged.

    A document that cannot be read has a reason of its own.
    """
    base, head = pull.view.base, pull.view.head
    for path in filter(is_release_document, paths_in(pull.categorised, "release")):
        if not head.exists(path):
            continue
        try:
            release = head.document(path, Release)
        except errors.Unreadable:
            continue
        wanted = release.spec.acceptance
        if wanted is not None and wanted.accepted_by is not None:
            asked = asked_by(release, wanted, base)
            found = accepted(asked, pull.base.roster, latest_day(pull.now))
            yield pull_reason("acceptance", found.outcome, found.reason_code, found.data)


def about_facts(pull: PullInputs, heard: Reviews) -> Iterable[Reason]:
    """Return what the host's facts and the base say."""
    facts, base = pull.facts, pull.base
    for trouble in heard.troubles:
        yield pull_reason("identity", "error", trouble.code, trouble.data)
    for note in notes(facts, base.roster):
        yield pull_reason("note", "pass", note.code, note.data)
    quick = pace(facts, base.roster)
    if quick:
        told = [[who, int(span.total_seconds())] for who, span in quick]
        yield pull_reason("note", "pass", "approval.pace", {"told": told})
    if facts.draft:
        yield pull_reason("draft", "pending", "pull.draft")
    if facts.base_ref != base.config.main_branch:
        refs = {"ref": facts.base_ref, "main": base.config.main_branch}
        yield pull_reason("base", "fail", "base.not_main", refs)
    if base.problems:
        listed = [f"{finding.path}: {finding.message}" for finding in base.problems[:3]]
        yield pull_reason("inputs", "error", "inputs.unreadable", {"problems": listed})
    if not base.policies:
        yield pull_reason("policy", "error", "policy.missing")
    if facts.at_limit:
        yield pull_reason("limit", "error", "pull.too_large", {"limits": list(facts.at_limit)})
    yield from _replayed(pull)


def _replayed(pull: PullInputs) -> Iterable[Reason]:
    """Return that the base is older than one that was judged by before.

    Then an old state of the repository is served (A107).
    """
    if not pull.requests:
        return
    git = pull.view.git
    for entry in pull.view.evidence(pull.requests[0].inputs.change.id).entries:
        recorded = getattr(entry.body, "decision", None)
        seen = recorded.get("inputs", {}).get("base") if isinstance(recorded, dict) else None
        if not seen or seen == pull.content.base or git.resolve(seen) is None:
            continue
        if git.is_ancestor(pull.content.base, seen):
            data = {"base": pull.content.base[:12], "seen": seen[:12]}
            yield pull_reason("base", "error", "base.replayed", data)
            return
