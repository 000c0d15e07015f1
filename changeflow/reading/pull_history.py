"""What went before the present state of a pull request.

Hands that are no longer in its commits, governed files that were touched and put back, parts that
the base has taken in since. A list of commits can be rewritten by whoever pushes; what was pushed
and approved before stays in git for a while.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from changeflow.gate.paths import categorise
from changeflow.model.pullrequest import ForcePushed, PullRequestFacts
from changeflow.model.times import END_OF_TIME, commit_time
from changeflow.reading.pull_content import repository_path
from changeflow.repo.contributors import addresses
from changeflow.repo.git import Git


def earlier_commits(facts: PullRequestFacts) -> tuple[str, ...]:
    """Commits that were the head once: those that were reviewed, and those that were pushed away."""
    reviewed = {review.commit for review in facts.reviews}
    forced = [
        event
        for event in facts.timeline
        if isinstance(event, ForcePushed) and event.kind == "head_force_pushed"
    ]
    heads = reviewed | {event.before for event in forced}
    return tuple(sorted(oid for oid in heads if oid is not None and oid != facts.head_oid))


def earlier_contributors(git: Git, base: str, facts: PullRequestFacts) -> frozenset[str]:
    """Addresses in earlier commits of the pull request that the present ones no longer show (attack A21)."""
    here = [oid for oid in earlier_commits(facts) if git.resolve(oid) is not None]
    return (
        frozenset(addresses(git, *here, f"^{base}", f"^{facts.head_oid}")) if here else frozenset()
    )


def reverted_paths(git: Git, base: str, head: str, changed: Iterable[str]) -> tuple[str, ...]:
    """Governed paths that some commit touches and the pull request as a whole does not change (attack A72)."""
    touched = git.log(head, f"^{base}", format_="", extra=["--name-only", "-c", "--no-renames"])
    back = {repository_path(git, path) for path in touched} - set(changed)
    return tuple(sorted(path for path in back if categorise(path, ()).category == "governed"))


def partly_merged_at(git: Git, base: str, merge_base: str) -> datetime | None:
    """When the base took in a part of the pull request's own history, None when it did not (attack A44).

    The merge base lies then beside the base's own line of commits, and what was approved before
    that moment is more than what would land now. Read from the date of the commit on the base,
    which the host writes.
    """
    if base == merge_base:
        return None
    line = git.log(base, f"^{merge_base}", format_="%H %P", extra=["--first-parent"])
    if not line or merge_base in line[-1].split()[1:2]:
        return None
    after = {
        record.split()[0]
        for record in git.log(base, f"^{merge_base}", format_="%H", extra=["--ancestry-path"])
    }
    taken_in = [record.split()[0] for record in line if record.split()[0] in after]
    if not taken_in:
        return None
    return commit_time(git.log(taken_in[-1], format_="%ct", extra=["-1"])[0], END_OF_TIME)
