"""What becomes of a recorded decision when it is computed again from its recorded inputs."""

from typing import Any, Literal

from changeflow.model.document_parts import Instant, Record

ReplayOutcome = Literal["agrees", "differs", "unknown"]


class ReplayDifference(Record):
    """A value that comes out otherwise.

    `route` leads to it in the entry's predicate (`subject` in the statement).
    """

    route: list[str | int]
    recorded: Any
    recomputed: Any


class ReplayedDecision(Record):
    """One decision, computed again.

    `agrees`: the same bytes. `differs`: other bytes from the same inputs. `unknown`: it cannot be
    computed from what is here; `reason` says why. `fails` says whether this keeps `ok` from being
    true: a difference does, and so does an open gate that cannot be computed. `read_at` is the
    commit the change was read from, `tool` the program that wrote the entry.
    """

    seq: int
    change: str
    path: str
    gate: str
    open: bool
    at: Instant
    simulated: bool
    tool: str
    outcome: ReplayOutcome
    fails: bool
    reason: str = ""
    hint: str = ""
    read_at: str | None = None
    differences: tuple[ReplayDifference, ...] = ()
