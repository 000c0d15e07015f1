"""The history of a pull request before its present state.

Contributors that are no longer in its commits, governed files that were touched and put back, parts
that the base has taken in since. A push can rewrite the list of commits; the commits that were
pushed and approved before stay in git for a while.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from changeflow.gate.path_categories import categorise
from changeflow.model.pull_facts import ForcePushed, PullRequestFacts
from changeflow.model.times import END_OF_TIME, commit_time
from changeflow.reading.pull_content import repository_path
from changeflow.repo.contributors import addresses
from changeflow.repo.git import Git


def earlier_commits(facts: PullRequestFacts) -> tuple[str, ...]:
    """Return commits that were the head once: those reviewed, and those replaced by a push."""
    heads = {review.commit for review in facts.reviews}
    for event in facts.timeline:
        if isinstance(event, ForcePushed) and event.kind == "head_force_pushed":
            heads.add(event.before)
    return tuple(sorted(filter(None, heads - {facts.head_oid})))


def earlier_contributors(git: Git, base: str, facts: PullRequestFacts) -> frozenset[str]:
    """Return addresses in earlier commits that the present ones no longer show (attack A21)."""
    here = [oid for oid in earlier_commits(facts) if git.resolve(oid) is not None]
    if not here:
        return frozenset()
    return frozenset(addresses(git, *here, f"^{base}", f"^{facts.head_oid}"))


def reverted_paths(git: Git, base: str, head: str, changed: Iterable[str]) -> tuple[str, ...]:
    """Return governed paths that a commit touches and the whole does not change (attack A72)."""
    touched = git.log(head, f"^{base}", format_="", extra=["--name-only", "-c", "--no-renames"])
    back = {repository_path(git, path) for path in touched} - set(changed)
    return tuple(sorted(path for path in back if categorise(path, ()).category == "governed"))


def partly_merged_at(git: Git, base: str, merge_base: str) -> datetime | None:
    """Return when the base took in a part of the pull request's own history (attack A44).

    None if it did not. The merge base lies then beside the base's own line of commits, and the
    content approved before that moment is more than would land now. The time is the date of the
    commit on the base, which the host writes.
    """
    if base == merge_base:
        return None
    line = git.log(base, f"^{merge_base}", format_="%H %P", extra=["--first-parent"])
    if not line or merge_base in line[-1].split()[1:2]:
        return None
    after = git.log(base, f"^{merge_base}", format_="%H", extra=["--ancestry-path"])
    descendants = set(map(str.strip, after))
    for record in reversed(line):
        commit = record.split()[0]
        if commit in descendants:
            return commit_time(git.log(commit, format_="%ct", extra=["-1"])[0], END_OF_TIME)
    return None
