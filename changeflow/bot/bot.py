"""One run of the bot: its job, the connection to its host, and the state of the run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from datetime import datetime
from pathlib import Path

from changeflow.bot.report import Report
from changeflow.hosts.host import Connection, HostJob
from changeflow.lazy_dataclass import dataclass
from changeflow.model.languages import LanguageName
from changeflow.reading.repository_store import Store
from changeflow.render.escape import markdown as escaped
from changeflow.repo.git import Git


@dataclass
class Bot:
    """One run of the bot; what it does are functions that take it.

    Attributes:
        job: what the host's runner said.
        connection: the host.
        root: the change repository in the clone.
        fixed: the time of tests and demonstrations; None: the host's.
        say: takes progress, one line at a time.
        report: what was done so far.
        heads: where the verdict goes when a pull request cannot be read.
        bases: tips of base branches, as the host named them last.
        store: what cannot change in the clone, read once.
        ledger_fetched: whether this run has fetched the evidence.
        language: of what is published; None: that of the configuration.
    """

    job: HostJob
    connection: Connection
    root: Path
    fixed: datetime | None
    say: Callable[[str], None]
    report: Report
    store: Store
    heads: dict[int, str] = field(default_factory=dict)
    bases: dict[str, str] = field(default_factory=dict)
    ledger_fetched: bool = False
    language: LanguageName | None = None

    @property
    def git(self) -> Git:
        """Return the clone."""
        return self.connection.git

    def time(self) -> datetime:
        """Return the host's time, so that a runner's clock cannot move a window.

        Raises:
            errors.HostFailed: when the host does not say what time it is, or its clock and this
                machine's are far apart.
        """
        return self.fixed or self.connection.now()


def open_bot(job: HostJob, root: Path, fixed: datetime | None, say: Callable[[str], None]) -> Bot:
    """Connect to the host.

    Raises:
        errors.UsageError: when an address or the token of the job makes no sense.
    """
    report = Report()

    def note(what: str, text: str) -> None:
        say(job.log(f"{what}: note: {text}"))
        report.notes.append(f"- {escaped(f'{what}: {text}')}")

    connection = job.connect(root, note)
    return Bot(job, connection, root, fixed, say, report, Store(connection.git))
