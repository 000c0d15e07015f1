"""What an event of a host asks to look at.

It says where, and nothing in it is believed beyond that.
"""

from __future__ import annotations

from dataclasses import dataclass


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
    """What to look at: pull requests, every open one, a merge group, a deployment, or what was pushed to the main branch.

    `heads` are commits that the event names for pull requests: where to say so when one cannot be
    read. `before` is where the main branch was before the push, for the first time of recording;
    `ref` is the full name of what was pushed, None where no event says so.
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
