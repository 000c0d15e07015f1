"""The reason why a driver stops."""

from __future__ import annotations

from typing import Literal

from changeflow.lazy_dataclass import dataclass
from changeflow.model.phrases import Told
from changeflow.release.plan import PlannedStep


@dataclass(frozen=True, slots=True)
class Halt:
    """The reason why the driver stopped.

    Examples: the release ended, it waits for a person, it was interrupted or overtaken.
    """

    why: Literal[
        "ended",
        "waiting",
        "undecided",
        "interrupted",
        "overtaken",
        "alive",
        "still_running",
        "broken",
        "stopped",
    ]
    step: PlannedStep | None = None
    detail: str = ""
    because: tuple[Told, ...] = ()
