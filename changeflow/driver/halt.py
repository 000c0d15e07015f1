"""Why a driver stops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from changeflow.release.plan import PlannedStep


@dataclass(frozen=True, slots=True)
class Halt:
    """Why the driver stopped: the release ended, a person is waited for, it was interrupted or overtaken."""

    why: Literal[
        "ended",
        "waiting",
        "undecided",
        "interrupted",
        "overtaken",
        "alive",
        "still_running",
        "broken",
    ]
    step: PlannedStep | None = None
    detail: str = ""
