"""What is typed after `emergency`: who approves, and how the change is brought out and released."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any, Final

from changeflow import errors
from changeflow.gate.decision import decide
from changeflow.gate.gates.approve import APPROVE
from changeflow.gate_cases.for_approve import for_approve
from changeflow.gate_cases.gather import gather
from changeflow.hosts.table import host_named
from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.decision import Decision, Reason
from changeflow.model.clock import Clock
from changeflow.model.document_paths import change_folder
from changeflow.reading.view import View, team_main
from changeflow.repo.git import Git
from changeflow.usecases.start.emergency import EmergencyRequest

_MOST_NAMED: Final = 8


# A code of the catalogue, with its data.
Told = dict[str, Any]


@dataclass(frozen=True)
class NextSteps:
    """What to do next.

    Attributes:
        steps: what is typed, and who types it, in order.
        shut: what keeps the gate `approve` shut that no approval mends.
    """

    steps: tuple[Told, ...]
    shut: tuple[Reason, ...]


def commit_request(git: Git, made: EmergencyRequest) -> None:
    """Commit the new request alone, whatever else is changed or staged.

    Raises:
        errors.HostFailed: when git does not commit it; the file stays.
    """
    try:
        git.run("add", "--", made.path)
        git.run("commit", "-q", "-m", _message(made), "--only", "--", made.path)
    except errors.HostFailed as error:
        raise errors.HostFailed.of(
            "place.not_committed", path=made.path, why=error.told, command=_commit_line(made)
        ) from error


def require_identity(git: Git) -> None:
    """Refuse to commit without a name and an address.

    Raises:
        errors.HostFailed: when git does not know who commits.
    """
    for name in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        if git.run("var", name, accept=(0, 128)).returncode:
            raise errors.HostFailed.of("place.no_identity")


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
    decision = None if view is None else _decision(view, made, clock)
    steps: list[Told] = []
    if not committed:
        steps.append({"code": "emergency.type", "line": _commit_line(made)})
    if view is not None and host_named(view.base.config.host).takes_reviews:
        steps += _on_host(made, decision)
    else:
        steps += _on_plain_git(view, made, decision)
    return NextSteps(tuple(steps), _shut(decision))


def _message(made: EmergencyRequest) -> str:
    return f"Request {made.change}"


def _commit_line(made: EmergencyRequest) -> str:
    folder = shlex.quote(change_folder(made.change))
    return f"git add {folder} && git commit -m '{_message(made)}' {folder}"


def _release_line(made: EmergencyRequest) -> str:
    return f"changeflow release run {made.change} --as {made.implementer}"


def _decision(view: View, made: EmergencyRequest, clock: Clock) -> Decision | None:
    """Return what the gate `approve` says; None where it cannot be asked."""
    try:
        inputs = gather(view, made.change, clock.now, simulated=clock.simulated)
        return decide(APPROVE, for_approve(inputs), clock.now)
    except errors.ChangeflowError:
        return None


def _shut(decision: Decision | None) -> tuple[Reason, ...]:
    if decision is None:
        return ()
    return tuple(one for one in decision.reasons if one.outcome in ("fail", "error"))


def _approvers(decision: Decision | None) -> Told:
    """Return who may give the approval that is missing, and the case that they make."""
    able: dict[str, None] = {}
    for seat in decision.missing if decision is not None else ():
        able |= dict.fromkeys(seat.eligible)
    told: Told = {"by": list(able)[:_MOST_NAMED]}
    if len(able) == 1:
        return told
    return told | {"case": "several" if able else "unknown"}


def _on_plain_git(
    view: View | None, made: EmergencyRequest, decision: Decision | None
) -> Iterator[Told]:
    if view is not None:
        yield from _to_main(view)
    told = _approvers(decision)
    who = "PERSON" if "case" in told else told["by"][0]
    line = f"changeflow approve {made.change} --as {who}"
    yield told | {"code": "emergency.approve", "line": line}
    yield {"code": "emergency.release", "by": made.implementer, "line": _release_line(made)}


def _to_main(view: View) -> Iterator[Told]:
    """Yield how the request comes to the main branch, and to the approver."""
    main, branch = team_main(view), _branch(view.git)
    if not branch:
        yield {"code": "emergency.bring", "case": "detached", "main": main.name}
    elif branch != main.name:
        yield {"code": "emergency.bring", "main": main.name, "branch": branch}
    if main.remote is not None:
        line = f"git push {shlex.quote(main.remote)} {shlex.quote(main.name)}"
        yield {"code": "emergency.push", "line": line}


def _branch(git: Git) -> str:
    done = git.run("symbolic-ref", "--quiet", "--short", "HEAD", accept=(0, 1, 128))
    return done.stdout.decode("utf-8", "replace").strip()


def _on_host(made: EmergencyRequest, decision: Decision | None) -> Iterator[Told]:
    yield {"code": "emergency.open_pull"}
    yield _approvers(decision) | {"code": "emergency.approve_pull"}
    yield {"code": "emergency.deploy", "by": made.implementer, "line": _release_line(made)}
