"""Differences since an approval, for exactly its approver, so that a second look takes seconds."""

from __future__ import annotations

from collections.abc import Iterable

from changeflow import errors
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.decision import people_ignored
from changeflow.model.directory import Directory
from changeflow.model.document_paths import change_of_rfc
from changeflow.model.paths import by_path
from changeflow.model.people import Roster
from changeflow.model.pull_facts import PullRequestFacts
from changeflow.model.pull_results import PathChange, PullVerdict
from changeflow.reading.change import parse_change
from changeflow.reading.differences import cut, of_requests
from changeflow.reading.pull_content import PullContent, content_of
from changeflow.repo.git import Git
from changeflow.repo.source import Revision


@dataclass(frozen=True)
class SinceApproval:
    """The differences since `person` approved at `commit`: `lines` of plain text, one for each."""

    person: str
    commit: str
    lines: tuple[str, ...]


def stale_approvals(
    facts: PullRequestFacts, verdict: PullVerdict, roster: Roster
) -> list[tuple[str, str]]:
    """(person, commit) of approvals that were given on other content, newest per person."""
    stale = people_ignored(verdict.ignored, "approval.stale")
    directory = Directory(roster.spec.people)
    found: dict[str, str] = {}
    for review in facts.reviews:
        if review.author is None or review.commit is None or review.state != "approved":
            continue
        name = directory.owner_of_account(review.author.id)
        if name is not None and name in stale:
            found[name] = review.commit
    return sorted(found.items())


def since_approvals(
    git: Git, now: PullContent, stale: Iterable[tuple[str, str]]
) -> tuple[SinceApproval, ...]:
    """Return the differences for each (person, commit) of an approval of other content."""
    found = []
    for person, commit in stale:
        if git.resolve(commit) is None:
            gone = f"commit {commit[:12]} is not here any more"
            found.append(SinceApproval(person, commit, (gone,)))
            continue
        try:
            before = content_of(git, now.base, commit)
        except errors.HostFailed as error:
            found.append(SinceApproval(person, commit, (error.message,)))
            continue
        found.append(SinceApproval(person, commit, cut(_lines(git, before, now))))
    return tuple(found)


def _lines(git: Git, before: PullContent, now: PullContent) -> Iterable[str]:
    old, new = by_path(before.changes), by_path(now.changes)
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) == new.get(path):
            continue
        if change_of_rfc(path) and path in old and path in new:
            yield from _fields(git, path, before.head, now.head)
        else:
            yield f"{path}: {_word(old.get(path), new.get(path))}"


def _word(old: PathChange | None, new: PathChange | None) -> str:
    if old is None:
        return "changed since"
    if new is None:
        return "no longer changed"
    return "mode changed" if old.content == new.content else "content changed"


def _fields(git: Git, path: str, before: str, now: str) -> Iterable[str]:
    try:
        one = parse_change(Revision(git, before).read(path), path)
        other = parse_change(Revision(git, now).read(path), path)
    except errors.Unreadable:
        return (f"{path}: content changed",)
    return of_requests(one, other)
