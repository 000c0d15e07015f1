"""What a playbook of Ansible sums up at its end, as the outcome of a step."""

from __future__ import annotations

import re
from typing import Final

_RECAP: Final = re.compile(r"PLAY RECAP \*+$")
_HOST: Final = re.compile(r"\S+\s*:\s*((?:[a-z]+=\d+\s*)+)$")
_COUNT: Final = re.compile(r"([a-z]+)=(\d+)")
COUNTED: Final = ("ok", "changed", "failed", "unreachable")


class Recap:
    """Reads the lines that a playbook prints, and sums up what its hosts did.

    Attributes:
        hosts: how many have been summed up.
        counts: tasks of all hosts, by what became of them.
    """

    def __init__(self) -> None:
        self.hosts = 0
        self.counts = dict.fromkeys(COUNTED, 0)
        self._is_open = False

    def take(self, line: str) -> None:
        """Read one line. A playbook may print what looks like a recap: the last one counts."""
        if _RECAP.match(line):
            self.hosts, self.counts, self._is_open = 0, dict.fromkeys(COUNTED, 0), True
            return
        found = _HOST.match(line)
        if found is None or not self._is_open:
            return
        self.hosts += 1
        for name, count in _COUNT.findall(found[1]):
            if name in self.counts:
                self.counts[name] += int(count)

    @property
    def is_good(self) -> bool:
        """Return whether it acted on at least one host, and no task failed."""
        return self.hosts > 0 and not self.counts["failed"] and not self.counts["unreachable"]

    def __str__(self) -> str:
        """Return the sum in one line, as the ledger keeps it."""
        if not self.hosts:
            return "the playbook acted on no host"
        noun = "host" if self.hosts == 1 else "hosts"
        told = [f"{self.counts[name]} {name}" for name in COUNTED]
        return f"{self.hosts} {noun}: {', '.join(told)}"
