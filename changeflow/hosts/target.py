"""The target of a host's event: the place to look at.

Nothing else in an event is believed.
"""

from __future__ import annotations

from changeflow.lazy_dataclass import dataclass


@dataclass(frozen=True)
class Group:
    """A merge group: the branch it is queued for and the commit it is tested on."""

    branch: str
    head: str


@dataclass(frozen=True)
class Deployment:
    """A job of an application's repository that waits for the gate.

    `commit` is what it deploys, `environment` where, and `run` the number of the run to answer.
    """

    commit: str
    environment: str
    run: int


@dataclass(frozen=True)
class Target:
    """The pull requests, merge group, deployment or push that a run looks at.

    `heads` are commits that the event names for pull requests: a failure to read one is reported
    there. `before` is the commit of the main branch before the push, for the first time of
    recording; `ref` is the full name of the pushed ref, None if no event names it.
    """

    why: str
    pulls: tuple[int, ...] = ()
    every: bool = False
    publishing: bool = True
    group: Group | None = None
    deployment: Deployment | None = None
    push: bool = False
    heads: tuple[tuple[int, str], ...] = ()
    before: str | None = None
    ref: str | None = None
