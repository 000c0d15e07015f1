"""Holds: what people stopped, as the core is told of it."""

from datetime import datetime, timedelta
from typing import Final

from changeflow.model.document_parts import Instant, Record

# the scope that covers everything, and what the others begin with
ALL: Final = "all"
SCOPES: Final = ("environment", "item", "type")


class Hold(Record):
    """A hold, and who agreed to it.

    `placed` is when it was asked for, `since` when enough people had agreed, `lifted` when enough
    people had agreed to its end. `agreed` and `lifting` are these people; those who do not count are
    in `others`.
    """

    id: str
    scope: str
    reason: str
    by: str
    placed: Instant
    since: Instant | None
    until: Instant | None
    lifted: Instant | None
    agreed: tuple[str, ...]
    lifting: tuple[str, ...]
    others: tuple[str, ...]
    needed: int

    def is_in_force(self, now: datetime, ahead: timedelta = timedelta()) -> bool:
        """Return whether it stops what it covers; `ahead`: how far its clock may have been."""
        if self.since is None or self.since - ahead > now:
            return False
        return not self.is_over(now)

    def is_over(self, now: datetime) -> bool:
        """Return whether it ended or was lifted."""
        ended = self.until is not None and self.until <= now
        return ended or (self.lifted is not None and self.lifted <= now)

    def state(self, now: datetime) -> str:
        """Return `proposed`, `in force`, `ended` or `lifted`."""
        if self.lifted is not None and self.lifted <= now:
            return "lifted"
        if self.is_over(now):
            return "ended"
        return "proposed" if self.since is None else "in force"
