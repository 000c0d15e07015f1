"""Where to read from: the repository, the base that judges, and the head with the change.

Policies, roster, CMDB, models and calendars come from the base, the request for change from the
head. What is not on the base yet does not judge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from changeflow import errors
from changeflow.model.document_paths import CONFIG
from changeflow.reading.rulebook import config_of
from changeflow.repo.bare import is_bare
from changeflow.repo.checkout import checkout_at
from changeflow.repo.git import Git
from changeflow.repo.mainbranch import MainBranch, fetch_line, main_branch
from changeflow.repo.source import Revision, Source

_HANDOVERS: Final = 4
_STARTS: Final = ("refs/remotes/origin/HEAD", "refs/heads/main", "refs/remotes/origin/main")


@dataclass(frozen=True)
class View:
    """Where to read: the repository, the base that judges, and the head with the change.

    `history` is the commit whose history says who wrote the change; None: that of the head, or of
    what is checked out. `merge_base` is where the head left the base, where somebody has found that
    out already. `main` is the main branch that the base is the tip of, None where another base was
    named; `told` is what answers say about it beside their inputs. `address` is where the remote is
    whose main branch judges, as it is recorded; None without one, or where it was not asked.
    """

    root: Path
    git: Git
    base: Source
    head: Source
    history: str | None = None
    merge_base: str | None = None
    main: MainBranch | None = None
    told: Mapping[str, Any] = field(default_factory=dict)
    address: str | None = None


def locate(root: Path, base: str | None = None, head: str | None = None) -> View:
    """Resolve base and head once. Default: the tip of the team's main branch, and the work tree.

    In a bare repository, which has no work tree, the head is the tip of the main branch, too.

    Raises:
        errors.HostFailed: when git fails or the base does not exist.
        errors.NothingToDo: for a bare repository that is no clone of a change repository.
    """
    git = Git(root)
    head_source = source_at(root, head, git)
    if base is not None:
        return View(root, git, Revision(git, base), head_source)
    main, source = _main_branch(git, head_source)
    return View(root, git, source, head_source, main=main, told=main.told())


def source_at(root: Path, rev: str | None = None, git: Git | None = None) -> Source:
    """One place to read from: a revision, else the work tree, or in a bare repository the tip of the main branch.

    Raises:
        errors.HostFailed: when git fails or the revision does not exist.
        errors.NothingToDo: for a bare repository that is no clone of a change repository.
    """
    if rev is None and not is_bare(root):
        return checkout_at(root, git)
    git = git or Git(root)
    if rev is not None:
        return Revision(git, rev)
    start = _start(git) or _own_head(git)
    if start is None:
        message = f"`{root}` is a bare repository, and there is no {CONFIG} on its main branch"
        raise errors.NothingToDo(message, "name a revision, or another repository with --repo DIR")
    return _main_branch(git, start)[1]


def _own_head(git: Git) -> Revision | None:
    """Where a bare repository's own HEAD points: the branch that was the first one where it was cloned from."""
    source = Revision(git, "HEAD") if git.resolve("HEAD") is not None else None
    return source if source is not None and source.exists(CONFIG) else None


def team_main(git: Git, head: Source) -> MainBranch:
    """The main branch that judges: the remote's as last fetched where there is a remote, otherwise the local one.

    Raises:
        errors.HostFailed: when it has no commit here.
    """
    return _main_branch(git, head)[0]


def _main_branch(git: Git, head: Source) -> tuple[MainBranch, Revision]:
    start = _start(git) or _self_named(git)
    asked: Source = start if start is not None else head
    name, remote = "", None
    for _ in range(
        _HANDOVERS
        # an old state of the main branch may not know yet where the team's is
    ):
        config = config_of(asked)
        name = config.main_branch
        found = main_branch(git, name, config.remote or config.ledger.remote or remote)
        if found is None:
            break
        if not found.fetched or (asked.commit == found.commit and isinstance(asked, Revision)):
            return found, asked if isinstance(
                asked, Revision
            ) and asked.label == found.ref else Revision(git, found.ref)
        asked, remote = Revision(git, found.ref), found.remote
    raise errors.HostFailed(
        f"the main branch `{name}` has no commit here, and policies are read from it",
        f"{_way_to(git, name)}; or set spec.main_branch in {CONFIG}",
    )


def _way_to(git: Git, name: str) -> str:
    """How a main branch comes here that is not."""
    remotes = git.remotes()
    if not remotes:
        return f"commit to `{name}`"
    remote = "origin" if "origin" in remotes else remotes[0]
    return f"`{fetch_line(remote, name)}` brings it, where the remote has it"


def _start(git: Git) -> Revision | None:
    """Who says which the main branch is: the branch that new clones start on, or `main`.

    A branch must not choose its own judge.

    Only where neither of them carries a configuration the head is asked.
    """
    found = git.refs(*_STARTS)
    for ref in (ref for ref in _STARTS if ref in found):
        source = Revision(git, ref)
        if source.exists(CONFIG):
            return source
    return None


def _self_named(git: Git) -> Revision | None:
    """The branch that names itself as the main one, where nothing else tells which it is.

    Raises:
        errors.HostFailed: when several do: whoever sets up another one must not choose the judge.
    """
    refs = git.text("for-each-ref", "--format=%(refname)", "refs/heads").splitlines()
    found = [
        source
        for ref in refs
        if (source := Revision(git, ref)).exists(CONFIG) and _names(source, ref)
    ]
    if len(found) > 1:
        names = ", ".join(f"`{one.label.removeprefix('refs/heads/')}`" for one in found)
        raise errors.HostFailed(
            f"each of the branches {names} names itself as the main one in {CONFIG}",
            "delete the one that is not, or correct spec.main_branch there",
        )
    return found[0] if found else None


def _names(source: Revision, ref: str) -> bool:
    try:
        return f"refs/heads/{config_of(source).main_branch}" == ref
    except errors.Unreadable:
        return False
