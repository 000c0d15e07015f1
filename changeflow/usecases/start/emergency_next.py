"""What is typed after `emergency`: who approves, and how the change is brought out and released."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from changeflow import errors
from changeflow.gate.decision import decide
from changeflow.gate.gates.approve import APPROVE
from changeflow.gate_cases.for_approve import for_approve
from changeflow.gate_cases.gather import gather
from changeflow.hosts.table import host_named
from changeflow.model.answers.decision import Decision
from changeflow.model.clock import Clock
from changeflow.model.document_paths import change_folder
from changeflow.model.phrases import shortened
from changeflow.reading.view import View, team_main
from changeflow.repo.git import Git
from changeflow.usecases.start.emergency import EmergencyRequest

_MOST_NAMED: Final = 8


@dataclass(frozen=True)
class NextSteps:
    """What to do next.

    Attributes:
        lines: commands and who types them, in order.
        warnings: what keeps the gate shut that no approval mends.
    """

    lines: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def commit_request(git: Git, made: EmergencyRequest) -> None:
    """Commit the new request alone, whatever else is changed or staged.

    Raises:
        errors.HostFailed: when git does not commit it; the file stays.
    """
    try:
        git.run("add", "--", made.path)
        git.run("commit", "-q", "-m", _message(made), "--only", "--", made.path)
    except errors.HostFailed as error:
        raise errors.HostFailed(
            f"{made.path} is written, but not committed: {error.message}",
            f"commit it by hand: `{_commit_line(made)}`",
        ) from error


def require_identity(git: Git) -> None:
    """Refuse to commit without a name and an address.

    Raises:
        errors.HostFailed: when git does not know who commits.
    """
    for name in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        if git.run("var", name, accept=(0, 128)).returncode:
            raise errors.HostFailed(
                "git does not know who commits",
                "nothing was written; set `git config user.name` and `user.email`, or leave "
                "--commit out",
            )


def next_steps(
    view: View | None, made: EmergencyRequest, clock: Clock, *, committed: bool
) -> NextSteps:
    """Return what to do with a request that was just written.

    Args:
        view: where to read from; None where no main branch is here.
        made: the request.
        clock: the time.
        committed: whether it is committed already.
    """
    lines = [] if committed else [f"`{_commit_line(made)}`"]
    decision = None if view is None else _decision(view, made, clock)
    if view is not None and host_named(view.base.config.host).takes_reviews:
        lines += _on_host(made, decision)
        return NextSteps(tuple(lines), _warnings(decision))
    lines += _to_main(view)
    lines.append(
        f"{_approvers(decision)}: `changeflow approve {made.change} --as {_one(decision)}`"
    )
    lines.append(
        f"{made.implementer}: `changeflow release run {made.change} --as {made.implementer}`"
    )
    return NextSteps(tuple(lines), _warnings(decision))


def _message(made: EmergencyRequest) -> str:
    return f"Request {made.change}"


def _commit_line(made: EmergencyRequest) -> str:
    folder = shlex.quote(change_folder(made.change))
    return f"git add {folder} && git commit -m '{_message(made)}' {folder}"


def _decision(view: View, made: EmergencyRequest, clock: Clock) -> Decision | None:
    """Return what the gate `approve` says; None where it cannot be asked."""
    try:
        inputs = gather(view, made.change, clock.now, simulated=clock.simulated)
        return decide(APPROVE, for_approve(inputs), clock.now)
    except errors.ChangeflowError:
        return None


def _warnings(decision: Decision | None) -> tuple[str, ...]:
    if decision is None:
        return ()
    shut = (one for one in decision.reasons if one.outcome in ("fail", "error"))
    return tuple(f"the gate `approve` stays shut: {one.message}" for one in shut)


def _able(decision: Decision | None) -> list[str]:
    """Return who may give the approval that is missing."""
    able: dict[str, None] = {}
    for seat in decision.missing if decision is not None else ():
        able |= dict.fromkeys(seat.eligible)
    return list(able)


def _approvers(decision: Decision | None) -> str:
    able = _able(decision)
    match len(able):
        case 0:
            return "a member of the emergency CAB"
        case 1:
            return able[0]
        case _:
            return f"one of {shortened(able, _MOST_NAMED)}"


def _one(decision: Decision | None) -> str:
    """Return the person who approves, where only one can."""
    able = _able(decision)
    return able[0] if len(able) == 1 else "PERSON"


def _to_main(view: View | None) -> Iterator[str]:
    """Yield how the request comes to the main branch, and to the approver."""
    if view is None:
        return
    main = team_main(view)
    branch = _branch(view.git)
    if branch != main.name:
        yield f"bring it to `{main.name}`: you are on {f'`{branch}`' if branch else 'no branch'}"
    if main.remote is not None:
        yield f"`git push {shlex.quote(main.remote)} {shlex.quote(main.name)}`, and the approver fetches it"


def _branch(git: Git) -> str:
    done = git.run("symbolic-ref", "--quiet", "--short", "HEAD", accept=(0, 1, 128))
    return done.stdout.decode("utf-8", "replace").strip()


def _on_host(made: EmergencyRequest, decision: Decision | None) -> Iterator[str]:
    yield "open a pull request with it"
    yield f"{_approvers(decision)} approves the pull request, and it is merged"
    yield (
        f"{made.implementer}: start its deployment, or `changeflow release run {made.change} "
        f"--as {made.implementer}`"
    )
