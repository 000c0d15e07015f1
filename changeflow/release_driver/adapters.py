"""The ports of a release on real things: the ledger branch, the machine's clock."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType

from changeflow.ledger.statement import drafted
from changeflow.model.clock import Clock
from changeflow.model.config import ConfigSpec
from changeflow.model.evidence import Body, ReleaseBody
from changeflow.model.people import Person
from changeflow.model.phrases import Told
from changeflow.model.subjects import Subject
from changeflow.reading.authors import Speakers
from changeflow.reading.binding_entries import Journals
from changeflow.reading.ledger_reader import counting
from changeflow.reading.past_rules import PastRules
from changeflow.release_driver.ports import Journal, Reading
from changeflow.repo.ledger_branch import LedgerBranch, Signer


class LedgerJournal(Journal):
    """The journal on the ledger branch.

    Args:
        ledger: the branch.
        change: whose entries' signatures are checked.
        config: says what counts.
        signer: signs what is appended.
        people: the roster.
        main: the commit that configuration and roster come from.
    """

    def __init__(
        self,
        ledger: LedgerBranch,
        change: str,
        config: ConfigSpec,
        signer: Signer | None = None,
        people: Mapping[str, Person] = MappingProxyType({}),
        main: str | None = None,
    ) -> None:
        self.ledger = ledger
        self.change = change
        self.config = config
        self.signer = signer
        past = PastRules(ledger.git, main)
        self.journals = Journals(ledger, past, config, people)
        self.speakers = Speakers(past, people, config)

    def read(self) -> Reading:
        """Read the ledger, see `ports.Journal`."""
        chain = self.ledger.read(only=self.change, fetch=True)
        problems: list[list[str | Told]] = []
        if not chain.sound:
            problems += (item.quoted_with_path for item in chain.problems)
        entries = self.speakers.heard(self.journals.weighed(chain, self.change), self.change)
        elsewhere = set()
        for one in chain.entries:
            if one.elsewhere and isinstance(one.body, ReleaseBody):
                elsewhere.add(one.change)
        counted = counting(entries, self.config)
        return Reading(counted, tuple(problems), chain.head, frozenset(elsewhere))

    def append_together(
        self,
        change: str,
        bodies: Sequence[Body],
        *,
        head: str | None,
        clock: Clock,
        subject: Sequence[Subject] = (),
    ) -> None:
        """Append several entries, see `ports.Journal`."""
        entries = drafted(change, bodies, clock, subject)
        self.ledger.append_together(entries, expected_head=head, signer=self.signer)


class SystemClock:
    """The machine's clock.

    Args:
        fixed: the time of `--now`, if any.
    """

    def __init__(self, fixed: datetime | None = None) -> None:
        self.fixed = fixed

    def clock(self) -> Clock:
        """Return the time, see `ports.ReleaseClock`."""
        real = datetime.now(UTC)
        return Clock(self.fixed or real, real)

    def sleep(self, seconds: float) -> None:
        """Wait, see `ports.ReleaseClock`."""
        time.sleep(seconds)

    def patience(self) -> float:
        """Return seconds that never run backwards, see `ports.ReleaseClock`."""
        return time.monotonic()
