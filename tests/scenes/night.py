"""The people of a night, whose commands are forked from a process that has imported the program."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.emergency import Night
from tests import forked


class ForkedNight(Night):
    def start(self, words: Sequence[str], where: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
        if words[0] != "changeflow":
            return super().start(words, where, environment)
        return forked.run(words[1:], cwd=where, env=environment)
