"""Which programs a change model cannot have authorised.

Those are the ones that came, went or changed together with the request.

A model names argv, and trusts that `./scripts/restart` is what it was. An author who could rewrite
the script beside a standard change would have it run without an approval.
"""

from __future__ import annotations

from collections.abc import Iterator

from changeflow.model.change import ChangeRequest, ChangeType
from changeflow.reading.change import ChangeState, files_of_steps
from changeflow.reading.view import View
from changeflow.repo.git import Git
from changeflow.repo.source import Source


def edited_files(view: View, content: ChangeState) -> tuple[str, ...]:
    """Return files that the steps of a standard change name and that changed with its request.

    They are not what they were before the request. They are sorted. A file in the request's own
    folder is as new as the request, so naming one is enough. Compared are the request's branch with
    where it left the base and, once the request is on the base, the base with the state before the
    commit that brought it. What a repository's very first commit brings is compared with nothing.

    Raises:
        errors.HostFailed: when git fails.
        errors.Unreadable: when such a file cannot be read.
    """
    change = content.change
    if change.spec.type is not ChangeType.STANDARD:
        return ()
    now = _files(view.head, change)
    edited: set[str] = set()
    for source in _befores(view, content):
        before = _files(source, change)
        edited.update(path for path, _ in before.items() ^ now.items())
    return tuple(sorted(edited))


def _files(source: Source, change: ChangeRequest) -> dict[str, tuple[str, ...]]:
    return {path: tuple(facts) for path, *facts in files_of_steps(source, change)}


def _befores(view: View, content: ChangeState) -> Iterator[Source]:
    git, base = view.git, view.base
    if base.commit is None:
        return
    if view.head.commit != base.commit:
        start = view.merge_base or _merge_base(view, base.commit)
        yield base if start in (None, base.commit) else view.store.at(start)
    if base.exists(content.path):
        before = _before_landing(git, base.commit, content.path)
        if before is not None:
            yield view.store.at(before)


def _merge_base(view: View, base: str) -> str | None:
    head = view.history or view.head.commit or view.git.resolve("HEAD")
    return view.git.merge_base(base, head) if head is not None else None


def _before_landing(git: Git, base: str, path: str) -> str | None:
    """Return the first parent of the commit with which a file came onto the base."""
    found = git.log(
        base,
        format_="%P",
        paths=[path],
        extra=["--first-parent", "-m", "--diff-filter=A", "--no-renames"],
    )
    # the first commit of a repository has no parent
    parents = found[-1].split() if found else []
    return next(iter(parents), None)
