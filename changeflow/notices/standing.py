"""How a change stands, as far as people are told of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, NamedTuple

from changeflow.model.change import Window
from changeflow.model.evidence import LedgerEntry, ReleaseBody
from changeflow.model.notify_settings import Fact
from changeflow.model.times import format_instant
from changeflow.release.ending import release_span

# the occasion of a change that is planned without a window
ANY_TIME: Final = "any-time"
_OVER: Final = "cancelled"
_ENDINGS: Final[dict[str, Fact]] = {
    "implemented": "done",
    "rolled_back": "turned_back",
    "rollback_failed": "failed",
}


class Standing(NamedTuple):
    """How a change stands.

    Attributes:
        phase: planned and approved, cancelled, being released, or released.
        occasion: the window that it is planned for as `start/end` (RFC 3339), or the run of the
            release; with the state that it ended in, once it has.
        fact: what is told of it, unless something else is to be told first.
        since: when the release began or ended; None before.
        start: of the window; None without one.
        end: of the window; None without one.
    """

    phase: Literal["planned", "cancelled", "running", "ended"]
    occasion: str
    fact: Fact
    since: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None

    @property
    def run(self) -> str:
        """Return the run of the release, of a change that is released."""
        return self.occasion.partition(" ")[0]


CANCELLED: Final = Standing("cancelled", _OVER, "cancelled")


def occasion_of(window: Window | None) -> str:
    """Return the occasion of a change that is planned for a window."""
    if window is None:
        return ANY_TIME
    return f"{format_instant(window.start)}/{format_instant(window.end)}"


def standing(state: str, window: Window | None, mine: Sequence[LedgerEntry]) -> Standing | None:
    """Return how a change stands; None where there is nothing to tell of it.

    Args:
        state: the state of the change.
        window: that it is planned for.
        mine: the entries about the change that count, in order.
    """
    span = release_span(mine)
    if span is not None:
        return _released(span.start, span.end, span.state)
    if state in ("approved", "scheduled"):
        occasion = occasion_of(window)
        if window is None:
            return Standing("planned", occasion, "announced")
        return Standing("planned", occasion, "announced", None, window.start, window.end)
    if state in ("withdrawn", "rejected"):
        return CANCELLED
    return None


def _released(start: LedgerEntry, end: LedgerEntry | None, state: str) -> Standing | None:
    body = start.body
    assert isinstance(body, ReleaseBody)  # noqa: S101 - it is a line of the journal
    if end is None:
        return Standing("running", body.run, "starts", start.moment)
    fact = _ENDINGS.get(state)
    if fact is None:
        return None
    return Standing("ended", f"{body.run} {state}", fact, end.moment)
