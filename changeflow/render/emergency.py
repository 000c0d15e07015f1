"""What to type after `emergency`, for the person who wrote the request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from changeflow.language.reasons import sentence
from changeflow.language.sentences import say

if TYPE_CHECKING:
    from changeflow.render.presentation import Presentation
    from changeflow.usecases.start.emergency import EmergencyRequest
    from changeflow.usecases.start.emergency_next import NextSteps


def told(made: EmergencyRequest, following: NextSteps, to: Presentation) -> Iterator[str]:
    """Yield the lines: conditions, what is in the way, and the next steps in order."""
    if made.conditions:
        yield to.says("emergency.conditions", count=made.conditions)
    for reason in following.shut:
        yield to.says("emergency.shut", why=[sentence(reason, to)])
    yield to.says("emergency.next")
    for number, step in enumerate(following.steps, start=1):
        yield f"  {number}. {say(step['code'], step, to).text}"
