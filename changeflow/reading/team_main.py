"""The team's main branch, whose rules govern every action and record.

A branch must not choose its judge, and an operator must not choose old rules.

Any base may be asked for its answer. Actions and records need a base that the main branch contains,
with the governing files that the main branch has today.
"""

from __future__ import annotations

from dataclasses import replace

from changeflow import errors
from changeflow.model.kinds import area_of
from changeflow.model.phrases import Told, told
from changeflow.reading.view import View, team_main
from changeflow.repo.main_branch import MainBranch


def require_fetched(view: View) -> None:
    """Refuse to start by a main branch that is not the team's.

    Raises:
        errors.HostFailed: when a remote is configured and its main branch was never fetched.
    """
    main = team_main(view)
    if not main.fetched:
        raise errors.HostFailed.of("main.not_fetched", remote=main.remote, command=main.fetch_line)


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
        raise errors.Refused.of("main.not_contained", base=view.base.label, branch=main.ref)
    differing = _differing(view, main, starts)
    if differing:
        raise errors.Refused.of(
            "main.older", base=view.base.label, branch=main.ref, paths=differing
        )


def _differing(view: View, main: MainBranch, starts: bool) -> list[str]:
    """Return the files read from the base that differ from those of the main branch."""
    old, new = view.base.entries(), view.store.at(main.commit).entries()
    changed = sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))
    reads = view.base.rulebook.reads
    return [path for path in changed if reads(path) or (starts and area_of(path) is not None)]


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


def note(view: View) -> Told | None:
    """Return a remark if the local main branch is not the one that governs, or should not be."""
    main = view.main
    if main is None:
        return None
    if not main.fetched:
        return told("main.note_not_fetched", remote=main.remote, command=main.fetch_line)
    if main.unfollowed is not None:
        theirs = main.unfollowed.removeprefix("refs/remotes/")
        return told("main.note_unfollowed", branch=main.name, theirs=theirs)
    if not main.differs:
        return None
    return told(
        "main.note_apart",
        case=_apart(main),
        judged=main.ref.removeprefix("refs/remotes/"),
        branch=main.name,
        behind=main.behind,
        ahead=main.ahead,
    )


def _apart(main: MainBranch) -> str:
    if not main.ahead:
        return "behind"
    return "both" if main.behind else "ahead"
