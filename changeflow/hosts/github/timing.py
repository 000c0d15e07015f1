"""The client's time: a clock that tests can replace, and one deadline for all requests of a run."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

from changeflow.hosts.github.failures import GitHubFailed, OutOfTime
from changeflow.model.phrases import told
from changeflow.repo.work import working


class WaitClock(Protocol):
    """What the client needs of time."""

    def now(self) -> datetime:
        """Return the local time, with its zone."""

    def monotonic(self) -> float:
        """Seconds that never step back."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's own."""

    def now(self) -> datetime:
        """Return the local time in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some fixed moment."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        with working("progress.host"):
            time.sleep(seconds)


class Deadline:
    """`seconds` from now on, for everything together: waits, repeats and transfers."""

    def __init__(self, clock: WaitClock, seconds: float) -> None:
        self._clock = clock
        self._end = clock.monotonic() + seconds
        self.seconds = seconds

    def left(self) -> float:
        """Seconds that are left, never negative."""
        return max(0.0, self._end - self._clock.monotonic())

    def check(self, name: str) -> None:
        """Refuse to go on when nothing is left.

        Raises:
            OutOfTime: when the deadline has passed.
        """
        if self.left() <= 0:
            raise OutOfTime.of("hub.out_of_time", name=name, seconds=f"{self.seconds:.0f}")

    def wait(self, seconds: float, because: GitHubFailed) -> None:
        """Sleep before asking again, or give up at once when the wait would outlast the deadline.

        Raises:
            GitHubFailed: `because`, when waiting cannot help within the deadline.
        """
        if seconds >= self.left():
            raise because
        self._clock.sleep(seconds)


class ServerTime:
    """The time GitHub says it is, from the `Date` header of its answers."""

    def __init__(self, clock: WaitClock) -> None:
        self._clock = clock
        self._skew: timedelta | None = None
        self._answered = False

    def heard(self, date_header: str | None) -> None:
        """Take note of an answer's `Date` header.

        One that is missing or cannot be read changes nothing.
        """
        self._answered = True
        try:
            said = parsedate_to_datetime(date_header or "")
        except ValueError:
            return
        if said.tzinfo is not None:
            self._skew = said.astimezone(UTC) - self._clock.now().astimezone(UTC)

    @property
    def skew(self) -> timedelta | None:
        """Server time minus local time, to the second; None before the first answer."""
        return self._skew

    def estimate(self) -> datetime:
        """Return the server's time as far as it is known, only to decide how long to wait."""
        return self._clock.now().astimezone(UTC) + (self._skew or timedelta())

    def now(self, limit: timedelta = timedelta(minutes=5)) -> datetime:
        """Return the server's time now.

        Raises:
            GitHubFailed: `github.no_server_time` before any answer, or where none says the time,
                `github.clock_skew` when the two clocks are more than `limit` apart.
        """
        if self._skew is None and self._answered:
            raise GitHubFailed(told("hub.no_date"), reason_code="github.no_server_time")
        if self._skew is None:
            raise GitHubFailed(told("hub.no_time"), reason_code="github.no_server_time")
        if abs(self._skew) > limit:
            raise GitHubFailed(
                told("hub.clock_skew", seconds=f"{abs(self._skew).total_seconds():.0f}"),
                reason_code="github.clock_skew",
            )
        return self.estimate()
