"""What people were told already, by the entries of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from changeflow.lazy_dataclass import dataclass
from changeflow.model.evidence import LedgerEntry, NotificationBody
from changeflow.model.notify_settings import Fact

# whom a message has that goes to a channel as a whole
EVERYBODY: Final = "*"
# A claim without an outcome: who made it is taken for dead after this time, and the message is
# sent again. A person may get it twice, and never not at all.
LEASE: Final = timedelta(minutes=15)
_FIRST_PAUSE: Final = timedelta(minutes=5)
_LONGEST_PAUSE: Final = timedelta(hours=6)


class Heard(NamedTuple):
    """The last that a recipient was told of a change on a channel."""

    fact: Fact
    occasion: str
    at: datetime


class MessageKey(NamedTuple):
    """A message to one recipient: two entries with the same key are about the same one."""

    channel: str
    change: str
    fact: str
    occasion: str
    recipient: str


@dataclass
class Trial:
    """What came of a message so far.

    Attributes:
        claimed: when it was claimed last, without an outcome since; None: it is not claimed.
        failed: how often in a row it failed.
        last: when it failed last.
        why: the code of that failure.
    """

    claimed: datetime | None = None
    failed: int = 0
    last: datetime | None = None
    why: str = ""

    def is_claimed(self, now: datetime) -> bool:
        """Return whether another notifier may be sending it."""
        return self.claimed is not None and now < self.claimed + LEASE

    @property
    def next(self) -> datetime | None:
        """Return when it is tried again; None: at once."""
        if self.last is None:
            return None
        pause: timedelta = _FIRST_PAUSE * 2 ** min(self.failed - 1, 10)
        return self.last + min(pause, _LONGEST_PAUSE)


class Failing(NamedTuple):
    """A message that failed, and was not accepted since."""

    key: MessageKey
    trial: Trial


@dataclass
class Told:
    """What people were told.

    Attributes:
        heard: by channel, change and recipient.
        trials: what came of messages.
    """

    heard: dict[tuple[str, str, str], Heard] = field(default_factory=dict)
    trials: dict[MessageKey, Trial] = field(default_factory=dict)

    def recipients(self, channel: str, change: str) -> Iterator[str]:
        """Yield who was told of a change on a channel."""
        for place, about, recipient in self.heard:
            if (place, about) == (channel, change):
                yield recipient

    @property
    def changes(self) -> frozenset[str]:
        """Return the changes that anyone was told of."""
        return frozenset(change for _, change, _ in self.heard)

    def failing(self) -> tuple[Failing, ...]:
        """Return the messages that failed and were not accepted since, oldest failure first."""
        found: list[tuple[datetime, Failing]] = []
        for key, trial in self.trials.items():
            if trial.last is not None:
                found.append((trial.last, Failing(key, trial)))
        return tuple(one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].key)))


def told_by(entries: Iterable[LedgerEntry]) -> Told:
    """Return what people were told.

    Args:
        entries: those about no change that count, in order.
    """
    found = Told()
    for entry in entries:
        body = entry.body
        if isinstance(body, NotificationBody):
            for recipient in body.recipients:
                _note(found, entry, body, recipient)
    return found


def _note(found: Told, entry: LedgerEntry, body: NotificationBody, recipient: str) -> None:
    key = MessageKey(body.channel, body.about, body.fact, body.occasion, recipient)
    trial = found.trials.setdefault(key, Trial())
    if body.event == "claimed":
        trial.claimed = entry.moment
        return
    trial.claimed = None
    if body.event == "failed":
        trial.failed, trial.last, trial.why = trial.failed + 1, entry.moment, body.why
        return
    trial.failed, trial.last, trial.why = 0, None, ""
    place = (body.channel, body.about, recipient)
    found.heard[place] = Heard(body.fact, body.occasion, entry.moment)
