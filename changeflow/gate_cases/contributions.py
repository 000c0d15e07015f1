"""Who wrote a change, and whether its requester submitted it again, by its files' history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from changeflow.model.change import Retrospective
from changeflow.model.directory import Directory
from changeflow.model.document_paths import change_folder
from changeflow.model.evidence import ApprovalBody, LedgerEntry
from changeflow.model.opinions import Contributors
from changeflow.model.subjects import commits_of
from changeflow.model.times import END_OF_TIME, commit_time
from changeflow.reading.at_commit import history_of
from changeflow.reading.change import ChangeState
from changeflow.reading.rulebook import Rulebook
from changeflow.reading.view import View
from changeflow.release.ending import release_span
from changeflow.repo.contributors import (
    addresses,
    contributors,
    contributors_of_commit,
    contributors_of_landing,
)
from changeflow.repo.git import Git
from changeflow.repo.request_history import SoleCommit


def contributors_of(view: View, content: ChangeState, base: Rulebook) -> Contributors:
    """Return authors, committers and co-authors of what is approved.

    These are the commits that touched the request's folder, those that touched a file its steps
    name since the request exists, and every commit of a branch that the base does not contain yet.

    Raises:
        errors.HostFailed: when a shallow clone hides commits.
    """
    tip = history_of(view)
    found, outside, sole = _who_asked(view, tip, content, base)
    if tip is not None and outside:
        before = sole.parents if sole is not None else _before(view.git, tip, content.path)
        found.append(contributors(view.git, tip, outside, base.roster, without=before))
    if tip is not None and base.commit is not None and tip != base.commit:
        found.append(contributors(view.git, tip, (), base.roster, without=[base.commit]))
    return _together(found)


def authors_of(
    view: View, content: ChangeState, base: Rulebook, mine: Sequence[LedgerEntry]
) -> Contributors:
    """Return authors, committers and co-authors of a change that was released.

    These are the commits that touched the request's folder, and those up to its release that
    touched a file its steps name. What a branch adds besides, such as the review, is no part of it.

    Args:
        view: where the base and the head are.
        content: the change.
        base: the rulebook of the base.
        mine: the entries about the change that count.

    Raises:
        errors.HostFailed: when a shallow clone hides commits.
    """
    tip = history_of(view)
    found, outside, sole = _who_asked(view, tip, content, base)
    span = release_span(mine)
    if tip is not None and outside and span is not None:
        before = sole.parents if sole is not None else _before(view.git, tip, content.path)
        for released in sorted(commits_of(span.start.subject)):
            if view.git.resolve(released) is not None:
                roster = base.roster
                found.append(contributors(view.git, released, outside, roster, without=before))
    return _together(found)


def _who_asked(
    view: View, tip: str | None, content: ChangeState, base: Rulebook
) -> tuple[list[Contributors], list[str], SoleCommit | None]:
    """Return the people of a request's folder, and of what was done before it was asked for.

    With them come the files elsewhere that its steps name, and the only commit of the folder.
    """
    inside, outside = _files_of(content)
    sole = view.sole_commit(tip, inside)
    if sole is not None:
        found = [contributors_of_commit(sole.people, base.roster)]
    else:
        found = [contributors(view.git, tip, inside, base.roster)]
    after = content.change.spec.retrospective
    if after is not None:
        found.append(_who_did(view.git, after, base))
    return found, outside, sole


def _files_of(content: ChangeState) -> tuple[list[str], list[str]]:
    """Return the files in the folder of a request, itself in front, and those its steps name."""
    inside, outside = [content.path], list[str]()
    folder = change_folder(content.change.id)
    for name, _, _ in content.files:
        if name.startswith(folder):
            inside.append(name)
        else:
            outside.append(name)
    return inside, outside


def _together(found: Iterable[Contributors]) -> Contributors:
    people: set[str] = set()
    unknown: set[str] = set()
    for one in found:
        people.update(one.people)
        unknown.update(one.unknown)
    return Contributors(people=tuple(sorted(people)), unknown=tuple(sorted(unknown)))


def _who_did(git: Git, after: Retrospective, base: Rulebook) -> Contributors:
    """Return the people of what was done before anybody asked.

    Where its commit is not here, an unknown person took part.
    """
    told = set(after.made_by)
    people = told & base.roster.spec.people.keys()
    unknown = told - people
    if after.commit is not None:
        if git.resolve(after.commit) is None:
            unknown.add(after.commit)
        else:
            made = contributors_of_landing(git, after.commit, base.roster)
            people |= set(made.people)
            unknown |= set(made.unknown)
    return Contributors(people=tuple(sorted(people)), unknown=tuple(sorted(unknown)))


def _before(git: Git, tip: str, path: str) -> Sequence[str]:
    """Return the commits before the one that brought a file first.

    There are none where it was the first commit. Where the file is not committed yet, it is the
    tip.
    """
    found = git.log(tip, format_="%H %P", paths=[path], extra=["--diff-filter=A", "--no-renames"])
    return found[-1].split()[1:] if found else [tip]


def resubmitted(
    view: View, content: ChangeState, base: Rulebook, mine: Sequence[LedgerEntry]
) -> frozenset[datetime]:
    """Return when the requester withdrew the change and submitted it again afterwards.

    They submit it again by a new commit to its folder. A commit is new when the state that was
    withdrawn does not contain it; where that was not committed, by its time.
    """
    tip = history_of(view)
    if tip is None:
        return frozenset()
    found: set[datetime] = set()
    for entry in mine:
        body = entry.body
        if not isinstance(body, ApprovalBody) or body.decision != "withdraw":
            continue
        by_requester = body.by == content.change.metadata.requester
        if by_requester and _again(view.git, tip, content, base, entry):
            found.add(entry.moment)
    return frozenset(found)


def _withdrawn_state(git: Git, entry: LedgerEntry) -> str | None:
    """Return the commit that an entry is about, None where it is not here."""
    for subject in entry.subject:
        if subject.commit and git.resolve(subject.commit) is not None:
            return subject.commit
    return None


def _again(git: Git, tip: str, content: ChangeState, base: Rulebook, entry: LedgerEntry) -> bool:
    state = _withdrawn_state(git, entry)
    revisions = (tip, f"^{state}") if state else (tip,)
    directory, requester = Directory(base.roster.spec.people), content.change.metadata.requester
    folder = change_folder(content.change.id)
    for line in git.log(*revisions, format_="%H %ct", paths=[folder]):
        commit, seconds = line.split()
        if state is None and commit_time(seconds, END_OF_TIME) < entry.recorded_at:
            continue
        made = addresses(git, commit, extra=["--max-count=1"])
        if any(requester in directory.owners_of_address(address) for address in made):
            return True
    return False
