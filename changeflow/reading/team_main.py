"""The team's main branch, whose rules govern every action and record.

A branch must not choose its judge, and an operator must not choose old rules.

Any base may be asked for its answer. Actions and records need a base that the main branch contains,
with the governing files that the main branch has today.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from changeflow import errors
from changeflow.model.kinds import area_of
from changeflow.model.phrases import counted, shortened
from changeflow.reading.rulebook import governs
from changeflow.reading.view import View, team_main
from changeflow.repo.main_branch import MainBranch

_ASKING: Final = "asking stays possible: `changeflow gate`, `changeflow assess`"


def require_fetched(view: View) -> None:
    """Refuse to start by a main branch that is not the team's.

    Raises:
        errors.HostFailed: when a remote is configured and its main branch was never fetched.
    """
    main = team_main(view)
    if not main.fetched:
        raise errors.HostFailed(
            f"the main branch of the remote `{main.remote}` is not in this clone, and it judges",
            f"`{main.fetch_line}` brings it",
        )


def require_current(view: View, *, starts: bool = False) -> None:
    """Refuse to act or record by a base of the operator's own choice.

    Args:
        view: where to read from.
        starts: a release may start, so the requests have to be those of the main branch, too.

    Raises:
        errors.Refused: when the main branch does not contain the base, or judges otherwise by now.
    """
    main, base = team_main(view), view.base.commit
    if base is None or base == main.commit:
        return
    if not view.git.is_ancestor(base, main.commit):
        raise errors.Refused(
            f"the base `{view.base.label}` is not contained in `{main.ref}`: a branch must not "
            "choose its judge",
            f"nothing was done; leave --base out, or merge first; {_ASKING}",
        )
    differing = _differing(view, main, starts)
    if differing:
        paths = shortened([f"`{path}`" for path in differing], 1)
        raise errors.Refused(
            f"the base `{view.base.label}` is older than `{main.ref}`, which has another {paths}:"
            " old rules do not judge",
            f"nothing was done; leave --base out; {_ASKING}",
        )


def _differing(view: View, main: MainBranch, starts: bool) -> list[str]:
    """Return the files read from the base that differ from those of the main branch."""
    old, new = view.base.entries(), view.store.at(main.commit).entries()
    changed = sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))
    return [path for path in changed if governs(path) or (starts and area_of(path) is not None)]


def with_address(view: View) -> View:
    """Return the view with the address of the remote whose main branch governs, for the record."""
    try:
        main = team_main(view)
    except errors.HostFailed:
        # No main branch is here. A base was named, and nothing can be recorded by it.
        return view
    if main.remote is None or not main.fetched:
        return view
    address = view.git.remote_address(main.remote)
    if address is None:
        return view
    from changeflow.model.remotes import without_credentials

    return replace(view, address=without_credentials(address))


def note(view: View) -> str:
    """Return a remark if the local main branch is not the one that governs, or should not be."""
    main = view.main
    if main is None:
        return ""
    if not main.fetched:
        return (
            f"the main branch of the remote `{main.remote}` is not in this clone, so the "
            f"local one judges: `{main.fetch_line}`"
        )
    if main.unfollowed is not None:
        theirs = main.unfollowed.removeprefix("refs/remotes/")
        return (
            f"the local `{main.name}` judges, which follows no remote and lacks commits of "
            f"`{theirs}`:"
            f" `git branch --set-upstream-to={theirs} {main.name}` lets that one judge"
        )
    if not main.differs:
        return ""
    judged = main.ref.removeprefix("refs/remotes/")
    return f"judged by `{judged}` as it was fetched last; the local `{main.name}` {_apart(main)}"


def _apart(main: MainBranch) -> str:
    behind, ahead = counted(main.behind, "commit"), counted(main.ahead, "commit")
    if not main.ahead:
        return f"is {behind} behind it (`git pull`)"
    if not main.behind:
        return f"is {ahead} ahead of it, and what is not pushed does not count"
    return f"has diverged from it: {behind} behind, {ahead} ahead"
