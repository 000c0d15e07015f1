"""The budget of a run: its requests by name, and the rest of GitHub's limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from changeflow.hosts.github.failures import Limited
from changeflow.model.phrases import told


class Budget:
    """Counts requests and keeps some of GitHub's primary limit back for the verdict.

    Args:
        now: GitHub's time, to know whether a limit has been renewed since it was heard of.
        ceiling: requests a run may send in all, apart from the verdict's.
        reserve: requests of the primary limit that only the verdict may use.
    """

    def __init__(self, now: Callable[[], datetime], ceiling: int, reserve: int) -> None:
        self._now = now
        self._ceiling = ceiling
        self._reserve = reserve
        self._portion: int | None = None
        self._names: Counter[str] = Counter()
        self._left: dict[str, tuple[int, float]] = {}
        self.repeats = 0
        self.unchanged = 0
        self.writes = 0

    @property
    def requests(self) -> int:
        """Return the number of requests sent so far, repeats included."""
        return self._names.total()

    @property
    def names(self) -> dict[str, int]:
        """Return the number of requests by name."""
        return dict(self._names)

    def left(self, resource: str) -> int | None:
        """Tell what GitHub said is left of a primary limit (`core`, `graphql`).

        None where it has not said, or the hour is over.
        """
        remaining, reset = self._left.get(resource, (None, 0.0))
        if reset <= self._now().timestamp():
            return None
        return remaining

    def widen(self, ceiling: int) -> None:
        """Set another ceiling for the run, because it is about more than one thing."""
        self._ceiling = ceiling

    def affords(self, requests: int, kept: int) -> bool:
        """Tell whether as many requests fit, with `kept` left of GitHub's limits.

        They have to fit below the ceiling. Only limits count that GitHub has named.
        """
        if self.requests + requests > self._ceiling:
            return False
        return all(left >= kept for left in self._known().values())

    def _known(self) -> dict[str, int]:
        """Return what is left of each limit that GitHub has named and whose hour is not over."""
        known = {}
        for resource in sorted(self._left):
            left = self.left(resource)
            if left is not None:
                known[resource] = left
        return known

    @contextmanager
    def portion(self, requests: int) -> Iterator[None]:
        """Allow at most as many requests while it lasts.

        What one thing wastes is not taken from the others.
        """
        self._portion = self.requests + requests
        try:
            yield
        finally:
            self._portion = None

    def spend(self, name: str, resource: str, *, verdict: bool, write: bool) -> None:
        """Count a request that is about to be sent.

        Raises:
            Limited: `github.budget` over our own ceiling, `github.primary_limit` when only the
                verdict's reserve is left.
        """
        if not verdict:
            self._allow(name, resource)
        self._names[name] += 1
        self.writes += write

    def _allow(self, name: str, resource: str) -> None:
        ceiling = self._ceiling
        if self._portion is not None:
            ceiling = min(ceiling, self._portion)
        if self.requests >= ceiling:
            raise Limited(
                told("hub.own_ceiling", name=name, count=self.requests), reason_code="github.budget"
            )
        left = self.left(resource)
        if left is not None and left <= self._reserve:
            until = datetime.fromtimestamp(self._left[resource][1], UTC)
            raise Limited(
                told(
                    "hub.reserve", name=name, left=left, resource=resource, until=f"{until:%H:%M}"
                ),
                reason_code="github.primary_limit",
            )

    def heard(self, headers: Mapping[str, str], resource: str) -> None:
        """Take note of the limits that an answer names."""
        remaining = headers.get("x-ratelimit-remaining", "")
        reset = headers.get("x-ratelimit-reset", "")
        if remaining.isascii() and remaining.isdigit() and reset.isascii() and reset.isdigit():
            named = headers.get("x-ratelimit-resource", resource)
            self._left[named] = int(remaining), float(reset)

    def line(self) -> str:
        """Return one line for the log.

        For example `3 requests to GitHub: facts 1, gate check 1, comment 1`.
        """
        sent = f"{self.requests} request{'s' * (self.requests != 1)} to GitHub"
        names = ", ".join(f"{name} {count}" for name, count in sorted(self._names.items()))
        if names:
            sent += f": {names}"
        parts = [sent]
        if self.writes:
            parts.append(f"{self.writes} of them writes")
        if self.repeats:
            parts.append(f"{self.repeats} repeated")
        if self.unchanged:
            parts.append(f"{self.unchanged} unchanged")
        for name, left in self._known().items():
            parts.append(f"{left} left of {name}")
        return "; ".join(parts)
