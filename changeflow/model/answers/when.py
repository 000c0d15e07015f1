"""Answer of `when`: the earliest legal start, what stands in its way, and legal slots."""

from typing import Literal

from pydantic import Field

from changeflow.model.answers.decision import Reason
from changeflow.model.document_parts import Instant, Record
from changeflow.model.riskmodel import RiskLevel


class Turn(Record):
    """A moment at which the answer changes: from `at` on the gate is `open`, or shut.

    `begins` are reasons that keep it shut from then on, `ends` those that do so no longer.
    """

    at: Instant
    open: bool
    begins: tuple[Reason, ...]
    ends: tuple[Reason, ...]


class SlotEnding(Record):
    """What ends before a slot does: an approval, a model, a delegation, an exception, a hold.

    `id` is a person for an approval and a delegation, and else its id.
    """

    what: Literal["approval", "model", "delegation", "exception", "hold"]
    id: str
    at: Instant


class Slot(Record):
    """A stretch of time at whose every moment calendars let the change start; `end` excluded.

    `overlaps` are open changes that collide with it then, `hard` where one of them would keep it
    waiting. `maintenance`: maintenance windows cover all that it changes. `services` fail with what
    it and those others change. `needs` is what still keeps the gate shut then, and people can mend.
    `ending` is what ends before the slot does. The `best` is the first of its list.
    """

    start: Instant
    end: Instant
    best: bool
    overlaps: tuple[str, ...]
    hard: bool
    maintenance: bool
    services: tuple[str, ...]
    risk: RiskLevel
    score: int
    needs: tuple[Reason, ...]
    ending: tuple[SlotEnding, ...]


class Placed(Record):
    """The time at which a change of a set may run.

    `moved`: its window has to be moved there, and the change approved again. `after` are the
    changes of the set that come first.
    """

    change: str
    start: Instant
    end: Instant
    moved: bool
    after: tuple[str, ...]


class Unplaced(Record):
    """A change of a set for which there is no time, and why."""

    change: str
    reasons: tuple[Reason, ...]


class Together(Record):
    """A legal order of a set of changes, with a time for each, and those without one."""

    order: tuple[str, ...]
    placed: tuple[Placed, ...]
    unplaced: tuple[Unplaced, ...]


class WhenAnswer(Record):
    """Answer of `when`: the earliest legal start as things stand; null if there is none.

    `reasons` is what keeps the deploy gate shut at `now`. `changes_at` are the next moments at which
    that changes by time alone, up to `until`; people and other changes are taken as they are now.
    `turns` say of each of them what changes.
    `slots` are the stretches within the change's own window in which calendars let it start, the
    best first: fewest collisions, inside maintenance windows, fewest services, the earliest.
    `alternatives` are times for another window of the same length. `together` is the answer about a
    set of changes (`--with`).
    """

    schema_: Literal["changeflow/when/v1"] = Field(default="changeflow/when/v1", alias="schema")
    change: str
    now: Instant
    until: Instant
    earliest: Instant | None
    reasons: tuple[Reason, ...]
    changes_at: tuple[Instant, ...]
    turns: tuple[Turn, ...]
    slots: tuple[Slot, ...]
    alternatives: tuple[Slot, ...]
    together: Together | None
