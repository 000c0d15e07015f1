"""Workflows of GitHub Actions in the double: dispatches, runs that go on from look to look, and cancellation.

What a dispatch did is in `World.dispatched`: a test counts it there, whatever the client was told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

Stage = tuple[str, str | None]
COURSE: tuple[Stage, ...] = (("queued", None), ("in_progress", None), ("completed", "success"))


@dataclass
class Workflow:
    """A workflow file that can be dispatched.

    `course` are the status and conclusion that a run shows, one after the other, from look to look; the last one stays. `name` is its
    `run-name`, with `{input}`. The first `hidden` lists of runs after a dispatch do not show the new run yet. One that is `deaf` goes
    on after it was cancelled.
    """

    course: tuple[Stage, ...] = COURSE
    name: str = "Deploy {changeflow}"
    inputs: tuple[str, ...] = ("changeflow", "environment")
    hidden: int = 0
    details: bool = True
    deaf: bool = False


@dataclass
class Dispatched:
    """A run that was dispatched."""

    id: int
    file: str
    ref: str
    commit: str
    inputs: dict[str, str]
    workflow: Workflow
    looks: int = 0
    hidden: int = 0
    cancelled: bool = False
    also: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: self.inputs.get(found[1], ""), self.workflow.name)

    def look(self) -> Stage:
        """What it shows now; it goes on with each look."""
        if self.cancelled and not self.workflow.deaf:
            return "completed", "cancelled"
        stage = self.workflow.course[min(self.looks, len(self.workflow.course) - 1)]
        self.looks += 1
        return stage
