"""What comes up against a release while it runs: holds, freezes, approvals that are taken back.

It is asked for between two steps: when another process has written to the ledger, and otherwise
every few seconds, because calendars and the main branch move on by themselves.
"""

from __future__ import annotations

from typing import Final

from changeflow.language.sentences import in_english
from changeflow.model.evidence import ReleaseBody
from changeflow.model.phrases import Told
from changeflow.release_driver.ports import Job, Ports, Reading

# seconds for which an answer holds while no other writes to the ledger
_HOLDS_FOR: Final = 3.0


class Watch:
    """Asks what has come up, as seldom as may be.

    Args:
        job: what is released.
        ports: the ledger and the clock.
        fresh: whether the release was claimed right now, by an open gate that nothing came after.
    """

    def __init__(self, job: Job, ports: Ports, *, fresh: bool = False) -> None:
        self._job, self._ports = job, ports
        self._asked = ports.times.patience() if fresh else None
        # the newest entry of others that an answer took into account; None: those before the claim
        self._written: int | None = None
        self._found: tuple[Told, ...] = ()

    def found(self, reading: Reading) -> tuple[Told, ...]:
        """Return what stands against the release now, and that was not accepted.

        Raises:
            errors.ChangeflowError: when it cannot be told.
        """
        clock, written = self._ports.times.patience(), self._by_others(reading)
        known = self._asked is not None and clock - self._asked < _HOLDS_FOR
        if known and self._written is None and written < _claimed(reading, self._job.change):
            self._written = written
        if not known or written != self._written:
            self._found = self._job.against()
            self._asked, self._written = clock, written
        if self._job.running != "ask":
            return self._found
        # the person who resumes has seen why it stopped
        return tuple(one for one in self._found if in_english(one) not in self._job.accepts)

    def _by_others(self, reading: Reading) -> int:
        """Return the number of the newest entry that is not a line of this release."""
        for entry in reversed(reading.entries):
            if entry.change != self._job.change or not isinstance(entry.body, ReleaseBody):
                return entry.seq
        return 0


def _claimed(reading: Reading, change: str) -> int:
    """Return the number of the entry that claimed a release; 0 where there is none."""
    for entry in reading.of(change):
        if isinstance(entry.body, ReleaseBody) and entry.body.event == "started":
            return entry.seq
    return 0
