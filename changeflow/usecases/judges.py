"""Who may judge: the team's main branch. A branch must not choose its judge.

Asking what another base would say stays possible; what acts or is recorded rests on a base that the main branch contains.
"""

from __future__ import annotations

from changeflow import errors
from changeflow.repo.mainbranch import MainBranch
from changeflow.usecases.load import Places, team_main


def require_fetched(places: Places) -> None:
    """Let nothing start by a main branch that is not the team's.

    Raises:
        errors.HostFailed: when a remote is configured and its main branch was never fetched.
    """
    main = _main(places)
    if not main.fetched:
        raise errors.HostFailed(
            f"the main branch of the remote `{main.remote}` is not in this clone, and it judges",
            f"`{main.fetch_line}` brings it",
        )


def require_contained(places: Places) -> None:
    """Let nothing act or be recorded by a base of its own choice.

    Raises:
        errors.Refused: when the main branch does not contain the base.
    """
    main, base = _main(places), places.base.commit
    if base is None or base == main.commit or places.git.is_ancestor(base, main.commit):
        return
    raise errors.Refused(
        f"the base `{places.base.label}` is not contained in `{main.ref}`: a branch must not choose its judge",
        "nothing was done; leave --base out, or merge first. Asking stays possible: `changeflow gate`, `changeflow assess`",
    )


def note(places: Places) -> str:
    """What to say where the local main branch is not the one that judges, or ought not to be; empty otherwise."""
    main = places.main
    if main is None:
        return ""
    if not main.fetched:
        return (
            f"the main branch of the remote `{main.remote}` is not in this clone, so the local one judges: `{main.fetch_line}`"
        )
    if not main.differs:
        return ""
    judged = main.ref.removeprefix("refs/remotes/")
    return f"judged by `{judged}` as it was fetched last; the local `{main.name}` {_apart(main)}"


def _apart(main: MainBranch) -> str:
    behind, ahead = (f"{count} commit{'' if count == 1 else 's'}" for count in (main.behind, main.ahead))
    if not main.ahead:
        return f"is {behind} behind it (`git pull`)"
    if not main.behind:
        return f"is {ahead} ahead of it, which do not count before they are pushed"
    return f"has diverged from it: {behind} behind, {ahead} ahead"


def _main(places: Places) -> MainBranch:
    return places.main or team_main(places.git, places.head)
